"""From a network address to a place, by a file on our own disk: no address is ever sent anywhere to be looked up."""

import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import maxminddb
from django.conf import settings
from django.core.signals import setting_changed
from maxminddb.reader import Reader

from account_center.kit.countries import country_name

log = logging.getLogger(__name__)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNREADABLE = (OSError, ValueError, maxminddb.InvalidDatabaseError)


@dataclass(frozen=True, slots=True)
class Place:
    """Roughly where a network address is used: a country (ISO 3166-1 alpha-2), often a city, degrees north and east."""

    country: str
    city_en: str = ""
    city_zh: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def text(self, language: str) -> str:
        """Such as ``Shanghai, China`` or ``中国 上海``."""
        country = country_name(self.country, language)
        if language.startswith("zh"):
            return f"{country} {self.city_zh or self.city_en}".strip()
        return f"{self.city_en}, {country}" if self.city_en else country


# Networks set aside for documentation (RFC 5737, RFC 3849), given to cities so that the sandbox can show a far sign-in.
_SANDBOX: Mapping[Network, Place] = {
    ipaddress.ip_network(network): place
    for network, place in {
        "192.0.2.0/25": Place("CN", "Shanghai", "上海", 31.23, 121.47),
        "192.0.2.128/25": Place("CN", "Beijing", "北京", 39.9, 116.4),
        "198.51.100.0/25": Place("SG", "Singapore", "新加坡", 1.35, 103.82),
        "198.51.100.128/25": Place("DE", "Frankfurt", "法兰克福", 50.11, 8.68),
        "203.0.113.0/25": Place("CN", "Shenzhen", "深圳", 22.54, 114.06),
        "203.0.113.128/25": Place("BR", "São Paulo", "圣保罗", -23.55, -46.63),
        "2001:db8::/36": Place("CN", "Shanghai", "上海", 31.23, 121.47),
        "2001:db8:8000::/36": Place("FR", "Paris", "巴黎", 48.86, 2.35),
    }.items()
}


def place_of(address: str) -> Place | None:
    """The place of an address; None for one of a local network, an unknown one, or without a file (GEOIP_FILE)."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    ip = (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip
    reader = _reader()
    if reader is None:
        return _in_sandbox(ip) if settings.SANDBOX else None
    return _in_file(reader, ip)


def mistake_in_file() -> str:
    """What is wrong with the configured file, in a sentence for ``account-center check``; empty if nothing is."""
    path = settings.GEOIP_FILE
    if path is None:
        return ""
    try:
        with maxminddb.open_database(path) as reader:
            return "" if _has_places(reader) else f"GEOIP_FILE {path} holds no countries: another kind of file."
    except UNREADABLE as wrong:
        return f"GEOIP_FILE {path} cannot be read: {type(wrong).__name__}."


def _has_places(reader: Reader) -> bool:
    return any(isinstance(entry, dict) and _named(entry, "country", "iso_code") for _network, entry in reader)


@cache
def _reader() -> Reader | None:
    """Opened once per process and mapped into memory, so that all processes share its pages."""
    path = settings.GEOIP_FILE
    if path is None:
        return None
    try:
        return maxminddb.open_database(path)
    except UNREADABLE as wrong:
        log.warning("GEOIP_FILE %s cannot be read (%s): sign-ins are shown without their place", path, wrong)
        return None


def _in_file(reader: Reader, ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Place | None:
    try:
        entry = reader.get(ip)
    except UNREADABLE:  # damaged in the middle, or an IPv6 address in a file for IPv4
        return None
    return _place(entry) if isinstance(entry, dict) else None


def _place(entry: Mapping[str, Any]) -> Place | None:
    country = _named(entry, "country", "iso_code")
    if not isinstance(country, str) or not country:
        return None
    names = _named(entry, "city", "names")
    names = names if isinstance(names, dict) else {}
    return Place(
        country=country,
        city_en=str(names.get("en", "")),
        city_zh=str(names.get("zh-CN", "")),
        latitude=_degrees(entry, "latitude"),
        longitude=_degrees(entry, "longitude"),
    )


def _degrees(entry: Mapping[str, Any], name: str) -> float | None:
    value = _named(entry, "location", name)
    return float(value) if isinstance(value, int | float) else None


def _named(entry: Mapping[str, Any], part: str, name: str) -> Any:
    inner = entry.get(part)
    return inner.get(name) if isinstance(inner, dict) else None


def _in_sandbox(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Place | None:
    return next((place for network, place in _SANDBOX.items() if ip in network), None)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "GEOIP_FILE":
        _reader.cache_clear()


setting_changed.connect(_forget)
