import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from account_center.plumbing.translations import compile_translations
from tools import translations

PYTHON = """
A = _("Hello {name}")
B = ngettext("%(n)s day", "%(n)s days", n)
C = pgettext("month", "May")
"""
TEMPLATE = """{% load i18n %}{% translate "Sign in" %}
{% blocktranslate trimmed with x=1 %}
  One {{ x }}
  line
{% endblocktranslate %}"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A room with words in Python and in a template."""
    monkeypatch.setattr(translations, "PACKAGE", tmp_path)
    room = tmp_path / "tenants"
    (room / "templates").mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "texts.py").write_text(PYTHON)
    (room / "templates" / "page.html").write_text(TEMPLATE)
    return room


def update() -> None:
    for path, wanted in translations.words_by_file().items():
        translations.update(path, wanted)


def translate(room: Path, english: str, chinese: str) -> None:
    path = translations.po_file(room)
    before = path.read_text()
    after = before.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"')
    after = after.replace(f'msgid_plural "{english}"\nmsgstr[0] ""', f'msgid_plural "{english}"\nmsgstr[0] "{chinese}"')
    assert after != before
    path.write_text(after)


def translate_all(room: Path) -> None:
    translate(room, "Hello {name}", "你好，{name}")
    translate(room, "%(n)s days", "%(n)s 天")
    translate(room, "May", "五月")
    translate(room, "Sign in", "登录")
    translate(room, "One %(x)s line", "一行 %(x)s")


def test_words_of_python_and_templates_are_asked_for(room: Path) -> None:
    update()
    assert len(translations.problems()) == 5
    translate_all(room)
    assert translations.problems() == []


def test_an_update_keeps_translations_and_changes_nothing_else(room: Path) -> None:
    update()
    translate_all(room)
    update()
    before = translations.po_file(room).read_bytes()
    update()
    assert translations.po_file(room).read_bytes() == before
    assert translations.problems() == []


def test_a_placeholder_that_differs_is_a_problem(room: Path) -> None:
    update()
    translate_all(room)
    path = translations.po_file(room)
    path.write_text(path.read_text().replace("你好，{name}", "你好，{nam}"))
    assert [problem for problem in translations.problems() if "placeholders" in problem]


def test_words_no_longer_used_are_kept_aside_and_told(room: Path) -> None:
    update()
    translate_all(room)
    (room / "templates" / "page.html").write_text("")
    assert len([problem for problem in translations.problems() if "no longer used" in problem]) == 2
    update()
    assert '#~ msgstr "登录"' in translations.po_file(room).read_text()
    assert len([problem for problem in translations.problems() if "obsolete" in problem]) == 2


def test_two_rooms_may_not_translate_the_same_words_differently(room: Path) -> None:
    other = room.parent / "signin"
    other.mkdir()
    (other / "__init__.py").touch()
    (other / "texts.py").write_text('A = _("Sign in")')
    update()
    translate_all(room)
    translate(other, "Sign in", "登陆")
    assert [problem for problem in translations.problems() if "two translations" in problem]


def test_compiling_writes_what_is_older_than_its_source_and_nothing_else(room: Path) -> None:
    update()
    translate_all(room)
    assert compile_translations(room.parent) == 1
    assert compile_translations(room.parent) == 0
    with translations.po_file(room).with_suffix(".mo").open("rb") as file:
        catalogue = read_mo(file)
    message = catalogue.get("Sign in")
    assert message is not None
    assert message.string == "登录"


# Fixed names of Chinese law; an organisation is 「组织」 everywhere else (docs/patterns.md).
FIXED_NAMES = re.compile("组织机构代码|机构编制|(?:境外|分支|代表|国防|律师执业|司法鉴定|医疗|公证|社会服务)机构")


def test_an_organisation_has_one_name_in_chinese() -> None:
    said = [
        text
        for room in translations.rooms()
        for message in translations.read(translations.po_file(room))
        for text in ([message.string] if isinstance(message.string, str) else message.string or [])
    ]
    assert [text for text in said if "机构" in FIXED_NAMES.sub("", text)] == []
