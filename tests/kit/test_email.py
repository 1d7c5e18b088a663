import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_center.kit.email import BadEmail, EmailProblem, parse_email


@pytest.mark.parametrize(
    ("typed", "text", "key"),
    [
        ("alice@example.org", "alice@example.org", "alice@example.org"),
        ("  Alice@Example.ORG ", "Alice@example.org", "alice@example.org"),
        ("alice.b+cloud@mail.example.org", "alice.b+cloud@mail.example.org", "alice.b+cloud@mail.example.org"),
        ("ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｏｒｇ", "alice@example.org", "alice@example.org"),
        ("alice@BÜCHER.example", "alice@xn--bcher-kva.example", "alice@xn--bcher-kva.example"),
        ("li@例子。中国", "li@xn--fsqu00a.xn--fiqs8s", "li@xn--fsqu00a.xn--fiqs8s"),
        ("li@straße.example", "li@xn--strae-oqa.example", "li@xn--strae-oqa.example"),
        ("\u200balice@example.org\u200b", "alice@example.org", "alice@example.org"),
    ],
)
@pytest.mark.clause("1.9")
def test_one_mailbox_has_one_spelling(typed: str, text: str, key: str) -> None:
    address = parse_email(typed)
    assert (address.text, address.key) == (text, key)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", EmailProblem.EMPTY),
        ("\u200b", EmailProblem.EMPTY),
        ("alice.example.org", EmailProblem.NO_AT),
        ("\u0430lice@example.org", EmailProblem.NOT_ASCII_LOCAL),
        ("王@example.org", EmailProblem.NOT_ASCII_LOCAL),
        ("@example.org", EmailProblem.SHAPE),
        ("alice@b@example.org", EmailProblem.SHAPE),
        ("alice@evil.example,bob@example.org", EmailProblem.SHAPE),
        ('"alice"@example.org', EmailProblem.SHAPE),
        ("Alice <alice@example.org>", EmailProblem.SHAPE),
        ("mailto:alice@example.org", EmailProblem.SHAPE),
        ("alice\r\nBcc: eve@example.org", EmailProblem.SHAPE),
        ("al\nice@example.org", EmailProblem.SHAPE),
        ("al ice@example.org", EmailProblem.SHAPE),
        (".alice@example.org", EmailProblem.SHAPE),
        ("alice.@example.org", EmailProblem.SHAPE),
        ("al..ice@example.org", EmailProblem.SHAPE),
        ("alice@", EmailProblem.BAD_DOMAIN),
        ("alice@localhost", EmailProblem.BAD_DOMAIN),
        ("alice@exam\nple.org", EmailProblem.BAD_DOMAIN),
        ("alice@example..org", EmailProblem.BAD_DOMAIN),
        ("alice@example.org.", EmailProblem.BAD_DOMAIN),
        ("alice@-example.org", EmailProblem.BAD_DOMAIN),
        ("alice@exa_mple.org", EmailProblem.BAD_DOMAIN),
        ("alice@192.0.2.1", EmailProblem.BAD_DOMAIN),
        ("alice@[192.0.2.1]", EmailProblem.BAD_DOMAIN),
        ("alice@example.org>", EmailProblem.BAD_DOMAIN),
        ("alice@xn--zzzzzzzz.org", EmailProblem.BAD_DOMAIN),
        (f"{'a' * 65}@example.org", EmailProblem.TOO_LONG),
        (f"alice@{'b.' * 125}org", EmailProblem.TOO_LONG),
        ("a" * 100_000 + "@example.org", EmailProblem.TOO_LONG),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(typed: str, problem: EmailProblem) -> None:
    with pytest.raises(BadEmail) as refusal:
        parse_email(typed)
    assert refusal.value.problem is problem


def test_the_longest_address_is_254_characters_after_the_domain_became_ascii() -> None:
    rest = ".example.org"
    local = "a" * 64
    filling = ".".join(["b" * 60] * 2 + ["c" * (254 - 64 - 1 - len(rest) - 122)])
    assert len(parse_email(f"{local}@{filling}{rest}").text) == 254
    with pytest.raises(BadEmail):
        parse_email(f"{local}@{filling}c{rest}")
    with pytest.raises(BadEmail):
        parse_email(f"{local}@{'ü.' * 60}org")


@pytest.mark.clause("1.19")
def test_an_address_is_masked_for_show() -> None:
    assert parse_email("alice@example.org").masked == "al***@example.org"


@given(st.one_of(st.text(), st.emails(), st.builds("{}@{}".format, st.text(), st.text())))
def test_any_text_is_an_address_or_a_refusal(text: str) -> None:
    try:
        address = parse_email(text)
    except BadEmail:
        return
    assert address.text.isascii()
    assert len(address.text) <= 254
    assert parse_email(address.text) == address
    assert parse_email(address.key).key == address.key
