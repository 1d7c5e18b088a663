"""Forms to print: what stands on them, what is known already, and what is never printed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings, settings
from django.utils import translation

from account_center.kit.actor import Actor, ActorKind
from account_center.plumbing.paper.types import Paper
from account_center.realname.errors import PaperCharacterMissing, TooManyPapers
from account_center.realname.models import Application
from account_center.realname.services.forms import (
    fields_of,
    forms_for,
    known_values,
    make_paper,
    print_paper,
)
from account_center.realname.services.papers import ask_register
from account_center.realname.types import PaperKind
from tests.papers import RARE, fonts_are_embedded, needs_chinese_font, opened, text_of
from tests.realname.making import a_claim, a_tenant, an_organisation_claim, submit_company, verify
from tests.signin.making import NOW

LANGUAGES = ["en", "zh-hans"]
ACTOR = Actor(kind=ActorKind.CUSTOMER, account_id=1)


def filled(kind: PaperKind, language: str = "en", **typed: str) -> Paper:
    return make_paper(kind=kind, known={}, typed=typed, language=language, now=NOW)


def cells(paper: Paper) -> list[str]:
    return [cell for table in paper.tables for row in table.rows for cell in row.cells]


@pytest.mark.clause("2.3.21", "2.4.8")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(PaperKind))
def test_every_form_names_the_operator_says_what_is_agreed_and_who_signs(kind: PaperKind, language: str) -> None:
    paper = filled(kind, language)
    whole = " ".join(paper.statements)
    assert settings.OPERATOR in paper.addressed
    assert settings.OPERATOR in whole
    assert "{" not in f"{whole} {paper.foot} {paper.code}"
    assert len(paper.boxes) == 2
    assert bool(paper.boxes[0].seal) == (kind is not PaperKind.PERSON_TO_PERSON)
    assert "2026" in paper.foot
    chinese = any("\u4e00" <= character <= "\u9fff" for character in whole)
    assert chinese == (language == "zh-hans")


@pytest.mark.clause("2.4.8")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(PaperKind))
def test_what_is_typed_stands_on_the_form_and_nothing_else_does(kind: PaperKind, language: str) -> None:
    with translation.override(language):
        names = [name for name, _label, _longest in fields_of(kind)]
        labels = [label for _name, label, _longest in fields_of(kind)]
    assert len(set(labels)) == len(labels)
    typed = {name: f"value-{name}" for name in names}
    paper = filled(kind, language, **typed, account="somebody-else", verification="forged")
    assert {cell for cell in cells(paper) if cell} == set(typed.values())


@needs_chinese_font
@pytest.mark.django_db
@pytest.mark.clause("2.3.21", "2.4.8")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(PaperKind))
def test_every_form_filled_to_the_brim_is_one_page_with_everything_on_it(kind: PaperKind, language: str) -> None:
    typed = {name: "龘" * longest for name, _label, longest in fields_of(kind)}
    known = dict.fromkeys(("account", "tenant", "verification", "recorded"), "鑫" * 60)
    paper = make_paper(kind=kind, known=known, typed=typed, language=language, now=NOW)
    pdf = print_paper(actor=ACTOR, paper=paper, now=NOW)
    text = text_of(pdf)
    assert text.count("龘") == sum(longest for _name, _label, longest in fields_of(kind))
    assert fonts_are_embedded(pdf)
    with opened(pdf) as page:
        width, height = page.get_size()
        boxes = [one.get_bounds() for one in page.get_objects()]
    assert all(0 < left < right < width and 0 < bottom < top < height for left, bottom, right, top in boxes)


@needs_chinese_font
@pytest.mark.django_db
@pytest.mark.clause("2.4.8")
def test_a_name_with_rare_characters_stands_on_the_form_as_it_was_typed() -> None:
    paper = filled(PaperKind.PERSON_TO_PERSON, "zh-hans", before_name=f"王{RARE}", after_name="龚䶮")
    text = text_of(print_paper(actor=ACTOR, paper=paper, now=NOW))
    assert f"王{RARE}" in text
    assert "龚䶮" in text


@pytest.mark.clause("2.4.8")
def test_what_is_typed_is_printed_in_its_own_characters_without_what_draws_nothing() -> None:
    paper = filled(PaperKind.LETTER, organisation="蓝色，\u200b灯塔（杭州）\n\t有限公司\u202e", name="\uf9b2")
    assert "蓝色，灯塔（杭州） 有限公司" in cells(paper)
    assert "\uf9b2" in cells(paper)


@needs_chinese_font
@pytest.mark.django_db
@pytest.mark.clause("2.4.8")
def test_a_character_that_no_font_has_is_refused_by_name() -> None:
    paper = filled(PaperKind.LETTER, organisation="公司\U0001f9ff")
    with pytest.raises(PaperCharacterMissing) as refused:
        print_paper(actor=ACTOR, paper=paper, now=NOW)
    assert refused.value.facts["characters"] == "\U0001f9ff"


@pytest.mark.django_db
@pytest.mark.clause("2.4.8")
def test_no_more_pdfs_are_made_within_an_hour_than_allowed(settings: LazySettings) -> None:
    settings.PDF_FONTS = []
    settings.LIMITS = replace(settings.LIMITS, papers_per_hour=2)
    paper = filled(PaperKind.LETTER)
    for _ in range(2):
        assert print_paper(actor=ACTOR, paper=paper, now=NOW).startswith(b"%PDF-")
    with pytest.raises(TooManyPapers):
        print_paper(actor=ACTOR, paper=paper, now=NOW)
    # Another account's are counted apart, and an hour later they are forgotten.
    assert print_paper(actor=replace(ACTOR, account_id=2), paper=paper, now=NOW)
    assert print_paper(actor=ACTOR, paper=paper, now=NOW + timedelta(hours=1))


@pytest.mark.django_db
@pytest.mark.clause("2.4.8")
def test_what_is_known_of_a_person_is_filled_in_masked() -> None:
    tenant = a_tenant()
    claim = a_claim(name="欧阳小明")
    reference = verify(tenant, claim).reference
    known = known_values(kind=PaperKind.PERSON_TO_PERSON, account_name="owner.name", tenant=tenant)
    assert known["account"] == "owner.name"
    assert tenant.public_id in known["tenant"]
    assert known["verification"] == f"{reference}, 2026-11-23"
    assert known["recorded"] == f"***明, {claim.id_masked}"
    paper = make_paper(kind=PaperKind.PERSON_TO_PERSON, known=known, typed={}, language="en", now=NOW)
    whole = " ".join(cells(paper))
    assert reference in whole
    assert claim.id_number not in whole
    assert "欧阳" not in whole


@pytest.mark.django_db
@pytest.mark.clause("2.4.6", "2.4.8")
def test_the_forms_of_use_come_first_and_none_leads_from_an_organisation_to_a_person() -> None:
    nobody, person, company = a_tenant(), a_tenant(), a_tenant()
    verify(person)
    claim = an_organisation_claim()
    submit_company(company, claim)
    ask_register(application_id=Application.objects.get(tenant_id=company.id).pk, seconds=1, now=NOW)
    assert forms_for(nobody.id)[0] == (PaperKind.LETTER,)
    assert forms_for(person.id)[0] == (PaperKind.PERSON_TO_PERSON, PaperKind.LETTER)
    fitting, others = forms_for(company.id)
    assert fitting == (PaperKind.ORGANISATION_RENAMED, PaperKind.ORGANISATION_TO_OTHER, PaperKind.LETTER)
    assert others == (PaperKind.PERSON_TO_PERSON,)
    known = known_values(kind=PaperKind.ORGANISATION_RENAMED, account_name="owner.name", tenant=company)
    assert known["recorded"] == f"蓝色{'*' * 10}公司, {claim.number_masked}"
    assert claim.number not in str(known)
    # On a form for a person it would be out of place.
    assert "recorded" not in known_values(kind=PaperKind.PERSON_TO_PERSON, account_name="owner.name", tenant=company)
