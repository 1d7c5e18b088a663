"""Which journeys share a worker, and with it one running product, so that on each product they come in the same order.

Two groups of about the same length keep two workers busy. They begin first; the other tests fill up what remains. This
does the work of xdist's own marks for groups, which do nothing under pytest 9.2.
"""

from collections.abc import Iterable
from functools import cached_property

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

JOURNEYS = "tests/journeys/"
GROUPS = 2
# Measured seconds of a file, with its browser started. Only their ratios count; a file that is missing here is USUAL.
SECONDS = {
    "test_faults": 300,
    "test_bank_account": 200,
    "test_recovery": 130,
    "test_bad_moments": 120,
    "test_verification_change": 250,
    "test_outside": 160,
    "test_verification": 125,
    "test_organisation": 95,
    "test_verification_document": 95,
    "test_second_factors": 85,
    "test_review": 80,
    "test_security": 70,
    "test_account": 60,
    "test_scan": 60,
    "test_branch_search": 60,
    "test_lock_and_choice": 60,
    "test_uploads": 40,
    "test_from_nothing_to_verified": 50,
    "test_getting_in": 50,
    "test_support": 45,
    "test_repeats": 40,
    "test_history": 35,
    "test_leaving": 12,
    "test_staying": 8,
    "test_app": 3,
    "test_console": 2,
}
USUAL = 30


class JourneysTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Journeys in their groups, every other test by itself. The largest groups go first, as xdist has it anyway."""

    @cached_property
    def _groups(self) -> dict[str, str]:
        # First asked for when it is known which tests there are.
        files = {nodeid.partition("::")[0] for nodeid in self.collection or []}
        return shared_out(file for file in files if file.startswith(JOURNEYS))

    def _split_scope(self, nodeid: str) -> str:
        return self._groups.get(nodeid.partition("::")[0], nodeid)


def shared_out(files: Iterable[str]) -> dict[str, str]:
    """The group of every file: the longest first, each to the group that has the least to do."""
    loads = dict.fromkeys((f"journeys-{number}" for number in range(1, GROUPS + 1)), 0)
    groups = {}
    for file in sorted(files, key=lambda file: (-_seconds(file), file)):
        groups[file] = min(loads, key=loads.__getitem__)
        loads[groups[file]] += _seconds(file)
    return groups


def _seconds(file: str) -> int:
    return SECONDS.get(file.removeprefix(JOURNEYS).removesuffix(".py"), USUAL)
