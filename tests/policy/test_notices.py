from datetime import timedelta

import pytest

from account_center.accounts.services import keep_password
from account_center.accounts.types import AccountFacts
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.policy.services.notices import tell_before_passwords_run_out
from account_center.tenants.models import Tenant
from tests.policy.making import HERE, an_owner, owner_at, passwords
from tests.racing import race
from tests.signin.making import NOW, hashed

DAY = timedelta(days=1)


def somebody(email: str = "lin@example.org", *, days: int = 90) -> AccountFacts:
    owner = an_owner(email=email)
    passwords(owner, days=days)
    return owner


@pytest.mark.django_db
@pytest.mark.clause("3.1.20")
def test_an_owner_is_told_once_for_each_password_some_days_before() -> None:
    owner = somebody()
    told = [tell_before_passwords_run_out(now=NOW + day * DAY) for day in (0, 82, 83, 84, 89)]
    assert told == [0, 0, 1, 0, 0]
    message = reveal(Message.objects.get(purpose="password_age"))
    assert message.to == "lin@example.org"
    assert "7 天" in message.text or "7 days" in message.text
    keep_password(actor=owner_at(HERE, owner), account_id=owner.id, stored=hashed(), now=NOW + 89 * DAY)
    assert [tell_before_passwords_run_out(now=NOW + day * DAY) for day in (90, 89 + 85, 89 + 86)] == [0, 1, 0]


@pytest.mark.django_db
def test_nobody_is_told_without_a_rule_an_address_or_a_live_tenant_or_afterwards() -> None:
    an_owner(email="no.rule@example.org")
    passwords(an_owner(), days=90)
    cancelled = somebody("cancelled@example.org")
    Tenant.objects.filter(owner_id=cancelled.id).update(state="cancelled")
    assert tell_before_passwords_run_out(now=NOW + 85 * DAY) == 0
    somebody("late@example.org")
    assert tell_before_passwords_run_out(now=NOW + 91 * DAY) == 0


@pytest.mark.django_db
def test_short_lived_passwords_are_not_told_of_at_once() -> None:
    somebody("one@example.org", days=1)
    somebody("six@example.org", days=6)
    assert tell_before_passwords_run_out(now=NOW) == 0
    assert tell_before_passwords_run_out(now=NOW + 3 * DAY) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_nobody_twice() -> None:
    somebody()
    answers = race(lambda _: tell_before_passwords_run_out(now=NOW + 85 * DAY), 6)
    assert sorted(map(str, answers)) == ["0", "0", "0", "0", "0", "1"]
    assert Message.objects.filter(purpose="password_age").count() == 1
