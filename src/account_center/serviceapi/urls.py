from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from account_center.serviceapi.api import api

_routes, _app_name, _namespace = api.urls
for _route in _routes:
    if isinstance(_route, URLPattern):
        # Services show a token, not a session; every operation says itself which scope it needs.
        _route.callback = login_not_required(_route.callback)

urlpatterns = [path("service/v1/", (_routes, _app_name, _namespace))]
