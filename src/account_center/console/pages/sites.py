"""Trusted sites and what they told us (2.4.10); students (2.1.16); marks of tenants (2.1.23)."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from account_center.console import services
from account_center.console.forms import BecauseForm
from account_center.console.forms_sites import MarkForm, StopForm, StudentForm
from account_center.console.guard import posted, staff_page
from account_center.console.keyset import LONGEST
from account_center.console.labels import label
from account_center.console.pages.acts import MANAGER, act_page
from account_center.console.queries import results_at, site, sites, tenant_and_owner
from account_center.console.types import SiteResult
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.realname.queries import verification_of


@dataclass(frozen=True, slots=True)
class ShownResult:
    """One line of the list."""

    result: SiteResult
    method: str
    state: str
    doubts: str


@staff_page(methods=("GET",))
def overview(request: HttpRequest) -> HttpResponse:
    """Every site that may send results, or once could."""
    shown = [(one, [label(scope) for scope in one.does]) for one in sites()]
    return render(request, "console/sites.html", {"sites": shown})


@staff_page(methods=("GET",))
def tenants_of_site(request: HttpRequest, client_id: str) -> HttpResponse:
    """The tenants that this site had us verify, the newest first."""
    found = site(client_id)
    text = request.GET.get("after", "")
    known = text.isascii() and text.isdecimal() and len(text) <= LONGEST
    page = results_at(client_id, after=int(text) if known else None)
    context = {
        "site": found,
        "results": [_shown(one) for one in page.results],
        "after": page.after,
        "manager": MANAGER in actor_of(request).roles,
    }
    return render(request, "console/site.html", context)


def _shown(one: SiteResult) -> ShownResult:
    said = one.verified
    doubts = said.findings.doubts if said.findings else ()
    return ShownResult(
        result=one,
        method=label(said.source.method),
        state=label(said.state),
        doubts=_(", ").join(label(doubt) for doubt in doubts),
    )


@staff_page(role=MANAGER)
def stop(request: HttpRequest, client_id: str) -> HttpResponse:
    """Ends the trust in a site: nothing new is taken, what was taken stays."""
    found, form = site(client_id), StopForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.stop_trusting(actor=actor_of(request), client_id=client_id, because=form.because(), now=now())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Nothing is taken over from %(site)s any more.") % {"site": found.name})
            return redirect("console:sites")
    context = {"site": found, "form": form}
    return render(request, "console/site_stop.html", context, status=422 if form.errors else 200)


@staff_page()
def student(request: HttpRequest, public_id: str) -> HttpResponse:
    """Gives a student status on a ticket's proof."""
    tenant, account = tenant_and_owner(public_id)
    form = StudentForm(posted(request))

    def act() -> str:
        typed = form.cleaned_data
        services.give_student(
            actor=actor_of(request),
            tenant=tenant,
            study=form.study(),
            ticket=typed["ticket"],
            evidence=typed["evidence"],
            now=now(),
        )
        return _("%(tenant)s counts as a student's until %(until)s.") % {
            "tenant": tenant.name,
            "until": typed["until"].isoformat(),
        }

    held = verification_of(tenant.id)
    says = (
        _("Tenant: %(tenant)s") % {"tenant": tenant.name},
        _("Verified as %(name)s: the proof must be this person's.") % {"name": held.name_masked}
        if held
        else _("The tenant is not verified."),
        _("It counts for the person the tenant is verified as, at once; a status given before is replaced."),
    )
    return act_page(request, form, account, act, title=_("Give a student status"), says=says, submit=_("Give it"))


@staff_page()
def student_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Takes a student status back before its day."""
    tenant, account = tenant_and_owner(public_id)
    form = BecauseForm(posted(request))

    def act() -> str:
        services.end_student(actor=actor_of(request), tenant=tenant, because=form.because(), now=now())
        return _("The student status was taken back.")

    says = (_("Tenant: %(tenant)s") % {"tenant": tenant.name}, _("The owner is told, and reads the reason."))
    title = _("Take the student status back")
    return act_page(request, form, account, act, title=title, says=says, submit=_("Take it back"))


@staff_page(role=MANAGER)
def mark(request: HttpRequest, public_id: str) -> HttpResponse:
    """Marks a tenant, such as that of an internal employee, or takes a mark off."""
    tenant, account = tenant_and_owner(public_id)
    form = MarkForm(posted(request), marks=tenant.marks)

    def act() -> str:
        wanted, present = form.wanted()
        services.mark_tenant(
            actor=actor_of(request), tenant=tenant, mark=wanted, present=present, because=form.because()
        )
        words = _("Marked as: %(mark)s.") if present else _("Not marked any more: %(mark)s.")
        return words % {"mark": label(wanted)}

    marks = _(", ").join(label(one) for one in sorted(tenant.marks)) or _("none")
    says = (
        _("Tenant: %(tenant)s") % {"tenant": tenant.name},
        _("Marks now: %(marks)s") % {"marks": marks},
        _(
            "The verification of a tenant marked as an internal employee's is arranged by ticket; the usual ways refuse it."
        ),
    )
    return act_page(request, form, account, act, title=_("Marks of the tenant"), says=says, submit=_("Change the mark"))
