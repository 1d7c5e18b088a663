"""The way from a refusal to support carries what it is about."""

import pytest
from django.test import Client
from django.urls import reverse

from account_center.plumbing.wording import explain, known_codes, wording_of
from account_center.portal.words import MATTER_WORDS
from account_center.support.types import Category


@pytest.mark.clause("2.1.9", "2.1.12")
def test_the_way_to_support_carries_matter_and_reference() -> None:
    told = explain("realname.wrong_name", {"reference": "RN23456789AB"})
    ways = [href for _, href in told.ways if href.startswith(reverse("portal:support"))]
    assert ways == [reverse("portal:support") + "?about=realname.individual_failed&reference=RN23456789AB"]
    page = Client().get(ways[0]).content.decode()
    assert "RN23456789AB" in page
    assert str(MATTER_WORDS["realname.individual_failed"]).removeprefix("r") in page


def test_what_is_no_matter_and_no_reference_is_not_repeated_on_the_page() -> None:
    page = Client().get(reverse("portal:support"), {"about": "<b>free</b>", "reference": "RN<script>"}).content.decode()
    assert "<b>free" not in page
    assert '<dl class="facts">' not in page
    assert "RN<script>" not in page


def test_every_matter_of_the_catalogue_has_words() -> None:
    assert {wording_of(code).ticket for code in known_codes()} - {""} <= set(MATTER_WORDS)
    assert set(MATTER_WORDS) == set(Category)
