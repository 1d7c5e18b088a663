"""Every page of the portal in both languages, for a visitor and for three customers, without a word of the other."""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.urls import reverse
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter

from account_center.accounts.types import AccountKind
from account_center.kit.company_banks import COMPANY_BANKS
from account_center.kit.demo_people import DEMO_IDENTITIES, DEMO_PASSWORD, VERIFIED_IDENTITY
from account_center.plumbing.translations import PACKAGE
from account_center.portal.urls import urlpatterns
from account_center.realname.adapters.sandbox_register import TEST_COMPANIES
from tests.portal.visiting import Customer, Page, begin_registration, newest_code
from tests.realname.making import CARDS, NAME, a_claim, a_tenant, begin, confirm, verify
from tests.signin.making import a_phone, an_account

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
ENGLISH_RUN = re.compile(r"[A-Za-z][a-z]+(?:[ ,;:]+[A-Za-z]?[a-z]+){2,}")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
# A picture, a part of a page, files: not pages to be read as text.
NOT_READ = {
    "sandbox_face",
    "bank_card_bank",
    "bank_account_banks",
    "bank_account_branches",
    "paper_form_pdf",
    "verification_record_pdf",
}
ONLY_POST = 405
BOTH = "页面不存在 · Page not found"  # says it in both languages on purpose
SOMETHING: dict[type, Callable[[], object]] = {
    IntConverter: lambda: 1,
    UUIDConverter: uuid4,
    SlugConverter: lambda: "x",
    StringConverter: lambda: "x",
}
# These stand in their own language everywhere: the switch, invented people, the last sign of a masked name.
AT_HOME = {"简体中文", "语言", NAME, NAME[-1], VERIFIED_IDENTITY.name, *(person.name for person in DEMO_IDENTITIES)}
# Names of organisations are names, too; banks are found by their names in both languages.
ORGANISATIONS = [
    *(company.name for company in TEST_COMPANIES),
    *(bank.name_zh for bank in COMPANY_BANKS.values()),
    "沙箱运营商",
]
AT_HOME |= {part for name in ORGANISATIONS for part in CHINESE.findall(name)}
BANKS_IN_ENGLISH = sorted((bank.name_en for bank in COMPANY_BANKS.values()), key=len, reverse=True)
KINDS = ("visitor", "fresh", "activated", "waiting", "refused", "verified", "legacy")


def customer(kind: str, language: str) -> tuple[Customer, str]:
    """Somebody in this state, and the reference of his application if there is one."""
    if kind == "visitor":
        return Customer(language=language), "RN000000000"
    account = an_account(
        f"lamp.{kind}", phone=a_phone(), kind=AccountKind.LEGACY if kind == "legacy" else AccountKind.ID
    )
    found = Customer(account, language=language)
    if kind in ("fresh", "legacy"):
        return found, "RN000000000"
    tenant = a_tenant(account)
    match kind:
        case "waiting":
            return found, begin(tenant).reference
        case "refused":
            return found, verify(tenant, a_claim(card=CARDS["wrong_name"])).reference
        case "verified":
            return found, confirm(tenant, begin(tenant)).reference
        case _:
            return found, "RN000000000"


def every_page(who: Customer, reference: str) -> Iterator[Page]:
    """All addresses of the portal, as this browser gets them."""
    for pattern in urlpatterns:
        if pattern.name in NOT_READ:
            continue
        known = {"what": "email", "reference": reference, "action": "contacts", "slot": "front", "kind": "bank_card"}
        given = {name: known.get(name, SOMETHING[type(kind)]()) for name, kind in pattern.pattern.converters.items()}
        page = who.at(reverse(f"portal:{pattern.name}", kwargs=given))
        if page.status != ONLY_POST and BOTH not in page.html:
            yield page


def begun_steps(who: Customer) -> Iterator[Page]:
    """The pages of flows that somebody has begun, with what goes wrong on them."""
    yield begin_registration(who, "139 12")
    yield begin_registration(who, "13912345675")
    yield who.send("portal:register_code", code="12")
    yield who.send("portal:register_code", resend="1")
    yield who.send("portal:register_code", code=newest_code())
    yield who.send("portal:register_finish", name="a", password="short", password_again="shorter")
    yield who.send("portal:sign_in", identifier="no.body", password="nothing at all 1")
    yield who.send("portal:sign_in_code", recipient="lamp@example.com")


def english_words() -> list[str]:
    """Every English text of three words or more that the rooms' files translate, cut at its placeholders."""
    found = set()
    for path in PACKAGE.glob("**/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                ids = [message.id] if isinstance(message.id, str) else message.id
                found |= {part.strip() for text in ids for part in PLACEHOLDER.split(text)}
    return sorted(part for part in found if len(part.split()) >= 3)


def short_english_words() -> set[str]:
    """The shorter ones, which count only where they stand alone."""
    found = set()
    with (PACKAGE / "portal/locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        for message in read_po(file):
            # What Chinese takes over as it is, such as PDF, is no English word left behind.
            taken_over = message.string == message.id
            if isinstance(message.id, str) and not taken_over and re.search("[A-Za-z]{2}", message.id):
                found.add(message.id)
    return found


def test_the_files_of_words_are_read() -> None:
    assert "What you cannot do until you are verified" in english_words()
    assert "Home" in short_english_words()


@pytest.mark.parametrize("kind", KINDS)
def test_no_english_word_stands_on_a_chinese_page(kind: str) -> None:
    who, reference = customer(kind, "zh-CN")
    long, short = english_words(), short_english_words()
    pages = [*every_page(who, reference), *(begun_steps(who) if kind == "visitor" else ())]
    for page in pages:
        assert page.status < 500
        assert '<html lang="zh-hans">' in page.html
        text = page.text.replace(DEMO_PASSWORD, "").replace(settings.OPERATOR, "")
        for bank in BANKS_IN_ENGLISH:
            text = text.replace(bank, "")
        _nothing_left(page, [part for part in long if part in text])
        _nothing_left(page, [part for part in page.texts if part in short])
        _nothing_left(page, ENGLISH_RUN.findall(text))


@pytest.mark.parametrize("kind", KINDS)
def test_no_chinese_word_stands_on_an_english_page(kind: str) -> None:
    who, reference = customer(kind, "en")
    pages = [*every_page(who, reference), *(begun_steps(who) if kind == "visitor" else ())]
    for page in pages:
        assert page.status < 500
        assert '<html lang="en">' in page.html
        _nothing_left(page, [part for part in CHINESE.findall(page.text) if part not in AT_HOME])


def _nothing_left(page: Page, found: list[str]) -> None:
    assert not found, f"{page.path}: {found}"
