"""Papers as PDF in a browser: taken, refused without losing anything, with a bar that shows how far it is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.documents import pdfs
from tests.journeys.test_organisation import customer
from tests.journeys.test_verification_document import fill_in, send
from tests.journeys.visiting import Visitor

MORE_FILES = """() => { for (const name of ["a", "b", "c"]) {
  const input = Object.assign(document.createElement("input"), { type: "file", name });
  document.querySelector("form[data-progress]").append(input); } }"""
FEWER = {"en": "one for each field of the form", "zh-CN": "每个上传框各放一个文件"}
LOCKED = {"en": "locked with a password", "zh-CN": "设有打开密码"}


def a_pdf(name: str, **how: object) -> dict[str, object]:
    return {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": pdfs.scan(**how)}  # type: ignore[arg-type]


@pytest.mark.clause("2.1.9", "2.2.10")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_refused_pdf_keeps_what_was_typed_and_the_other_files(
    page: Page, new_visitor: Callable[..., Visitor], language: str
) -> None:
    customer(new_visitor, language, page)
    page.goto("/verification/document/hkm_permit/")
    assert "application/pdf" in (page.get_attribute("[name=front]", "accept") or "")
    assert "application/pdf" not in (page.get_attribute("[name=holding]", "accept") or "")
    fill_in(page)
    page.set_input_files("[name=front]", a_pdf("front", password="secret"))  # type: ignore[arg-type]
    page.set_input_files("[name=back]", a_pdf("back", pages=2))  # type: ignore[arg-type]
    page.locator("main form[data-once] .buttons button").first.click()
    expect(page.locator("main")).to_contain_text(LOCKED[language])
    expect(page.locator("[name=name]")).to_have_value("陳大文")
    assert page.locator("[name=back]").evaluate("(input) => input.files[0]?.name") == "back.pdf"
    assert page.locator("[name=front]").evaluate("(input) => input.files.length") == 0
    page.set_input_files("[name=front]", a_pdf("front"))  # type: ignore[arg-type]
    assert send(page).startswith("RN")


@pytest.mark.clause("2.1.9")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_more_files_than_any_form_has_are_refused_and_what_was_typed_and_chosen_stays(
    page: Page, new_visitor: Callable[..., Visitor], language: str
) -> None:
    customer(new_visitor, language, page)
    page.goto("/verification/document/hkm_permit/")
    fill_in(page)
    page.evaluate(MORE_FILES)  # as some extension of a browser might do
    for name in ("a", "b", "c"):
        page.set_input_files(f"[name={name}]", a_pdf(name))  # type: ignore[arg-type]
    page.locator("main form[data-once] .buttons button").first.click()
    expect(page.locator("form .upload")).to_contain_text(FEWER[language])
    expect(page.locator("[name=name]")).to_have_value("陳大文")
    assert page.locator("[name=front]").evaluate("(input) => input.files.length") == 1
    page.evaluate("""() => document.querySelectorAll("[name=a], [name=b], [name=c]").forEach((one) => one.remove())""")
    assert send(page).startswith("RN")
