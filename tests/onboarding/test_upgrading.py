"""A legacy account and its tenant become an ID account and its tenant."""

from uuid import UUID, uuid4

import pytest

from account_center.accounts.models import Account
from account_center.accounts.queries import account, places_of_phone
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.audit.models import Event
from account_center.kit.refused import Refused
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.onboarding.errors import (
    EmailHasIdAccount,
    IdAccountAbroad,
    IdAccountFrozen,
    IdAccountInUse,
    LegacyAccountFrozen,
    OfficialSiteStaysLegacy,
    PartnerStaysLegacy,
    PhoneHasNoPlaceLeft,
    UpgradeIsForLegacyAccounts,
)
from account_center.onboarding.queries import candidates_of
from account_center.onboarding.rules import judge_candidate
from account_center.onboarding.services import stays_legacy, upgrade_account, upgrade_obstacles
from account_center.onboarding.types import CandidateFacts, CandidateVerdict
from account_center.plumbing.wording import explain_refusal
from account_center.signin.errors import FreshProofMissing
from account_center.signin.models import FreshProof
from account_center.signin.services import sign_in_with_password
from account_center.signin.types import SensitiveAction, SignInOutcome
from account_center.standing.services import open_standing
from account_center.tenants.models import Tenant
from account_center.tenants.queries import tenant_of
from account_center.tenants.services import open_tenant
from account_center.tenants.types import TenantFacts, ZoneMark
from tests.racing import kinds, race
from tests.realname.making import a_tenant
from tests.signin.making import NOW, NUMBERS, PASSWORD, PHONE, VISITOR, a_phone, an_account, owner_of

pytestmark = pytest.mark.django_db
EMAIL = "lamp@example.com"


def a_legacy(name: str = "", *, phone: str = PHONE, email: str = EMAIL) -> AccountFacts:
    return an_account(name or f"old.lamp{next(NUMBERS)}", phone=phone, email=email, kind=AccountKind.LEGACY)


def its_tenant(owner: AccountFacts, *marks: ZoneMark) -> TenantFacts:
    tenant = open_tenant(
        actor=VISITOR,
        owner_id=owner.id,
        name=f"Works {owner.id}",
        country=owner.country,
        phone=owner.phone,
        email=owner.email,
        now=NOW,
    )
    open_standing(tenant_id=tenant.id)
    Tenant.objects.filter(pk=tenant.id).update(marks=list(marks))
    return tenant


def a_proof(owner: AccountFacts, action: SensitiveAction = SensitiveAction.UPGRADE) -> UUID:
    made = FreshProof.objects.create(account_id=owner.id, action=action, way="sms", mark=owner.mark, proven_at=NOW)
    return made.public_id


def upgrade(owner: AccountFacts, *, name: str = "", proof: UUID | None = None) -> AccountFacts:
    return upgrade_account(
        actor=owner_of(owner), account_id=owner.id, name=name or owner.name, proof=proof or a_proof(owner), now=NOW
    )


def signs_in(identifier: str) -> bool:
    verdict = sign_in_with_password(
        actor=VISITOR, identifier=identifier, password=PASSWORD, kind=AccountKind.ID, country="CN", now=NOW
    )
    return verdict.outcome is SignInOutcome.SIGNED_IN


def codes(owner: AccountFacts) -> list[str]:
    return [refusal.code for refusal in upgrade_obstacles(owner)]


def refused(owner: AccountFacts, kind: type[Refused]) -> str:
    """Tries it; what the person is told."""
    with pytest.raises(kind) as raised:
        upgrade(owner)
    assert kind.code in codes(owner)
    assert account(owner.id) == owner
    assert Event.objects.get(name="onboarding:upgrade:refused").facts == {"code": kind.code}
    told = explain_refusal(raised.value)
    assert told.what
    assert told.why
    assert told.todo
    return f"{told.what} {told.why} {told.todo}"


# -- What becomes of it -----------------------------------------------------------------------------------------------


@pytest.mark.clause("1.34")
def test_after_the_upgrade_the_old_name_phone_and_address_sign_in_to_the_same_tenant() -> None:
    legacy = a_legacy("old.lamp")
    tenant = its_tenant(legacy)
    upgraded = upgrade(legacy)
    assert upgraded.kind is AccountKind.ID
    assert tenant_of(upgraded.id) == tenant
    assert all(signs_in(typed) for typed in ("old.lamp", PHONE, EMAIL))


@pytest.mark.clause("1.14", "1.34")
def test_the_owner_is_told_how_to_sign_in_from_now_on() -> None:
    upgrade(a_legacy("old.lamp"))
    text = reveal(Message.objects.get(purpose="account_upgraded")).text
    assert all(part in text for part in ("old.lamp", "+86 138****8000", "la***@example.com"))
    assert PHONE not in text


def test_without_an_address_the_owner_is_told_by_sms() -> None:
    upgrade(a_legacy(email=""))
    assert Message.objects.get(purpose="account_upgraded").channel == "sms"


def test_without_a_fresh_proof_nothing_happens() -> None:
    legacy = a_legacy()
    other = a_legacy(phone=a_phone(), email="")
    wrong = [uuid4(), a_proof(legacy, SensitiveAction.PASSWORD), a_proof(other)]
    for proof in wrong:
        with pytest.raises(FreshProofMissing):
            upgrade(legacy, proof=proof)
    assert account(legacy.id) == legacy


def test_a_refused_name_leaves_the_proof_for_another_try() -> None:
    an_account("old.lamp")
    legacy = a_legacy("old.lamp")
    proof = a_proof(legacy)
    with pytest.raises(Refused, match="name_taken"):
        upgrade(legacy, proof=proof)
    assert upgrade(legacy, name="new.lamp", proof=proof).name == "new.lamp"


def test_the_second_of_two_clicks_gets_the_same_answer() -> None:
    legacy = a_legacy()
    proof = a_proof(legacy)
    assert upgrade(legacy, proof=proof) == upgrade(legacy, proof=proof)
    assert Message.objects.filter(purpose="account_upgraded").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_and_two_browsers_at_once_upgrade_once() -> None:
    legacy = a_legacy()
    proofs = [a_proof(legacy), a_proof(legacy)]
    answers = race(lambda number: upgrade(legacy, proof=proofs[number % 2]), 8)
    assert kinds(answers) == {"AccountFacts": 8}
    assert {answer.kind for answer in answers if isinstance(answer, AccountFacts)} == {AccountKind.ID}
    assert places_of_phone(PHONE) == (1, 3)
    assert Message.objects.filter(purpose="account_upgraded").count() == 1
    assert Event.objects.filter(name="accounts:account:upgraded").count() == 1


@pytest.mark.parametrize("kind", [AccountKind.STAFF, AccountKind.IAM])
def test_staff_and_iam_users_are_not_upgraded(kind: AccountKind) -> None:
    with pytest.raises(UpgradeIsForLegacyAccounts):
        upgrade(an_account("keeper.one", kind=kind))


# -- What stands in the way -------------------------------------------------------------------------------------------


@pytest.mark.clause("1.36")
@pytest.mark.parametrize(
    ("mark", "kind"),
    [(ZoneMark.PARTNER, PartnerStaysLegacy), (ZoneMark.OFFICIAL_SITE, OfficialSiteStaysLegacy)],
)
def test_partner_and_official_site_accounts_stay_as_they_are(mark: ZoneMark, kind: type[Refused]) -> None:
    legacy = a_legacy()
    its_tenant(legacy, mark)
    assert [type(found) for found in stays_legacy(legacy)] == [kind]
    assert "nothing changes" in refused(legacy, kind)


def test_a_frozen_legacy_account_is_unfrozen_first() -> None:
    legacy = a_legacy()
    Account.objects.filter(pk=legacy.id).update(state=AccountState.FROZEN)
    frozen = account(legacy.id)
    assert frozen
    refused(frozen, LegacyAccountFrozen)


@pytest.mark.clause("1.33")
def test_an_unused_id_account_of_the_address_takes_the_tenant_instead() -> None:
    an_account(email="LAMP@example.com")
    assert "can be joined" in refused(a_legacy(), EmailHasIdAccount)


@pytest.mark.clause("1.33")
def test_an_id_account_of_the_address_that_has_a_tenant_means_to_skip() -> None:
    a_tenant(an_account(email=EMAIL, phone=a_phone()))
    assert "Skip the upgrade" in refused(a_legacy(), IdAccountInUse)


@pytest.mark.clause("1.33")
def test_an_id_account_of_the_address_in_another_country_means_to_skip() -> None:
    an_account(email=EMAIL, country="SG")
    assert "Skip the upgrade" in refused(a_legacy(), IdAccountAbroad)


@pytest.mark.clause("1.33")
def test_a_frozen_id_account_of_the_address_is_unfrozen_first() -> None:
    made = an_account(email=EMAIL)
    Account.objects.filter(pk=made.id).update(state=AccountState.FROZEN)
    assert "unfrozen first" in refused(a_legacy(), IdAccountFrozen)


@pytest.mark.clause("1.33", "3.1.15")
def test_a_phone_without_a_place_left_is_refused_with_its_figures() -> None:
    for _ in range(3):
        an_account(phone=PHONE)
    words = refused(a_legacy(), PhoneHasNoPlaceLeft)
    assert "+86 138****8000" in words
    assert "3 ID accounts" in words
    assert "somebody else's before" in words


@pytest.mark.django_db(transaction=True)
def test_legacy_accounts_of_one_phone_that_upgrade_at_once_get_the_places_there_are() -> None:
    legacies = [a_legacy(email="") for _ in range(8)]
    proofs = [a_proof(legacy) for legacy in legacies]
    answers = race(lambda number: upgrade(legacies[number], proof=proofs[number]), 8)
    assert kinds(answers) == {"AccountFacts": 3, "PhoneHasNoPlaceLeft": 5}
    assert places_of_phone(PHONE) == (3, 3)


# -- Which ID accounts there are --------------------------------------------------------------------------------------


@pytest.mark.clause("1.32")
@pytest.mark.parametrize(
    ("country", "has_tenant", "is_frozen", "verdict"),
    [
        ("CN", False, False, CandidateVerdict.FITS),
        ("SG", False, False, CandidateVerdict.OTHER_COUNTRY),
        ("CN", True, False, CandidateVerdict.HAS_TENANT),
        ("CN", False, True, CandidateVerdict.FROZEN),
        ("SG", True, True, CandidateVerdict.OTHER_COUNTRY),
    ],
)
def test_a_candidate_is_of_the_same_country_free_and_not_frozen(
    country: str, has_tenant: bool, is_frozen: bool, verdict: CandidateVerdict
) -> None:
    facts = CandidateFacts(
        account_id=1,
        name="lin.mei",
        country=country,
        is_frozen=is_frozen,
        has_tenant=has_tenant,
        same_phone=True,
        same_email=False,
    )
    assert judge_candidate(facts, country="CN") is verdict


@pytest.mark.clause("1.32")
def test_id_accounts_of_the_same_phone_or_address_are_found_and_no_others() -> None:
    an_account("lin.phone", phone=PHONE)
    a_tenant(an_account("lin.email", email=EMAIL, phone=a_phone()))
    an_account("lin.other", phone=a_phone(), email="other@example.com")
    found = candidates_of(a_legacy())
    assert [(one.name, one.same_phone, one.same_email, one.verdict) for one in found] == [
        ("li******e", True, False, CandidateVerdict.FITS),
        ("li******l", False, True, CandidateVerdict.HAS_TENANT),
    ]


@pytest.mark.clause("1.32")
def test_an_account_whose_tenant_was_cancelled_is_free_again() -> None:
    made = an_account(email=EMAIL, phone=a_phone())
    Tenant.objects.filter(pk=a_tenant(made).id).update(state="cancelled")
    assert [one.verdict for one in candidates_of(a_legacy())] == [CandidateVerdict.FITS]
