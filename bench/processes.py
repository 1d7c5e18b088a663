"""Memory and processor time of the web processes, from /proc."""

import os
from pathlib import Path

KIB = 1024
USER, SYSTEM = 11, 12  # of the fields behind the name in /proc/<pid>/stat


def peaks(port: int) -> list[float]:
    """The highest resident memory so far, in MiB, of each web process of the product that serves on ``port``."""
    ours = {int(folder.name): folder for folder in Path("/proc").glob("[0-9]*") if _serves(folder, port)}
    status = {pid: _status(folder) for pid, folder in ours.items()}
    # The first process only watches; the web processes are its children.
    children = [words for words in status.values() if int(words.get("PPid", "0")) in ours]
    return sorted(float(words["VmHWM"].split()[0]) / KIB for words in children if "VmHWM" in words)


def processor_seconds(port: int) -> float:
    """What all processes of the product that serves on ``port`` have used so far; 0 where there is no /proc."""
    fields = [_stat(folder) for folder in Path("/proc").glob("[0-9]*") if _serves(folder, port)]
    ticks = sum(int(one[USER]) + int(one[SYSTEM]) for one in fields if one)
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(folder: Path) -> list[str]:
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _serves(folder: Path, port: int) -> bool:
    try:
        return f"PORT={port}".encode() in (folder / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _status(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / "status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
