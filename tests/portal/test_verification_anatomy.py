"""Every page of real-name verification, in every state: what a screen reader needs, and no word that only we understand."""

import re
from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from tests.portal.anatomy import Anatomy, faults
from tests.portal.verification_states import STATES
from tests.portal.visiting import Page
from tests.realname.making import all_reencoded, reencoded

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "zh-hans")
# Numbers of the questions in our list of requirements, and what Django says by itself of a field.
OURS_ONLY = re.compile(r"(?<![\d.])[123]\.[1-4]\.\d{1,2}(?![\d.])|This field|这个字段|该变量|Ensure this value")


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    settings.LIMITS = settings.LIMITS.__class__(applications_per_day=50)
    monkeypatch.setattr("account_center.realname.services.scanning_phone.reencode_image", reencoded)
    monkeypatch.setattr("account_center.realname.services.evidence.reencode_images", all_reencoded)


def complaints(page: Page, language: str) -> Iterator[str]:
    """What is wrong with one page."""
    if page.status >= 500:
        yield f"status {page.status}"
    if f'<html lang="{language}">' not in page.html:
        yield "another language"
    yield from faults(page.html)
    yield from (f"says {found}" for found in OURS_ONLY.findall(page.text))


@pytest.mark.clause("2.1.9", "2.1.12")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("states", list(STATES))
def test_every_page_can_be_read_aloud_and_worked_with_the_keyboard(states: str, language: str) -> None:
    found, titles = [], dict[str, tuple[str, str]]()
    for name, page in STATES[states](language):
        found += [f"{name}: {complaint}" for complaint in complaints(page, language)]
        anatomy = Anatomy(page.html)
        heading = " ".join(anatomy.all("h1")[0].words.split())
        other, where = titles.setdefault(anatomy.title, (heading, name))
        if other != heading:
            found.append(f"{name} and {where} have one title, {anatomy.title!r}, for {heading!r} and {other!r}")
    assert not found, "\n".join(found)
