"""The pages of the way by bank account (2.3.1-2.3.16, 2.3.27)."""

from typing import Any

import pytest

from account_center.kit.demo_numbers import demo_card
from account_center.kit.money import yuan
from account_center.realname.models import Application, Transfer
from account_center.realname.queries import applications_of, open_application_of, verification_of
from account_center.realname.types import ApplicationView, Party
from account_center.tenants.types import TenantFacts
from tests.portal.visiting import Customer, Page
from tests.realname.listing import COUNTRY, COUNTRY_BANK, LANTERN, bring_in
from tests.realname.making import a_tenant
from tests.realname.transferring import (
    ACCOUNTS,
    COMPANY,
    amount_of,
    an_account_claim,
    fail,
    follow,
    money_arrives,
    submit_account,
    typed,
    wrong_amount,
)
from tests.signin.making import a_phone, an_account

pytestmark = pytest.mark.django_db


def customer(language: str = "en") -> tuple[Customer, TenantFacts]:
    account = an_account(phone=a_phone())
    return Customer(account, language=language), a_tenant(account)


def send(visitor: Customer, **more: str) -> Page:
    return visitor.send("portal:bank_account", **{**typed(), "consent": "on", "holder": "somebody else", **more})


def waiting_of(tenant: TenantFacts) -> ApplicationView:
    view = open_application_of(tenant.id)
    assert view
    return view


def arrived(language: str = "en", account: str = "") -> tuple[Customer, TenantFacts, ApplicationView]:
    visitor, tenant = customer(language)
    view = submit_account(tenant, an_account_claim(account=account or ACCOUNTS["ok"]))
    money_arrives(view)
    return visitor, tenant, view


@pytest.mark.clause("2.1.2", "2.1.10", "2.1.20", "2.3.1")
def test_the_overview_recommends_the_bank_account_to_organisations() -> None:
    visitor, _tenant = customer()
    page = visitor.get("portal:verification")
    assert "/verification/bank-account/" in page.links
    assert "30 minutes at best, at most 3 working days" in page.text


@pytest.mark.clause("2.3.1", "2.3.2", "2.3.10", "2.3.12", "2.3.15", "2.3.16", "2.3.6")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "CNY 0.01 to 0.99",
                "30 minutes at best, and within 3 working days",
                "Nothing is ever charged",
                "No invoice is needed",
                "310066090188000016",
                "no branches abroad",
                "may verify another tenant",
            ),
        ),
        ("zh-hans", ("0.01 元至 0.99 元", "最快 30 分钟到账", "绝不会扣费", "无需为该款项开具发票", "不支持境外分行")),
    ],
)
def test_the_form_says_what_it_means(language: str, words: tuple[str, ...]) -> None:
    visitor, _tenant = customer(language)
    page = visitor.get("portal:bank_account")
    for said in words:
        assert said in page.text
    assert "中国工商银行" in page.html


@pytest.mark.clause("2.3.3")
def test_the_holder_is_the_organisation_whatever_is_sent() -> None:
    visitor, tenant = customer()
    page = send(visitor, account="1")
    assert page.status == 422
    assert page.values["holder"] == COMPANY
    send(visitor)
    view = waiting_of(tenant)
    assert view.party is Party.ORGANISATION
    assert view.name_masked.startswith("蓝色")


@pytest.mark.clause("2.3.3", "2.3.4", "2.1.5", "2.3.25")
def test_everything_wrong_is_told_at_its_field_and_nothing_typed_is_lost() -> None:
    visitor, _tenant = customer()
    assert send(visitor, name="", bank="", account="", consent="").text.count("Error") >= 5, (
        "all at once, not in rounds"
    )
    page = send(visitor, number="", account=demo_card("621700"), bank="Bank of Atlantis", branch="1", consent="")
    assert page.status == 422
    for said in (
        "organisation code is missing",
        "personal bank card",
        "We do not know this bank",
        "not the number of a bank's branch",
        "Your consent is missing",
    ):
        assert said in page.text
    assert page.values["bank"] == "Bank of Atlantis"
    assert "/verification/organisation/" in page.links
    assert not Application.objects.exists()


@pytest.mark.clause("2.3.7", "2.3.10")
def test_home_and_verification_lead_to_where_the_amount_is_typed() -> None:
    visitor, tenant = customer()
    page = send(visitor)
    view = waiting_of(tenant)
    address = f"/verification/{view.reference}/transfer/"
    assert page.path == address
    assert "The transfer is being sent" in page.text
    assert "id_amount" not in page.ids
    follow(view)
    assert "Type the amount" in visitor.get("portal:home").text
    assert "waits for the amount" in visitor.get("portal:verification").text
    assert address in visitor.get("portal:home").links
    assert address in visitor.get("portal:verification").links
    assert visitor.get("portal:verification_application", view.reference).path == address
    assert visitor.get("portal:bank_account").path == address
    assert "id_amount" in visitor.get("portal:transfer", view.reference).ids


@pytest.mark.clause("2.3.1", "2.3.8")
def test_the_right_amount_verifies_and_the_page_never_says_it() -> None:
    visitor, tenant, view = arrived()
    fen = amount_of(view)
    assert yuan(fen) not in visitor.get("portal:transfer", view.reference).text.replace("0.37", "")
    page = visitor.send("portal:transfer", view.reference, amount=f"{fen}分")
    assert "The organisation is verified" in page.text
    assert verification_of(tenant.id)
    again = visitor.send("portal:transfer", view.reference, amount=yuan(fen))
    assert "The organisation is verified" in again.text


@pytest.mark.clause("2.3.9")
def test_wrong_amounts_tell_the_tries_left_and_the_third_ends_it() -> None:
    visitor, _tenant, view = arrived()
    wrong = yuan(wrong_amount(view))
    page = visitor.send("portal:transfer", view.reference, amount=wrong)
    assert page.status == 422
    assert "Tries left: 2" in page.text
    odd = visitor.send("portal:transfer", view.reference, amount="37")
    assert "did not count as a try" in odd.text
    visitor.send("portal:transfer", view.reference, amount=wrong)
    page = visitor.send("portal:transfer", view.reference, amount=wrong)
    assert "The amount was wrong too often" in page.text
    assert "After 3 wrong amounts" in page.text
    assert f"/verification/{view.reference}/send-again/" in page.links


@pytest.mark.clause("2.3.13")
def test_it_is_cancelled_at_any_time_and_another_way_is_open() -> None:
    visitor, tenant, view = arrived()
    page = visitor.send("portal:transfer_cancel", view.reference)
    assert "You can choose another way" in page.text
    assert open_application_of(tenant.id) is None
    ended = visitor.get("portal:transfer", view.reference).text
    assert "cancelled" in ended
    assert "what you had typed is erased" in ended
    assert "may keep it" in ended
    assert visitor.send("portal:transfer_cancel", view.reference).status == 409


@pytest.mark.clause("2.3.27")
@pytest.mark.parametrize(
    ("language", "words"), [("en", "this account cannot receive transfers"), ("zh-hans", "该账户不支持转账业务")]
)
def test_a_return_says_why_and_the_way_out(language: str, words: str) -> None:
    visitor, _tenant, view = arrived(language, account=ACCOUNTS["cannot_receive"])
    page = visitor.get("portal:transfer", view.reference)
    assert words in page.text
    assert view.reference in page.text
    assert "/verification/organisation/" in page.links


@pytest.mark.clause("2.3.11", "2.3.14")
def test_after_six_failures_papers_are_offered(settings: Any) -> None:
    settings.LIMITS = settings.LIMITS.__class__(applications_per_day=20)
    visitor, tenant = customer()
    for _ in range(6):
        fail(tenant, submit_account(tenant))
    page = visitor.get("portal:bank_account")
    assert page.status == 409
    assert "6 attempts have failed" in page.text
    assert "/verification/organisation/" in page.links


def test_the_page_follows_by_itself_and_reloads_when_it_has_to_change() -> None:
    visitor, _tenant, view = arrived()
    address = f"/verification/{view.reference}/transfer/"
    same = visitor.client.get(f"{address}?seen=amount", headers={"HX-Request": "true"})
    assert "has arrived" in same.content.decode()
    changed = visitor.client.get(f"{address}?seen=before", headers={"HX-Request": "true"})
    assert changed.headers["HX-Refresh"] == "true"


def test_a_transfer_of_somebody_else_is_not_there() -> None:
    _visitor, _tenant, view = arrived()
    stranger = customer()[0]
    assert stranger.get("portal:transfer", view.reference).status == 404
    assert stranger.send("portal:transfer", view.reference, amount="0.37").status == 404
    assert stranger.send("portal:transfer_cancel", view.reference).status == 404
    assert Transfer.objects.get().wrong_tries == 0


def test_where_no_bank_is_connected_the_way_is_not_offered(settings: Any) -> None:
    visitor, _tenant = customer()
    settings.SANDBOX = False
    assert "/verification/bank-account/" not in visitor.get("portal:verification").links
    assert "not offered here" in visitor.get("portal:bank_account").text
    assert visitor.get("portal:sandbox_statement").status == 404


def test_the_sandbox_shows_the_statement() -> None:
    visitor, _tenant, view = arrived()
    page = visitor.get("portal:sandbox_statement")
    assert yuan(amount_of(view)) in page.text
    assert view.reference in page.text
    assert ACCOUNTS["ok"] in visitor.get("portal:sandbox").text


def found(visitor: Customer, **asked: str) -> str:
    answer = visitor.client.get("/verification/bank-account/branches/", asked, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.clause("2.1.5")
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Choose the bank first", "No branch of this bank")), ("zh-hans", ("请先选择开户银行", "该银行没有"))],
)
def test_while_a_branch_is_typed_those_that_may_be_meant_are_offered(language: str, words: tuple[str, str]) -> None:
    visitor, _tenant = customer(language)
    assert found(visitor, bank="工商银行", branch="武林").strip() == ""
    bring_in()
    shown = found(visitor, bank="工商银行", branch="武林")
    assert shown.count('type="radio"') == 2
    assert LANTERN.split(",")[0] in shown
    assert "杭州市" in shown
    assert "checked" not in shown
    assert "checked" in found(visitor, bank="工商银行", branch="武林门")
    assert words[0] in found(visitor, bank="银行", branch="武林")
    assert words[1] in found(visitor, bank="工商银行", branch="<script>")
    assert found(visitor, bank="工商银行", branch="102999999999").strip() == ""
    banks = visitor.client.get("/verification/bank-account/banks/", {"bank": "农村商业"}).content.decode()
    assert COUNTRY_BANK in banks


@pytest.mark.clause("2.1.5", "2.3.1")
def test_a_branch_is_chosen_by_its_name_without_scripts_too() -> None:
    visitor, tenant = customer()
    bring_in()
    page = send(visitor, branch="武林")
    assert page.status == 422
    assert "Several branches have this in their name" in page.text
    number = LANTERN.split(",")[0]
    assert "中国工商银行股份有限公司杭州市武林支行" in page.text
    # What was chosen for another text does not count.
    assert send(visitor, branch="武", branch_choice="104100000004").status == 422
    sent = send(visitor, branch="武林", branch_choice=number)
    assert "The transfer is being sent" in sent.text
    assert waiting_of(tenant).transfer
    assert Transfer.objects.get().branch == number


@pytest.mark.clause("2.1.5")
def test_a_bank_of_the_list_is_named_on_the_page_of_the_transfer() -> None:
    visitor, _tenant = customer()
    bring_in()
    page = send(visitor, bank=COUNTRY_BANK, branch="灯塔路")
    assert COUNTRY_BANK in page.text


@pytest.mark.clause("2.3.8")
def test_a_form_with_a_bank_of_the_list_is_sent_again_with_it() -> None:
    visitor, tenant = customer()
    bring_in()
    fail(tenant, submit_account(tenant, bank=COUNTRY_BANK, branch="灯塔路"))
    [ended] = applications_of(tenant.id)
    page = visitor.get("portal:bank_account", again=ended.reference)
    assert page.values["bank"] == COUNTRY_BANK
    assert page.values["branch"] == COUNTRY.split(",")[0]


def test_without_a_list_the_form_asks_for_the_number() -> None:
    visitor, _tenant = customer()
    assert "Number of the branch (CNAPS)" in visitor.get("portal:bank_account").text
    bring_in()
    page = visitor.get("portal:bank_account")
    assert "Number of the branch (CNAPS)" not in page.text
    assert "A part of its name, or its 12 digits (CNAPS)" in page.text
