from django.urls import include, path

from account_center.entry.health import alive, ready

urlpatterns = [
    path("", include("account_center.portal.urls")),
    path("console/", include("account_center.console.urls")),
    path("", include("account_center.serviceapi.urls")),
    path("health/alive", alive, name="alive"),
    path("health/ready", ready, name="ready"),
]

handler404 = "account_center.portal.pages.errors.not_found"
handler500 = "account_center.portal.pages.errors.broken"
