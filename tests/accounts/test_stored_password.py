"""A stored password travels from the look-up to the check, and nowhere else."""

import pickle
from dataclasses import replace

import pytest

from account_center.accounts.services import password_is_of
from account_center.accounts.types import StoredPassword
from tests.signin.making import PASSWORD, an_account

pytestmark = pytest.mark.django_db


def test_facts_show_nothing_of_the_password_and_do_not_compare_by_it() -> None:
    facts = an_account("Lantern")
    assert facts.password is not None
    assert "argon2" not in repr(facts)
    assert "argon2" not in f"{facts.password} {facts.password!r}"
    assert replace(facts, password=None) == facts


def test_facts_with_a_password_are_not_put_into_a_cache() -> None:
    with pytest.raises(TypeError, match="not copied"):
        pickle.dumps(an_account("Lantern"))
    with pytest.raises(TypeError, match="not copied"):
        pickle.dumps(StoredPassword("secret"))


def test_the_password_of_facts_just_read_is_checked() -> None:
    facts = an_account("Lantern")
    assert password_is_of(facts, PASSWORD)
    assert not password_is_of(facts, f"{PASSWORD}!")
    assert not password_is_of(None, PASSWORD)
    assert not password_is_of(replace(facts, password=StoredPassword("")), "")
