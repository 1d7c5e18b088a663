"""Real-name verification: the ways, what holds, and every attempt."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from account_center.kit.clock import now
from account_center.kit.limits import HOUR
from account_center.kit.refused import Fact
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.wording import Explained, explain
from account_center.portal.again import OPEN_WAYS, ways_on
from account_center.portal.besides import METHOD_WORDS, besides
from account_center.portal.changing import ChangeMode
from account_center.portal.customer import tenant_of_customer
from account_center.portal.timeline import with_what_happened
from account_center.portal.verification_dates import asked_until
from account_center.portal.words import ACTION_WORDS, CHANGE_WORDS, SLOT_WORDS, STATE_WORDS, WAY_WORDS, state_words
from account_center.realname.errors import NoSuchApplication
from account_center.realname.queries import (
    application,
    applications_of,
    change_pictures,
    may_be_withdrawn,
    open_application_of,
    pictures_of,
    transfers_offered,
    verification_of,
    verifications_of,
    ways_offered,
)
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    Party,
    TransferState,
    Verdict,
    VerificationView,
    Way,
    WayFacts,
)
from account_center.standing.queries import decisions_for, what_is_blocked
from account_center.standing.types import Action
from account_center.tenants.types import TenantFacts

POLL_SECONDS, CALM_POLL_SECONDS = 3, 15
FOLLOWED_SECONDS = HOUR // 2
STOP_POLLING = 286  # htmx's own
WAITING = (ApplicationState.DRAFT, ApplicationState.REVIEWING, ApplicationState.ASKED_AGAIN)
# Begun, waiting for the person, what the person did, waiting for the answer.
_STEPS_OF_A_CARD = (
    gettext_lazy("Form and picture received"),
    gettext_lazy("Code to the phone left with the bank"),
    gettext_lazy("Phone proven, bank asked"),
    gettext_lazy("The bank answers"),
)
_STEPS_OF_A_SCAN = (
    gettext_lazy("Form received"),
    gettext_lazy("Picture of the face, with the phone"),
    gettext_lazy("Picture sent from the phone, comparison asked"),
    gettext_lazy("The comparison is answered"),
)


@dataclass(frozen=True, slots=True)
class ShownWay:
    """A way as the page shows it."""

    name: str | Promise
    takes: str
    facts: WayFacts
    url: str


@dataclass(frozen=True, slots=True)
class ShownApplication:
    """An attempt as the page shows it."""

    view: ApplicationView
    kind: str
    state: str | Promise
    way: str | Promise


@require_safe
@at_one_moment
def overview(request: HttpRequest) -> HttpResponse:
    """What holds, what being unverified means, and the ways with their times (2.1.1, 2.1.2)."""
    tenant = tenant_of_customer(request)
    ways = shown_ways()
    applications = [_shown(view) for view in applications_of(tenant.id)]
    held = verification_of(tenant.id)
    context = {
        "tenant": tenant,
        "verification": held,
        "invoices": _invoices(tenant),
        "besides": besides(tenant, held, now=now()),
        "waiting": open_application_of(tenant.id),
        "last_refused": next((one for one in applications[:1] if one.view.state is ApplicationState.REFUSED), None),
        "blocked": [ACTION_WORDS[action] for action in what_is_blocked(tenant.id)],
        "individual": [one for one in ways if not one.facts.for_enterprise],
        "enterprise": [one for one in ways if one.facts.for_enterprise],
        "applications": applications,
        "earlier": [_was(one) for one in verifications_of(tenant.id) if one.replaced_at],
    }
    return render(request, "portal/verification.html", context)


def _invoices(tenant: TenantFacts) -> list[Explained]:
    """By which name invoices go, where the verified name has changed or is about to: as other services are told (2.3.20)."""
    asked = Action.REQUEST_INVOICE
    decision = decisions_for(tenant.id, [asked], now())[asked]
    return [explain(note.code, dict(note.facts)) for note in decision.notes]


def _was(view: VerificationView) -> dict[str, object]:
    """One verification that was replaced by a change; who decided is for staff, that somebody did is for all."""
    by = _("staff") if view.decided_by else _("without staff")
    return {"view": view, "way": WAY_WORDS[view.way], "by": by}


def shown_ways() -> list[ShownWay]:
    """Every way with where it begins; without an address where it is not offered here."""
    return [_shown_way(facts) for facts in ways_offered()]


def _shown_way(facts: WayFacts) -> ShownWay:
    here = facts.way is not Way.BANK_ACCOUNT or transfers_offered()
    url = OPEN_WAYS.get(facts.way, "") if here else ""
    return ShownWay(name=WAY_WORDS[facts.way], takes=_takes(facts), facts=facts, url=url)


def _takes(facts: WayFacts) -> str:
    if facts.instant:
        return _("answered at once")
    if facts.best_minutes:
        return _("%(minutes)d minutes at best, at most %(days)d working days") % {
            "minutes": facts.best_minutes,
            "days": facts.longest_working_days,
        }
    return _("%(from)d to %(to)d working days") % {
        "from": facts.shortest_working_days,
        "to": facts.longest_working_days,
    }


def _shown(view: ApplicationView) -> ShownApplication:
    kind, state = state_words(view)
    return ShownApplication(view=view, kind=kind, state=state, way=WAY_WORDS[view.way])


@require_safe
@at_one_moment
def application_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One attempt: its result, or its progress, which the page follows by itself."""
    tenant = tenant_of_customer(request)
    view = application(tenant_id=tenant.id, reference=reference)
    if view is None:
        raise NoSuchApplication
    if view.way is Way.BANK_ACCOUNT and not is_past_transfer(view):
        return redirect("portal:transfer", reference)
    if view.way is Way.SCAN and view.state is ApplicationState.DRAFT and not request.htmx:  # type: ignore[attr-defined]
        return redirect("portal:scan_code", reference)
    checking, moments = view.state is ApplicationState.CHECKING, with_what_happened(view, _moments(view))
    seen = f"{view.state.value}-{len(moments)}"
    if request.htmx and not checking:  # type: ignore[attr-defined]
        return _nothing_new(request) if request.GET.get("seen") == seen else HttpResponseClientRefresh()
    context = {
        "shown": _shown(view),
        "refusal": _refusal(view),
        "about": _refused_pictures(view),
        "asked": asked_pictures(view),
        "until": asked_until(view),
        "settle_hours": settings.LIMITS.provider_settle_seconds // HOUR,
        "organisation": view.party is Party.ORGANISATION,
        "moments": moments,
        "may_withdraw": may_be_withdrawn(view),
        "poll": POLL_SECONDS if checking else CALM_POLL_SECONDS if view.state in WAITING else 0,
        "seen": seen,
        "since": int(now().timestamp()),
        "late": _is_late(view),
        "change": ChangeMode.of(view.change) if view.change else None,
        "method": METHOD_WORDS[view.partner.method] if view.partner else "",
    }
    # Once it is decided the whole page comes anew, with its title and without asking again.
    part = "portal/application_part.html"
    return render(request, part if request.htmx else "portal/application.html", context)  # type: ignore[attr-defined]


def _nothing_new(request: HttpRequest) -> HttpResponse:
    """Staff take days: after a while the page asks only when it is looked at."""
    since = request.GET.get("since", "")
    old = since.isascii() and since.isdigit() and now().timestamp() - int(since[:12]) > FOLLOWED_SECONDS
    return HttpResponse(status=STOP_POLLING, headers={"HX-Reswap": "none"}) if old else HttpResponse(status=204)


def is_past_transfer(view: ApplicationView) -> bool:
    """Whether the amount was right and staff still read the form of a change: the rest is told on the application's page."""
    if view.transfer is None or view.transfer.state is not TransferState.VERIFIED:
        return False
    return view.change is not None and bool(change_pictures(view.change))


def _is_late(view: ApplicationView) -> bool:
    """Past the time that was promised: then a ticket asks how it stands (2.1.10). The bank is asked to answer at once."""
    if view.promised_by is not None and view.state in (ApplicationState.CHECKING, ApplicationState.REVIEWING):
        return now() > view.promised_by
    return view.state is ApplicationState.CHECKING


def _refused_pictures(view: ApplicationView) -> str:
    """Which pictures staff refused: the reason alone does not say whether it was the certificate or the form (2.1.9)."""
    if view.state is not ApplicationState.REFUSED or view.submitted_at is None:
        return ""
    wrong = [one for one in pictures_of(view.reference) if one.verdict is Verdict.REFUSED and one.replaced_at is None]
    return _(", ").join(str(SLOT_WORDS[one.slot]) for one in wrong)


def asked_pictures(view: ApplicationView) -> list[tuple[str | Promise, Explained]]:
    """The pictures that staff asked for again, each with its reason."""
    return [(SLOT_WORDS[one.slot], explain(one.code, _facts(view))) for one in view.asked]


def _refusal(view: ApplicationView) -> Explained | None:
    return ways_on(view, explain(view.refusal, _facts(view))) if view.refusal else None


def _facts(view: ApplicationView) -> dict[str, Fact]:
    return {
        "reference": view.reference,
        "operator": settings.OPERATOR,
        "days": settings.LIMITS.asked_again_days,
    }


def _moments(view: ApplicationView) -> list[dict[str, object]]:
    moments = _moments_of_way(view)
    if view.change:
        moments.insert(0, {"label": _("Change asked for"), "at": view.created_at, "text": CHANGE_WORDS[view.change]})
    return moments


def _moments_of_way(view: ApplicationView) -> list[dict[str, object]]:
    if view.way in (Way.DOCUMENT, Way.ENTERPRISE_PAPERS, Way.PARTNER):
        return _moments_of_review(view)
    kind = view.state
    said = _STEPS_OF_A_SCAN if view.way is Way.SCAN else _STEPS_OF_A_CARD
    moments: list[dict[str, object]] = [{"label": said[0], "at": view.created_at}]
    if kind is ApplicationState.DRAFT:
        return [*moments, {"label": said[1], "state": "now"}]
    if view.confirmed_at:
        moments.append({"label": said[2], "at": view.confirmed_at})
    if kind is ApplicationState.CHECKING:
        return [*moments, {"label": said[3], "state": "now"}]
    if view.submitted_at:  # a change: the quick way has answered, and staff read the form (2.4.8)
        moments.append({"label": _("Answered, handed to staff"), "at": view.submitted_at})
    if kind in (ApplicationState.REVIEWING, ApplicationState.ASKED_AGAIN):
        return [*moments, _ahead(view)]
    failed = kind is ApplicationState.REFUSED
    return [*moments, {"label": STATE_WORDS[kind][1], "at": view.decided_at, "state": "failed" if failed else "done"}]


def _received(view: ApplicationView) -> str:
    if view.partner is None:
        return _("Form and pictures received")
    return _("Result received from %(site)s") % {"site": view.partner.site.name}


def _moments_of_review(view: ApplicationView) -> list[dict[str, object]]:
    moments: list[dict[str, object]] = [{"label": _received(view), "at": view.created_at}]
    match view.state:
        case ApplicationState.CHECKING:
            return [*moments, {"label": _("The public register answers"), "state": "now"}]
        case ApplicationState.REVIEWING | ApplicationState.ASKED_AGAIN:
            return [*moments, _ahead(view)]
        case state:
            failed = state is not ApplicationState.APPROVED
            return [
                *moments,
                {"label": STATE_WORDS[state][1], "at": view.decided_at, "state": "failed" if failed else "done"},
            ]


def _ahead(view: ApplicationView) -> dict[str, object]:
    if view.state is ApplicationState.ASKED_AGAIN:
        return {"label": _("Staff wait for another picture from you"), "state": "now"}
    return {"label": _("Staff decide, at the latest by"), "at": view.promised_by, "state": "now"}
