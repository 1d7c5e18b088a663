"""What every page shares: the frame, refusals in words, forms that say what is wrong, and what happens in bad moments."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.db import OperationalError, connection
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

import account_center
from account_center.kit.refused import Busy, Invalid, NotAllowed, NotFound, Refused, TooOften
from account_center.plumbing.refusals import add_refusal, problem_json
from account_center.plumbing.wording import explain, known_codes
from tests.plumbing.look_urls import NameForm

pytestmark = pytest.mark.urls("tests.plumbing.look_urls")

TEMPLATES = sorted(Path(account_center.__file__).parent.glob("*/templates/**/*.html"))
INLINE = re.compile(
    r"<style\b|\sstyle\s*=|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']|javascript:|hx-on|hx-vals=.js:", re.IGNORECASE
)
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)
TAG = re.compile(r"{%.*?%}", re.DOTALL)  # what a tag is given is not HTML: once="no"
# A file that is kept and opened without us: it carries its style itself.
KEPT_AS_FILES = {Path("privacy/copy.html")}
OUTSIDE = re.compile(
    r"(?:src|srcset|action)\s*=\s*[\"'](?:https?:)?//|<link[^>]+href=[\"'](?:https?:)?//", re.IGNORECASE
)
CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def without_database(db: None) -> Callable[[], AbstractContextManager[None]]:
    """The database accepts no statement any more, as after a cut connection."""

    def gone(*_: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    return lambda: connection.execute_wrapper(gone)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    "template",
    [path for path in TEMPLATES if Path(*path.parts[-2:]) not in KEPT_AS_FILES],
    ids=lambda path: "/".join(path.parts[-3:]),
)
def test_no_template_holds_an_inline_style_or_script_or_something_from_outside(template: Path) -> None:
    text = TAG.sub("", COMMENT.sub("", template.read_text()))
    assert not INLINE.search(text)
    assert not OUTSIDE.search(text)


def test_a_refusal_becomes_a_page_that_says_what_why_and_what_to_do(visitor: Client) -> None:
    answer = visitor.get("/too-often/")
    page = answer.content.decode()
    assert answer.status_code == 429
    assert answer["Retry-After"] == "90"
    assert "That was tried too often." in page
    assert "A limit protects your account" in page
    assert "Wait 2 min" in page
    assert "RN-2" in page
    assert 'role="alert"' in page


def test_the_same_refusal_speaks_chinese(visitor: Client) -> None:
    page = visitor.get("/too-often/", headers=CHINESE).content.decode()
    assert '<html lang="zh-hans">' in page
    assert "尝试次数过多。" in page
    assert "请等待 2 分钟后再试" in page


def test_a_machine_gets_problem_details(visitor: Client) -> None:
    answer = visitor.get("/api/v1/missing/")
    problem = answer.json()
    assert answer.status_code == problem["status"] == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["type"] == "urn:account-center:refusal:not_found"
    assert problem["title"] == "There is nothing here."
    assert problem["instance"] == "/api/v1/missing/"
    assert problem["links"] == [{"label": "To the home page", "href": "/home/"}]
    assert problem["code"] == "not_found"
    assert problem["why"]
    assert problem["todo"]


def test_problem_details_speak_the_callers_language_and_say_when_to_come_back(visitor: Client) -> None:
    answer = visitor.get("/service/v1/too-often/", headers=CHINESE)
    assert answer.json()["title"] == "尝试次数过多。"
    assert answer["Retry-After"] == "90"
    assert visitor.get("/service/v1/busy/")["Retry-After"] == str(Busy.retry_after)


def test_a_refusal_of_no_room_of_its_own_still_has_words() -> None:
    families: list[type[Refused]] = [Refused, Invalid, NotAllowed, NotFound, TooOften, Busy]
    assert {family.code for family in families} <= known_codes()
    assert len({explain(family.code).what for family in families}) == len(families)
    assert problem_json(NotAllowed()).status_code == 403


def test_every_error_of_a_form_stands_in_a_summary_that_links_to_its_field(visitor: Client) -> None:
    page = visitor.post("/form/", {"phone": "+86 138 0013 8000"}).content.decode()
    assert '<a href="#id_name">Account name: Please fill this in.</a>' in page
    assert '<a href="#id_method">' in page
    assert 'id="id_method"' in page
    assert 'value="+86 138 0013 8000"' in page, "nothing typed is lost"


class EveryKindForm(forms.Form):
    """Fields of which Django would speak in its own words."""

    born = forms.DateField()
    many = forms.IntegerField(min_value=2, max_value=9)
    short = forms.CharField(max_length=3)
    way = forms.ChoiceField(choices=[("a", "a")], widget=forms.RadioSelect)
    own = forms.BooleanField(
        label="I agree to a sentence that is longer than a line of the list", error_messages={"required": "Tick it."}
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"born": "tomorrow"}, "This is not a date. An example: 1990-05-17."),
        ({"many": "many"}, "Type a whole number, such as 10."),
        ({"many": "1"}, "2 or more, please."),
        ({"many": "10"}, "9 or less, please."),
        ({"short": "abcd"}, "At most 3 characters; these are 4."),
        ({"way": "b"}, "Choose one of those in the list."),
        ({"way": ""}, "Please choose one."),
        ({"born": ""}, "Please fill this in."),
        ({"own": ""}, "I agree to a sentence that is l…: Tick it."),
    ],
)
def test_a_form_says_what_is_wrong_with_a_field_in_words_that_everybody_understands(
    typed: dict[str, str], said: str
) -> None:
    fine = {"born": "1990-05-17", "many": "5", "short": "abc", "way": "a", "own": "on"}
    page = render_to_string("look/form.html", {"form": EveryKindForm(fine | typed)})
    assert f"{said}</a>" in page, "in the list above the form"
    assert said.rsplit("…: ", maxsplit=1)[-1] in page.partition("</ul>")[2], "and at the field"


def test_no_id_stands_twice_where_one_of_several_is_chosen() -> None:
    page = render_to_string("look/form.html", {"form": EveryKindForm({"way": "b"})})
    assert page.count('id="id_way"') == 1
    assert 'href="#id_way"' in page


def test_a_wrong_field_is_tied_to_its_help_and_its_error(visitor: Client) -> None:
    page = visitor.post("/form/", {"phone": "1"}).content.decode()
    described = re.search(r'<input[^>]+name="name"[^>]*>', page)
    assert described
    assert 'aria-invalid="true"' in described[0]
    assert 'aria-describedby="id_name_helptext id_name_error"' in described[0]
    assert 'id="id_name_helptext"' in page
    assert 'id="id_name_error"' in page


def test_a_field_tells_the_phone_which_keyboard_it_wants(visitor: Client) -> None:
    page = visitor.get("/form/").content.decode()
    phone = re.search(r'<input[^>]+name="phone"[^>]*>', page)
    assert phone
    assert 'autocomplete="tel"' in phone[0]
    assert 'inputmode="tel"' in phone[0]


@pytest.mark.parametrize(("refuse_at", "at_field"), [("name", True), ("no_such_field", False)])
def test_a_refusal_is_shown_at_its_field_or_above_the_form(visitor: Client, refuse_at: str, at_field: bool) -> None:
    answer = visitor.post("/form/", {"name": "lan", "phone": "1", "method": "card", "refuse_at": refuse_at})
    page = answer.content.decode()
    assert answer.status_code == 422, "the form is not valid any more"
    assert ('id="id_name_error"' in page) is at_field
    assert ('class="refusal"' in page) is not at_field
    assert len(re.findall(r">[^<]*RN-1", page)) == 1, "read once; links may carry it too"
    assert 'href="/home/"' in page, "the way out is offered in both places"


def test_several_refusals_of_one_form_are_all_shown(visitor: Client) -> None:
    typed = {"name": "lan", "phone": "1", "method": "card", "refuse_at": ["no_such_field", "nor_this"]}
    page = visitor.post("/form/", typed).content.decode()
    assert page.count('class="refusal"') == 2
    assert "RN-1" in page
    assert "RN-2" in page


def test_a_form_that_was_not_sent_yet_can_say_why_it_would_be_refused() -> None:
    form = NameForm()
    add_refusal(form, NotAllowed(field="name"))
    assert "You are not allowed to do this." in render_to_string("look/form.html", {"form": form})


def test_a_fact_that_is_not_known_leaves_no_word_behind() -> None:
    assert "None" not in explain("too_often", {"minutes": None}).todo


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_page_writes_a_day_in_the_order_that_nobody_can_misread(template: Path) -> None:
    # A language's own short form puts the month first, or the day: 11/10/2026 is either.
    assert not re.findall(r"""\|(?:date|time)(?!:["'][YHc])""", template.read_text())


def test_a_read_without_database_says_that_nothing_was_changed(
    visitor: Client, without_database: Callable[[], AbstractContextManager[None]]
) -> None:
    with without_database():
        answer = visitor.get("/reads/?page=2")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "15"
    assert "Nothing was changed." in page
    assert "没有任何内容被更改" in page
    assert 'href="/reads/?page=2"' in page
    assert "default-src" in answer["Content-Security-Policy"]


def test_a_write_without_database_promises_only_that_nothing_is_half_done(
    visitor: Client, without_database: Callable[[], AbstractContextManager[None]]
) -> None:
    with without_database():
        page = visitor.post("/reads/").content.decode()
    assert "Nothing is half done" in page
    assert "Nothing was changed" not in page


def test_a_database_lost_before_the_view_is_told_the_same_way(
    visitor: Client, without_database: Callable[[], AbstractContextManager[None]]
) -> None:
    visitor.cookies["session"] = "a-session-that-must-be-looked-up00"
    with without_database():
        answer = visitor.get("/members/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "15"
    assert "no-store" in answer["Cache-Control"]
    assert "default-src" in answer["Content-Security-Policy"]


def test_a_machine_is_told_too_that_the_database_is_away(
    visitor: Client, without_database: Callable[[], AbstractContextManager[None]]
) -> None:
    with without_database():
        answer = visitor.get("/service/v1/reads/")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "database_away"


def test_no_page_is_kept_by_a_browser_unless_it_is_public(visitor: Client) -> None:
    assert visitor.get("/home/")["Cache-Control"] == "no-store"
    assert visitor.get("/missing/")["Cache-Control"] == "no-store"
    assert visitor.get("/no-such-page/")["Cache-Control"] == "no-store"
    assert visitor.get("/published/")["Cache-Control"] == "public, max-age=300"
    assert "Cookie" in visitor.get("/home/")["Vary"]


def test_the_language_is_the_cookies_then_the_browsers_then_the_default(visitor: Client) -> None:
    assert visitor.get("/home/")["Content-Language"] == "en"
    assert visitor.get("/home/", headers=CHINESE)["Content-Language"] == "zh-hans"
    visitor.post("/language/", {"language": "en", "next": "/home/"})
    assert visitor.get("/home/", headers=CHINESE)["Content-Language"] == "en"


def test_one_request_does_not_leave_its_language_behind(visitor: Client) -> None:
    visitor.get("/home/", headers=CHINESE)
    assert translation.get_language() == "en"


def test_the_language_switch_keeps_the_page(visitor: Client) -> None:
    page = visitor.get("/home/?tab=2").content.decode()
    assert 'name="next" value="/home/?tab=2"' in page
    assert 'value="zh-hans" lang="zh-hans">简体中文</button>' in page


@pytest.mark.clause("3.1.18")
def test_the_header_leads_to_the_four_centers(visitor: Client, settings: Any) -> None:
    settings.COST_CENTER_LINK = "https://cost.example.com/"
    settings.RESOURCE_CENTER_LINK = "https://resources.example.com/"
    page = visitor.get("/home/").content.decode()
    centres = page[page.index('class="centres') : page.index("</nav>")]
    assert re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', centres) == [
        ("https://cost.example.com/", "Cost Center"),
        ("/home/", "Account Center"),
        ("/support/", "Service and Support"),
        ("https://resources.example.com/", "Resource Center"),
    ]


@pytest.mark.clause("3.1.18")
def test_a_center_that_is_not_configured_is_not_shown(visitor: Client, settings: Any) -> None:
    settings.COST_CENTER_LINK = settings.RESOURCE_CENTER_LINK = ""
    page = visitor.get("/home/").content.decode()
    assert "Cost Center" not in page
    assert "Resource Center" not in page


@pytest.mark.parametrize(("sandbox", "shown"), [(True, True), (False, False)])
def test_only_the_sandbox_says_that_nothing_is_real(visitor: Client, settings: Any, sandbox: bool, shown: bool) -> None:
    settings.SANDBOX = sandbox
    assert ("Nothing here is real" in visitor.get("/home/").content.decode()) is shown


def test_the_step_of_a_flow_marks_the_flow_in_the_navigation() -> None:
    request = Client().get("/verification/card/").wsgi_request
    link = Template(
        "{% load look %}{% nav_link 'portal:verification' 'Verification' %}{% nav_link 'portal:home' 'Home' %}"
    )
    shown = link.render(Context({"request": request}))
    assert '<a href="/verification/" aria-current="true">' in shown
    assert '<a href="/home/">' in shown


def test_a_way_to_a_door_that_is_not_there_is_no_link() -> None:
    shown = Template("{% load look %}[{% way 'portal:no_such' %}]{% nav_link 'portal:no_such' 'Gone' %}").render(
        Context()
    )
    assert shown.strip() == "[]"


def test_a_pill_knows_four_kinds_only() -> None:
    with pytest.raises(ValueError, match="a pill is one of"):
        Template("{% load look %}{% pill 'green' 'Done' %}").render(Context())


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html", "look/away.html"])
def test_the_last_pages_need_neither_request_nor_database_and_speak_both_languages(name: str) -> None:
    page = render_to_string(name)
    assert page.count("<h1>") == 2
    assert 'lang="en"' in page
    assert 'lang="zh-hans"' in page


def test_what_people_typed_is_escaped_wherever_it_is_shown() -> None:
    attack = "<b>&\"'"
    parts: list[tuple[str, dict[str, Any]]] = [
        ("look/facts.html", {"facts": [{"label": attack, "value": attack, "link": attack, "action": attack}]}),
        ("look/panel.html", {"tasks": [{"label": attack, "text": attack, "link": attack}]}),
        ("look/result.html", {"kind": "ok", "headline": attack, "next": [attack], "reference": attack}),
        ("look/timeline.html", {"moments": [{"label": attack, "text": attack}]}),
        ("look/steps.html", {"steps": [(attack, "now")]}),
        ("look/empty.html", {"headline": attack, "text": attack}),
    ]
    for name, context in parts:
        assert "<b>" not in render_to_string(name, context), name


def test_a_redirect_of_a_part_leads_the_whole_page(visitor: Client) -> None:
    asked = visitor.get("/moved/", headers={"HX-Request": "true"})
    assert (asked.status_code, asked["HX-Redirect"], asked.content) == (204, "/reads/?seen=1", b"")
    assert "Location" not in asked
    assert asked.cookies["kept"].value == "1"
    assert "no-store" in asked["Cache-Control"]
    sent = visitor.post("/moved/", headers={"HX-Request": "true"})
    assert (sent.status_code, sent["HX-Refresh"]) == (204, "true")
    assert "HX-Redirect" not in sent
    assert visitor.get("/moved/")["Location"] == "/reads/?seen=1"


def test_a_part_whose_reader_is_signed_out_leads_the_whole_page_to_the_sign_in(visitor: Client) -> None:
    asked = visitor.get("/members/", headers={"HX-Request": "true"})
    assert asked.status_code == 204
    assert asked["HX-Redirect"] == "/sign-in/?next=/members/"


def test_no_whole_page_of_a_refusal_is_put_into_a_part(visitor: Client) -> None:
    found = re.search(r'name="htmx-config" content=\'([^\']+)\'', visitor.get("/home/").content.decode())
    assert found
    swapped = [one["code"] for one in json.loads(found[1])["responseHandling"] if one["swap"]]
    assert swapped == ["[23].."]
