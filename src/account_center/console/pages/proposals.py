"""What goes past the usual: proposing it, and agreeing as the second person (2.1.22)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from account_center.accounts.types import AccountFacts
from account_center.console import services
from account_center.console.forms import AnswerForm, RaiseForm
from account_center.console.guard import posted, staff_page
from account_center.console.pages.acts import MANAGER, act_page
from account_center.console.queries import customer, tenant_and_owner
from account_center.console.rules import kept_note
from account_center.console.showing_proposals import shown_proposal
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.support.errors import NoSuchProposal, NoSuchTicket
from account_center.support.queries.proposals import (
    LISTED,
    OF_PHONES,
    PROPOSAL_WORDS,
    open_proposals,
    proposal,
    wish_of,
)
from account_center.support.services.proposals import (
    approve_proposal,
    refuse_proposal,
    withdraw_proposal,
)
from account_center.support.types import LimitTarget, ProposalKind


@staff_page(methods=("GET",))
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, the oldest first."""
    after = request.GET.get("after", "")
    known = after.isascii() and after.isdecimal() and len(after) < len(str(2**62))
    found = open_proposals(after=int(after) if known else 0)
    context = {
        "rows": [shown_proposal(one, staff_id=request.user.pk) for one in found],
        "next": found[-1].number if len(found) == LISTED else None,
    }
    return render(request, "console/proposals.html", context)


@staff_page(methods=("GET",))
def show(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal, with what the second person decides on."""
    return _show(request, proposal_id, AnswerForm(), status=200)


def _show(request: HttpRequest, proposal_id: UUID, form: AnswerForm, *, status: int) -> HttpResponse:
    with one_moment():
        found = proposal(proposal_id)
        if found is None:
            raise NoSuchProposal
        owner = customer(found.account_id)
    context = {"shown": shown_proposal(found, staff_id=request.user.pk), "account": owner, "form": form}
    return render(request, "console/proposal.html", context, status=status)


@staff_page(methods=("POST",))
def approve(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The second person agrees; it is done at once."""
    approve_proposal(actor=actor_of(request), proposal_id=proposal_id, now=now())
    found = proposal(proposal_id)
    told = found is None or found.kind is not ProposalKind.LIFT_HOLD
    messages.success(request, _("Agreed and done. The customer is told.") if told else _("Agreed and done."))
    return redirect("console:proposals")


@staff_page(methods=("POST",))
def refuse(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The second person does not agree."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            because = kept_note(form.cleaned_data["because"])
            refuse_proposal(actor=actor_of(request), proposal_id=proposal_id, because=because, now=now())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Refused. Nothing was changed."))
            return redirect("console:proposals")
    return _show(request, proposal_id, form, status=422)


@staff_page(methods=("POST",))
def withdraw(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Whoever proposed it thinks better of it."""
    withdraw_proposal(actor=actor_of(request), proposal_id=proposal_id, now=now())
    messages.success(request, _("Withdrawn. Nothing was changed."))
    return redirect("console:proposals")


@staff_page(role=MANAGER)
def limit_of_phone(request: HttpRequest, account_id: int, kind: str) -> HttpResponse:
    """More accounts (3.1.15) or tenants (1.8) for a phone."""
    chosen = _kind(kind)
    if chosen not in OF_PHONES:
        raise Http404
    with one_moment():
        account = customer(account_id)
        target = services.limit_of_phone(account, chosen)
    return _propose(request, account, target)


@staff_page(role=MANAGER)
def limit_of_number(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """More tenants for the person, organisation or card behind a tenant (2.1.22), or attempts for a bank account."""
    chosen = _kind(kind)
    if chosen in OF_PHONES or not chosen.is_limit:
        raise Http404
    with one_moment():
        tenant, account = tenant_and_owner(public_id)
        target = services.limit_of_number(tenant, chosen)
    return _propose(request, account, target)


@staff_page(role=MANAGER)
def limit_of_ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """What the ticket of a customer asks for (2.1.22)."""
    with one_moment():
        wish = wish_of(reference)
        if wish is None:
            raise NoSuchTicket
        account = customer(wish.target.account_id)
    return _propose(request, account, wish.target, wanted=wish.wanted, ticket=reference)


def _propose(
    request: HttpRequest, account: AccountFacts, target: LimitTarget, *, wanted: int | None = None, ticket: str = ""
) -> HttpResponse:
    given = {"allowed": wanted, **({"reason": "ticket", "note": ticket} if ticket else {})}
    form = RaiseForm(posted(request), initial=given)

    def act() -> str:
        typed = form.cleaned_data
        services.propose_limit(
            actor=actor_of(request),
            target=target,
            allowed=typed["allowed"],
            because=form.because(),
            key=typed["key"],
            now=now(),
            ticket=ticket,
        )
        return _("Proposed. A colleague has to agree; then it counts at once, and the customer is told.")

    facts = {"shown": target.shown, "used": target.used, "allowed": target.allowed}
    says = (
        _("%(shown)s: %(used)d of %(allowed)d are used.") % facts,
        _("The new limit holds for this one only. A second member of staff has to agree."),
    )
    title = _("Propose: %(what)s") % {"what": PROPOSAL_WORDS[target.kind]}
    page = reverse("console:ticket", args=[ticket]) if ticket else ""
    return act_page(request, form, account, act, title=title, says=says, submit=_("Propose"), back=page)


def _kind(text: str) -> ProposalKind:
    try:
        return ProposalKind(text.replace("-", "_"))
    except ValueError:
        raise Http404 from None
