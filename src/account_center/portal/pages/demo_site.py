"""The sandbox's partner site: a newcomer plays the site that verified the customer before (2.4.10, 2.1.16)."""

import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from account_center.kit.clock import now
from account_center.portal.adapters.demo_site import CenterAway, Exchange, send_signed
from account_center.portal.forms_demo_site import ABOUT_WORDS, About, DemoSiteForm
from account_center.realname.services.claims import MAINLAND


@login_not_required
@require_http_methods(["GET", "POST"])
def partner(request: HttpRequest) -> HttpResponse:
    """Signs what was chosen and sends it to the interface for partner sites, as every other site does."""
    if not settings.SANDBOX:
        raise Http404
    said = request.GET.get("about", "")
    about = About(said) if said in set(About) else About.PERSON
    posted = request.POST if request.method == "POST" else None
    form = DemoSiteForm(posted, about=about, today=now().astimezone(MAINLAND).date())
    exchange = _sent(request, form) if form.is_valid() else None
    context = {"form": form, "about": about.value, "abouts": list(ABOUT_WORDS.items()), "exchange": exchange}
    return render(request, "portal/sandbox_partner.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest, form: DemoSiteForm) -> Exchange | None:
    reference = f"DEMO-{secrets.token_hex(4).upper()}"
    try:
        return send_signed(
            form.path,
            form.report(reference),
            address=settings.OWN_ADDRESS,
            host=request.get_host(),
            language=get_language() or "en",
            now=now(),
        )
    except CenterAway:
        form.add_error(None, _("The account center did not answer the partner site. Try again in a minute."))
        return None
