"""Everything that can be said about the code without running the whole suite. Ends with a table; 1 if anything failed."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON_FOLDERS = [name for name in ("src", "tests", "tools", "bench") if next((ROOT / name).rglob("*.py"), None)]

# Put together from parts, so that this file does not hold what it looks for.
REGISTRIES = ("py" + "pi.org", "python" + "hosted", "npm" + "js.org", "deb." + "debian", "proxy." + "golang")
HOMES = ("work", "farm", "root")
UNWANTED = "|".join([*map(re.escape, REGISTRIES), "/(" + "|".join(HOMES) + ")/"])

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Result:
    """How one check ended. ``words`` are printed when it failed."""

    name: str
    passed: bool
    words: str
    seconds: float


def program(*command: str) -> Callable[[], list[str]]:
    """A check that is a program: it passes when the program ends with 0 and warns of nothing."""

    def check() -> list[str]:
        with tempfile.TemporaryDirectory(prefix="account-center-check-") as data:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env={**os.environ, "DATA_DIR": data, "DJANGO_SETTINGS_MODULE": "account_center.entry.settings"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        said = done.stdout + done.stderr
        return [said] if done.returncode or re.search(r"^warning\b|Warning:", said, re.MULTILINE) else []

    return check


def python(*arguments: str) -> Callable[[], list[str]]:
    return program(sys.executable, *arguments)


def tool(name: str, *arguments: str) -> Callable[[], list[str]]:
    return program(str(BIN / name), *arguments)


def tracked_files() -> list[Path]:
    """What git knows; without git (an unpacked archive) nothing."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def no_machine_in_the_files() -> list[str]:
    """Paths of somebody's machine and hosts of package registries have no place in the repository."""
    unwanted, found = re.compile(UNWANTED), []
    for path in tracked_files():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
            for number, line in enumerate(lines, start=1)
            if unwanted.search(line)
        ]
    return found


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def links_lead_somewhere() -> list[str]:
    """Every relative link and anchor of the documentation resolves."""
    return [problem for document in documents() for problem in _broken_links(document)]


def _broken_links(document: Path) -> Iterator[str]:
    for match in LINK.finditer(FENCE.sub("", document.read_text())):
        target = match[1] or match[2]
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        if not path.exists():
            yield f"{document.relative_to(ROOT)}: {target} leads nowhere"
        elif anchor and path.suffix == ".md" and anchor not in _anchors(path):
            yield f"{document.relative_to(ROOT)}: {target} names no heading"


def _anchors(document: Path) -> set[str]:
    """The anchors that a forge makes of the headings; a repeated heading gets a number."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", document.read_text())):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        base = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        names = (base if not number else f"{base}-{number}" for number in range(100))
        found.add(next(name for name in names if name not in found))
    return found


CHECKS: dict[str, Callable[[], list[str]]] = {
    "lint": tool("ruff", "check", *PYTHON_FOLDERS),
    "format": tool("ruff", "format", "--check", *PYTHON_FOLDERS),
    "types": tool("mypy", *PYTHON_FOLDERS),
    "imports": tool("lint-imports"),
    "translations": python("tools/translations.py", "--check"),
    "refusals": python("tools/refusals.py", "--check"),
    "migrations": python("-m", "django", "makemigrations", "--check", "--dry-run"),
    "links": links_lead_somewhere,
    "no machine": no_machine_in_the_files,
    "architecture": python("-m", "pytest", "-q", "tests/architecture"),
}


def run(name: str) -> Result:
    """One check, timed."""
    begun = time.monotonic()
    words = CHECKS[name]()
    return Result(name=name, passed=not words, words="\n".join(words), seconds=time.monotonic() - begun)


def main() -> int:
    """Runs all checks, or those named as arguments."""
    names = sys.argv[1:] or list(CHECKS)
    results = [run(name) for name in names]
    for result in results:
        if not result.passed:
            print(f"=== {result.name}\n{result.words.strip()}\n")
    for result in results:
        print(f"{result.name:14} {'passed' if result.passed else 'FAILED':8} {result.seconds:5.1f} s")
    return 0 if all(result.passed for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
