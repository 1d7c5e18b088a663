"""From tickets to what the console's templates print."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from account_center.plumbing.wording import explain
from account_center.support.queries.words import (
    CLOSED_WORDS,
    GROUP_WORDS,
    REMEDY_STATE_WORDS,
    STAFF_STATE_WORDS,
    category_name,
    condition_of,
    happened_name,
    materials_of,
    picture_name,
    remedy_name,
)
from account_center.support.types import (
    Demand,
    EntryView,
    Group,
    RemedyState,
    RemedyView,
    TicketLine,
    TicketView,
    Voice,
)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the queue."""

    line: TicketLine
    title: str
    category: str
    kind: str
    state: str | Promise
    since: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry of the thread."""

    entry: EntryView
    who: str
    shape: str
    picture: str


@dataclass(frozen=True, slots=True)
class ShownRemedy:
    """What is to be done, and how far that is."""

    view: RemedyView
    what: str
    kind: str
    state: str | Promise
    obstacle: str
    may_decide: bool
    may_stop: bool


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """The whole page."""

    view: TicketView
    line: ShownLine
    entries: tuple[ShownEntry, ...]
    remedies: tuple[ShownRemedy, ...]
    happened: str
    closed: str
    mine: bool


@dataclass(frozen=True, slots=True)
class ShownDemand:
    """What proves the account, and on what that depends."""

    condition: str
    alternatives: list[list[str]]


def shown_line(line: TicketLine, *, now: datetime) -> ShownLine:
    """A ticket in the queue, with how long it is in its state."""
    kind, state = STAFF_STATE_WORDS[line.state]
    since = timesince(line.moved_at, now, depth=1)
    return ShownLine(line, _title(line), category_name(line.category), kind, state, since)


def _title(line: TicketLine) -> str:
    """What an appeal is about stands in the reader's language; what a customer wrote stays as he wrote it."""
    if line.subject is None:
        return _("(erased)")
    return happened_name(line.happened) if line.happened else line.subject


def shown_demands(demands: tuple[Demand, ...]) -> list[ShownDemand]:
    """The materials in the reader's words."""
    return [ShownDemand(condition_of(one), materials_of(one)) for one in demands]


def shown_groups(groups: list[tuple[Group, tuple[Demand, ...]]]) -> list[tuple[str, list[ShownDemand]]]:
    """The same in parts, each with its heading."""
    return [(str(GROUP_WORDS[group]), shown_demands(demands)) for group, demands in groups]


def shown_ticket(view: TicketView, *, staff_id: int | None, now: datetime) -> ShownTicket:
    """A ticket as staff see it."""
    return ShownTicket(
        view=view,
        line=shown_line(view.line, now=now),
        entries=tuple(_entry(entry) for entry in view.entries),
        remedies=tuple(_remedy(one, staff_id) for one in view.remedies),
        happened=happened_name(view.appeal.happened) if view.appeal else "",
        closed=str(CLOSED_WORDS[view.closed_because]) if view.closed_because else "",
        mine=view.line.claimed_by == staff_id,
    )


_SHAPES = {Voice.CUSTOMER: "own", Voice.STAFF: "other", Voice.NOTE: "note", Voice.SYSTEM: "other"}


def _entry(entry: EntryView) -> ShownEntry:
    who = {
        Voice.CUSTOMER: _("Customer"),
        Voice.STAFF: entry.by,
        Voice.NOTE: _("Note by %(name)s") % {"name": entry.by},
        Voice.SYSTEM: _("The system"),
    }[entry.voice]
    return ShownEntry(entry, who, _SHAPES[entry.voice], picture_name(entry.shows) if entry.shows else "")


def _remedy(one: RemedyView, staff_id: int | None) -> ShownRemedy:
    kind, state = REMEDY_STATE_WORDS[one.state]
    return ShownRemedy(
        view=one,
        what=remedy_name(one.kind),
        kind=kind,
        state=state,
        obstacle=explain(one.obstacle).what if one.obstacle else "",
        may_decide=one.state is RemedyState.PROPOSED and one.proposed_by != staff_id,
        may_stop=one.state is RemedyState.APPROVED
        or (one.state is RemedyState.PROPOSED and one.proposed_by == staff_id),
    )
