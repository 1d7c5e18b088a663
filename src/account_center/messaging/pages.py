"""The page behind the unsubscribe link of marketing mail (3.1.8). It asks for no sign-in: the link is the proof."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from account_center.messaging.services import unsubscribe
from account_center.messaging.unsubscribing import index_in


# Mail programs post here by themselves (RFC 8058), without a cookie or a token; the link cannot be guessed.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, since scanners of mail follow links; POST unsubscribes."""
    if request.method == "POST":
        unsubscribe(token=token)
        return render(request, "messaging/unsubscribed.html")
    index_in(token)
    return render(request, "messaging/unsubscribe.html")
