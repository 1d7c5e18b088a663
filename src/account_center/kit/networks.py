"""Networks that people type: an address, a network (``203.0.113.0/24``) or a range (``203.0.113.5-203.0.113.9``)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
    summarize_address_range,
)

from account_center.kit.typed import tidy

# An entry wider than this would keep nobody out; with the bound on entries no list can mean "everywhere".
WIDEST = {4: 8, 6: 16}  # version to prefix length
_BITS = {4: 32, 6: 128}
_MAPPED_PREFIX = 96  # ::ffff:0:0/96 carries IPv4 addresses
_SHOWN = 60  # characters of an entry that cannot be read
_IDEOGRAPHIC_FULL_STOP = "\u3002"
_RANGE_MARK = re.compile(r"\s*[-\u2010-\u2015\u2212~至到]\s*")
_SLASH = re.compile(r"\s*/\s*")
_BETWEEN = re.compile(r"[\s,;、]+")

Address = IPv4Address | IPv6Address


class NetworkProblem(StrEnum):
    """Why an entry cannot stand in a list of networks."""

    NOT_AN_ADDRESS = "not_an_address"
    HOST_BITS = "host_bits"  # 203.0.113.5/24 is an address and a network at once
    TOO_WIDE = "too_wide"
    BACKWARDS = "backwards"
    MIXED = "mixed"  # a range from IPv4 to IPv6
    NOBODY = "nobody"  # 0.0.0.0 and ::, from which nobody comes


@dataclass(frozen=True, slots=True)
class Network:
    """All addresses from ``first`` to ``last`` of one IP version; ``text`` is its one spelling."""

    text: str
    version: int
    first: int
    last: int

    @property
    def size(self) -> int:
        """How many addresses it holds."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class BadEntry:
    """One entry that cannot stand: what was typed (cut), why, and what was probably meant (may be empty)."""

    text: str
    problem: NetworkProblem
    offer: str = ""


class BadNetworks(ValueError):
    """Some entries cannot stand; ``entries`` are all of them, so that nobody mends them one by one."""

    def __init__(self, entries: Sequence[BadEntry]) -> None:
        super().__init__(", ".join(entry.problem.value for entry in entries))
        self.entries = tuple(entries)


class _Bad(ValueError):
    def __init__(self, problem: NetworkProblem, offer: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.offer = offer


def parse_networks(text: str) -> tuple[Network, ...]:
    """The networks in ``text``, one per line or with commas between them; each once, in the order typed.

    Full-width characters and spaces are tidied; an IPv4 address inside IPv6 counts as IPv4. Raises BadNetworks.
    """
    found: dict[str, Network] = {}
    bad = []
    for entry in _entries(text):
        try:
            network = _read(entry)
        except _Bad as wrong:
            bad.append(BadEntry(text=entry[:_SHOWN], problem=wrong.problem, offer=wrong.offer))
        else:
            found[network.text] = network
    if bad:
        raise BadNetworks(bad)
    return tuple(found.values())


def is_allowed(address: str, networks: Iterable[Network]) -> bool:
    """Whether ``address`` lies in one of the networks. Without any network everybody is allowed.

    What is no address, and the address that says "unknown", lies in none.
    """
    listed = tuple(networks)
    if not listed:
        return True
    try:
        asked = _plain(ip_address(address))
    except ValueError:
        return False
    number = int(asked)
    return not asked.is_unspecified and any(
        one.version == asked.version and one.first <= number <= one.last for one in listed
    )


def _entries(text: str) -> list[str]:
    tidied = tidy(text).replace(_IDEOGRAPHIC_FULL_STOP, ".")
    joined = _SLASH.sub("/", _RANGE_MARK.sub("-", tidied))
    return [entry for entry in _BETWEEN.split(joined) if entry]


def _read(entry: str) -> Network:
    # A zone (fe80::1%eth0) means something on one machine only.
    if "%" in entry:
        raise _Bad(NetworkProblem.NOT_AN_ADDRESS)
    try:
        if "-" in entry:
            return _range(*entry.split("-", 1))
        return _network(entry) if "/" in entry else _single(ip_address(entry))
    except _Bad:
        raise
    except ValueError as wrong:
        raise _Bad(NetworkProblem.NOT_AN_ADDRESS) from wrong


def _single(typed: Address) -> Network:
    address = _plain(typed)
    if address.is_unspecified:
        raise _Bad(NetworkProblem.NOBODY)
    return Network(text=str(address), version=address.version, first=int(address), last=int(address))


def _network(entry: str) -> Network:
    network = _plain_network(ip_network(entry, strict=False))
    typed = _plain(ip_address(entry.partition("/")[0]))
    if network.prefixlen < WIDEST[network.version]:
        raise _Bad(NetworkProblem.TOO_WIDE)
    if typed != network.network_address:
        raise _Bad(NetworkProblem.HOST_BITS, offer=str(network))
    return _between(network.network_address, network.broadcast_address)


def _range(start: str, end: str) -> Network:
    first, last = _plain(ip_address(start)), _plain(ip_address(end))
    if first.version != last.version:
        raise _Bad(NetworkProblem.MIXED)
    if int(first) > int(last):
        raise _Bad(NetworkProblem.BACKWARDS, offer=f"{last}-{first}")
    if int(last) - int(first) >= 2 ** (_BITS[first.version] - WIDEST[first.version]):
        raise _Bad(NetworkProblem.TOO_WIDE)
    return _between(first, last)


def _between(first: Address, last: Address) -> Network:
    if first == last:
        return _single(first)
    parts = [str(part) for part in summarize_address_range(first, last)]
    text = parts[0] if len(parts) == 1 else f"{first}-{last}"
    return Network(text=text, version=first.version, first=int(first), last=int(last))


def _plain(address: Address) -> Address:
    """An IPv4 address that came inside IPv6 (``::ffff:203.0.113.9``) is that IPv4 address."""
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _plain_network(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    inner = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if inner is None or network.prefixlen < _MAPPED_PREFIX:
        return network
    return IPv4Network((inner, network.prefixlen - _MAPPED_PREFIX))
