"""Places of network addresses (3.1.19)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from account_center.plumbing.places import Place, mistake_in_file, place_of
from tests.plumbing.mmdb import write_mmdb

TOKYO = {
    "country": {"iso_code": "JP", "names": {"en": "Japan"}},
    "city": {"names": {"en": "Tokyo", "zh-CN": "东京"}},
    "location": {"latitude": 35.69, "longitude": 139.69},
}


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Callable[..., None]:
    def write(**entries: object) -> None:
        networks = {"four": "198.18.0.0/15", "six": "2001:db8::/32", "odd": "198.51.100.0/24"}
        settings.GEOIP_FILE = write_mmdb(tmp_path / "places.mmdb", {networks[name]: entries[name] for name in entries})

    return write


@pytest.mark.clause("3.1.19")
def test_a_file_gives_an_address_its_city_in_both_languages(file: Callable[..., None]) -> None:
    file(four=TOKYO)
    place = place_of("198.18.4.4")
    assert place == Place("JP", "Tokyo", "东京", 35.69, 139.69)
    assert place.text("en") == "Tokyo, Japan"
    assert place.text("zh-hans") == "日本 东京"


def test_an_address_written_the_ipv6_way_has_the_same_place(file: Callable[..., None]) -> None:
    file(four=TOKYO, six={"country": {"iso_code": "FR"}})
    assert place_of("::ffff:198.18.4.4") == place_of("198.18.4.4")
    assert place_of("2001:db8::1") == Place("FR")


def test_a_country_without_a_city_is_enough(file: Callable[..., None]) -> None:
    file(four={"country": {"iso_code": "JP"}})
    place = place_of("198.18.4.4")
    assert place is not None
    assert (place.text("en"), place.text("zh-hans")) == ("Japan", "日本")


@pytest.mark.parametrize(
    "address", ["10.0.0.8", "127.0.0.1", "::1", "fe80::1", "192.168.1.1", "8.8.8.8", "", "nonsense"]
)
def test_a_local_unknown_or_unreadable_address_has_no_place(file: Callable[..., None], address: str) -> None:
    file(four=TOKYO)
    assert place_of(address) is None


@pytest.mark.parametrize("odd", ["text", {"country": "JP"}, {"country": {"iso_code": 7}}, {"city": {"names": 3}}])
def test_an_entry_of_another_shape_is_no_place(file: Callable[..., None], odd: object) -> None:
    file(odd=odd)
    assert place_of("198.51.100.4") is None


def test_the_sandbox_knows_the_documentation_networks_without_a_file(settings: Any) -> None:
    settings.GEOIP_FILE, settings.SANDBOX = None, True
    cities = {
        place.text("en") for address in ("192.0.2.7", "198.51.100.200", "203.0.113.200") if (place := place_of(address))
    }
    assert cities == {"Shanghai, China", "Frankfurt, Germany", "São Paulo, Brazil"}
    assert place_of("2001:db8:8000::1") is not None
    settings.SANDBOX = False
    assert place_of("192.0.2.7") is None


def test_the_check_finds_a_missing_a_broken_and_a_wrong_file(
    file: Callable[..., None], tmp_path: Path, settings: Any
) -> None:
    settings.GEOIP_FILE = None
    assert mistake_in_file() == ""
    file(four=TOKYO)
    assert mistake_in_file() == ""
    file(four={"autonomous_system_number": 64500})
    assert "holds no countries" in mistake_in_file()
    settings.GEOIP_FILE = tmp_path / "none.mmdb"
    assert "FileNotFoundError" in mistake_in_file()
    (tmp_path / "bad.mmdb").write_bytes(b"not a database at all")
    settings.GEOIP_FILE = tmp_path / "bad.mmdb"
    assert "InvalidDatabaseError" in mistake_in_file()


@pytest.mark.parametrize("content", [None, b"", b"not a database at all"])
def test_the_product_does_without_a_file_that_cannot_be_read(
    tmp_path: Path, settings: Any, content: bytes | None
) -> None:
    path = tmp_path / "bad.mmdb"
    if content is not None:
        path.write_bytes(content)
    settings.SANDBOX, settings.GEOIP_FILE = False, path
    assert place_of("198.18.4.4") is None
