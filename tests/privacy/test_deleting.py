"""Deleting an ID account: what stands in the way, what is erased, what stays, and what happens at the same moment."""

import ast
import inspect
from datetime import timedelta
from importlib import import_module
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import models

from account_center.accounts.errors import NameTaken, NoSuchAccount, OnlyIdAccountsAreDeleted
from account_center.accounts.models import Account, RestingName
from account_center.accounts.queries import account, places_of_phone
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.audit.models import Event
from account_center.kit.refused import Refused
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.onboarding.services import activate_cloud
from account_center.plumbing.session_row import Session
from account_center.plumbing.wording import explain_refusal
from account_center.privacy.errors import (
    FrozenAccountStays,
    NameDoesNotMatch,
    RecoveryStillWaits,
    TenantStillOpen,
    TenantStillRetained,
    TicketStillOpen,
    VerificationStillRuns,
)
from account_center.privacy.jobs import set_names_free
from account_center.privacy.queries import deletion_obstacles
from account_center.privacy.rules import failed_checks
from account_center.privacy.services import delete_id_account
from account_center.privacy.types import DeletionCheck, DeletionFacts
from account_center.recovery.models import EmergencyContact, Recovery
from account_center.signin.errors import FreshProofMissing
from account_center.signin.models import Challenge, Device, FreshProof, Passkey, RecoveryCode
from account_center.signin.services import begin_code_sign_in, sign_in_with_password
from account_center.signin.services.signing_in import accounts_behind
from account_center.signin.types import Channel, SensitiveAction, SignInOutcome
from account_center.support.models import Ticket
from account_center.support.queries import has_open_ticket
from account_center.tenants.models import Tenant
from account_center.tenants.queries import tenant_of
from tests.architecture.house import room_of
from tests.portal.visiting import Customer
from tests.racing import kinds, race
from tests.realname.making import a_tenant, begin
from tests.signin.making import NOW, NUMBERS, PASSWORD, PHONE, VISITOR, a_phone, an_account, owner_of
from tests.support.making import a_ticket as ask_support

pytestmark = pytest.mark.django_db
EMAIL = "mei@example.com"
CLEAN = DeletionFacts(
    is_id_account=True,
    is_frozen=False,
    has_tenant=False,
    verification_runs=False,
    ticket_is_open=False,
    recovery_waits=False,
)


def a_proof(owner: AccountFacts, action: SensitiveAction = SensitiveAction.DELETE_ACCOUNT) -> UUID:
    made = FreshProof.objects.create(account_id=owner.id, action=action, way="sms", mark=owner.mark, proven_at=NOW)
    return made.public_id


def delete(owner: AccountFacts, *, typed: str = "", proof: UUID | None = None) -> None:
    delete_id_account(
        actor=owner_of(owner),
        account_id=owner.id,
        typed_name=typed or owner.name,
        proof=proof or a_proof(owner),
        now=NOW,
    )


def somebody(name: str = "lin.mei") -> AccountFacts:
    return an_account(name, phone=PHONE, email=EMAIL)


def a_ticket(owner: AccountFacts, *, state: str = "open") -> Ticket:
    closed = {"closed_at": NOW, "closed_because": "solved"} if state == "closed" else {}
    return Ticket.objects.create(
        reference=f"TK{next(NUMBERS):010d}",
        account_id=owner.id,
        category="account",
        state=state,
        sealed_subject=b"sealed",
        sealed_contact=b"",
        contact_masked="+86 138****8000",
        wrapped_key=b"wrapped",
        kek_id="test",
        opened_at=NOW,
        moved_at=NOW,
        **closed,
    )


def refused(owner: AccountFacts, kind: type[Refused]) -> str:
    """Tries it; what the person is told."""
    with pytest.raises(kind) as raised:
        delete(owner)
    assert account(owner.id) == owner
    assert Event.objects.get(name="privacy:deletion:refused").facts == {"code": kind.code}
    told = explain_refusal(raised.value)
    assert told.what
    assert told.why
    assert told.todo
    assert told.ways
    return f"{told.what} {told.why} {told.todo}"


# -- What stands in the way -------------------------------------------------------------------------------------------


@pytest.mark.clause("1.12")
@pytest.mark.parametrize(
    ("facts", "check"),
    [
        ({"is_id_account": False}, DeletionCheck.ID_ACCOUNT),
        ({"is_frozen": True}, DeletionCheck.NOT_FROZEN),
        ({"has_tenant": True}, DeletionCheck.NO_TENANT),
        ({"verification_runs": True}, DeletionCheck.NO_VERIFICATION_RUNNING),
        ({"ticket_is_open": True}, DeletionCheck.NO_TICKET_OPEN),
        ({"recovery_waits": True}, DeletionCheck.NO_RECOVERY_WAITING),
    ],
)
def test_each_check_alone_stands_in_the_way(facts: dict[str, bool], check: DeletionCheck) -> None:
    given = {name: getattr(CLEAN, name) for name in DeletionFacts.__dataclass_fields__}
    assert failed_checks(DeletionFacts(**(given | facts))) == [check]
    assert failed_checks(CLEAN) == []


@pytest.mark.clause("1.12")
def test_an_account_with_an_open_tenant_stays_and_reads_what_to_do_first() -> None:
    owner = somebody()
    tenant = a_tenant(owner)
    words = refused(owner, TenantStillOpen)
    assert tenant.name in words
    assert "closed and cancelled first" in words


@pytest.mark.clause("1.12")
def test_an_account_with_a_retained_tenant_stays() -> None:
    owner = somebody()
    Tenant.objects.filter(pk=a_tenant(owner).id).update(state="closed")
    assert "retention period" in refused(owner, TenantStillRetained)


@pytest.mark.clause("1.12")
def test_a_cancelled_tenant_stands_in_nobodys_way() -> None:
    owner = somebody()
    Tenant.objects.filter(pk=a_tenant(owner).id).update(state="cancelled")
    delete(owner)


def test_a_running_verification_is_told_beside_its_tenant() -> None:
    owner = somebody()
    begin(a_tenant(owner))
    found = deletion_obstacles(owner)
    assert list(found) == [DeletionCheck.NO_TENANT, DeletionCheck.NO_VERIFICATION_RUNNING]
    assert isinstance(found[DeletionCheck.NO_VERIFICATION_RUNNING], VerificationStillRuns)


def test_an_open_ticket_is_finished_first() -> None:
    owner = somebody()
    a_ticket(owner)
    refused(owner, TicketStillOpen)


def test_whoever_waits_to_get_back_in_is_cleared_up_first() -> None:
    owner = somebody()
    Recovery.objects.create(
        account_id=owner.id, state="waiting", wait_until=NOW, mark=owner.mark, created_at=NOW, expires_at=NOW
    )
    refused(owner, RecoveryStillWaits)


def test_a_frozen_account_is_not_deleted_before_the_matter_is_settled() -> None:
    owner = somebody()
    Account.objects.filter(pk=owner.id).update(state=AccountState.FROZEN)
    frozen = account(owner.id)
    assert frozen
    refused(frozen, FrozenAccountStays)


@pytest.mark.parametrize("kind", [AccountKind.LEGACY, AccountKind.IAM, AccountKind.STAFF])
def test_what_belongs_to_a_tenant_or_to_the_operator_is_not_deleted_here(kind: AccountKind) -> None:
    refused(an_account("keeper.one", kind=kind, phone=PHONE), OnlyIdAccountsAreDeleted)


def test_the_name_must_be_typed_and_upper_case_does_not_matter() -> None:
    owner = somebody()
    for typed in ("lin.me", "somebody.else", " "):
        with pytest.raises(NameDoesNotMatch):
            delete(owner, typed=typed)
    assert account(owner.id) == owner
    delete(owner, typed=" LIN.Mei ")


def test_without_a_fresh_proof_of_this_task_nothing_happens() -> None:
    owner = somebody()
    other = an_account("mei.lin", phone=a_phone())
    for proof in (uuid4(), a_proof(owner, SensitiveAction.COPY_OF_DATA), a_proof(other)):
        with pytest.raises(FreshProofMissing):
            delete(owner, proof=proof)
    assert account(owner.id) == owner


# -- What is left -----------------------------------------------------------------------------------------------------


@pytest.mark.clause("1.12")
def test_every_session_and_every_way_in_ends_with_the_account() -> None:
    owner = somebody()
    customer = Customer(owner)
    assert "id-account" in customer.get("portal:account").ids
    delete(owner)
    assert not Session.objects.filter(account_id=owner.id).exists()
    assert customer.get("portal:account").path == "/sign-in/"
    for identifier in ("lin.mei", PHONE, EMAIL):
        verdict = sign_in_with_password(
            actor=VISITOR, identifier=identifier, password=PASSWORD, kind=AccountKind.ID, country="CN", now=NOW
        )
        assert verdict.outcome is SignInOutcome.WRONG
    assert accounts_behind(Channel.SMS, PHONE) == []


@pytest.mark.clause("1.12")
def test_devices_factors_codes_and_contacts_are_erased() -> None:
    owner = somebody()
    Device.objects.create(account_id=owner.id, digest=b"d", first_seen=NOW, last_used=NOW)
    Passkey.objects.create(account_id=owner.id, slot=1, name="Key", credential_id=b"c", public_key=b"k", created_at=NOW)
    RecoveryCode.objects.create(account_id=owner.id, slot=1, digest=b"r", created_at=NOW)
    begin_code_sign_in(actor=VISITOR, contact=EMAIL, country="CN", now=NOW)
    EmergencyContact.objects.create(
        account_id=owner.id,
        place=1,
        state="named",
        digest=b"e",
        sealed=b"s",
        wrapped_key=b"w",
        kek_id="test",
        named_at=NOW,
    )
    closed = a_ticket(owner, state="closed")
    delete(owner)
    for table in (Device, Passkey, RecoveryCode, Challenge, EmergencyContact, FreshProof):
        assert not table._default_manager.exists(), table
    left = Ticket.objects.get(pk=closed.pk)
    assert (left.wrapped_key, left.erased_at, left.contact_masked) == (None, NOW, "")


@pytest.mark.clause("1.12")
def test_the_owner_hears_once_more_on_every_way_he_had() -> None:
    delete(somebody())
    texts = [reveal(row).text for row in Message.objects.filter(purpose="account_deleted")]
    assert len(texts) == 2
    assert all("lin.mei" in text for text in texts)


@pytest.mark.clause("1.12")
def test_somebody_new_with_the_same_phone_and_address_sees_nothing_of_the_old_account() -> None:
    owner = somebody()
    Customer(owner).send("portal:account_name", name="mei.before")
    renamed = account(owner.id)
    assert renamed
    delete(renamed)
    assert places_of_phone(PHONE) == (0, 3)
    with pytest.raises(NameTaken):
        somebody("mei.before")
    newcomer = somebody("mei.newcomer")
    assert newcomer.id != owner.id
    assert accounts_behind(Channel.SMS, PHONE) == [newcomer]
    customer = Customer(newcomer)
    for name in ("portal:home", "portal:account", "portal:security", "portal:support"):
        assert "mei.before" not in customer.get(name).html
    assert not Event.objects.filter(account_id=newcomer.id).exclude(name="accounts:account:opened").exists()


def test_a_broken_moment_leaves_the_account_whole_and_it_can_be_deleted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = somebody()
    Device.objects.create(account_id=owner.id, digest=b"d", first_seen=NOW, last_used=NOW)
    proof = a_proof(owner)

    def breaks(**_: object) -> None:
        raise RuntimeError("the machine went down")

    with monkeypatch.context() as patch:
        patch.setattr("account_center.privacy.services.deleting.delete_account", breaks)
        with pytest.raises(RuntimeError):
            delete(owner, proof=proof)
    assert account(owner.id) == owner
    assert Device.objects.exists()
    assert not Message.objects.filter(purpose="account_deleted").exists()
    delete(owner, proof=proof)


# Tables that point at an account and outlive it, each with its reason.
OUTLIVE = {
    "OldPassword": "erased by accounts.services.delete_account",
    "Tenant": "cancelled by then: its ID and dates, for the events",
    "SignInGuard": "a keyed digest and counts, gone after two days",
    "Event": "who did what must be provable years later",
    "Ticket": "unreadable: its key is destroyed",
    "Entry": "unreadable with its ticket; the pointer is to staff",
    "Proposal": "who of the staff proposed what and who agreed: masked, and the account by its number",
    "Remedy": "which change staff made, no text and no contact",
}


def test_every_table_that_points_at_an_account_is_erased_with_it_or_says_why_not() -> None:
    forgotten = []
    for table in apps.get_models():
        room = room_of(table.__module__)
        if not room or table.__name__ in OUTLIVE or not _points_at_an_account(table):
            continue
        source = inspect.getsource(import_module(f"account_center.{room}.retention"))
        if "erase_account" not in source or table.__name__ not in _names_in(source):
            forgotten.append(f"{room}: {table.__name__}")
    assert not forgotten, forgotten


def _points_at_an_account(table: type[models.Model]) -> bool:
    fields = table._meta.concrete_fields
    return any(field.related_model is Account or field.name == "account_id" for field in fields)


def _names_in(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


# -- At the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.clause("1.12")
@pytest.mark.django_db(transaction=True)
def test_deleting_and_activating_at_once_never_leaves_a_tenant_without_an_owner() -> None:
    for _ in range(3):
        owner = an_account(phone=a_phone())
        proof = a_proof(owner)

        def act(number: int, owner: AccountFacts = owner, proof: UUID = proof) -> object:
            if number % 2:
                return activate_cloud(actor=owner_of(owner), account_id=owner.id, name=f"Works {owner.id}", now=NOW)
            return delete(owner, proof=proof)  # type: ignore[func-returns-value]

        answers = kinds(race(act, 4))
        left = account(owner.id)
        assert left
        gone = left.state is AccountState.DELETED
        assert (tenant_of(owner.id) is None) is gone, answers


@pytest.mark.django_db(transaction=True)
def test_deleting_and_asking_support_at_once_never_leaves_a_ticket_of_nobody() -> None:
    for _ in range(3):
        owner = an_account(phone=a_phone())
        proof = a_proof(owner)

        def act(number: int, owner: AccountFacts = owner, proof: UUID = proof) -> object:
            if number % 2:
                return ask_support(owner)
            return delete(owner, proof=proof)  # type: ignore[func-returns-value]

        answers = kinds(race(act, 2))
        left = account(owner.id)
        assert left
        assert (left.state is AccountState.DELETED) is not has_open_ticket(owner.id), answers


@pytest.mark.clause("1.12")
@pytest.mark.django_db(transaction=True)
def test_8_deletions_at_once_delete_once() -> None:
    owner = somebody()
    proofs = [a_proof(owner) for _ in range(8)]
    assert kinds(race(lambda number: delete(owner, proof=proofs[number]), 8)) == {"NoSuchAccount": 7, "NoneType": 1}
    assert Message.objects.filter(purpose="account_deleted").count() == 2
    assert places_of_phone(PHONE) == (0, 3)


def test_deleting_again_finds_nobody() -> None:
    owner = somebody()
    delete(owner)
    with pytest.raises(NoSuchAccount):
        delete(owner)


def test_the_daily_job_sets_names_free_whose_rest_is_over() -> None:
    delete(somebody())
    set_names_free()
    with pytest.raises(NameTaken):
        somebody()
    RestingName.objects.update(until=NOW - timedelta(days=1))
    set_names_free()
    assert somebody().name == "lin.mei"
