"""Looking at a customer. Every look is written into the customer's own history."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from account_center.audit.types import Spot, Wanted
from account_center.console.forms import BecauseForm
from account_center.console.forms_history import HistoryForm
from account_center.console.guard import posted, staff_page
from account_center.console.queries import customer
from account_center.console.services import look_at_contacts, look_at_customer, look_at_history
from account_center.console.showing import account_facts, shown_event, shown_tenant
from account_center.console.showing_tickets import shown_line
from account_center.kit.actor import StaffRole
from account_center.kit.clock import now
from account_center.plumbing.actors import actor_of
from account_center.support.queries import tickets_about


@staff_page(methods=("GET",))
def show(request: HttpRequest, account_id: int) -> HttpResponse:
    """Account, tenants, standing, verifications and the newest events of a customer, masked."""
    actor = actor_of(request)
    sheet = look_at_customer(actor=actor, account_id=account_id)
    context = {
        "account": sheet.account,
        "facts": account_facts(sheet),
        "tenants": [shown_tenant(one, now()) for one in sheet.tenants],
        "events": [shown_event(event) for event in sheet.events],
        "lines": [shown_line(line, now=now()) for line in tickets_about(account_id)],
        "manager": StaffRole.CUSTOMER_MANAGER in actor.roles,
    }
    return render(request, "console/customer.html", context)


@staff_page(methods=("GET",))
def history(request: HttpRequest, account_id: int) -> HttpResponse:
    """All events of a customer, or the chosen ones, newest first, page by page."""
    form = HistoryForm(request.GET)
    before = Spot.parse(request.GET.get("before", ""))
    wanted = form.wanted() if form.is_valid() else Wanted(topics=())
    account, page = look_at_history(actor=actor_of(request), account_id=account_id, wanted=wanted, before=before)
    chosen = urlencode({name: value for name, value in form.data.items() if name in form.fields and value})
    context = {
        "account": account,
        "form": form,
        "chosen": chosen,
        "events": [shown_event(event) for event in page.events],
        "older": page.older,
        "before": before,
        "compared_to": page.compared_to,
    }
    return render(request, "console/history.html", context, status=422 if form.errors else 200)


@staff_page()
def contacts(request: HttpRequest, account_id: int) -> HttpResponse:
    """Phone and e-mail in full, once, for a reason."""
    account = customer(account_id)
    form = BecauseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        shown = look_at_contacts(actor=actor_of(request), account_id=account_id, because=form.because())
        return render(request, "console/contacts.html", {"account": account, "contacts": shown})
    context = {"account": account, "form": form}
    return render(request, "console/contacts_ask.html", context, status=422 if form.errors else 200)
