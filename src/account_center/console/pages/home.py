"""The start page: finding a customer, and what needs a look."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from account_center.console.forms import SearchForm
from account_center.console.guard import posted, staff_page
from account_center.console.services import check_event_chain, look_for_customers, revive_job
from account_center.console.showing import found_words, hit
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.work import dead_jobs, work_report
from account_center.support.queries.proposals import waiting_proposals

LATE_SECONDS = 300


@staff_page(methods=("GET",))
@at_one_moment
def home(request: HttpRequest) -> HttpResponse:
    """The search box, and the state of the background work."""
    report = work_report()
    context = {
        "form": SearchForm(),
        "report": report,
        "proposals": waiting_proposals(),
        "late": report.late_seconds > LATE_SECONDS,
        "dead": dead_jobs(20),
    }
    return render(request, "console/home.html", context)


@staff_page()
def search(request: HttpRequest) -> HttpResponse:
    """Finds customers. The term travels in the body, so that no log and no browser history keeps it."""
    form = SearchForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        return render(request, "console/search.html", {"form": form}, status=422 if form.errors else 200)
    found = look_for_customers(actor=actor_of(request), term=form.cleaned_data["term"])
    context = {"form": SearchForm(), "found": found_words(found), "hits": [hit(one) for one in found.hits]}
    return render(request, "console/search.html", context)


@staff_page(methods=("POST",))
def chain(request: HttpRequest) -> HttpResponse:
    """Reads all events again and says whether any was changed."""
    return render(request, "console/chain.html", {"report": check_event_chain(actor=actor_of(request))})


@staff_page(methods=("POST",))
def job_again(request: HttpRequest, job_id: int) -> HttpResponse:
    """Lets a given-up job run again."""
    if revive_job(actor=actor_of(request), job_id=job_id):
        messages.success(request, _("The job runs again within a few seconds."))
    else:
        messages.warning(request, _("This job is not given up any more, or the same work is under way already."))
    return redirect("console:home")
