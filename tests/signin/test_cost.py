"""What a sign-in may ask of the database: a bound that a change cannot pass unseen."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.signin.making import PASSWORD, VISITOR, an_account, trusted_device

MOST = 12


def asked(client: Client, name: str, password: str = PASSWORD) -> tuple[int, list[str]]:
    """The status of the answer, and what the database was asked."""
    with CaptureQueriesContext(connection) as seen:
        answer = client.post("/sign-in/", {"identifier": name, "password": password})
    return answer.status_code, [query["sql"] for query in seen.captured_queries]


@pytest.mark.django_db
def test_a_sign_in_on_a_trusted_device_asks_the_database_at_most_twelve_times() -> None:
    made = an_account(phone="+8613800138000")
    device = trusted_device(made)
    for _ in ("first", "later"):
        client = Client(REMOTE_ADDR=VISITOR.address)
        client.cookies["device"] = device
        status, queries = asked(client, made.name)
        assert status == 302
        assert len(queries) <= MOST, "\n".join(query[:90] for query in queries)


@pytest.mark.django_db
@pytest.mark.clause("1.14")
@pytest.mark.parametrize("device", ["", "d" * 43])
def test_a_wrong_password_asks_as_much_for_a_name_that_nobody_bears(device: str) -> None:
    made = an_account(phone="+8613800138000")
    seen = []
    for name in (made.name, "nobody.here"):
        client = Client(REMOTE_ADDR="198.51.100.7")
        if device:
            client.cookies["device"] = device
        asked(client, name, "not the right one 12")  # the counters are there from now on
        status, queries = asked(client, name, "not the right one 12")
        seen.append((status, [query[:60] for query in queries]))
    assert seen[0] == seen[1]
