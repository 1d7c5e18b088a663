from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from account_center.accounts.models import Account
from account_center.accounts.types import AccountKind
from account_center.audit.models import Event
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.policy.errors import (
    BadNetworkList,
    NetworkNotAllowed,
    NoListToPass,
    OnlyOwnersSetPolicy,
    OwnerOutsideNetworks,
    PolicyChangedMeanwhile,
    PolicyOutOfBounds,
    TooManyNetworks,
    TooManyWaysBack,
    WouldLockYouOut,
)
from account_center.policy.models import SecurityPolicy
from account_center.policy.queries import (
    days_left,
    password_too_old,
    policy_of_account,
    session_seconds,
    sign_in_rules,
)
from account_center.policy.services import (
    close_way_back,
    judge_network,
    lift_networks,
    open_way_back,
    set_least_check,
    set_networks,
    set_session_length,
)
from account_center.policy.types import LeastCheck, SignInRules
from account_center.tenants.errors import OnlyCustomerManagers
from tests.policy.making import (
    HERE,
    OFFICE,
    OUTSIDE,
    allow_only,
    an_owner,
    owner_at,
    passwords,
    policy_of,
    tenant_owned_by,
)
from tests.racing import kinds, race
from tests.signin.making import NOW, an_account

DAY = timedelta(days=1)
MANAGER = Actor(kind=ActorKind.STAFF, name="staff.lin", roles=frozenset({StaffRole.CUSTOMER_MANAGER}))


@pytest.mark.django_db
class TestRulesAtSignIn:
    def test_an_account_under_no_policy_asks_once_and_others_twice(self) -> None:
        owner = an_owner()
        with CaptureQueriesContext(connection) as asked:
            sign_in_rules(owner.id)
        assert len(asked) == 1
        allow_only(owner)
        with CaptureQueriesContext(connection) as asked:
            rules = sign_in_rules(owner.id)
        assert len(asked) == 2
        assert [network.text for network in rules.networks] == [OFFICE]
        assert rules.is_owner

    @pytest.mark.parametrize("with_tenant", [True, False])
    def test_without_a_policy_the_operators_defaults_hold(self, with_tenant: bool) -> None:
        account = an_owner() if with_tenant else an_account()
        assert sign_in_rules(account.id) == SignInRules(session_seconds=settings.LIMITS.session_seconds)
        assert policy_of_account(account.id) is None
        judge_network(account_id=account.id, address=OUTSIDE, now=NOW)

    @pytest.mark.clause("1.23")
    def test_only_the_listed_networks_let_in(self) -> None:
        owner = an_owner()
        allow_only(owner, f"{OFFICE}\n2001:db8::/32")
        judge_network(account_id=owner.id, address=HERE, now=NOW)
        judge_network(account_id=owner.id, address="2001:db8::1", now=NOW)
        with pytest.raises(OwnerOutsideNetworks) as refused:
            judge_network(account_id=owner.id, address=OUTSIDE, now=NOW)
        assert refused.value.facts == {"address": OUTSIDE, "minutes": 60}

    @pytest.mark.clause("1.23")
    def test_the_list_binds_the_iam_users_of_the_tenant_too(self) -> None:
        owner, user, stranger = an_owner(), an_account(kind=AccountKind.IAM), an_account(kind=AccountKind.IAM)
        Account.objects.filter(pk=user.id).update(realm=tenant_owned_by(owner).public_id)
        allow_only(owner)
        with pytest.raises(NetworkNotAllowed):
            judge_network(account_id=user.id, address=OUTSIDE, now=NOW)
        assert not sign_in_rules(user.id).is_owner
        judge_network(account_id=stranger.id, address=OUTSIDE, now=NOW)

    def test_another_tenant_and_a_cancelled_one_bind_nobody(self) -> None:
        owner, other = an_owner(), an_owner()
        allow_only(owner)
        judge_network(account_id=other.id, address=OUTSIDE, now=NOW)
        SecurityPolicy.objects.get().tenant.__class__.objects.filter(owner_id=owner.id).update(state="cancelled")
        judge_network(account_id=owner.id, address=OUTSIDE, now=NOW)

    @pytest.mark.clause("3.1.20")
    def test_a_password_runs_out_after_the_days_the_tenant_set(self) -> None:
        owner = an_owner()
        passwords(owner, days=90)
        rules = sign_in_rules(owner.id)
        just_before = NOW + 90 * DAY - timedelta(seconds=1)
        assert not rules.password_too_old(NOW, now=just_before)
        assert rules.password_too_old(NOW, now=NOW + 90 * DAY)
        left = [NOW, NOW + timedelta(hours=1), just_before, NOW + 91 * DAY]
        assert [rules.password_days_left(NOW, now=moment) for moment in left] == [90, 90, 1, 0]
        assert password_too_old(account_id=owner.id, changed_at=NOW, now=NOW + 90 * DAY)
        assert days_left(account_id=owner.id, changed_at=NOW, now=NOW) == 90

    def test_a_password_never_runs_out_by_itself(self) -> None:
        account, long_ago = an_account(), NOW - 9999 * DAY
        assert not password_too_old(account_id=account.id, changed_at=long_ago, now=NOW)
        assert days_left(account_id=account.id, changed_at=long_ago, now=NOW) is None

    def test_a_tenant_shortens_sessions_and_never_lengthens_them(self) -> None:
        owner = an_owner()
        set_session_length(actor=owner_at(HERE, owner), account_id=owner.id, minutes=30, version=0, now=NOW)
        assert session_seconds(owner.id) == 30 * 60
        SecurityPolicy.objects.update(session_minutes=43_200)
        assert session_seconds(owner.id) == settings.LIMITS.session_seconds


@pytest.mark.django_db
class TestSaving:
    @pytest.mark.clause("1.23")
    def test_a_list_that_keeps_its_author_out_is_not_saved(self) -> None:
        owner = an_owner()
        with pytest.raises(WouldLockYouOut) as refused:
            allow_only(owner, OFFICE, address=OUTSIDE)
        assert refused.value.facts == {"address": OUTSIDE}
        assert policy_of(owner).version == 0

    def test_every_bad_entry_is_told(self) -> None:
        with pytest.raises(BadNetworkList) as refused:
            allow_only(an_owner(), "203.0.113.5/24, here")
        told = str(refused.value.facts["problems"])
        assert "The network is 203.0.113.0/24. here is no" in told

    def test_a_list_has_its_bound(self) -> None:
        entries = [f"203.0.113.{number}" for number in range(settings.LIMITS.policy_networks + 1)]
        with pytest.raises(TooManyNetworks):
            allow_only(an_owner(), "\n".join(entries))
        assert len(allow_only(an_owner(), "\n".join(entries[1:])).networks) == settings.LIMITS.policy_networks

    def test_an_empty_list_lets_everybody_in_again(self) -> None:
        owner = an_owner()
        allow_only(owner)
        allow_only(owner, "")
        judge_network(account_id=owner.id, address=OUTSIDE, now=NOW)

    def test_every_change_stands_in_the_history(self) -> None:
        owner = an_owner()
        allow_only(owner)
        passwords(owner, days=180, history=24, min_hours=240)
        actor = owner_at(HERE, owner)
        set_session_length(actor=actor, account_id=owner.id, minutes=15, version=2, now=NOW)
        kept = set_least_check(actor=actor, account_id=owner.id, check=LeastCheck.SECOND_FACTOR, version=3, now=NOW)
        assert kept.version == 4
        assert (kept.password_days, kept.session_minutes, kept.least_check) == (180, 15, LeastCheck.SECOND_FACTOR)
        written = Event.objects.filter(name__startswith="policy:", tenant_id=kept.tenant_id, account_id=owner.id)
        assert [event.name for event in written.order_by("pk")] == [
            "policy:networks:changed",
            "policy:passwords:changed",
            "policy:session:changed",
            "policy:check:changed",
        ]

    @pytest.mark.clause("3.1.20")
    @pytest.mark.parametrize(
        ("rules", "field"),
        [
            ({"days": 181}, "days"),
            ({"days": -1}, "days"),
            ({"history": 25}, "history"),
            ({"min_hours": 241}, "min_hours"),
            ({"days": 1, "min_hours": 24}, "min_hours"),
        ],
    )
    def test_no_number_goes_past_its_bounds(self, rules: dict[str, int], field: str) -> None:
        with pytest.raises(PolicyOutOfBounds) as refused:
            passwords(an_owner(), **rules)
        assert refused.value.field == field

    @pytest.mark.parametrize("minutes", [-1, 1, 14, 721])
    def test_a_session_has_its_bounds(self, minutes: int) -> None:
        owner = an_owner()
        with pytest.raises(PolicyOutOfBounds):
            set_session_length(actor=owner_at(HERE, owner), account_id=owner.id, minutes=minutes, version=0, now=NOW)

    @pytest.mark.clause("3.1.20")
    @pytest.mark.parametrize(
        "columns",
        [
            {"password_days": 181},
            {"password_history": 25},
            {"password_min_hours": 241},
            {"password_days": 1, "password_min_hours": 24},
            {"session_minutes": 14},
            {"session_minutes": 43_201},
            {"least_check": "nothing"},
            {"way_back": HERE},
            {"way_back_until": NOW},
        ],
    )
    def test_the_database_refuses_what_no_page_would_save(self, columns: dict[str, object]) -> None:
        owner = an_owner()
        passwords(owner, days=90)
        with pytest.raises(IntegrityError), transaction.atomic():
            SecurityPolicy.objects.update(**columns)

    def test_an_account_without_a_tenant_sets_no_policy(self) -> None:
        account = an_account()
        with pytest.raises(OnlyOwnersSetPolicy):
            set_networks(actor=owner_at(HERE, account), account_id=account.id, text="", version=0, now=NOW)

    @pytest.mark.parametrize("version", [0, 2])
    def test_a_page_that_has_gone_stale_saves_nothing(self, version: int) -> None:
        owner = an_owner()
        allow_only(owner)
        with pytest.raises(PolicyChangedMeanwhile):
            set_networks(actor=owner_at(HERE, owner), account_id=owner.id, text="", version=version, now=NOW)
        assert len(policy_of(owner).networks) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", [0, 1])
def test_of_many_who_save_the_same_version_one_wins(version: int) -> None:
    owner = an_owner()
    if version:
        passwords(owner, days=1)

    def save(number: int) -> int:
        actor = owner_at(HERE, owner)
        minutes = 15 + number
        return set_session_length(
            actor=actor, account_id=owner.id, minutes=minutes, version=version, now=NOW
        ).session_minutes

    answers = race(save, 12)
    assert kinds(answers) == {"PolicyChangedMeanwhile": 11, "int": 1}
    assert policy_of(owner).session_minutes in answers
    assert policy_of(owner).version == version + 1
    assert Event.objects.filter(name="policy:session:changed").count() == 1


@pytest.mark.django_db
class TestTheWayBack:
    @pytest.mark.clause("1.23")
    def test_it_lets_the_owner_in_from_one_address_for_an_hour(self) -> None:
        owner = an_owner()
        allow_only(owner)
        until = open_way_back(actor=owner_at(OUTSIDE, owner), account_id=owner.id, now=NOW)
        assert until == NOW + timedelta(hours=1)
        judge_network(account_id=owner.id, address=OUTSIDE, now=until - timedelta(seconds=1))
        for address, moment in ((OUTSIDE, until), ("198.51.100.8", NOW)):
            with pytest.raises(OwnerOutsideNetworks):
                judge_network(account_id=owner.id, address=address, now=moment)
        event = Event.objects.get(name="policy:way_back:opened")
        assert (event.account_id, event.facts) == (owner.id, {"address": OUTSIDE, "minutes": 60})

    def test_an_ipv6_visitor_may_move_within_his_own_network(self) -> None:
        owner = an_owner()
        allow_only(owner)
        open_way_back(actor=owner_at("2001:db8:7::1", owner), account_id=owner.id, now=NOW)
        judge_network(account_id=owner.id, address="2001:db8:7::beef", now=NOW)
        with pytest.raises(OwnerOutsideNetworks):
            judge_network(account_id=owner.id, address="2001:db8:8::1", now=NOW)

    def test_it_is_for_the_owner_only(self) -> None:
        owner, user = an_owner(), an_account(kind=AccountKind.IAM)
        Account.objects.filter(pk=user.id).update(realm=tenant_owned_by(owner).public_id)
        allow_only(owner)
        with pytest.raises(NoListToPass):
            open_way_back(actor=owner_at(OUTSIDE, user), account_id=user.id, now=NOW)
        open_way_back(actor=owner_at(OUTSIDE, owner), account_id=owner.id, now=NOW)
        with pytest.raises(NetworkNotAllowed):
            judge_network(account_id=user.id, address=OUTSIDE, now=NOW)

    def test_nobody_opens_what_is_not_closed(self) -> None:
        owner = an_owner()
        with pytest.raises(NoListToPass):
            open_way_back(actor=owner_at(OUTSIDE, owner), account_id=owner.id, now=NOW)
        allow_only(owner)
        with pytest.raises(NoListToPass):
            open_way_back(actor=owner_at(HERE, owner), account_id=owner.id, now=NOW)

    def test_it_opens_only_so_often_a_day(self) -> None:
        owner = an_owner()
        allow_only(owner)
        addresses = [f"198.51.100.{number}" for number in range(settings.LIMITS.way_backs_per_day + 1)]
        for address in addresses[:-1]:
            open_way_back(actor=owner_at(address, owner), account_id=owner.id, now=NOW)
        with pytest.raises(TooManyWaysBack):
            open_way_back(actor=owner_at(addresses[-1], owner), account_id=owner.id, now=NOW)

    def test_a_new_list_and_the_owner_end_it(self) -> None:
        owner = an_owner()
        allow_only(owner)
        open_way_back(actor=owner_at(OUTSIDE, owner), account_id=owner.id, now=NOW)
        close_way_back(actor=owner_at(HERE, owner), account_id=owner.id)
        close_way_back(actor=owner_at(HERE, owner), account_id=owner.id)
        assert Event.objects.filter(name="policy:way_back:closed").count() == 1
        open_way_back(actor=owner_at(OUTSIDE, owner), account_id=owner.id, now=NOW)
        allow_only(owner)
        assert policy_of(owner).way_back is None

    def test_an_open_way_back_does_not_make_open_pages_stale(self) -> None:
        owner = an_owner()
        before = allow_only(owner)
        open_way_back(actor=owner_at(OUTSIDE, owner), account_id=owner.id, now=NOW)
        assert policy_of(owner).version == before.version


@pytest.mark.django_db
class TestLiftingByStaff:
    def test_a_customer_manager_lifts_the_list_on_proof(self) -> None:
        owner = an_owner()
        allow_only(owner)
        lift_networks(actor=MANAGER, tenant_id=tenant_owned_by(owner).id, proof="call 4711", now=NOW)
        judge_network(account_id=owner.id, address=OUTSIDE, now=NOW)
        event = Event.objects.get(name="policy:networks:lifted")
        assert event.facts == {"entries": 1, "proof": "call 4711"}

    def test_support_may_not(self) -> None:
        owner = an_owner()
        allow_only(owner)
        support = replace(MANAGER, roles=frozenset({StaffRole.SUPPORT}))
        with pytest.raises(OnlyCustomerManagers):
            lift_networks(actor=support, tenant_id=tenant_owned_by(owner).id, proof="x", now=NOW)

    def test_without_a_list_nothing_happens(self) -> None:
        owner = an_owner()
        lift_networks(actor=MANAGER, tenant_id=tenant_owned_by(owner).id, proof="x", now=NOW)
        assert not Event.objects.filter(name="policy:networks:lifted").exists()
