from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from account_center.entry.health import alive, ready

urlpatterns = [
    path("", include("account_center.portal.urls")),
    path("console/", include("account_center.console.urls")),
    path("", include("account_center.serviceapi.urls")),
    path("", include("account_center.appapi.urls")),
    path("", include("account_center.messaging.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("health/alive", alive, name="alive"),
    path("health/ready", ready, name="ready"),
]

handler404 = "account_center.portal.pages.errors.not_found"
handler500 = "account_center.portal.pages.errors.broken"
