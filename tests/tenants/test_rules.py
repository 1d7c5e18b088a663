from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_center.kit.countries import is_country
from account_center.tenants.rules import obstacles_to_activation, site_of
from account_center.tenants.types import ActivationFacts, ActivationObstacle, Site

GOOD = ActivationFacts(
    country="CN",
    phone="+8613800138000",
    phone_is_mainland=True,
    email_taken=False,
    phone_used=2,
    phone_allowed=3,
    service_area=frozenset({"CN", "SG"}),
)


@pytest.mark.clause("1.10")
def test_nothing_stands_in_the_way_of_an_ordinary_account() -> None:
    assert obstacles_to_activation(GOOD) == []


@pytest.mark.clause("1.10")
@pytest.mark.parametrize(
    ("changed", "obstacle"),
    [
        ({"country": "RU"}, ActivationObstacle.OUTSIDE_SERVICE_AREA),
        ({"email_taken": True}, ActivationObstacle.EMAIL_TAKEN),
        ({"phone_is_mainland": False}, ActivationObstacle.PHONE_NOT_MAINLAND),
        ({"phone": "", "phone_is_mainland": False, "phone_used": 9}, ActivationObstacle.PHONE_NOT_MAINLAND),
        ({"phone_used": 3}, ActivationObstacle.PHONE_FULL),
        ({"phone_used": 4}, ActivationObstacle.PHONE_FULL),
    ],
)
def test_each_obstacle_stands_alone(changed: dict[str, object], obstacle: ActivationObstacle) -> None:
    assert obstacles_to_activation(replace(GOOD, **changed)) == [obstacle]  # type: ignore[arg-type]


@pytest.mark.clause("1.10")
def test_all_four_are_found_together() -> None:
    worst = replace(GOOD, service_area=frozenset({"SG"}), email_taken=True, phone_is_mainland=False, phone_used=3)
    assert obstacles_to_activation(worst) == list(ActivationObstacle)


@pytest.mark.clause("1.10")
def test_abroad_no_mainland_phone_and_no_phone_at_all_are_fine() -> None:
    assert obstacles_to_activation(replace(GOOD, country="SG", phone_is_mainland=False)) == []
    assert obstacles_to_activation(replace(GOOD, country="SG", phone="", phone_is_mainland=False, phone_used=9)) == []


@pytest.mark.clause("1.12")
@given(st.text(st.characters(min_codepoint=65, max_codepoint=90), min_size=2, max_size=2))
def test_china_alone_lives_on_the_china_site(country: str) -> None:
    assert (site_of(country) is Site.CHINA) == (country == "CN")
    assert is_country("CN")
