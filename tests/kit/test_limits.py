from dataclasses import fields

import pytest

from account_center.kit.limits import Limits


def test_nothing_in_the_environment_leaves_every_default() -> None:
    assert Limits.from_environment({"PATH": "/bin", "ACCOUNT_CENTER_HOSTS": "x"}) == Limits()


@pytest.mark.clause("1.8")
def test_every_limit_is_a_setting() -> None:
    for item in fields(Limits):
        chosen = Limits.from_environment({f"ACCOUNT_CENTER_{item.name.upper()}": "7"})
        assert getattr(chosen, item.name) == 7


def test_a_limit_in_parts_of_a_second_is_taken() -> None:
    chosen = Limits.from_environment({"ACCOUNT_CENTER_DECISION_FRESH_SECONDS": "0.25"})
    assert chosen.decision_fresh_seconds == pytest.approx(0.25)


@pytest.mark.parametrize("text", ["", "many", "0", "-1", "1.5", "nan", "inf"])
def test_a_bad_limit_is_refused_with_the_name_of_its_variable(text: str) -> None:
    with pytest.raises(ValueError, match="ACCOUNT_CENTER_WRONG_PASSWORDS"):
        Limits.from_environment({"ACCOUNT_CENTER_WRONG_PASSWORDS": text})


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "0.0"])
def test_a_limit_that_would_never_end_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ACCOUNT_CENTER_DECISION_FRESH_SECONDS"):
        Limits.from_environment({"ACCOUNT_CENTER_DECISION_FRESH_SECONDS": text})


@pytest.mark.clause("1.8", "1.20", "2.1.18", "2.2.5", "2.2.9", "3.1.13")
def test_the_defaults_are_the_required_ones() -> None:
    limits = Limits()
    assert (limits.accounts_per_phone, limits.tenants_per_phone) == (3, 3)
    assert (limits.wrong_passwords, limits.adult_age_years) == (5, 18)
    assert (limits.verifications_per_person, limits.verifications_per_card) == (3, 3)
    assert limits.code_seconds <= 600


def test_a_code_cannot_be_made_to_live_longer_than_ten_minutes() -> None:
    assert Limits.from_environment({"ACCOUNT_CENTER_CODE_SECONDS": "600"}).code_seconds == 600
    with pytest.raises(ValueError, match="ACCOUNT_CENTER_CODE_SECONDS must be at most 600"):
        Limits.from_environment({"ACCOUNT_CENTER_CODE_SECONDS": "601"})
