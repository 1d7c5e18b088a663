"""What a sign-in may ask of the database: a bound that a change cannot pass unseen."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.signin.making import PASSWORD, an_account

MOST = 12


@pytest.mark.django_db
def test_a_sign_in_asks_the_database_at_most_twelve_times_the_first_time_and_later() -> None:
    name = an_account().name
    for _ in ("first", "later"):
        client = Client(REMOTE_ADDR="198.51.100.7")
        with CaptureQueriesContext(connection) as seen:
            answer = client.post("/sign-in/", {"identifier": name, "password": PASSWORD})
        assert answer.status_code == 302
        assert len(seen.captured_queries) <= MOST, [query["sql"] for query in seen.captured_queries]
