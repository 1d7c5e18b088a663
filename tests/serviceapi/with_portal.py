"""This door beside one page of the portal, to which reasons link."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from account_center.serviceapi import urls


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [*urls.urlpatterns, path("", include(([path("verification", page, name="verification")], "portal")))]
