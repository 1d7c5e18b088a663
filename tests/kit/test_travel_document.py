from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from account_center.kit.travel_document import (
    BadDocumentNumber,
    DocumentKind,
    DocumentProblem,
    mrz_check,
    parse_document_number,
    read_machine_zone,
)

TODAY = date(2026, 11, 23)
# The specimen of ICAO 9303.
FIRST = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
SECOND = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def residence(body: str) -> str:
    return body + mod_11_2.calc_check_digit(body)


@pytest.mark.parametrize(
    ("kind", "typed", "identity"),
    [
        (DocumentKind.HKM_PERMIT, "H12345678", "hkm_permit:H12345678"),
        (DocumentKind.HKM_PERMIT, "h1234567801", "hkm_permit:H12345678"),
        (DocumentKind.HKM_PERMIT, "Ｍ１２３４５６７８", "hkm_permit:M12345678"),
        (DocumentKind.TAIWAN_PERMIT, "12345678", "taiwan_permit:12345678"),
        (DocumentKind.TAIWAN_PERMIT, "1234567801", "taiwan_permit:12345678"),
        (DocumentKind.TAIWAN_PERMIT, "1234567801(B)", "taiwan_permit:12345678"),
        (DocumentKind.RESIDENCE_PERMIT, "810000 19940823 0021", "residence_permit:810000199408230021"),
        (DocumentKind.RESIDENCE_PERMIT, "830000199201300022", "residence_permit:830000199201300022"),
        (DocumentKind.PASSPORT, "e1234 5678", "passport:E12345678"),
        (DocumentKind.DRIVING_LICENCE, "MORGA-753116-SM9IJ", "driving_licence:MORGA753116SM9IJ"),
    ],
)
def test_a_number_is_read_and_a_person_keeps_one_identity(kind: DocumentKind, typed: str, identity: str) -> None:
    assert parse_document_number(typed, kind=kind, today=TODAY).identity == identity


@pytest.mark.parametrize(
    ("kind", "typed", "problem"),
    [
        (DocumentKind.PASSPORT, " ", DocumentProblem.EMPTY),
        (DocumentKind.PASSPORT, "E12", DocumentProblem.LENGTH),
        (DocumentKind.PASSPORT, "护照E1234567", DocumentProblem.SHAPE),
        (DocumentKind.PASSPORT, "11010519491231002X", DocumentProblem.RESIDENT_CARD),
        (DocumentKind.HKM_PERMIT, "C12345678", DocumentProblem.FIRST_LETTER),
        (DocumentKind.HKM_PERMIT, "H123456789", DocumentProblem.LENGTH),
        (DocumentKind.HKM_PERMIT, "H1234567A", DocumentProblem.SHAPE),
        (DocumentKind.TAIWAN_PERMIT, "1234567", DocumentProblem.LENGTH),
        (DocumentKind.TAIWAN_PERMIT, "A2345678", DocumentProblem.SHAPE),
        (DocumentKind.RESIDENCE_PERMIT, "11010519491231002X", DocumentProblem.RESIDENT_CARD),
        (DocumentKind.RESIDENCE_PERMIT, "840000199408230021", DocumentProblem.AREA),
        (DocumentKind.RESIDENCE_PERMIT, "810000199408230022", DocumentProblem.CHECK_DIGIT),
        (DocumentKind.RESIDENCE_PERMIT, residence("81000019940230002"), DocumentProblem.BIRTH_DATE),
        (DocumentKind.RESIDENCE_PERMIT, residence("81000018990101002"), DocumentProblem.BIRTH_DATE),
        (DocumentKind.RESIDENCE_PERMIT, residence("82000020990101002"), DocumentProblem.FUTURE),
        (DocumentKind.DRIVING_LICENCE, "A1", DocumentProblem.LENGTH),
    ],
)
def test_each_mistake_has_its_name(kind: DocumentKind, typed: str, problem: DocumentProblem) -> None:
    with pytest.raises(BadDocumentNumber) as refusal:
        parse_document_number(typed, kind=kind, today=TODAY)
    assert refusal.value.problem is problem
    assert not typed.strip() or typed not in str(refusal.value)


def test_a_residence_permit_tells_the_birth_date() -> None:
    found = parse_document_number("810000199408230021", kind=DocumentKind.RESIDENCE_PERMIT, today=TODAY)
    assert found.birth == date(1994, 8, 23)
    assert found.masked == "81**************21"
    assert "1994" not in repr(found)


def test_the_specimen_passport_is_read() -> None:
    zone = read_machine_zone(FIRST, SECOND, today=TODAY)
    assert zone is not None
    assert (zone.issuer, zone.surname, zone.given_names) == ("UTO", "ERIKSSON", "ANNA MARIA")
    assert (zone.number, zone.nationality, zone.sex) == ("L898902C3", "UTO", "F")
    assert (zone.birth, zone.expiry) == (date(1974, 8, 12), date(2012, 4, 15))


@given(st.integers(0, 43), st.sampled_from("0123456789"))
def test_a_misread_digit_is_found(place: int, digit: str) -> None:
    if not SECOND[place].isdigit() or SECOND[place] == digit:
        return
    assert read_machine_zone(FIRST, SECOND[:place] + digit + SECOND[place + 1 :], today=TODAY) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [("", ""), (FIRST[:-1], SECOND), ("V" + FIRST[1:], SECOND), (FIRST.lower(), SECOND), (FIRST, SECOND + "0")],
)
def test_what_is_no_passport_zone_is_nothing(first: str, second: str) -> None:
    assert read_machine_zone(first, second, today=TODAY) is None


def line(birth: str, expiry: str) -> str:
    head = "L898902C3"
    body = f"{head}{mrz_check(head)}UTO{birth}{mrz_check(birth)}F{expiry}{mrz_check(expiry)}" + "<" * 15
    return body + mrz_check(body[0:10] + body[13:20] + body[21:43])


@pytest.mark.parametrize(
    ("birth", "expiry", "born", "expires"),
    [
        ("261123", "301231", date(2026, 11, 23), date(2030, 12, 31)),
        ("261124", "761231", date(1926, 11, 24), date(2076, 12, 31)),
        ("000229", "771231", date(2000, 2, 29), date(1977, 12, 31)),
    ],
)
def test_two_digit_years_lie_in_the_right_century(birth: str, expiry: str, born: date, expires: date) -> None:
    zone = read_machine_zone(FIRST, line(birth, expiry), today=TODAY)
    assert zone is not None
    assert (zone.birth, zone.expiry) == (born, expires)


def test_an_impossible_date_is_no_zone() -> None:
    assert read_machine_zone(FIRST, line("991340", "301231"), today=TODAY) is None
