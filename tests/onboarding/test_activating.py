from typing import Any

import pytest
from django.conf import LazySettings

from account_center.accounts import services as accounts
from account_center.accounts.models import Account
from account_center.accounts.services import rename_account
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.audit.models import Event
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.kit.refused import Refused
from account_center.onboarding.errors import ActivationIsForIdAccounts
from account_center.onboarding.services import activate_cloud, obstacles
from account_center.plumbing.wording import explain_refusal
from account_center.standing.queries import standing_of
from account_center.standing.services import place_hold
from account_center.standing.types import HoldReason
from account_center.tenants.errors import (
    BadTenantName,
    EmailTakenByTenant,
    OutsideServiceArea,
    PhoneNotMainland,
    TenantNameTaken,
    TenantPhoneFull,
)
from account_center.tenants.models import Tenant, TenantPhoneQuota
from account_center.tenants.queries import places_of_phone, tenant_by_public_id, tenant_of
from account_center.tenants.services import allow_more_tenants, change_country, rename_tenant
from account_center.tenants.types import Site, TenantFacts, TenantState
from tests.racing import kinds, race
from tests.signin.making import NOW, NUMBERS, PHONE, VISITOR, a_phone, an_account, owner_of

pytestmark = pytest.mark.django_db
MANAGER = Actor(kind=ActorKind.STAFF, name="chen", roles=frozenset({StaffRole.CUSTOMER_MANAGER}))


def activate(made: AccountFacts, name: str = "") -> TenantFacts:
    return activate_cloud(actor=owner_of(made), account_id=made.id, name=name or f"Works {next(NUMBERS)}", now=NOW)


def sharing(phone: str, **more: str) -> AccountFacts:
    """An account on a phone that may be full already: what limits accounts is left out, to show what limits tenants."""
    made = an_account(**more)  # type: ignore[arg-type]
    Account.objects.filter(pk=made.id).update(phone=phone)
    return made


def codes(made: AccountFacts) -> list[str]:
    return [refusal.code for refusal in obstacles(made.id)]


def said(refusal: Refused) -> str:
    explained = explain_refusal(refusal)
    assert explained.what
    assert explained.why
    assert explained.todo
    assert explained.faq == "1.10"
    return f"{explained.what} {explained.why} {explained.todo}"


# -- What activation makes --------------------------------------------------------------------------------------------


@pytest.mark.clause("1.2")
def test_activating_creates_a_tenant_with_a_name_and_an_id() -> None:
    made = an_account(phone=PHONE, email="mei@example.com")
    tenant = activate(made, "蓝云 Works（测试）")
    assert tenant.name == "蓝云 Works（测试）"
    assert len(tenant.public_id) == 16
    assert tenant_by_public_id(tenant.public_id) == tenant_of(made.id) == tenant
    assert (tenant.contact_phone, tenant.contact_email, tenant.owner_id) == (PHONE, "mei@example.com", made.id)
    assert not standing_of(tenant.id).is_verified
    assert Event.objects.filter(name="tenants:tenant:opened", tenant_id=tenant.id, account_id=made.id).count() == 1


@pytest.mark.clause("1.12")
@pytest.mark.parametrize(
    ("country", "phone", "site"),
    [
        ("CN", PHONE, Site.CHINA),
        ("SG", "+6591234567", Site.INTERNATIONAL),
        ("HK", "+85251234567", Site.INTERNATIONAL),
        ("SG", PHONE, Site.INTERNATIONAL),
    ],
)
def test_the_country_of_the_account_decides_the_site(country: str, phone: str, site: Site) -> None:
    assert activate(an_account(phone=phone, country=country)).site is site


@pytest.mark.clause("1.12")
def test_one_account_never_has_a_tenant_on_both_sites() -> None:
    made = an_account(phone=PHONE)
    first = activate(made)
    Account.objects.filter(pk=made.id).update(country="SG")  # no service does this
    assert activate(made) == first
    assert Tenant.objects.count() == 1


@pytest.mark.clause("1.3")
def test_the_tenant_name_is_its_own_and_can_be_changed() -> None:
    made = an_account("lin.mei", phone=PHONE)
    tenant = activate(made, "Mei Works")
    rename_account(actor=owner_of(made), account_id=made.id, name="mei.lin")
    renamed = rename_tenant(actor=owner_of(made), tenant_id=tenant.id, name="  Mei   Works & Co. ")
    assert renamed.name == "Mei Works & Co."
    event = Event.objects.get(name="tenants:name:changed")
    assert event.facts == {"before": "Mei Works", "after": "Mei Works & Co."}


@pytest.mark.clause("1.3")
def test_a_name_stands_once_per_site_in_every_case_and_width() -> None:
    tenant = activate(an_account(phone=a_phone()), "Mei Works")
    with pytest.raises(TenantNameTaken):
        activate(an_account(phone=a_phone()), "ＭＥＩ  works")
    assert activate(an_account(phone="+6591234567", country="SG"), "Mei Works").site is Site.INTERNATIONAL
    other = activate(an_account(phone=a_phone()), "Lin Works")
    with pytest.raises(TenantNameTaken):
        rename_tenant(actor=VISITOR, tenant_id=other.id, name="mei works")
    assert rename_tenant(actor=VISITOR, tenant_id=tenant.id, name="MEI WORKS").name == "MEI WORKS"


@pytest.mark.parametrize("name", ["", "x", "x" * 65, "a\u202eb", "<b>bold</b>", "---", "a\nb;c"])
def test_a_bad_tenant_name_leaves_nothing_behind(name: str) -> None:
    made = an_account(phone=PHONE)
    with pytest.raises(BadTenantName) as refused:
        activate(made, name) if name else activate_cloud(actor=VISITOR, account_id=made.id, name="", now=NOW)
    assert refused.value.facts["problem"]
    assert not Tenant.objects.exists()
    assert places_of_phone(PHONE) == (0, 3)


@pytest.mark.parametrize("kind", [AccountKind.LEGACY, AccountKind.STAFF])
def test_only_id_accounts_activate(kind: AccountKind) -> None:
    made = an_account(phone=PHONE, kind=kind)
    with pytest.raises(ActivationIsForIdAccounts):
        activate(made)
    with pytest.raises(ActivationIsForIdAccounts):
        activate_cloud(actor=VISITOR, account_id=987_654, name="Works", now=NOW)


# -- The four refusals of 1.10 ----------------------------------------------------------------------------------------


def refused(made: AccountFacts, kind: type[Refused]) -> Refused:
    with pytest.raises(kind) as raised:
        activate(made)
    assert codes(made) == [kind.code]
    assert not Tenant.objects.filter(owner_id=made.id).exists()
    assert Event.objects.filter(name="onboarding:activation:refused", account_id=made.id).count() == 1
    return raised.value


@pytest.mark.clause("1.10", "1.7")
def test_a_country_outside_the_service_area_is_refused_by_name() -> None:
    assert "Russia" in said(refused(an_account(phone="+79123456789", country="RU"), OutsideServiceArea))


@pytest.mark.clause("1.10", "1.9")
@pytest.mark.parametrize("country", ["CN", "SG"])
def test_an_e_mail_address_of_another_tenant_is_refused_on_both_sites(country: str) -> None:
    holder = an_account(phone=a_phone(), email="mei@example.com")
    activate(holder)
    # The account's address has moved on; the tenant's has not.
    Account.objects.filter(pk=holder.id).update(email="new@example.com", email_key="new@example.com")
    made = an_account(phone=a_phone(), email="Mei@example.com", country=country)
    words = said(refused(made, EmailTakenByTenant))
    assert "Me***@example.com" in words


@pytest.mark.clause("1.10")
@pytest.mark.parametrize("phone", ["", "+6591234567", "+85251234567"])
def test_china_needs_a_mainland_phone(phone: str) -> None:
    said(refused(an_account(phone=phone, email="mei@example.com"), PhoneNotMainland))


@pytest.mark.clause("1.10", "1.8")
def test_a_full_phone_is_refused_and_the_tenants_that_could_be_closed_are_named() -> None:
    for number in range(3):
        activate(sharing(PHONE), f"Works {number}00")
    words = said(refused(sharing(PHONE), TenantPhoneFull))
    assert all(part in words for part in ("+86 138****8000", "3 tenants", "Works 000", "Works 100", "Works 200"))


@pytest.mark.clause("1.10")
def test_all_refusals_that_apply_are_told_together(settings: LazySettings) -> None:
    for _ in range(3):
        activate(sharing("+6591234567", country="SG"))
    activate(an_account(phone="+6581234567", country="SG", email="mei@example.com"))
    Account.objects.update(email="", email_key=None)
    settings.SERVICE_AREA = frozenset({"SG"})
    made = sharing("+6591234567", email="mei@example.com")
    assert codes(made) == [
        "tenants.outside_service_area",
        "tenants.email_taken",
        "tenants.phone_not_mainland",
        "tenants.phone_full",
    ]


def test_an_empty_service_area_means_everywhere(settings: LazySettings) -> None:
    settings.SERVICE_AREA = frozenset()
    assert activate(an_account(phone="+79123456789", country="RU")).country == "RU"


# -- Again, and at once -----------------------------------------------------------------------------------------------


@pytest.mark.clause("1.41")
def test_activating_again_finds_what_is_there() -> None:
    made = an_account(phone=PHONE, email="mei@example.com")
    assert activate(made, "First Works") == activate(made, "Second Works")
    assert places_of_phone(PHONE) == (1, 3)


@pytest.mark.clause("1.41")
def test_a_broken_moment_leaves_nothing_half_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_: Any) -> None:
        raise RuntimeError("the database went away")

    made = an_account(phone=PHONE, email="mei@example.com")
    with monkeypatch.context() as patch:
        patch.setattr("account_center.onboarding.services.activation.open_standing", breaks)
        with pytest.raises(RuntimeError):
            activate(made)
    assert not Tenant.objects.exists()
    assert places_of_phone(PHONE) == (0, 3)
    activate(made)


@pytest.mark.clause("1.41")
@pytest.mark.django_db(transaction=True)
def test_16_simultaneous_activations_of_one_account_give_one_tenant_and_all_see_it() -> None:
    for _ in range(2):
        activate(sharing(PHONE))
    made = an_account(phone=PHONE, email="mei@example.com")
    answers = race(lambda number: activate(made, f"Racer {number}0"), 16)
    assert kinds(answers) == {"TenantFacts": 16}
    assert len({answer.id for answer in answers if isinstance(answer, TenantFacts)}) == 1
    assert places_of_phone(PHONE) == (3, 3)
    assert Event.objects.filter(name="onboarding:activation:refused").count() == 0


@pytest.mark.clause("1.8")
@pytest.mark.django_db(transaction=True)
def test_24_simultaneous_activations_on_one_phone_give_exactly_three_tenants() -> None:
    made = [an_account() for _ in range(24)]
    # More accounts than a phone may have, as after a raise: here the tenants' own limit is shown.
    Account.objects.update(phone=PHONE)
    answers = race(lambda number: activate(made[number], f"Racer {number}0"), 24)
    assert kinds(answers) == {"TenantFacts": 3, "TenantPhoneFull": 21}
    assert Tenant.objects.count() == 3
    assert TenantPhoneQuota.objects.get().used == 3


@pytest.mark.clause("1.9", "3.1.12")
@pytest.mark.django_db(transaction=True)
def test_one_e_mail_address_gets_one_tenant_on_both_sites_together() -> None:
    made = [an_account(phone=a_phone(), country="SG" if number % 2 else "CN") for number in range(8)]
    # One address at several accounts: the rule of the accounts is left out, to show that of the tenants.
    for one in made:
        Account.objects.filter(pk=one.id).update(email="mei@example.com", email_key=f"key {one.id}")
    answers = race(lambda number: activate(made[number], f"Racer {number}0"), 8)
    assert kinds(answers) == {"EmailTakenByTenant": 7, "TenantFacts": 1}


# -- What a customer manager may --------------------------------------------------------------------------------------


@pytest.mark.clause("1.8", "3.1.15")
def test_a_raised_limit_counts_for_that_phone_only() -> None:
    for _ in range(3):
        activate(sharing(PHONE))
    with pytest.raises(Refused, match="only_customer_managers"):
        allow_more_tenants(actor=VISITOR, phone=PHONE, allowed=4, reason="please")
    assert allow_more_tenants(actor=MANAGER, phone=PHONE, allowed=4, reason="ticket 17") == 4
    activate(sharing(PHONE))
    assert codes(sharing(PHONE)) == ["tenants.phone_full"]
    assert places_of_phone(a_phone()) == (0, 3)
    assert PHONE not in repr(Event.objects.get(name="tenants:phone_quota:raised").facts)


@pytest.mark.clause("1.7")
def test_a_customer_manager_changes_the_country_of_the_tenant_alone() -> None:
    made = an_account(phone=PHONE)
    tenant = activate(made)
    changed = change_country(actor=MANAGER, tenant_id=tenant.id, country="SG", proof="passport, file 7")
    assert (changed.country, changed.site) == ("SG", Site.CHINA)
    assert Account.objects.get(pk=made.id).country == "CN"
    assert Event.objects.get(name="tenants:country:changed").facts["before"] == "CN"


@pytest.mark.clause("1.7")
@pytest.mark.parametrize(
    ("actor", "country", "proof", "code"),
    [
        (VISITOR, "SG", "passport", "tenants.only_customer_managers"),
        (MANAGER, "SG", "  ", "tenants.country_needs_proof"),
        (MANAGER, "XX", "passport", "accounts.unknown_country"),
    ],
)
def test_the_country_changes_only_by_a_manager_on_proof(actor: Actor, country: str, proof: str, code: str) -> None:
    tenant = activate(an_account(phone=PHONE))
    with pytest.raises(Refused, match=code):
        change_country(actor=actor, tenant_id=tenant.id, country=country, proof=proof)
    assert Tenant.objects.get().country == "CN"


@pytest.mark.clause("1.7")
def test_no_service_of_accounts_changes_a_country() -> None:
    assert not {name for name in accounts.__all__ if "country" in name.lower()}


# -- 1.42 -------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("1.42")
def test_what_is_done_to_one_of_a_persons_tenants_leaves_the_other_untouched() -> None:
    one, two = an_account(phone=PHONE), an_account(phone=PHONE)
    first, second = activate(one), activate(two)
    before = (Tenant.objects.filter(pk=second.id).values().get(), standing_of(second.id), tenant_of(two.id))
    rename_tenant(actor=owner_of(one), tenant_id=first.id, name="Another Name")
    change_country(actor=MANAGER, tenant_id=first.id, country="SG", proof="passport")
    place_hold(actor=MANAGER, tenant_id=first.id, reason=HoldReason.FREEZE_VIOLATION, now=NOW)
    Tenant.objects.filter(pk=first.id).update(state=TenantState.CANCELLED.value)
    assert (Tenant.objects.filter(pk=second.id).values().get(), standing_of(second.id), tenant_of(two.id)) == before
