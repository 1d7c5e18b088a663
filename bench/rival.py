"""A virtual environment for the plain allauth project, from its own lock file with a hash for every file."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from bench.stage import ROOT

LOCK = Path(__file__).parent / "requirements.lock"
FOLDER = ROOT / ".venv-bench"
STAMP = FOLDER / ".made-from"
INSTALLED_WITHIN = 300


def python() -> tuple[str, str]:
    """(its Python, ""), or ("", why there is none). Made once, and again when the lock file changes."""
    wanted, program = sha256(LOCK.read_bytes()).hexdigest(), FOLDER / "bin" / "python"
    if STAMP.exists() and STAMP.read_text() == wanted:
        return str(program), ""
    print("  installing django-allauth into an environment of its own …", file=sys.stderr, flush=True)
    pip = [str(program), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--require-hashes"]
    for command in ([sys.executable, "-m", "venv", "--clear", str(FOLDER)], [*pip, "-r", str(LOCK)]):
        problem = _problem(command)
        if problem:
            return "", problem
    STAMP.write_text(wanted)
    return str(program), ""


def _problem(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=INSTALLED_WITHIN)
    except subprocess.TimeoutExpired:
        return "its packages could not be installed in time"
    return "its packages could not be installed" if done.returncode else ""
