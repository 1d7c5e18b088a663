"""Tenants that want to be verified by bank card, through the services alone."""

import io
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from itertools import count

from PIL import Image

from account_center.accounts.types import AccountFacts, AccountKind
from account_center.documents import services as documents
from account_center.documents.types import CleanImage, Upload
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.kit.demo_numbers import demo_card, demo_credit_code, demo_resident_id
from account_center.kit.refused import Refused
from account_center.kit.travel_document import DocumentKind
from account_center.onboarding.services import activate_cloud
from account_center.realname.adapters.sandbox import TEST_CARDS, demo_face
from account_center.realname.services import (
    begin_bank_card,
    claim_case,
    confirm_bank_card,
    decide_case,
    open_case,
    submit_document,
    submit_papers,
)
from account_center.realname.services.claims import read_claim, read_document
from account_center.realname.services.organisations import read_organisation
from account_center.realname.services.reviewing import Decided
from account_center.realname.types import (
    Acting,
    ApplicationView,
    Certificate,
    DocumentClaim,
    FaceAnswer,
    Nature,
    OrganisationClaim,
    PersonClaim,
    ReviewReason,
    Slot,
    Verdict,
)
from account_center.signin.services.codes import challenge
from account_center.tenants.types import TenantFacts
from tests.signin.making import NOW, NUMBERS, a_phone, an_account, code_in, visitor

CARDS = {card.meaning_code: card.number for card in TEST_CARDS}
NAME = "欧阳小明"
PEOPLE = count(1)
GOOD_FACE = demo_face(FaceAnswer.SAME_PERSON)


@cache
def reencoded(data: bytes, *, paper: bool = False) -> CleanImage:
    """The real thing, once per picture: each takes a process of its own."""
    return documents.reencode_image(data, paper=paper)


def all_reencoded(uploads: Mapping[Slot, Upload]) -> tuple[dict[Slot, CleanImage], dict[Slot, Refused]]:
    """The files of one form likewise, in place of ``documents.services.reencode_images``."""
    clean: dict[Slot, CleanImage] = {}
    wrong: dict[Slot, Refused] = {}
    for slot, upload in uploads.items():
        try:
            clean[slot] = reencoded(upload.data, paper=upload.paper)
        except Refused as refusal:
            wrong[slot] = refusal
    return clean, wrong


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


def a_permit() -> str:
    """The number of a travel permit for a resident of Hong Kong, of a person nobody else in the test is."""
    return f"H{next(PEOPLE):08d}"


def a_document_claim(
    *,
    kind: DocumentKind = DocumentKind.HKM_PERMIT,
    number: str = "",
    name: str = "陳大文",
    birth: date | None = date(1990, 5, 17),
    expires: date | None = date(2031, 5, 16),
    now: datetime = NOW,
) -> DocumentClaim:
    claim, wrong = read_document(
        kind=kind, name=name, number=number or a_permit(), birth=birth, nationality="HK", expires=expires, now=now
    )
    assert claim, wrong
    return claim


def pictures(*slots: Slot) -> dict[Slot, bytes]:
    """One picture for each slot, of different colours so that they can be told apart."""
    return {slot: photo(colour) for slot, colour in zip(slots or tuple(Slot), ("red", "green", "blue"), strict=False)}


def submit(
    tenant: TenantFacts,
    claim: DocumentClaim | None = None,
    *,
    uploads: dict[Slot, bytes] | None = None,
    now: datetime = NOW,
) -> ApplicationView:
    """An application in the staff's queue."""
    view, wrong = submit_document(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=claim or a_document_claim(),
        uploads=uploads or pictures(),
        now=now,
    )
    assert view, wrong
    return view


def a_company(area: str = "330106") -> str:
    """The number of a company nobody else in the test is; the area decides what the sandbox's register says."""
    return demo_credit_code(area=area, seed=next(PEOPLE))


def an_organisation_claim(
    *,
    number: str = "",
    name: str = "蓝色灯塔(杭州)科技有限公司",
    nature: Nature = Nature.ENTERPRISE,
    certificate: Certificate = Certificate.BUSINESS_LICENCE,
    country: str = "CN",
    acting: Acting = Acting.REPRESENTATIVE,
    now: datetime = NOW,
) -> OrganisationClaim:
    agent = {"agent": "陈海茶", "agent_id": demo_resident_id(sequence=24)} if acting is Acting.AUTHORISED else {}
    claim, wrong = read_organisation(
        nature=nature,
        certificate=certificate,
        name=name,
        number=number or a_company(),
        representative="王小灯",
        representative_id=demo_resident_id(),
        country=country,
        acting=acting,
        now=now,
        **agent,
    )
    assert claim, wrong
    return claim


def papers() -> dict[Slot, bytes]:
    """One picture for each paper of an organisation."""
    slots = (Slot.CERTIFICATE, Slot.LETTER, Slot.ID_FRONT, Slot.ID_BACK)
    return {slot: photo(colour) for slot, colour in zip(slots, ("red", "green", "blue", "yellow"), strict=True)}


def submit_company(
    tenant: TenantFacts, claim: OrganisationClaim | None = None, *, now: datetime = NOW
) -> ApplicationView:
    """An application of an organisation, of which the register has not been asked yet."""
    view, wrong = submit_papers(
        actor=actor_at(tenant),
        tenant_id=tenant.id,
        owner_id=tenant.owner_id,
        claim=claim or an_organisation_claim(),
        uploads=papers(),
        now=now,
    )
    assert view, wrong
    return view


def a_reviewer(*, phone: str = "", email: str = "") -> Actor:
    """A member of staff who may decide."""
    staff = an_account(f"reviewer{next(NUMBERS)}", kind=AccountKind.STAFF, phone=phone, email=email)
    return Actor(
        kind=ActorKind.STAFF,
        account_id=staff.id,
        name=staff.name,
        address="198.51.100.7",
        roles=frozenset({StaffRole.REVIEWER}),
    )


def decide(reviewer: Actor, view: ApplicationView, *, now: datetime = NOW, **said: ReviewReason) -> Decided:
    """Takes the case and says of each picture that it is fine, but those named with a reason."""
    claim_case(actor=reviewer, reference=view.reference, now=now)
    case = open_case(actor=reviewer, reference=view.reference, now=now)
    verdicts: dict[Slot, tuple[Verdict, ReviewReason | None]] = {
        one.slot: (said[one.slot].verdict, said[one.slot]) if one.slot in said else (Verdict.FINE, None)
        for one in case.evidence
    }
    return decide_case(actor=reviewer, reference=view.reference, verdicts=verdicts, now=now)
