"""The account, the tenant and the verification, as a customer's pages tell them."""

import pytest
from django.conf import LazySettings, settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from account_center.accounts.models import Account
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.realname.types import ApplicationState
from account_center.tenants.services import change_country
from account_center.tenants.types import TenantFacts
from tests.portal.visiting import Customer, newest_code
from tests.realname.making import CARDS, GOOD_FACE, NAME, a_card, a_claim, a_person, a_tenant, begin, verify
from tests.signin.making import PASSWORD, a_phone, an_account

pytestmark = pytest.mark.django_db
MANAGER = Actor(kind=ActorKind.STAFF, name="chen", roles=frozenset({StaffRole.CUSTOMER_MANAGER}))
UNVERIFIED_CANNOT = (
    "buy products and services",
    "buy on-demand services",
    "ask for invoices",
    "sign contracts online",
    "join public betas",
)


def somebody(**more: str) -> AccountFacts:
    return an_account(phone=a_phone(), **more)  # type: ignore[arg-type]


def with_cloud() -> tuple[Customer, TenantFacts]:
    account = somebody()
    return Customer(account), a_tenant(account)


def bank_card_form(**changed: object) -> dict[str, object]:
    return {
        "name": NAME,
        "id_number": a_person(),
        "card": a_card(),
        "phone": "139 1234 5675",
        "face": SimpleUploadedFile("face.png", GOOD_FACE, "image/png"),
        "consent_data": "on",
        "consent_face": "on",
    } | changed


# The account page


@pytest.mark.clause("1.13")
def test_the_id_account_section_stands_exactly_for_id_accounts() -> None:
    page = Customer(somebody()).get("portal:account")
    assert "id-account" in page.ids
    assert "legacy" not in page.text.lower()


@pytest.mark.clause("1.13")
def test_a_legacy_session_shows_the_legacy_view_and_the_offer() -> None:
    legacy = Customer(an_account("old.lamp", phone=a_phone(), kind=AccountKind.LEGACY))
    page = legacy.get("portal:account")
    assert "id-account" not in page.ids
    assert "Legacy account" in page.text
    assert "An ID account signs you in to every site" in page.text
    assert reverse("portal:activate") not in page.links
    assert "nothing changes" in legacy.get("portal:home").text


@pytest.mark.clause("1.3")
def test_the_tenant_name_is_shown_only_where_it_differs() -> None:
    customer, tenant = with_cloud()
    assert tenant.name in customer.get("portal:account").text
    renamed = customer.send("portal:tenant_name", name=Account.objects.get(pk=tenant.owner_id).name)
    assert "The tenant name is changed." in renamed.text
    assert "the same as the account name" in renamed.text
    assert "the cloud's name for you" not in renamed.text


@pytest.mark.clause("1.3")
def test_a_refused_tenant_name_stays_in_the_field() -> None:
    customer, _tenant = with_cloud()
    page = customer.send("portal:tenant_name", name="<b>")
    assert page.status == 422
    assert page.values["name"] == "<b>"


@pytest.mark.clause("1.7")
def test_the_account_page_explains_that_the_country_never_changes() -> None:
    text = Customer(somebody()).get("portal:account").text
    assert "It never changes." in text
    assert "delete the account and register again" in text
    assert "a customer manager can change the country of the tenant" in text


@pytest.mark.clause("1.7")
def test_a_changed_country_of_the_tenant_is_shown_as_such() -> None:
    customer, tenant = with_cloud()
    change_country(actor=MANAGER, tenant_id=tenant.id, country="SG", proof="passport, file 12")
    text = customer.get("portal:account").text
    assert "Country of the tenant Singapore" in text
    assert "it counts for the cloud only" in text


@pytest.mark.clause("3.1.6")
def test_the_account_name_is_changed_on_its_page() -> None:
    customer = Customer(somebody())
    page = customer.send("portal:account_name", name="new.lamp")
    assert "The account name is changed." in page.text
    assert "new.lamp" in page.text


def test_a_full_phone_or_mail_stands_on_no_page_of_the_account() -> None:
    account = an_account("lamp.keeper", phone="+8613912345675", email="lampkeeper@example.com")
    customer = Customer(account)
    tenant = a_tenant(account)
    reference = verify(tenant, a_claim(phone="13912345675")).reference
    names = ("home", "account", "security", "verification", "activate", "change_email", "change_phone", "support")
    pages = [customer.get(f"portal:{name}") for name in names]
    pages.append(customer.get("portal:verification_application", reference))
    for page in pages:
        assert "13912345675" not in page.html, page.path
        assert "139 1234 5675" not in page.html, page.path
        assert "lampkeeper@" not in page.html, page.path
    assert "+86 139****5675" in pages[1].text


@pytest.mark.clause("3.1.18")
def test_the_four_centres_stand_in_the_header(settings: LazySettings) -> None:
    settings.COST_CENTER_LINK = "https://cost.example/"
    settings.RESOURCE_CENTER_LINK = "https://resources.example/"
    page = Customer(somebody()).get("portal:home")
    ours = {reverse("portal:home"), reverse("portal:support")}
    assert {"https://cost.example/", "https://resources.example/"} | ours <= set(page.links)
    for centre in ("Cost Center", "Account Center", "Service and Support", "Resource Center"):
        assert centre in page.text


# Names, password, phone and e-mail


@pytest.mark.clause("3.1.21")
def test_a_new_password_counts_at_once_and_ends_other_sessions() -> None:
    account = somebody()
    here, elsewhere = Customer(account), Customer(account)
    page = here.send(
        "portal:security_password",
        old_password=PASSWORD,
        password="quarry lamp 58 noon",
        password_again="quarry lamp 58 noon",
    )
    assert "every other session has ended" in page.text
    assert "quarry lamp" not in page.html
    assert elsewhere.get("portal:account").path.startswith(reverse("portal:sign_in"))


def test_the_present_password_is_never_sent_back() -> None:
    page = Customer(somebody()).send(
        "portal:security_password", old_password="not my lamp 12", password="", password_again=""
    )
    assert page.status == 422
    assert "not my lamp 12" not in page.html


@pytest.mark.clause("3.1.2", "3.1.10", "3.1.11")
def test_an_email_is_bound_by_two_codes_and_can_then_only_be_changed() -> None:
    customer = Customer(somebody())
    assert "not bound yet" in customer.get("portal:security").text
    customer.get("portal:change_email")
    customer.send("portal:prove", "contacts", way="sms")
    customer.send("portal:prove_code", "contacts", code=newest_code())
    customer.send("portal:contact_new", "email", recipient="lamp@example.com")
    page = customer.send("portal:contact_confirm", "email", code=newest_code())
    assert "The e-mail address is changed." in page.text
    assert "la***@example.com" in page.text
    assert "It can be changed, but not removed." in page.text


# Activating


def test_what_needs_a_tenant_leads_to_activating() -> None:
    page = Customer(somebody()).get("portal:verification")
    assert page.status == 409
    assert "First activate the cloud." in page.text
    assert reverse("portal:activate") in page.links


@pytest.mark.clause("1.2", "1.41")
def test_activating_gives_a_tenant_and_can_be_repeated() -> None:
    customer = Customer(somebody())
    assert "The cloud is activated" in customer.send("portal:activate", name="Lamp Works").text
    again = customer.send("portal:activate", name="Lamp Works")
    assert "The cloud is activated already" in again.text
    assert reverse("portal:verification") in again.links


@pytest.mark.clause("1.10")
def test_an_obstacle_stands_on_the_page_before_anything_is_typed() -> None:
    page = Customer(an_account(email="lamp@example.com", country="CN")).get("portal:activate")
    assert "A mainland China phone number is needed." in page.text
    assert "Country or region China" in page.text
    assert reverse("portal:change_phone") in page.links


@pytest.mark.clause("1.12")
def test_the_page_says_which_site_follows_from_the_country() -> None:
    assert "China site" in Customer(somebody()).get("portal:activate").text
    abroad = Customer(an_account(email="lamp@example.com", country="SG"))
    assert "International site" in abroad.get("portal:activate").text


# Verification


@pytest.mark.clause("2.1.1")
def test_an_unverified_customer_sees_what_he_cannot_do() -> None:
    customer, _tenant = with_cloud()
    for name in ("portal:verification", "portal:home"):
        text = customer.get(name).text
        assert all(effect in text for effect in UNVERIFIED_CANNOT), name
        assert "you can sign in, see bills" in text


@pytest.mark.clause("2.1.1")
def test_a_verified_customer_sees_no_such_list() -> None:
    customer, tenant = with_cloud()
    verify(tenant)
    assert "What you cannot do" not in customer.get("portal:home").text
    assert "Verify" not in customer.get("portal:home").text.split("Your tenant")[0].split("What you need to do")[1]


@pytest.mark.clause("2.1.2")
def test_the_ways_are_shown_with_their_times_and_the_quickest_first() -> None:
    customer, _tenant = with_cloud()
    text = customer.get("portal:verification").text
    assert "Bank card quickest no document pictures needed Takes answered at once" in _plain(text)
    assert "1 to 3 working days" in text
    assert "30 minutes at best, at most 3 working days" in text
    assert "0 to 3 working days" in text


@pytest.mark.clause("2.1.3")
def test_the_page_says_that_the_kind_does_not_matter_for_buying() -> None:
    customer, _tenant = with_cloud()
    assert "makes no difference to which services you can buy" in customer.get("portal:verification").text


@pytest.mark.clause("2.1.18", "2.1.19")
def test_the_age_and_the_ban_on_strange_papers_are_said_before() -> None:
    customer, _tenant = with_cloud()
    text = customer.get("portal:verification").text
    assert f"You must be {settings.LIMITS.adult_age_years} or older" in text
    assert "somebody else's is forbidden" in text


@pytest.mark.clause("2.1.5", "2.2.1", "2.2.2", "2.2.3")
def test_the_form_says_which_cards_count_and_that_nothing_is_charged() -> None:
    customer, _tenant = with_cloud()
    text = customer.get("portal:bank_card").text
    for bank in ("Bank of Communications", "Bank of Beijing", "Bank of Shanghai", "Guangfa", "SPD", "Ping An"):
        assert bank in text
    assert "Debit and credit cards of mainland China banks" in text
    assert "Nothing is ever charged" in text


@pytest.mark.clause("2.1.5")
def test_the_bank_is_named_while_the_card_is_typed() -> None:
    customer, _tenant = with_cloud()
    asked = customer.get("portal:bank_card_bank", prefix=CARDS["unionpay_online_not_open"][:10])
    assert "Bank of Communications" in asked.text
    assert "UnionPay online payment must be switched on first" in asked.text
    other = customer.get("portal:bank_card_bank", prefix=CARDS["match"][:10])
    assert "UnionPay" not in other.text


@pytest.mark.clause("2.2.4", "2.2.6")
def test_a_form_a_code_and_the_answer() -> None:
    customer, _tenant = with_cloud()
    waiting = customer.send("portal:bank_card", **bank_card_form())
    assert "We sent a code to +86 139****5675." in waiting.text
    page = customer.send("portal:bank_card_code", waiting.path.split("/")[-3], code=newest_code())
    assert "You are verified" in page.text
    assert "Your face picture has been erased." in page.text


def test_everything_wrong_is_told_at_once_and_nothing_typed_is_lost() -> None:
    customer, _tenant = with_cloud()
    typed = bank_card_form(id_number="110101199003070127", card="6217 0088 0000 9900 002", consent_face="")
    page = customer.send("portal:bank_card", **{**typed, "face": ""})
    assert page.status == 422
    assert page.values["name"] == NAME
    assert page.values["id_number"] == "110101199003070127"
    assert page.values["card"] == "6217 0088 0000 9900 002"
    assert {"consent_data"} == page.checked
    for wrong in ("id_number", "card", "face", "consent_face"):
        assert f'id="id_{wrong}_error"' in page.html, wrong


@pytest.mark.clause("2.1.9", "2.1.12")
def test_a_refusal_names_cause_reference_number_and_the_way_back() -> None:
    customer, tenant = with_cloud()
    reference = verify(tenant, a_claim(card=CARDS["wrong_name"])).reference
    page = customer.get("portal:verification_application", reference)
    assert "The name does not match." in page.text
    assert reference in page.text
    assert {reverse("portal:send_again", args=[reference]), reverse("portal:support")} <= set(page.links)
    overview = customer.get("portal:verification")
    assert "Your last application was refused." in overview.text


def test_a_draft_leads_back_to_its_code_from_everywhere() -> None:
    customer, tenant = with_cloud()
    draft = begin(tenant)
    code = reverse("portal:bank_card_code", args=[draft.reference])
    for name in ("portal:home", "portal:verification", "portal:bank_card"):
        assert code in customer.get(name).links, name
    customer.send("portal:bank_card_cancel", draft.reference)
    assert code not in customer.get("portal:verification").links


@pytest.mark.clause("2.1.6", "2.1.13", "2.1.14", "2.1.24", "2.2.3", "2.2.7", "2.4.1")
def test_a_verified_customer_is_told_what_later_changes_mean() -> None:
    customer, tenant = with_cloud()
    verify(tenant)
    text = customer.get("portal:verification").text
    assert "A verification cannot be removed, only changed" in text
    assert "can neither be unbound nor exchanged, and nothing is ever charged" in text
    assert "Cancelling the card, or another phone at the bank, changes nothing." in text
    assert "Other services ask us by themselves" in text


def test_a_page_that_waits_for_the_bank_follows_by_itself() -> None:
    customer, tenant = with_cloud()
    view = verify(tenant, a_claim(card=CARDS["time_out"]))
    assert view.state is ApplicationState.CHECKING
    name = "portal:verification_application"
    assert "The bank has not answered yet" in customer.get(name, view.reference).text
    part = customer.poll(name, view.reference).content.decode()
    assert "<html" not in part
    assert "The bank has not answered yet" in part
    assert "The bank is being asked." in customer.get("portal:home").text
    overview = customer.get("portal:verification")
    assert reverse(name, args=[view.reference]) in overview.links
    assert reverse("portal:bank_card") not in overview.links


def test_when_the_bank_has_answered_the_waiting_page_comes_anew() -> None:
    customer, tenant = with_cloud()
    view = verify(tenant)
    assert customer.poll("portal:verification_application", view.reference)["HX-Refresh"] == "true"


def test_another_customer_finds_nothing_under_a_strange_reference() -> None:
    _owner, tenant = with_cloud()
    stranger, _tenant = with_cloud()
    assert stranger.get("portal:verification_application", verify(tenant).reference).status == 404


def test_support_shows_a_customer_what_to_have_at_hand() -> None:
    customer, tenant = with_cloud()
    text = customer.get("portal:support").text
    assert tenant.public_id in text
    assert "Never tell anybody a code or a password" in text
    assert tenant.public_id not in Customer().get("portal:support").text


def _plain(text: str) -> str:
    return " ".join(text.split())
