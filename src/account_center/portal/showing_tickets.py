"""From tickets to what the templates print."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from account_center.support.queries.words import (
    CLOSED_WORDS,
    GROUP_WORDS,
    STATE_WORDS,
    category_name,
    condition_of,
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
    TicketState,
    TicketView,
    Voice,
)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a list."""

    line: TicketLine
    category: str
    kind: str
    state: str | Promise


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry of the thread. ``own`` when the reader wrote it."""

    who: str
    at: datetime
    text: str
    picture: str
    own: bool


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """The whole page."""

    view: TicketView
    line: ShownLine
    entries: tuple[ShownEntry, ...]
    what_next: str
    closed: str
    coming: str
    coming_at: datetime | None
    done: str


@dataclass(frozen=True, slots=True)
class ShownDemand:
    """What is asked for: on what it depends, and one or more lists of which one will do."""

    condition: str
    alternatives: list[list[str]]


def shown_line(line: TicketLine) -> ShownLine:
    """A ticket in a list."""
    kind, state = STATE_WORDS[line.state]
    return ShownLine(line=line, category=category_name(line.category), kind=kind, state=state)


def shown_demands(demands: tuple[Demand, ...]) -> list[ShownDemand]:
    """The materials in the reader's words."""
    return [ShownDemand(condition_of(one), materials_of(one)) for one in demands]


def shown_groups(groups: list[tuple[Group, tuple[Demand, ...]]]) -> list[tuple[str, list[ShownDemand]]]:
    """The same in parts, each with its heading."""
    return [(str(GROUP_WORDS[group]), shown_demands(demands)) for group, demands in groups]


def shown_ticket(view: TicketView) -> ShownTicket:
    """A ticket as its owner sees it."""
    coming = _remedy(view, RemedyState.APPROVED)
    done = _remedy(view, RemedyState.DONE)
    return ShownTicket(
        view=view,
        line=shown_line(view.line),
        entries=tuple(_entry(entry) for entry in view.entries),
        what_next=_what_next(view),
        closed=str(CLOSED_WORDS[view.closed_because]) if view.closed_because else "",
        coming=remedy_name(coming.kind) if coming else "",
        coming_at=coming.due_at if coming else None,
        done=remedy_name(done.kind) if done else "",
    )


def _remedy(view: TicketView, state: RemedyState) -> RemedyView | None:
    return next((one for one in view.remedies if one.state is state), None)


def _entry(entry: EntryView) -> ShownEntry:
    own = entry.voice is Voice.CUSTOMER
    who = _("You") if own else _("Support") if entry.voice is Voice.STAFF else _("The system")
    text = _("What was written here has been erased.") if entry.text is None else entry.text
    return ShownEntry(who, entry.at, text, picture_name(entry.shows) if entry.shows else "", own)


def _what_next(view: TicketView) -> str:
    match view.line.state:
        case TicketState.OPEN:
            return _("Support answers here. You are told by message as soon as there is an answer.")
        case TicketState.WAITING:
            return _("Support needs something from you. Write or add it below.")
        case TicketState.ANSWERED:
            return _("Support has answered. If it helped, close the ticket; if not, write on.")
        case _:
            return _("Write on to take it up again.") if view.can_reopen else ""
