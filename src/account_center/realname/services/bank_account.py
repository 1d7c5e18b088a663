"""Verifying an organisation by a transfer to its bank account: the form (2.3.1-2.3.6, 2.3.25)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from account_center.kit.actor import Actor
from account_center.kit.bank_account import AccountProblem, BadBankAccount, Branch, CompanyAccount, parse_branch
from account_center.kit.bank_account import parse_company_account as parse_account
from account_center.kit.company_banks import CompanyBank
from account_center.kit.limits import DAY
from account_center.kit.refused import Refused
from account_center.kit.typed import tidy
from account_center.kit.working_days import end_of_working_day
from account_center.plumbing.limiter import Budget, spend
from account_center.plumbing.quota import places, take_place
from account_center.plumbing.work import enqueue
from account_center.realname.adapters import transfers_are_connected
from account_center.realname.errors import (
    AccountWayClosed,
    BankNotListed,
    BankUnclear,
    BeingChecked,
    BranchListedElsewhere,
    BranchNotFound,
    BranchOfAnotherBank,
    BranchUnclear,
    NoOrganisationCode,
    TooManyTries,
    TransfersNotOffered,
    account_refusal,
    branch_refusal,
)
from account_center.realname.models import Application, BankAccountQuota, Transfer
from account_center.realname.rules import kind_of_number
from account_center.realname.services.applications import CONSENT_VERSION, drop_draft, new_reference
from account_center.realname.services.branches import banks_named, branch_listed, find_branches, has_branches
from account_center.realname.services.changes import Change, bind_change, prepare
from account_center.realname.services.claims import spend_form, too_many_tries, tries_budget
from account_center.realname.services.organisations import read_organisation, refusals_of_organisation
from account_center.realname.services.quotas import take_places
from account_center.realname.services.telling import change_fact, note_kind, note_standing
from account_center.realname.services.transfers import draw_amount, expiry, note
from account_center.realname.subjects import account_digest, keep_organisation
from account_center.realname.types import (
    AccountClaim,
    ApplicationState,
    ApplicationView,
    ChangeAsked,
    OrganisationClaim,
    Party,
    TransferState,
    Way,
)
from account_center.standing.types import VerificationStatus

MOST_NAMED = 5  # banks that a search names


def read_bank_account(
    *,
    name: str,
    number: str,
    representative: str,
    representative_id: str,
    bank: str,
    branch: str,
    account: str,
    now: datetime,
) -> tuple[AccountClaim | None, list[Refused]]:
    """The claim, or every refusal of what was typed, each naming its field. The holder is the organisation (2.3.3)."""
    organisation, wrong = _read_organisation(name, number, representative, representative_id, now)
    found = _read_bank(bank, wrong)
    at = _read_branch(branch, found, wrong)
    company = _read_account(account, wrong)
    if wrong or not (organisation and found and at and company):
        return None, wrong
    claim = AccountClaim(
        organisation=organisation,
        account=company.number,
        account_masked=company.masked,
        bank_code=found.code,
        bank_name="" if found.code else found.name_zh,
        branch=at.number,
    )
    return claim, []


def _read_organisation(
    name: str, number: str, representative: str, representative_id: str, now: datetime
) -> tuple[OrganisationClaim | None, list[Refused]]:
    code = "".join(tidy(number).upper().split())
    nature, certificate = kind_of_number(code)
    claim, wrong = read_organisation(
        nature=nature,
        certificate=certificate,
        name=name,
        number=number,
        representative=representative,
        representative_id=representative_id,
        now=now,
    )
    if not code:
        wrong = [refusal for refusal in wrong if refusal.field != "number"]
        wrong.append(NoOrganisationCode(field="number"))
    return claim, wrong


def _read_bank(text: str, wrong: list[Refused]) -> CompanyBank | None:
    found = banks_named(text)
    if len(found) == 1:
        return found[0]
    if not found:
        wrong.append(BankNotListed(field="bank"))
    else:
        named = [bank.shown for bank in found[:MOST_NAMED]]
        wrong.append(BankUnclear(field="bank", count=len(found), banks=named))
    return None


def _read_branch(text: str, bank: CompanyBank | None, wrong: list[Refused]) -> Branch | None:
    """The branch by its number, or by its name where the list has one of that name."""
    try:
        branch = parse_branch(text)
    except BadBankAccount as bad:
        named = _named_branch(text, bank) if bad.problem is AccountProblem.SHAPE and bank is not None else None
        if not isinstance(named, Branch):
            wrong.append(named or branch_refusal(bad.problem))
            return None
        branch = named
    refusal = _other_bank(branch, bank) if bank is not None else None
    if refusal is not None:
        wrong.append(refusal)
        return None
    return branch


def _named_branch(text: str, bank: CompanyBank) -> Branch | Refused | None:
    if not has_branches():
        return None
    found = find_branches(text, bank=bank)
    if len(found.shown) == 1 and not found.more:
        return Branch(found.shown[0].number)
    if not found.shown:
        return BranchNotFound(field="branch", bank=bank.name_zh)
    return BranchUnclear(field="branch")


def _other_bank(branch: Branch, bank: CompanyBank) -> Refused | None:
    if bank.cnaps and branch.bank != bank.cnaps:
        return BranchOfAnotherBank(field="branch", bank=bank.name_zh, digits=bank.cnaps)
    listed = branch_listed(branch.number)
    if listed is not None and listed[1] != bank:
        return BranchListedElsewhere(field="branch", bank=listed[1].name_zh)
    return None


def _read_account(text: str, wrong: list[Refused]) -> CompanyAccount | None:
    try:
        return parse_account(text)
    except BadBankAccount as bad:
        wrong.append(account_refusal(AccountProblem(bad.problem)))
        return None


def submit_bank_account(
    *,
    actor: Actor,
    tenant_id: int,
    claim: AccountClaim,
    now: datetime,
    change: ChangeAsked | None = None,
) -> tuple[ApplicationView | None, list[Refused]]:
    """Keeps the form sealed, draws the amount and has it paid by the worker; or every refusal at once.

    Nothing outside is asked, so it is answered within the request. ``change``: what a verified tenant wants changed
    (2.4.7, 2.4.9). Raises FreshProofMissing.
    """
    if not transfers_are_connected():
        return None, [TransfersNotOffered()]
    refusals = spend_form(tenant_id, now=now) or refusals_of_account(claim, tenant_id=tenant_id, now=now, change=change)
    if refusals:
        return None, refusals
    changed, wrong = prepare(change, tenant_id=tenant_id, now=now)
    if wrong:
        return None, wrong
    try:
        return _submit(actor, tenant_id, claim, changed, now), []
    except Refused as refusal:
        return None, [refusal]


def refusals_of_account(
    claim: AccountClaim, *, tenant_id: int, now: datetime, change: ChangeAsked | None = None
) -> list[Refused]:
    """Everything that stands in the way of this claim (2.3.5, 2.3.11, 2.3.26); empty if nothing does."""
    refusals = refusals_of_organisation(claim.organisation, tenant_id=tenant_id, now=now, change=change)
    closed = way_closed(tenant_id) or _account_closed(claim)
    return [*refusals, closed] if closed else refusals


def way_closed(tenant_id: int) -> AccountWayClosed | None:
    """The refusal of this way where the tenant has failed by it six times (2.3.14).

    Whoever had the limit of one of those accounts raised means this customer: then that limit counts for the tenant too.
    """
    most = settings.LIMITS.transfer_failures
    # Says the same as rules.counts_as_failed.
    failed = Q(state__in=[TransferState.RETURNED.value, TransferState.FAILED.value])
    gave_up = Q(state__in=[TransferState.CANCELLED.value, TransferState.EXPIRED.value], wrong_tries__gt=0)
    tried = Transfer.objects.filter(failed | gave_up, application__tenant_id=tenant_id)
    used = tried.count()
    if used < most:
        return None
    raised = BankAccountQuota.objects.filter(raised=True, digest__in=tried.values("account_index"))
    allowed = max(most, raised.aggregate(highest=Max("allowed"))["highest"] or 0)
    return AccountWayClosed(allowed=allowed) if used >= allowed else None


def _account_closed(claim: AccountClaim) -> AccountWayClosed | None:
    most = settings.LIMITS.transfer_failures
    used, allowed = places(BankAccountQuota, digest=account_digest(claim.account), allowed=most)
    return AccountWayClosed(field="account", allowed=allowed) if used >= allowed else None


def _submit(actor: Actor, tenant_id: int, claim: AccountClaim, change: Change | None, now: datetime) -> ApplicationView:
    try:
        with transaction.atomic():
            return _keep(actor, tenant_id, claim, change, now)
    except IntegrityError as twin:
        raise BeingChecked from twin  # another window of the same customer was faster


def _keep(actor: Actor, tenant_id: int, claim: AccountClaim, change: Change | None, now: datetime) -> ApplicationView:
    if spend([tries_budget(tenant_id)], now=now) is not None:
        raise too_many_tries(tenant_id, now=now)
    drop_draft(tenant_id, now=now)
    row = _application(tenant_id, claim, now)
    bind_change(row, change, now=now)
    take_places(row)
    _take_attempt(row, claim)
    _spend_transfer(claim, now)
    _transfer(row, claim, now)
    note_kind(row, actor=actor, now=now)
    note_standing(row, VerificationStatus.IN_PROGRESS, now=now)
    note(row, "realname:application:submitted", actor=actor, way=row.way, **change_fact(row))
    enqueue("realname.follow_transfer", {"application_id": row.pk}, key=f"transfer:{row.pk}")
    return row.view()


def _application(tenant_id: int, claim: AccountClaim, now: datetime) -> Application:
    more = {"account": claim.account, "bank": claim.bank_code or claim.bank_name, "branch": claim.branch}
    keep_until = now + timedelta(days=settings.LIMITS.application_keep_days)
    return Application.objects.create(
        reference=new_reference(),
        tenant_id=tenant_id,
        way=Way.BANK_ACCOUNT.value,
        party=Party.ORGANISATION.value,
        state=ApplicationState.CHECKING.value,
        subject=keep_organisation(claim.organisation, now=now, erase_at=keep_until, more=more),
        bank_code=claim.bank_code,
        consented_at=now,
        consent_version=CONSENT_VERSION,
        created_at=now,
    )


def _take_attempt(row: Application, claim: AccountClaim) -> None:
    # Once more: since this one is open no other of the tenant can fail any more, but one may have since it was asked.
    closed = way_closed(row.tenant_id)
    if closed:
        raise closed
    most = settings.LIMITS.transfer_failures
    if not take_place(BankAccountQuota, digest=account_digest(claim.account), holder=row.pk, allowed=most):
        raise AccountWayClosed(field="account", allowed=most)


def _spend_transfer(claim: AccountClaim, now: datetime) -> None:
    # Giving up costs the customer nothing (2.3.13) and the operator each time a sum: not for ever to the same account.
    most = settings.LIMITS.transfers_per_account_day
    exhausted = spend([Budget("transfers_to", account_digest(claim.account).hex(), most, DAY)], now=now)
    if exhausted is not None:
        raise TooManyTries(field="account", retry_after=exhausted[1], limit=most)


def _transfer(row: Application, claim: AccountClaim, now: datetime) -> None:
    zone = ZoneInfo(settings.TIME_ZONE)
    days = settings.LIMITS.transfer_working_days
    transfer = Transfer(
        application=row,
        state=TransferState.CREATED.value,
        account_index=account_digest(claim.account),
        account_masked=claim.account_masked,
        branch=claim.branch,
        bank_name=claim.bank_name,
        created_at=now,
        expected_by=end_of_working_day(now, days, zone=zone, holidays=settings.HOLIDAYS),
        expires_at=expiry(now),
    )
    draw_amount(transfer)
    transfer.save(force_insert=True)
