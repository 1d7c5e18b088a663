"""Tenants that want to be verified by bank card, through the services alone."""

import io
from datetime import datetime
from functools import cache
from itertools import count

from PIL import Image

from account_center.accounts.types import AccountFacts
from account_center.documents import services as documents
from account_center.documents.types import CleanImage
from account_center.kit.actor import Actor
from account_center.kit.demo_numbers import demo_card, demo_resident_id
from account_center.onboarding.services import activate_cloud
from account_center.realname.adapters.sandbox import TEST_CARDS, demo_face
from account_center.realname.services import begin_bank_card, confirm_bank_card
from account_center.realname.services.claims import read_claim
from account_center.realname.types import ApplicationView, FaceAnswer, PersonClaim
from account_center.signin.services.codes import challenge
from account_center.tenants.types import TenantFacts
from tests.signin.making import NOW, NUMBERS, a_phone, an_account, code_in, visitor

CARDS = {card.meaning_code: card.number for card in TEST_CARDS}
NAME = "欧阳小明"
PEOPLE = count(1)
GOOD_FACE = demo_face(FaceAnswer.SAME_PERSON)


@cache
def reencoded(data: bytes) -> CleanImage:
    """The real thing, once per picture: each takes a process of its own."""
    return documents.reencode_image(data)


def a_person() -> str:
    """The number of a person nobody else in the test is."""
    number = next(PEOPLE)
    return demo_resident_id(area=f"1101{number // 900 + 1:02d}", sequence=number % 900 + 10)


def a_card() -> str:
    """A card that matches everything and that nobody else in the test has."""
    return demo_card("621700", seed=next(PEOPLE))


def a_tenant(account: AccountFacts | None = None) -> TenantFacts:
    owner = account or an_account(phone=a_phone())
    return activate_cloud(actor=visitor(), account_id=owner.id, name=f"Verified {next(NUMBERS)}", now=NOW)


def a_claim(
    *, card: str = "", id_number: str = "", phone: str = "", name: str = NAME, now: datetime = NOW
) -> PersonClaim:
    claim, wrong = read_claim(
        name=name, id_number=id_number or a_person(), card=card or a_card(), phone=phone or a_phone(), now=now
    )
    assert claim, wrong
    return claim


def actor_at(tenant: TenantFacts) -> Actor:
    """The owner, each at an address of his own, so that limits of addresses play no part."""
    return visitor(f"198.51.{tenant.id // 250 % 250}.{tenant.id % 250}").signed_in_as(
        account_id=tenant.owner_id, name="owner"
    )


def begin(
    tenant: TenantFacts, claim: PersonClaim | None = None, *, face: bytes = GOOD_FACE, now: datetime = NOW
) -> ApplicationView:
    return begin_bank_card(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=claim or a_claim(),
        face=face,
        now=now,
    )


def confirm(tenant: TenantFacts, draft: ApplicationView, *, digits: str = "", now: datetime = NOW) -> ApplicationView:
    return confirm_bank_card(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        reference=draft.reference,
        digits=digits or code_of(draft),
        now=now,
    )


def code_of(draft: ApplicationView) -> str:
    assert draft.challenge_uuid
    seen = challenge(draft.challenge_uuid)
    assert seen
    return code_in(seen)


def verify(tenant: TenantFacts, claim: PersonClaim | None = None, *, face: bytes = GOOD_FACE) -> ApplicationView:
    return confirm(tenant, begin(tenant, claim, face=face))


def photo(colour: str, size: tuple[int, int] = (640, 640)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()
