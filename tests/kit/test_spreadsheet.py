import pytest

from account_center.kit.spreadsheet import safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_would_compute_becomes_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Signed in", "192.0.2.1", "2026-11-23", " =1", "上海"])
def test_other_text_stays(text: str) -> None:
    assert safe_cell(text) == text
