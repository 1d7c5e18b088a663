"""Verification of an organisation by its bank account: the form, the progress of the transfer, the amount."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from account_center.kit.clock import now
from account_center.kit.money import NotASmallSum, parse_small_sum
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.wording import Explained, explain
from account_center.portal.again import fill_in, filled, ways_on
from account_center.portal.changing import (
    ChangeMode,
    ask_for_form,
    asked_change,
    change_mode,
    first_or_change,
)
from account_center.portal.customer import tenant_of_customer
from account_center.portal.forms_bank_account import AmountForm, BankAccountForm
from account_center.portal.full_numbers import remember_full
from account_center.portal.pages.verification import is_past_transfer
from account_center.portal.steps import Steps, steps_at
from account_center.portal.words import TRANSFER_WORDS
from account_center.realname.errors import (
    AccountConsentMissing,
    AmountTooEarly,
    BadAmount,
    NoSuchApplication,
    TransfersNotOffered,
    WrongAmount,
)
from account_center.realname.queries import (
    application,
    company_bank_named,
    company_banks,
    money_back,
    open_application_of,
    transfers_offered,
)
from account_center.realname.services.amounts import confirm_amount
from account_center.realname.services.bank_account import read_bank_account, submit_bank_account, way_closed
from account_center.realname.services.branches import banks_named, search_branches
from account_center.realname.services.gate import require_usual_ways
from account_center.realname.services.transfers import cancel_transfer
from account_center.realname.types import (
    AmountVerdict,
    ApplicationState,
    ApplicationView,
    Party,
    TransferState,
    TransferView,
    Way,
)
from account_center.tenants.types import TenantFacts

LONGEST_QUESTION, MOST_BANKS = 120, 20
POLL_SECONDS, CALM_POLL_SECONDS = 3, 15


def steps(now_at: int) -> Steps:
    """Where the customer is."""
    return steps_at(now_at, [_("Organisation and account"), _("Transfer"), _("Amount")])


@require_http_methods(["GET", "POST"])
@first_or_change(Party.ORGANISATION)
def begin(request: HttpRequest) -> HttpResponse:
    """The form. Everything wrong is told at once, and nothing typed is lost."""
    tenant = tenant_of_customer(request)
    require_usual_ways(tenant.id)
    waiting = _waiting(tenant)
    if waiting is not None:
        return redirect("portal:verification_application", waiting.reference)
    mode = change_mode(request)
    form = BankAccountForm(request.POST if request.method == "POST" else None, request.FILES or None)
    ask_for_form(form, mode)
    fill_in(request, form, Way.BANK_ACCOUNT)
    if request.method == "POST" and form.is_valid():
        view = _submit(request, form, tenant, mode)
        if view is not None:
            return redirect("portal:transfer", view.reference)
    context = {
        "form": form,
        "steps": steps(0),
        "banks": company_banks(),
        "money_back": money_back(),
        "change": mode,
    }
    return render(request, "portal/bank_account.html", context, status=422 if form.errors else 200)


def _submit(
    request: HttpRequest,
    form: BankAccountForm,
    tenant: TenantFacts,
    mode: ChangeMode | None,
) -> ApplicationView | None:
    typed = filled(request, form)
    claim, wrong = read_bank_account(
        name=typed["name"],
        number=typed["number"],
        representative=typed["representative"],
        representative_id=typed["representative_id"],
        bank=typed["bank"],
        branch=form.chosen_branch() or typed["branch"],
        account=typed["account"],
        now=now(),
    )
    if not typed["consent"]:
        wrong.append(AccountConsentMissing(field="consent"))
    change, view = asked_change(request, mode, wrong), None
    if claim is not None and not wrong:
        view, wrong = submit_bank_account(
            actor=actor_of(request), tenant_id=tenant.id, claim=claim, now=now(), change=change
        )
    remember_full(request, claim, wrong)
    for reason in wrong:
        add_refusal(form, reason)
    return view


@require_GET
def banks_found(request: HttpRequest) -> HttpResponse:
    """The banks that what is being typed may mean, for the list below the field (2.1.5)."""
    tenant_of_customer(request)
    found = banks_named(request.GET.get("bank", "")[:LONGEST_QUESTION])[:MOST_BANKS] or company_banks()
    return render(request, "portal/banks_found.html", {"banks": found})


@require_GET
def branches_found(request: HttpRequest) -> HttpResponse:
    """The branches that what is being typed may mean."""
    tenant_of_customer(request)
    bank, text = (request.GET.get(name, "")[:LONGEST_QUESTION] for name in ("bank", "branch"))
    return render(request, "portal/branches_found.html", {"searched": search_branches(bank=bank, text=text)})


@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, reference: str) -> HttpResponse:
    """How far the transfer is, and where to type the amount (2.3.7); the page follows by itself."""
    tenant = tenant_of_customer(request)
    view, way = _application(tenant, reference)
    if is_past_transfer(view):
        goal = redirect("portal:verification_application", reference)
        return HttpResponseClientRefresh() if request.htmx else goal  # type: ignore[attr-defined]
    if request.htmx:  # type: ignore[attr-defined]
        return _part(request, view, way)
    form = AmountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        refusal = _type_amount(request, tenant, reference, form.cleaned_data["amount"])
        view, way = _application(tenant, reference)
        if refusal is None or not way.takes_amount:
            # Over: the page says how it ended, and a reload sends nothing again.
            return redirect("portal:transfer", reference)
        add_refusal(form, refusal)
    context = {"form": form, **_context(view, way), "money_back": money_back()}
    return render(request, "portal/transfer.html", context, status=422 if form.errors else 200)


def _type_amount(request: HttpRequest, tenant: TenantFacts, reference: str, typed: str) -> Refused | None:
    try:
        fen = parse_small_sum(typed)
    except NotASmallSum:
        return BadAmount(field="amount")
    answer = confirm_amount(actor=actor_of(request), tenant_id=tenant.id, reference=reference, fen=fen, now=now())
    match answer.verdict:
        case AmountVerdict.WRONG:
            return WrongAmount(field="amount", left=answer.tries_left, remark=reference)
        case AmountVerdict.TOO_EARLY:
            return AmountTooEarly(field="amount")
        case _:
            return None


def _part(request: HttpRequest, view: ApplicationView, way: TransferView) -> HttpResponse:
    """The lines that change. Where the page itself has to change, it comes anew; nobody loses what he is typing."""
    if request.GET.get("seen") != _phase(way):
        return HttpResponseClientRefresh()
    return render(request, "portal/transfer_part.html", _context(view, way))


def _context(view: ApplicationView, way: TransferView) -> dict[str, object]:
    bank, phase = company_bank_named(view.bank_code), _phase(way)
    kind, words = TRANSFER_WORDS[way.state]
    return {
        "view": view,
        "way": way,
        "state_kind": kind,
        "state_words": words,
        "phase": phase,
        "bank_name": _bank_name(bank.name_zh, bank.name_en) if bank else way.bank_name,
        "steps": steps(1 if phase == "before" else 2),
        "moments": _moments(view, way),
        "refusal": _refusal(view),
        "late": phase == "amount" and way.credited_at is None and now() > way.expected_by,
        "poll": {"before": POLL_SECONDS, "amount": CALM_POLL_SECONDS}.get(phase, 0),
    }


def _phase(way: TransferView) -> str:
    if way.takes_amount:
        return "amount"
    return "before" if way.state in (TransferState.CREATED, TransferState.SENDING) else "end"


def _refusal(view: ApplicationView) -> Explained | None:
    if not view.refusal:
        return None
    limits = settings.LIMITS
    facts: dict[str, str | int | float | bool | list[str] | None] = {
        "reference": view.reference,
        "limit": limits.transfer_wrong_amounts,
        "days": limits.transfer_days,
    }
    return ways_on(view, explain(view.refusal, facts))


def _moments(view: ApplicationView, way: TransferView) -> list[dict[str, object]]:
    moments: list[dict[str, object]] = [{"label": _("Form received"), "at": way.created_at}]
    if way.sent_at:
        moments.append({"label": _("Transfer sent"), "at": way.sent_at})
    if way.credited_at:
        moments.append({"label": _("Arrived at the bank"), "at": way.credited_at})
    if way.ended_at:
        failed = way.state is not TransferState.VERIFIED
        label = TRANSFER_WORDS[way.state][1]
        return [*moments, {"label": label, "at": way.ended_at, "state": "failed" if failed else "done"}]
    if not way.sent_at:
        return [*moments, {"label": _("The transfer is sent"), "state": "now"}]
    if not way.credited_at:
        moments.append({"label": _("The money arrives, at the latest by"), "at": way.expected_by, "state": "now"})
    return [*moments, {"label": _("You type the amount, at the latest by"), "at": way.expires_at, "state": "now"}]


@require_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Stops the verification at any time; another way can be chosen (2.3.13)."""
    tenant = tenant_of_customer(request)
    cancel_transfer(actor=actor_of(request), tenant_id=tenant.id, reference=reference, now=now())
    messages.success(
        request, _("The verification is cancelled; what you had typed is erased. You can choose another way.")
    )
    return redirect("portal:verification")


def _waiting(tenant: TenantFacts) -> ApplicationView | None:
    """The attempt that must end before another begins. Raises TransfersNotOffered, AccountWayClosed."""
    waiting = open_application_of(tenant.id)
    if waiting is not None and waiting.state is not ApplicationState.DRAFT:
        return waiting
    if not transfers_offered():
        raise TransfersNotOffered
    closed = way_closed(tenant.id)
    if closed is not None:
        raise closed
    return None


def _application(tenant: TenantFacts, reference: str) -> tuple[ApplicationView, TransferView]:
    view = application(tenant_id=tenant.id, reference=reference)
    if view is None or view.transfer is None:
        raise NoSuchApplication
    return view, view.transfer


def _bank_name(name_zh: str, name_en: str) -> str:
    return name_zh if (get_language() or "").startswith("zh") else name_en
