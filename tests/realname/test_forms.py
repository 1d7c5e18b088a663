"""Forms that are refused tell how often a number is in use; nobody may ask that at will."""

import pytest
from django.conf import settings

from account_center.realname.errors import PersonFull, TooManyTries
from tests.realname.making import a_claim, a_person, a_tenant, begin, verify

pytestmark = pytest.mark.django_db


def test_nobody_can_ask_at_will_how_often_a_persons_number_is_in_use() -> None:
    number = a_person()
    for _ in range(settings.LIMITS.verifications_per_person):
        verify(a_tenant(), a_claim(id_number=number))
    stranger = a_tenant()
    for _ in range(settings.LIMITS.application_forms_per_day):
        with pytest.raises(PersonFull):
            begin(stranger, a_claim(id_number=number))
    with pytest.raises(TooManyTries):
        begin(stranger, a_claim(id_number=number))
