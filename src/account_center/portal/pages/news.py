"""Which e-mail one receives: news can be chosen, system messages cannot (3.1.8)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from account_center.accounts.services import choose_news
from account_center.kit.masking import mask_email
from account_center.messaging.queries import gets_news
from account_center.plumbing.actors import actor_of
from account_center.portal.customer import customer_of


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Switches news by e-mail on or off for the account's own address."""
    account = customer_of(request).account
    if request.method == "POST":
        wanted = request.POST.get("news") == "on"
        choose_news(actor=actor_of(request), account_id=account.id, wanted=wanted)
        said = _("You will receive news by e-mail.") if wanted else _("You will receive no more news by e-mail.")
        messages.success(request, said)
        return redirect("portal:messages")
    context = {
        "email": mask_email(account.email) if account.email else "",
        "news": bool(account.email) and gets_news(account.email),
    }
    return render(request, "portal/messages.html", context)
