"""A small door for the tests of the look: pages that are shown, refused, or lose their database."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path
from django.views.i18n import set_language

from account_center.kit.refused import Busy, NotFound, Refused, TooOften
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.session_row import Session


class NameForm(forms.Form):
    name = forms.CharField(label="Account name?", help_text="4 to 64 characters.")
    phone = forms.CharField(label="Phone")
    method = forms.ChoiceField(label="Method", choices=[("card", "Bank card")], widget=forms.RadioSelect)


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "look/base.html")


@login_not_required
def form_page(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        for number, field in enumerate(request.POST.getlist("refuse_at"), start=1):
            add_refusal(form, Refused(field=field, reference=f"RN-{number}"))
    context = {"form": form, "submit": "Send"}
    return render(request, "look/form.html", context, status=422 if form.errors else 200)


@login_not_required
def too_often(request: HttpRequest) -> HttpResponse:
    raise TooOften(retry_after=90, reference="RN-2")


@login_not_required
def missing(request: HttpRequest) -> HttpResponse:
    raise NotFound


@login_not_required
def busy(request: HttpRequest) -> HttpResponse:
    raise Busy


@login_not_required
def reads(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Session.objects.count()))


@login_not_required
def published(request: HttpRequest) -> HttpResponse:
    return HttpResponse("key set", headers={"Cache-Control": "public, max-age=300"})


@login_not_required
def moved(request: HttpRequest) -> HttpResponse:
    response = redirect("/reads/?seen=1")
    response.set_cookie("kept", "1")
    return response


def for_members(request: HttpRequest) -> HttpResponse:
    return HttpResponse("members")


portal = (
    [
        path("home/", page, name="home"),
        path("verification/", page, name="verification"),
        path("verification/card/", page, name="verification_card"),
        path("sign-in/", page, name="sign_in"),
        path("support/", page, name="support"),
    ],
    "portal",
)
urlpatterns = [
    path("", include(portal)),
    path("language/", login_not_required(set_language), name="set_language"),
    path("form/", form_page),
    path("too-often/", too_often),
    path("missing/", missing),
    path("api/v1/missing/", missing),
    path("service/v1/busy/", busy),
    path("service/v1/too-often/", too_often),
    path("reads/", reads),
    path("service/v1/reads/", reads),
    path("published/", published),
    path("moved/", moved),
    path("members/", for_members),
]
