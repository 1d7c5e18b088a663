from pathlib import Path

import pytest

from account_center.plumbing.wording import known_codes
from tools import refusals


def test_the_page_names_every_code_once_and_in_english() -> None:
    lines = refusals.page().splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    assert {row.split("`")[1] for row in rows} == known_codes()
    assert len(rows) == len(known_codes())
    assert not any("\u4e00" <= sign <= "\u9fff" for row in rows for sign in row)


def test_a_sentence_cannot_break_the_table() -> None:
    assert refusals._cell('a|b\n{{"x"}} {minutes}') == 'a\\|b {"x"} {minutes}'


def test_a_page_that_is_behind_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(refusals, "PAGE", tmp_path / "refusals.md")
    monkeypatch.setattr("sys.argv", ["refusals.py", "--check"])
    assert refusals.main() == 1
    assert "--update" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["refusals.py", "--update"])
    assert refusals.main() == 0
    monkeypatch.setattr("sys.argv", ["refusals.py", "--check"])
    assert refusals.main() == 0
