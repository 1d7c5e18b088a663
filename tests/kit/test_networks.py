import ipaddress
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_center.kit.networks import BadNetworks, NetworkProblem, is_allowed, parse_networks


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("203.0.113.9", ["203.0.113.9"]),
        ("203.0.113.0/24", ["203.0.113.0/24"]),
        ("203.0.113.0 / 255.255.255.0", ["203.0.113.0/24"]),
        ("203.0.113.9/32", ["203.0.113.9"]),
        ("203.0.113.5-203.0.113.9", ["203.0.113.5-203.0.113.9"]),
        ("203.0.113.5 – 203.0.113.9", ["203.0.113.5-203.0.113.9"]),
        ("203.0.113.5 至 203.0.113.9", ["203.0.113.5-203.0.113.9"]),
        ("203.0.113.0-203.0.113.255", ["203.0.113.0/24"]),
        ("２０３．０．１１３．９", ["203.0.113.9"]),
        ("203。0。113。9", ["203.0.113.9"]),
        (
            "203.0.113.9，198.51.100.0／24；192.0.2.7、192.0.2.8",
            ["203.0.113.9", "198.51.100.0/24", "192.0.2.7", "192.0.2.8"],
        ),
        ("203.0.113.9\r\n\r\n  198.51.100.7\t203.0.113.9", ["203.0.113.9", "198.51.100.7"]),
        ("\u200b203.0.113.9\ufeff", ["203.0.113.9"]),
        ("2001:DB8:0:0::1", ["2001:db8::1"]),
        ("2001:db8::/32", ["2001:db8::/32"]),
        ("2001:db8::5-2001:db8::9", ["2001:db8::5-2001:db8::9"]),
        ("::ffff:203.0.113.9", ["203.0.113.9"]),
        ("::ffff:203.0.113.0/120", ["203.0.113.0/24"]),
        ("::ffff:cb00:7109", ["203.0.113.9"]),
        ("10.0.0.0/8", ["10.0.0.0/8"]),
        ("2400::/16", ["2400::/16"]),
        ("", []),
        (" ,; \n", []),
    ],
)
@pytest.mark.clause("1.23")
def test_one_network_has_one_spelling(typed: str, kept: list[str]) -> None:
    assert [network.text for network in parse_networks(typed)] == kept


@pytest.mark.parametrize(
    ("typed", "problem", "offer"),
    [
        ("203.0.113.5/24", NetworkProblem.HOST_BITS, "203.0.113.0/24"),
        ("2001:db8::5/64", NetworkProblem.HOST_BITS, "2001:db8::/64"),
        ("::ffff:203.0.113.5/120", NetworkProblem.HOST_BITS, "203.0.113.0/24"),
        ("0.0.0.0/0", NetworkProblem.TOO_WIDE, ""),
        ("::/0", NetworkProblem.TOO_WIDE, ""),
        ("::ffff:0:0/96", NetworkProblem.TOO_WIDE, ""),
        ("0.0.0.0/1", NetworkProblem.TOO_WIDE, ""),
        ("10.0.0.0/7", NetworkProblem.TOO_WIDE, ""),
        ("2000::/3", NetworkProblem.TOO_WIDE, ""),
        ("0.0.0.0-255.255.255.255", NetworkProblem.TOO_WIDE, ""),
        ("10.0.0.0-11.0.0.0", NetworkProblem.TOO_WIDE, ""),
        ("::ffff:0.0.0.0-::ffff:255.255.255.255", NetworkProblem.TOO_WIDE, ""),
        ("203.0.113.9-203.0.113.5", NetworkProblem.BACKWARDS, "203.0.113.5-203.0.113.9"),
        ("203.0.113.9-2001:db8::1", NetworkProblem.MIXED, ""),
        ("0.0.0.0", NetworkProblem.NOBODY, ""),
        ("::", NetworkProblem.NOBODY, ""),
        ("::ffff:0.0.0.0", NetworkProblem.NOBODY, ""),
        ("203.0.113", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("203.0.113.256", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("203.0.113.009", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("0xcb007109", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("3405803785", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("٢٠٣.0.113.9", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("fe80::1%eth0", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("203.0.113.0/33", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("203.0.113.0/", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("203.0.113.0/24/24", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("203.0.113.0/24-203.0.114.0/24", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("203.0.113.5-", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("-", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("203.0.113.*", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("office.example.com", NetworkProblem.NOT_AN_ADDRESS, ""),
        ("<script>", NetworkProblem.NOT_AN_ADDRESS, ""),
    ],
)
@pytest.mark.clause("1.23")
def test_an_entry_that_cannot_stand_is_told_with_what_was_probably_meant(
    typed: str, problem: NetworkProblem, offer: str
) -> None:
    with pytest.raises(BadNetworks) as bad:
        parse_networks(f"192.0.2.1, {typed}")
    assert [(entry.problem, entry.offer) for entry in bad.value.entries] == [(problem, offer)]


def test_all_bad_entries_are_told_at_once() -> None:
    with pytest.raises(BadNetworks) as bad:
        parse_networks("203.0.113.5/24\nhere\n192.0.2.1")
    assert [entry.text for entry in bad.value.entries] == ["203.0.113.5/24", "here"]


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("203.0.113.9", True),
        ("::ffff:203.0.113.9", True),
        ("203.0.114.9", False),
        ("2001:db8::7", True),
        ("2001:db9::7", False),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("nonsense", False),
    ],
)
@pytest.mark.clause("1.23")
def test_only_addresses_in_the_list_are_allowed(address: str, inside: bool) -> None:
    assert is_allowed(address, parse_networks("203.0.113.0/24 2001:db8::/32")) is inside


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::7", "nonsense"])
def test_without_a_list_everybody_is_allowed(address: str) -> None:
    assert is_allowed(address, ())


def test_an_unknown_address_is_in_no_list_that_could_be_written() -> None:
    assert not is_allowed("0.0.0.0", parse_networks("0.0.0.0-0.0.0.9, 0.0.0.0/8"))


v4 = st.ip_addresses(v=4)
v6 = st.ip_addresses(v=6)


@given(
    st.one_of(
        st.tuples(v4, st.integers(8, 32), v4),
        st.tuples(v6, st.integers(16, 128), v6),
        st.tuples(v4, st.integers(8, 32), v6),
    )
)
@pytest.mark.clause("1.23")
def test_being_inside_means_what_the_standard_library_means(
    drawn: tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int, ipaddress.IPv4Address | ipaddress.IPv6Address],
) -> None:
    base, prefix, asked = drawn
    network = ipaddress.ip_network(f"{base}/{prefix}", strict=False)
    mapped = [one.ipv4_mapped for one in (network.network_address, asked) if isinstance(one, ipaddress.IPv6Address)]
    if any(mapped) or network.network_address.is_unspecified or asked.is_unspecified:
        return
    listed = parse_networks(str(network))
    assert is_allowed(str(asked), listed) == (asked in network)
    inside = network.network_address + (network.num_addresses // 2)
    assert is_allowed(str(inside), listed)
    assert is_allowed(str(base), listed)


@given(v4, st.integers(0, 2**24 - 1), st.integers(-(2**24), 2**25))
def test_a_range_holds_its_ends_and_what_lies_between(first: ipaddress.IPv4Address, length: int, step: int) -> None:
    start = max(1, int(first) % (2**32 - 2**24))
    listed = parse_networks(f"{ipaddress.IPv4Address(start)}-{ipaddress.IPv4Address(start + length)}")
    asked = min(max(1, start + step), 2**32 - 1)
    assert is_allowed(str(ipaddress.IPv4Address(asked)), listed) == (start <= asked <= start + length)


@given(st.lists(st.one_of(v4, v6).filter(lambda one: int(one) % 2**32 > 0), max_size=20))
def test_what_was_read_is_read_the_same_again(addresses: list[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> None:
    once = parse_networks("\n".join(str(address) for address in addresses))
    assert parse_networks("\n".join(network.text for network in once)) == once


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(typed: str) -> None:
    with suppress(BadNetworks):
        assert all(0 < network.size <= 2**112 for network in parse_networks(typed))
