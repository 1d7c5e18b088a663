import pytest

from account_center.kit.demo_numbers import demo_resident_id
from account_center.kit.masking import mask_organisation
from account_center.kit.names import BadName, organisation_name_key, parse_organisation_name
from account_center.realname.rules import CERTIFICATES, PAPERS, USUAL_PAIRS, number_form
from account_center.realname.services.organisations import read_organisation
from account_center.realname.types import Acting, Certificate, Nature, NumberForm, OrganisationClaim, Slot
from tests.signin.making import NOW

CODE = "91330100799655058B"
# 2.3.24, row by row: how many kinds of certificates each kind of organisation may show.
KINDS = {
    Nature.ENTERPRISE: 3,
    Nature.GOVERNMENT: 2,
    Nature.MILITARY: 2,
    Nature.PUBLIC_INSTITUTION: 2,
    Nature.SOCIAL_ORGANISATION: 2,
    Nature.PRIVATE_NON_ENTERPRISE: 4,
    Nature.FOUNDATION: 2,
    Nature.LAW_FIRM: 2,
    Nature.FOREIGN_CULTURE_CENTRE: 3,
    Nature.MASS_ORGANISATION: 1,
    Nature.FORENSIC_INSTITUTE: 1,
    Nature.RELIGIOUS_BODY: 1,
    Nature.OVERSEAS: 1,
    Nature.MEDICAL: 1,
    Nature.NOTARY: 1,
}


def read(**more: object) -> tuple[OrganisationClaim | None, list[tuple[str, str]]]:
    typed: dict[str, object] = {
        "nature": Nature.ENTERPRISE,
        "certificate": Certificate.BUSINESS_LICENCE,
        "name": "蓝色灯塔(杭州)科技有限公司",
        "number": CODE,
        "representative": "王小灯",
        "representative_id": demo_resident_id(),
        "now": NOW,
        **more,
    }
    claim, wrong = read_organisation(**typed)  # type: ignore[arg-type]
    return claim, [(refusal.code, refusal.field or "") for refusal in wrong]


def test_every_kind_of_organisation_has_the_certificates_of_the_table() -> None:
    assert {nature: len(papers) for nature, papers in CERTIFICATES.items()} == KINDS
    assert {paper for papers in CERTIFICATES.values() for paper in papers} == set(Certificate)
    assert set(USUAL_PAIRS) == set(Nature) - {Nature.OVERSEAS}


def test_a_claim_is_read_with_everything_masked_that_is_shown() -> None:
    claim, wrong = read()
    assert wrong == []
    assert claim
    assert (claim.number, claim.identity, claim.number_is_usual) == (CODE, f"CN:{CODE}", True)
    assert claim.number_masked == "9133**********058B"
    assert "蓝色" not in repr(claim)
    assert mask_organisation(claim.name).startswith("蓝色")


def test_everything_wrong_is_told_at_once() -> None:
    _claim, wrong = read(name="!!!", number="91330100799655058C", representative="1", representative_id="1")
    assert wrong == [
        ("realname.bad_organisation_name", "name"),
        ("realname.bad_organisation_number", "number"),
        ("realname.bad_name", "representative"),
        ("realname.bad_id_number", "representative_id"),
    ]


def test_an_authorised_person_states_himself_too() -> None:
    _claim, wrong = read(acting=Acting.AUTHORISED)
    assert [field for _code, field in wrong] == ["agent", "agent_id"]
    claim, wrong = read(acting=Acting.AUTHORISED, agent="陈海茶", agent_id=demo_resident_id(sequence=24))
    assert claim
    assert claim.agent == "陈海茶"
    assert PAPERS[Acting.AUTHORISED] == (Slot.CERTIFICATE, Slot.LETTER, Slot.ID_FRONT, Slot.ID_BACK)
    assert Slot.LETTER not in PAPERS[Acting.REPRESENTATIVE]


@pytest.mark.parametrize(
    ("certificate", "number", "taken"),
    [
        (Certificate.ORGANISATION_CODE, "79965505-8", "799655058"),
        (Certificate.FOREIGN_OFFICE, "企驻1234号", ""),
        (Certificate.FOREIGN_OFFICE, "（京）2012-0077", "(京)2012-0077"),
        (Certificate.FOREIGN_OFFICE, CODE, CODE),
        (Certificate.FOREIGN_OFFICE, CODE[:-1] + "C", ""),
        (Certificate.BUSINESS_LICENCE, "330100000012345", ""),
    ],
)
def test_older_papers_carry_older_numbers(certificate: Certificate, number: str, taken: str) -> None:
    claim, _wrong = read(certificate=certificate, number=number)
    if certificate is Certificate.FOREIGN_OFFICE and number.startswith("企驻"):
        assert claim
        assert not claim.number_is_usual
        return
    assert (claim.number if claim else "") == taken


def test_a_code_of_another_nature_is_for_a_second_look() -> None:
    claim, _wrong = read(nature=Nature.LAW_FIRM, certificate=Certificate.LAW_PRACTICE)
    assert claim
    assert not claim.number_is_usual
    assert number_form(Certificate.LAW_PRACTICE) is NumberForm.EITHER


def test_a_certificate_of_another_nature_is_refused() -> None:
    assert read(nature=Nature.NOTARY)[1] == [("realname.other_certificate", "certificate")]


def test_a_foreign_enterprise_shows_papers_of_its_own_country() -> None:
    claim, wrong = read(
        nature=Nature.OVERSEAS,
        certificate=Certificate.OVERSEAS_PAPER,
        name="Blue Lighthouse Pte. Ltd.",
        number="UEN 201912345K",
        representative="Emma Tan",
        representative_id="E1234567P",
        country="SG",
    )
    assert wrong == []
    assert claim
    assert claim.identity == "SG:UEN201912345K"


@pytest.mark.clause("2.3.26")
@pytest.mark.parametrize(
    "written",
    [
        "uen 201912345k",
        "UEN-201912345-K",
        "UEN(201912345K)",
        "UEN_201912345K",
        "ＵＥＮ２０１９１２３４５Ｋ",
        "UEN（2019）12345K",
    ],
)
def test_a_number_as_printed_counts_as_one_however_it_is_written(written: str) -> None:
    foreign = {
        "nature": Nature.OVERSEAS,
        "certificate": Certificate.OVERSEAS_PAPER,
        "name": "Blue Lighthouse Pte. Ltd.",
        "representative_id": "E1234567P",
    }
    claim, wrong = read(**foreign, number=written, country="SG")
    assert claim, wrong
    assert claim.identity == "SG:UEN201912345K"
    other, wrong = read(**foreign, number=written, country="MY")
    assert other, wrong
    assert other.identity == "MY:UEN201912345K", "another country's register is another register"


@pytest.mark.clause("2.3.26")
def test_a_mainland_organisation_is_one_whatever_country_somebody_names_with_it() -> None:
    for country in ("CN", "SG"):
        claim, wrong = read(country=country)
        assert claim, wrong
        assert claim.identity == f"CN:{CODE}"


@pytest.mark.parametrize("text", ["", "a", "12 34", "()", "x" * 101])
def test_what_is_no_name_of_an_organisation_is_refused(text: str) -> None:
    with pytest.raises(BadName):
        parse_organisation_name(text)


def test_two_ways_of_writing_a_name_are_one() -> None:
    keys = {organisation_name_key(parse_organisation_name(text)) for text in ("蓝塔（杭州）公司", "蓝塔(杭州) 公司")}
    assert len(keys) == 1
