"""The door: staff only, and never with the password alone."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, reverse

from account_center.accounts.models import Account
from account_center.accounts.types import AccountKind
from account_center.console.rules import Step, next_step
from account_center.console.types import Waiting
from account_center.console.urls import urlpatterns
from account_center.kit.actor import StaffRole
from account_center.kit.limits import Limits
from tests.console.making import MOMENT, PASSWORD, Clock, Desk, a_customer, an_account, newest_event

SAMPLE = {
    "account_id": "1",
    "job_id": "1",
    "public_id": "abc",
    "hold_id": "1",
    "client_id": "partner",
    "proposal_id": "00000000-0000-4000-8000-000000000000",
    "kind": "tenants-of-person",
    "reference": "T1",
    "slot": "front",
    "remedy": "00000000-0000-4000-8000-000000000000",
    "image": "00000000-0000-4000-8000-000000000000",
}
SIGN_IN = {"sign_in", "sign_in_code", "sign_in_set_up"}
BEHIND = [entry for entry in urlpatterns if entry.name not in SIGN_IN]


def address(entry: URLPattern) -> str:
    return reverse(f"console:{entry.name}", kwargs={name: SAMPLE[name] for name in entry.pattern.converters})


def test_staff_set_up_the_app_once_and_come_in(desk: Desk) -> None:
    assert desk.type_password() == reverse("console:sign_in_set_up")
    page = desk.browser.get(reverse("console:sign_in_set_up"))
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert "data:" in page["Content-Security-Policy"]
    desk.read_secret()
    answer = desk.browser.post(reverse("console:sign_in_set_up"), {"code": desk.code()})
    assert answer["Location"] == "/console/"
    assert desk.browser.get("/console/").status_code == 200
    assert newest_event("signin:session:started").facts == {"way": "second_factor"}
    assert desk.browser.session.get_expiry_age() == settings.LIMITS.staff_session_seconds


@pytest.mark.parametrize("entry", BEHIND, ids=lambda entry: entry.name)
def test_no_page_opens_with_the_password_alone(desk: Desk, entry: URLPattern) -> None:
    desk.enter()
    desk.browser = Client()
    assert desk.type_password() == reverse("console:sign_in_code")
    for answer in (desk.browser.get(address(entry)), desk.browser.post(address(entry))):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("console:sign_in"))


@pytest.mark.parametrize("entry", BEHIND, ids=lambda entry: entry.name)
def test_a_signed_in_customer_finds_nothing_here(desk: Desk, entry: URLPattern) -> None:
    account, _ = a_customer()
    browser = Client()
    browser.force_login(Account.objects.get(pk=account.id))
    assert browser.get(address(entry)).status_code == 404
    assert browser.post(address(entry)).status_code == 404


@pytest.mark.parametrize("entry", BEHIND, ids=lambda entry: entry.name)
def test_a_session_of_staff_without_second_factor_is_worth_nothing(desk: Desk, entry: URLPattern) -> None:
    desk.browser.force_login(Account.objects.get(pk=desk.staff.id))
    answer = desk.browser.get(address(entry))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("console:sign_in"))


@pytest.mark.parametrize("kind", [AccountKind.ID, AccountKind.LEGACY])
def test_a_customers_password_is_wrong_here(desk: Desk, kind: AccountKind) -> None:
    account = an_account(kind=kind)
    answer = desk.browser.post(reverse("console:sign_in"), {"identifier": account.name, "password": PASSWORD})
    assert answer.status_code == 422
    assert "Name or password is not right." in answer.content.decode()


def test_a_frozen_member_of_staff_is_out_at_once(desk: Desk) -> None:
    browser = desk.enter()
    Account.objects.filter(pk=desk.staff.id).update(state="frozen")
    assert browser.get("/console/").status_code == 302
    desk.browser = Client()
    assert "Name or password is not right." in desk.type_password()


def test_the_secret_is_never_shown_again(desk: Desk) -> None:
    desk.enter()
    desk.browser = Client()
    desk.type_password()
    answer = desk.browser.get(reverse("console:sign_in_set_up"))
    assert answer["Location"] == reverse("console:sign_in_code")
    assert desk.secret not in answer.content.decode()


def test_the_code_pages_need_the_password_first(desk: Desk) -> None:
    for name in ("console:sign_in_code", "console:sign_in_set_up"):
        assert desk.browser.get(reverse(name))["Location"] == reverse("console:sign_in")
        assert desk.browser.post(reverse(name), {"code": "123456"}).status_code == 409


@pytest.mark.parametrize("spelling", ["{}", "{} ", "0{}", "full-width"])
def test_a_code_counts_once_however_it_is_spelled(desk: Desk, spelling: str) -> None:
    desk.type_password()
    desk.read_secret()
    code = desk.code()
    assert desk.browser.post(reverse("console:sign_in_set_up"), {"code": code}).status_code == 302
    desk.browser = Client()
    desk.type_password()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    again = wide if spelling == "full-width" else spelling.format(f"{code[:3]} {code[3:]}")
    answer = desk.browser.post(reverse("console:sign_in_code"), {"code": again})
    assert answer.status_code == 422
    assert "not the present code" in answer.content.decode()
    assert desk.browser.get("/console/").status_code == 302


def test_five_wrong_codes_lock_and_end_the_sign_in(desk: Desk) -> None:
    desk.enter()
    desk.browser = Client()
    desk.type_password()
    page = reverse("console:sign_in_code")
    wrong = f"{(int(desk.code()) + 1) % 1_000_000:06d}"
    for _ in range(settings.LIMITS.wrong_passwords):
        assert desk.browser.post(page, {"code": wrong}).status_code == 422
    answer = desk.browser.post(page, {"code": desk.code()})
    assert answer.status_code == 429
    assert "Signing in is locked for 15 minutes." in answer.content.decode()
    assert answer["Retry-After"] == "900"
    assert desk.browser.get(page)["Location"] == reverse("console:sign_in")
    desk.later(settings.LIMITS.lock_seconds + 1)
    desk.type_password()
    assert desk.browser.post(page, {"code": desk.code()}).status_code == 302


def test_wrong_passwords_lock_the_name_with_the_time_left(desk: Desk) -> None:
    for _ in range(settings.LIMITS.wrong_passwords):
        page = desk.type_password("not the password")
    assert "Signing in is locked for 15 minutes." in page
    assert "locked" in desk.type_password()


def test_the_time_between_password_and_code_is_limited(desk: Desk) -> None:
    desk.type_password()
    desk.read_secret()
    desk.later(settings.LIMITS.staff_pending_seconds)
    answer = desk.browser.post(reverse("console:sign_in_set_up"), {"code": desk.code()})
    assert answer.status_code == 409
    assert "has to begin again" in answer.content.decode()


def test_the_session_id_changes_at_each_step_up(desk: Desk) -> None:
    session = desk.browser.session
    session.save()
    desk.browser.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    desk.type_password()
    waiting = desk.browser.session.session_key
    desk.read_secret()
    desk.browser.post(reverse("console:sign_in_set_up"), {"code": desk.code()})
    assert len({session.session_key, waiting, desk.browser.session.session_key}) == 3
    planted = Client()
    for key in (session.session_key, waiting):
        planted.cookies[settings.SESSION_COOKIE_NAME] = str(key)
        assert planted.get("/console/").status_code == 302


def test_a_staff_session_ends_after_its_hours_however_busy(desk: Desk) -> None:
    browser = desk.enter()
    step = settings.LIMITS.staff_session_seconds / 2
    desk.later(step - 120)
    assert browser.get("/console/").status_code == 200
    browser.post(reverse("console:job_again", args=[1]))  # writes into the session
    desk.later(step + 120)
    assert browser.get("/console/").status_code == 302


@pytest.mark.parametrize(
    "goal", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/account", "\t//evil.example"]
)
def test_the_way_on_leads_to_the_console_only(desk: Desk, goal: str) -> None:
    desk.browser.post(reverse("console:sign_in"), {"identifier": desk.staff.name, "password": PASSWORD, "next": goal})
    desk.read_secret()
    answer = desk.browser.post(reverse("console:sign_in_set_up"), {"code": desk.code()})
    assert answer["Location"] == "/console/"


def test_the_way_on_is_the_page_that_was_asked_for(desk: Desk) -> None:
    answer = desk.browser.get("/console/search")
    assert answer["Location"] == "/console/sign-in?next=/console/search"
    page = desk.browser.get(answer["Location"]).content.decode()
    assert 'name="next" value="/console/search"' in page


def test_signing_out_ends_the_session(desk: Desk) -> None:
    browser = desk.enter()
    old = str(browser.session.session_key)
    assert browser.get(reverse("console:sign_out"))["Location"] == "/console/"
    assert browser.get("/console/").status_code == 200
    assert browser.post(reverse("console:sign_out"))["Location"] == reverse("console:sign_in")
    browser.cookies[settings.SESSION_COOKIE_NAME] = old
    assert browser.get("/console/").status_code == 302


def test_forms_need_their_token(clock: Clock, db: None) -> None:
    desk = Desk(clock, StaffRole.SUPPORT)
    desk.browser = Client(enforce_csrf_checks=True)
    answer = desk.browser.post(reverse("console:sign_in"), {"identifier": desk.staff.name, "password": PASSWORD})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("waited", "has_factor", "step"),
    [(0, True, Step.CODE), (0, False, Step.SET_UP), (599, True, Step.CODE), (600, True, Step.BEGIN)],
)
def test_the_step_follows_from_what_was_shown(waited: int, has_factor: bool, step: Step) -> None:
    since = MOMENT.timestamp() - waited
    waiting = Waiting(1, MOMENT.fromtimestamp(since, MOMENT.tzinfo), "/console/")
    assert next_step(waiting, has_factor=has_factor, now=MOMENT, limits=Limits()) is step
    assert next_step(None, has_factor=has_factor, now=MOMENT, limits=Limits()) is Step.BEGIN
