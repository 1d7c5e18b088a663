import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def _only_this_door(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "account_center.serviceapi.urls"
