"""Asking for a higher limit of verifications (2.1.22): the ticket that support and customer managers need."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from account_center.kit.clock import now
from account_center.kit.masking import mask_name, mask_organisation
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.customer import customer_of
from account_center.portal.forms_limit import LimitForm
from account_center.portal.full_numbers import Remembered, forget_full, remembered_full
from account_center.realname.services.full_numbers import number_typed
from account_center.realname.types import Counted
from account_center.support.queries.proposals import PROPOSAL_WORDS
from account_center.support.services.asking import Request
from account_center.support.services.wishes import ask_for_more
from account_center.support.types import Category, ProposalKind


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """How many are needed; for whom is known where a limit has just stood in the way."""
    customer, known = customer_of(request), remembered_full(request)
    form = LimitForm(request.POST or None, known=known.number.kind if known else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = known or _typed(form)
            opened = ask_for_more(
                actor=actor_of(request),
                account_id=customer.account.id,
                tenant_id=customer.tenant.id if customer.tenant else None,
                number=asked.number,
                wanted=form.cleaned_data["wanted"],
                request=_request(form, asked, told=known is not None),
                now=now(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            forget_full(request)
            return redirect("portal:ticket", opened)
    organisation = known is not None and known.number.kind is Counted.ORGANISATION
    context = {"form": form, "known": known, "what": _what(known) if known else "", "organisation": organisation}
    return render(request, "portal/ticket_limit.html", context, status=422 if form.errors else 200)


def _typed(form: LimitForm) -> Remembered:
    typed = form.cleaned_data
    kind = Counted(typed["kind"])
    number = number_typed(kind, typed["number"], now=now())
    mask = mask_organisation if kind is Counted.ORGANISATION else mask_name
    return Remembered(number, mask(typed["name"].strip()))


def _what(asked: Remembered) -> str:
    return str(PROPOSAL_WORDS[ProposalKind(asked.number.kind.value)])


def _request(form: LimitForm, asked: Remembered, *, told: bool) -> Request:
    """What support reads: name and number masked, how many are wanted and why.

    How many are used only where the customer was ``told`` so before: he reads his ticket, and the number may be
    anybody's. Support sees it beside the ticket.
    """
    typed = form.cleaned_data
    used = _("Used: %(used)d of %(allowed)d") % {"used": asked.number.used, "allowed": asked.number.allowed}
    lines = (
        _("For: %(name)s, %(number)s") % {"name": asked.name, "number": asked.number.masked},
        *([used] if told else []),
        _("Wanted: %(wanted)d") % {"wanted": typed["wanted"]},
        "",
        typed["text"],
    )
    subject = _("A higher limit: %(what)s") % {"what": _what(asked)}
    return Request(key=typed["key"], category=Category.QUOTA, subject=subject, text="\n".join(lines))
