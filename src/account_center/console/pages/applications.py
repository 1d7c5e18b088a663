"""One application as staff see it: masked, with its pictures, its timeline, and what two of them may do with it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from account_center.console import services
from account_center.console.forms import LegalHoldForm, ProposalForm
from account_center.console.guard import posted, staff_page
from account_center.console.keyset import key_of
from account_center.console.pages.acts import act_page
from account_center.console.queries import owner_of_application
from account_center.console.showing import application_facts
from account_center.console.showing_applications import shown_erased, shown_pictures, shown_timeline
from account_center.documents.queries import LISTED, erased_images
from account_center.kit.actor import StaffRole
from account_center.kit.clock import now
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import one_moment
from account_center.realname.queries import pictures_of
from account_center.realname.services.legal_holds import legal_hold, legal_hold_on, legal_holds, place_legal_hold
from account_center.realname.services.reviewing import require_reviewer
from account_center.realname.types import ApplicationState, ApplicationView, Way

REVIEWED = (Way.DOCUMENT, Way.ENTERPRISE_PAPERS)


@staff_page(methods=("GET",))
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything about one application but what was typed. The look stands in the customer's history."""
    actor = actor_of(request)
    with one_moment():
        view, account = owner_of_application(reference)
        context = _context(view, reviewer=StaffRole.REVIEWER in actor.roles)
    services.note_look_at_application(actor=actor, owner_id=account.id)
    return render(request, "console/application.html", {**context, "account": account})


def _context(view: ApplicationView, *, reviewer: bool) -> dict[str, object]:
    return {
        "view": view,
        "shown": application_facts(view),
        "pictures": shown_pictures(pictures_of(view.reference)),
        "timeline": shown_timeline(view),
        "hold": legal_hold_on(view.reference) if reviewer else None,
        "reviewer": reviewer,
        "can_reopen": reviewer and view.state is ApplicationState.REFUSED and view.way in REVIEWED,
    }


@staff_page()
def propose_reopening(request: HttpRequest, reference: str) -> HttpResponse:
    """A refused application shall be looked at again (2.1.12); a colleague has to agree."""
    require_reviewer(actor_of(request))
    _view, account = owner_of_application(reference)
    form = ProposalForm(posted(request))

    def act() -> str:
        services.propose_reopening(
            actor=actor_of(request),
            reference=reference,
            because=form.because(),
            key=form.cleaned_data["key"],
            now=now(),
        )
        return _("Proposed. A colleague has to agree; then the customer is told.")

    says = (
        _("Application %(reference)s was refused.") % {"reference": reference},
        _(
            "When a second member of staff has agreed, it goes back to the reviewers, and the customer is told. Pictures that were erased are asked for once more."
        ),
    )
    return act_page(
        request,
        form,
        account,
        act,
        title=_("Take the application up again"),
        says=says,
        submit=_("Propose"),
        back=reverse("console:application", args=[reference]),
    )


@staff_page()
def hold(request: HttpRequest, reference: str) -> HttpResponse:
    """Keeps pictures and numbers from being erased, by an order."""
    require_reviewer(actor_of(request))
    _view, account = owner_of_application(reference)
    form = LegalHoldForm(posted(request))

    def act() -> str:
        typed = form.cleaned_data
        place_legal_hold(
            actor=actor_of(request), reference=reference, order=typed["order"], reason=typed["reason"], now=now()
        )
        return _("Nothing of this application is erased until the hold is lifted.")

    says = (
        _("Application %(reference)s: pictures and what was typed are kept from now on, whatever their dates say.")
        % {"reference": reference},
        _("What is erased already stays erased. The customer's history does not show the hold."),
    )
    return act_page(
        request,
        form,
        account,
        act,
        title=_("Place a legal hold"),
        says=says,
        submit=_("Place the hold"),
        back=reverse("console:application", args=[reference]),
    )


@staff_page()
def lift(request: HttpRequest, hold_id: int) -> HttpResponse:
    """The order has ended; a colleague has to agree that nothing needs to be kept any more."""
    require_reviewer(actor_of(request))
    held = legal_hold(hold_id)
    _view, account = owner_of_application(held.reference)
    form = ProposalForm(posted(request))

    def act() -> str:
        services.propose_lifting(
            actor=actor_of(request), hold_id=hold_id, because=form.because(), key=form.cleaned_data["key"], now=now()
        )
        return _("Proposed. A colleague has to agree; then the dates of erasing count again.")

    says = (
        _("Application %(reference)s, order %(order)s.") % {"reference": held.reference, "order": held.order},
        _("When a second member of staff has agreed, what is overdue is erased with the next run."),
    )
    return act_page(
        request,
        form,
        account,
        act,
        title=_("Lift the legal hold"),
        says=says,
        submit=_("Propose"),
        back=reverse("console:retention"),
    )


@staff_page(methods=("GET",))
def retention(request: HttpRequest) -> HttpResponse:
    """What an order keeps, and the proof of what was erased."""
    require_reviewer(actor_of(request))
    reference = request.GET.get("reference", "").strip().upper()
    owner = f"realname.application:{reference}" if reference else ""
    erased = erased_images(owner=owner, before=key_of(request.GET.get("before", "")))
    last = erased[-1] if len(erased) == LISTED else None
    context = {
        "holds": legal_holds(),
        "erased": [shown_erased(facts) for _number, facts in erased],
        "older": f"{last[1].erased_at.isoformat()},{last[0]}" if last and last[1].erased_at else "",
        "reference": reference,
        "zone": timezone.get_current_timezone_name(),
        "days": settings.LIMITS.document_keep_days,
    }
    return render(request, "console/retention.html", context)
