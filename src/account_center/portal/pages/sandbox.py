"""The sandbox: what its phones and mailboxes received, test cards, pictures, demo persons. Not there in production."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from account_center.kit.clock import now
from account_center.kit.demo_people import DEMO_PASSWORD
from account_center.messaging.queries import sandbox_inbox
from account_center.portal.demo import demo_identities, demo_people, staff_codes
from account_center.realname.queries import (
    sandbox_accounts,
    sandbox_cards,
    sandbox_companies,
    sandbox_face,
    sandbox_statement,
)

SHOWN = 30
FACES = ("same_person", "another_person", "no_face", "several_faces", "poor_picture")


@login_not_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything a newcomer needs to complete every flow."""
    if not settings.SANDBOX:
        raise Http404
    recipient = request.GET.get("to", "")
    context = {
        "items": sandbox_inbox(SHOWN, recipient=recipient),
        "to": recipient,
        "cards": sandbox_cards(),
        "companies": sandbox_companies(),
        "accounts": sandbox_accounts(),
        "faces": FACES,
        "people": demo_people(),
        "password": DEMO_PASSWORD,
        "identities": demo_identities(),
        "staff": staff_codes(now()),
    }
    template = "portal/sandbox_items.html" if request.htmx else "portal/sandbox.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@login_not_required
@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """What the companies of the sandbox read in their bank statements."""
    if not settings.SANDBOX:
        raise Http404
    return render(request, "portal/sandbox_statement.html", {"lines": sandbox_statement()})


@login_not_required
@require_safe
def face(request: HttpRequest, kind: str) -> HttpResponse:
    """A drawn face to upload; each kind is answered in its own way."""
    if not settings.SANDBOX or kind not in FACES:
        raise Http404
    response = HttpResponse(sandbox_face(kind), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="face-{kind}.png"'
    return response
