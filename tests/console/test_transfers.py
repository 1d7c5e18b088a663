"""What staff see of a transfer: its state, never its amount."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from account_center.kit.money import yuan
from tests.console.making import Desk
from tests.realname.making import a_tenant
from tests.realname.transferring import amount_of, follow, submit_account


@pytest.mark.clause("2.3.1")
def test_staff_see_how_far_a_transfer_is_and_never_how_much_it_was(desk: Desk, support: Client) -> None:
    tenant = a_tenant()
    view = submit_account(tenant)
    address = reverse("console:customer", args=[tenant.owner_id])
    assert "Waits to be sent" in support.get(address).content.decode()
    follow(view)

    page = support.get(address).content.decode()
    assert "Sent" in page
    assert view.transfer
    assert view.transfer.account_masked in page
    assert f">{yuan(amount_of(view))}" not in page
    assert "CNY" not in strip_tags(page)  # a token in a form may hold any three letters
