"""An installation that came back from a backup: nothing that was ended, erased or paid since counts again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from account_center.accounts.models import Account
from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts, AccountState
from account_center.audit.models import Event
from account_center.clients.services import issue_token, register_client
from account_center.clients.types import IssuedToken
from account_center.documents.files import path_of
from account_center.documents.models import StoredImage
from account_center.documents.services import erase_image, keep_image
from account_center.documents.types import DocumentKind
from account_center.entry.cli import main
from account_center.kit.clock import now
from account_center.plumbing.session_row import Session
from account_center.privacy.services.deleting import delete_again
from account_center.realname import retention as realname
from account_center.realname.errors import LinkOver
from account_center.realname.models import Application, SandboxTransfer, Subject
from account_center.realname.services.documents import withdraw
from account_center.realname.services.payment_files import PaymentFiles, read_into, write_batches
from account_center.realname.types import ApplicationState, TransferState
from account_center.signin.errors import ProofMissing
from account_center.signin.models import AppSession, Device
from account_center.signin.services import app_sessions, begin_code_sign_in
from account_center.signin.services.codes import proven
from account_center.signin.types import AppRefusal, CodeVerdict, Purpose
from account_center.support import retention as support
from account_center.support.models import Ticket
from account_center.support.services import close_own
from tests.portal.visiting import Customer
from tests.realname.making import NAME, a_document_claim, a_tenant, actor_at, photo, reencoded, submit
from tests.realname.scanning import show, take
from tests.realname.test_legal_holds import hold
from tests.realname.test_payment_files import PAYER, entry, statement
from tests.realname.transferring import LATER, follow, submit_account, transfer_of
from tests.signin.making import NOW, VISITOR, a_phone, an_account, code_in, owner_of, prove, trusted_device, typed
from tests.support.making import a_ticket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def restored(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., str]:
    """Runs ``after-restore``; what it says."""

    def run(*options: str, status: int = 0) -> str:
        capsys.readouterr()
        assert main(["after-restore", *options]) == status
        said = capsys.readouterr()
        assert NAME not in said.out + said.err
        return said.out + said.err

    return run


@pytest.fixture
def kept_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[[], str]:
    """What ``list-erasures --each`` says now, kept in a file outside of the installation."""

    def keep() -> str:
        capsys.readouterr()
        main(["list-erasures", "--each"])
        file = tmp_path / "erased.csv"
        file.write_text(capsys.readouterr().out)
        return str(file)

    return keep


# -- Ended -------------------------------------------------------------------------------------------------------------


def test_sessions_of_browsers_and_apps_end_and_no_device_is_trusted(restored: Callable[..., str]) -> None:
    owner = an_account(phone=a_phone())
    customer = Customer(owner)
    trusted_device(owner)
    tokens = app_sessions.start_app_session(actor=VISITOR, account=owner, way="password", app="app", now=now())
    assert customer.at("/account/").path == "/account/"
    said = restored()
    assert customer.at("/account/").path == "/sign-in/"
    assert not Session.objects.filter(account_id__isnull=False).exists()
    assert app_sessions.caller_of(token=tokens.access_token, now=now()) is None
    assert app_sessions.refresh(actor=VISITOR, token=tokens.refresh_token, now=now()) is AppRefusal.OVER
    assert AppSession.objects.get().mark != mark_of(owner)
    assert not Device.objects.get(account_id=owner.id).trusted_mark.startswith(mark_of(owner))
    assert "1 sessions" in said


def mark_of(known: AccountFacts) -> str:
    found = account(known.id)
    assert found
    return found.mark


def test_codes_that_wait_or_were_typed_are_worth_nothing(restored: Callable[..., str]) -> None:
    waiting = begin_code_sign_in(actor=VISITOR, contact=an_account(phone=a_phone()).phone, country="CN", now=NOW)
    done = begin_code_sign_in(actor=VISITOR, contact=an_account(phone=a_phone()).phone, country="CN", now=NOW)
    prove(done)
    assert "2 codes" in restored()
    assert typed(waiting, code_in(waiting)).verdict is CodeVerdict.SPENT
    with pytest.raises(ProofMissing):
        proven(done.id, purpose=Purpose.SIGN_IN, now=NOW)


def test_links_to_phones_end(restored: Callable[..., str]) -> None:
    shown = show(a_tenant())
    assert "1 links to phones" in restored()
    with pytest.raises(LinkOver):
        take(shown)


def test_tokens_of_services_end_and_the_secret_brings_a_new_one(restored: Callable[..., str]) -> None:
    secret = register_client(actor=VISITOR, client_id="billing", name="Billing", scopes=["decisions:read"], now=NOW)

    def token() -> object:
        return issue_token(client_id="billing", secret=secret.secret, scopes=[], address="203.0.113.7", now=now())

    assert isinstance(token(), IssuedToken)
    assert "1 tokens of services" in restored()
    assert "0 tokens of services" in restored()
    assert isinstance(token(), IssuedToken)


def test_the_log_tells_what_came_back_and_the_chain_fits(restored: Callable[..., str]) -> None:
    an_account(phone=a_phone())
    restored()
    told = Event.objects.get(name="audit:installation:restored")
    before = Event.objects.exclude(pk=told.pk).latest("pk")
    assert told.facts["newest_event"] == before.at.isoformat(timespec="seconds")
    assert main(["check"]) == 0


# -- Paid --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def by_files(settings: Any) -> None:
    settings.SANDBOX = False
    settings.TRANSFER_LINK = ""
    settings.PAYER_NAME, settings.PAYER_ACCOUNT, settings.PAYER_BRANCH = PAYER.name, PAYER.account, PAYER.branch


def export() -> list[PaymentFiles]:
    return write_batches(payer=PAYER, write=lambda _files: None, now=NOW)


@pytest.mark.clause("2.3.1")
def test_a_bank_is_asked_by_the_key_before_it_pays_what_a_backup_has_forgotten() -> None:
    view = submit_account(a_tenant())
    backup = dict(transfer_of(view).__dict__)
    follow(view)
    assert SandboxTransfer.objects.get().attempts == 1
    transfer = transfer_of(view)
    for name in ("state", "sent_at", "provider_reference", "expires_at"):
        setattr(transfer, name, backup[name])
    transfer.save()
    assert transfer_of(view).state == TransferState.CREATED
    follow(view)
    assert transfer_of(view).state == TransferState.SENT
    assert SandboxTransfer.objects.get().attempts == 1


@pytest.mark.usefixtures("by_files")
@pytest.mark.clause("2.3.1")
def test_what_may_stand_in_a_forgotten_payment_file_goes_into_no_other(restored: Callable[..., str]) -> None:
    view = submit_account(a_tenant())
    assert "go into no other: 1" in restored()
    assert export() == []
    assert Event.objects.filter(name="realname:transfer:held_back").count() == 1
    assert "go into no other: 0" in restored()
    # The bank's statement still tells what became of it.
    assert read_into(data=statement(entry(view)), now=LATER).noted == 1
    assert transfer_of(view).state == TransferState.AWAITING_AMOUNT


@pytest.mark.usefixtures("by_files")
def test_a_file_that_was_being_written_is_not_written_again_either(restored: Callable[..., str]) -> None:
    view = submit_account(a_tenant())

    def killed(_files: PaymentFiles) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        write_batches(payer=PAYER, write=killed, now=NOW)
    batch = transfer_of(view).batch
    restored()
    assert export() == []
    assert (transfer_of(view).state, transfer_of(view).batch) == (TransferState.SENT, batch)


@pytest.mark.usefixtures("by_files")
def test_an_operator_who_knows_that_no_file_was_written_has_them_paid(restored: Callable[..., str]) -> None:
    view = submit_account(a_tenant())
    restored("--nothing-exported")
    assert transfer_of(view).state == TransferState.CREATED
    [files] = export()
    assert files.count == 1


# -- Erased ------------------------------------------------------------------------------------------------------------


def bring_back(row: Any, before: dict[str, Any]) -> None:
    """As if the row came from a backup of before."""
    columns = {field.attname for field in row._meta.concrete_fields if not field.primary_key}
    type(row)._default_manager.filter(pk=row.pk).update(**{name: before[name] for name in columns})


def a_closed_case() -> Subject:
    view = submit(a_tenant(), a_document_claim(name=NAME))
    Application.objects.filter(reference=view.reference).update(state=ApplicationState.REFUSED)
    return Subject.objects.get(applications__reference=view.reference)


def test_what_was_erased_since_the_backup_is_erased_again(
    restored: Callable[..., str], kept_list: Callable[[], str]
) -> None:
    person, owner = a_closed_case(), an_account(phone=a_phone())
    close_own(actor=owner_of(owner), account_id=owner.id, reference=(reference := a_ticket(owner)), now=NOW)
    ticket = Ticket.objects.get(reference=reference)
    image_id = keep_image(
        image=reencoded(photo("red")), kind=DocumentKind.FACE, owner="tests:1", erase_at=NOW + 9 * DAY
    )
    image = StoredImage.objects.get(public_id=image_id)
    before = [(row, dict(row.__dict__)) for row in (person, ticket, image)]
    Subject.objects.filter(pk=person.pk).update(erase_at=NOW)
    realname.erase_due(now=NOW)
    Ticket.objects.update(erase_at=NOW)
    support.erase_due(now=NOW)
    erase_image(image_id=image_id, now=NOW)
    file = kept_list()
    for row, was in before:
        bring_back(row, was)
    assert Subject.objects.get(pk=person.pk).wrapped_key
    assert "Erased again: 3." in restored("--erased", file)
    assert not Subject.objects.get(pk=person.pk).wrapped_key
    assert Ticket.objects.get().wrapped_key is None
    assert StoredImage.objects.get(public_id=image_id).wrapped_key is None
    assert "Erased again: 0." in restored("--erased", file)


def test_an_account_that_was_deleted_since_is_deleted_again_and_no_other_of_its_number(
    restored: Callable[..., str], kept_list: Callable[[], str]
) -> None:
    owner, later = an_account(phone=a_phone()), an_account(phone=a_phone())
    gone = [Account.objects.get(pk=one.id) for one in (owner, later)]
    before = [dict(row.__dict__) for row in gone]
    for one in (owner, later):
        delete_again(actor=owner_of(one), account_id=one.id, deleted_at=now(), now=now())
    file = kept_list()
    for row, was in zip(gone, before, strict=True):
        bring_back(row, was)
    # After a restore the numbers of the time that is lost are given anew.
    Account.objects.filter(pk=later.id).update(created_at=now() + DAY)
    said = restored("--erased", file)
    assert "Erased again: 1." in said
    assert "Not in the backup: 1." in said
    assert Account.objects.get(pk=owner.id).state == AccountState.DELETED
    assert Account.objects.get(pk=later.id).phone


def test_what_is_under_way_again_or_held_is_named_for_a_person_to_see_to(
    restored: Callable[..., str], kept_list: Callable[[], str], tmp_path: Path
) -> None:
    tenant = a_tenant()
    view = submit(tenant, a_document_claim(name=NAME))
    person = Subject.objects.get(applications__reference=view.reference)
    image = StoredImage.objects.filter(owner=f"realname.application:{view.reference}").first()
    assert image
    held = a_closed_case()
    hold(Application.objects.get(subject=held))  # type: ignore[arg-type] # only the reference is read
    erased = "2026-11-23T10:02:00+08:00"
    rows = [("identity", person.pk), ("picture", image.public_id), ("identity", held.pk), ("ticket", "TKNOSUCH")]
    file = tmp_path / "erased.csv"
    file.write_text(
        "kind,row,erase_at,erased_at,held\n" + "".join(f"{kind},{row},,{erased},no\n" for kind, row in rows)
    )
    said = restored("--erased", str(file), status=1)
    assert "Kept: 3." in said
    assert f"- picture {image.public_id} is under way again" in said
    assert Subject.objects.get(pk=person.pk).wrapped_key
    withdraw(actor=actor_at(tenant), tenant_id=tenant.id, reference=view.reference, now=NOW)
    said = restored("--erased", str(file), status=1)
    assert "Kept: 1." in said
    assert not Subject.objects.get(pk=person.pk).wrapped_key


@pytest.mark.parametrize(
    "content",
    [
        "",
        "a,b\n1,2\n",
        "kind,row,erased_at\nidentity,12,2026-11-23T10:02:00+08:00\n",
        "kind,row,erased_at\npicture,x,y\n",
    ],
)
def test_another_file_is_refused_before_anything_is_done(
    content: str, restored: Callable[..., str], tmp_path: Path
) -> None:
    customer = Customer(an_account(phone=a_phone()))
    file = tmp_path / "other.csv"
    file.write_text(content)
    assert "nothing was done" in restored("--erased", str(file), status=1)
    assert "nothing was done" in restored("--erased", str(tmp_path / "none.csv"), status=1)
    assert customer.at("/account/").path == "/account/"


# -- Lost --------------------------------------------------------------------------------------------------------------


def test_check_names_pictures_whose_files_an_older_backup_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    image_id = keep_image(
        image=reencoded(photo("red")), kind=DocumentKind.FACE, owner="tests:1", erase_at=NOW + 9 * DAY
    )
    assert main(["check"]) == 0
    path_of(image_id).unlink()
    assert main(["check"]) == 1
    assert f"1 pictures have lost their file; the first: {image_id}" in capsys.readouterr().err
