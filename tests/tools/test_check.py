from pathlib import Path

import pytest

from tools import check


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(check, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "other.md").write_text("# Two words, and `code`\n\n## Again\n\n## Again\n")
    return tmp_path


def test_links_to_files_and_headings_that_exist_are_well(docs: Path) -> None:
    (docs / "README.md").write_text(
        "# Top\n[a](docs/other.md) [b](docs/other.md#two-words-and-code) [c](docs/other.md#again-1) [d](#top)\n"
        "[e](https://example.org/x#y)\n```\n[not](a-link.md)\n```\n"
    )
    assert check.links_lead_somewhere() == []


def test_links_that_lead_nowhere_are_told(docs: Path) -> None:
    (docs / "README.md").write_text("[a](gone.md) [b](docs/other.md#gone) ![c](gone.png)\n")
    assert len(check.links_lead_somewhere()) == 3


def test_a_machine_path_is_told_and_a_plain_path_is_not(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = docs / "notes.txt"
    monkeypatch.setattr(check, "tracked_files", lambda: [path])
    path.write_text("see src/account_center/kit\n")
    assert check.no_machine_in_the_files() == []
    path.write_text("see /" + "root/notes and https://py" + "pi.org/simple\n")
    assert len(check.no_machine_in_the_files()) == 1
