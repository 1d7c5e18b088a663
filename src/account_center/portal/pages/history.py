"""The account's own history: sign-ins and operations, filtered, and as a file (3.1.19)."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from account_center.audit.queries import event_of_account, history_of, whole_history_of
from account_center.audit.services import begin_export
from account_center.audit.types import EventFacts, ExportFormat, HistoryPage, Spot, Topic, Whose
from account_center.kit.clock import now
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.portal.customer import Customer, customer_of
from account_center.portal.forms_history import FileForm, HistoryForm, View
from account_center.portal.showing_history import as_csv, as_json, shown
from account_center.portal.strangers import report_stranger
from account_center.signin.services.unusual import disown_sign_in

NOTHING = HistoryPage(events=())
CONTENT = {ExportFormat.CSV: "text/csv; charset=utf-8", ExportFormat.JSON: "application/json"}


@require_safe
@at_one_moment
def history(request: HttpRequest) -> HttpResponse:
    """Sign-ins, also failed ones, or everything else; newest first."""
    view = _view(request.GET.get("view", ""))
    form = HistoryForm(request.GET, view=view)
    before = Spot.parse(request.GET.get("before", ""))
    page = NOTHING
    if form.is_valid():
        page = history_of(whose=_whose(customer_of(request)), wanted=form.wanted(), before=before)
    chosen = {name: value for name, value in form.data.items() if name in form.fields and value}
    context = {
        "view": view.value,
        "form": form,
        "chosen": chosen,
        "events": [shown(event) for event in page.events],
        "before": before,
        "newest": _query(view, chosen),
        "older": f"{_query(view, chosen)}&before={page.older}" if page.older else "",
        "compared_to": page.compared_to,
        "zone": timezone.get_current_timezone_name(),
        "days": settings.LIMITS.history_export_days,
    }
    return render(request, "portal/history.html", context, status=422 if form.errors else 200)


def _view(text: str) -> View:
    return View(text) if text in set(View) else View.SIGN_INS


def _query(view: View, chosen: dict[str, str]) -> str:
    return urlencode({"view": view.value, **chosen})


def _whose(customer: Customer) -> Whose:
    return Whose(customer.account.id, (customer.tenant.id,) if customer.tenant else ())


@require_POST
def file(request: HttpRequest) -> HttpResponseBase:
    """The same events as a file, sent while it is read."""
    customer = customer_of(request)
    form = FileForm(request.POST, view=_view(request.POST.get("view", "")))
    if not form.is_valid():
        return redirect(f"{reverse('portal:history')}?{_query(form.view, {})}")
    kind = ExportFormat(form.cleaned_data["file"])
    wanted = begin_export(
        actor=actor_of(request), account_id=customer.account.id, wanted=form.wanted(), file=kind, now=now()
    )
    lines = _lines(whole_history_of(whose=_whose(customer), wanted=wanted), kind, customer)
    response = StreamingHttpResponse(lines, content_type=CONTENT[kind])
    name = f"history-{form.view.value.replace('_', '-')}-{timezone.localdate():%Y-%m-%d}.{kind.value}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(events: Iterator[EventFacts], kind: ExportFormat, customer: Customer) -> Iterator[str]:
    language = get_language() or "en"
    if kind is ExportFormat.CSV:
        return as_csv(events, language=language)
    head = {"account": customer.account.name, "time_zone": timezone.get_current_timezone_name()}
    return as_json(events, language=language, head=head)


@require_http_methods(["GET", "POST"])
def not_me(request: HttpRequest, event_id: int) -> HttpResponse:
    """A sign-in that was somebody else's: everything ends, and the next sign-in asks for a new password."""
    customer = customer_of(request)
    event = event_of_account(account_id=customer.account.id, event_id=event_id)
    if event is None or event.topic is not Topic.SIGNED_IN:
        raise Http404
    if request.method == "GET":
        return render(request, "portal/history_not_me.html", {"event": shown(event)})
    actor, account_id = actor_of(request), customer.account.id
    disown_sign_in(actor=actor, account_id=account_id, address=event.address, agent=event.agent)
    reference = report_stranger(
        actor=actor, account_id=account_id, at=event.at, address=event.address, agent=event.agent, now=now()
    )
    logout(request)
    messages.success(
        request,
        _(
            "Every session and every trusted device of the account has ended. Sign in, and choose a new password. Support looks into it too: ticket %(reference)s."
        )
        % {"reference": reference},
    )
    return redirect("portal:sign_in")
