from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from account_center.appapi.api.main import api
from account_center.appapi.door import at_the_door, show
from account_center.appapi.errors import NoSuchAddress


@csrf_exempt  # nothing is done here, and a browser's cookie decides nothing
@login_not_required
@at_the_door
def no_such_address(request: HttpRequest) -> HttpResponse:
    """Problem details instead of a page."""
    return show(request, NoSuchAddress())


_routes, _app_name, _namespace = api.urls
for _route in _routes:
    if isinstance(_route, URLPattern):
        # The app shows a token, not a session; a test asks every operation without one.
        _route.callback = login_not_required(at_the_door(_route.callback))

urlpatterns = [
    path("api/v1/", (_routes, _app_name, _namespace)),
    re_path(r"^api/", no_such_address, name="no_such_app_address"),
]
