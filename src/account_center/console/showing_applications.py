"""An application's pictures and timeline as staff see them, and the proof of what was erased."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import ngettext

from account_center.accounts.queries import account
from account_center.audit.queries import doer_of, events_about, sentence_of
from account_center.audit.types import EventFacts
from account_center.console.labels import label
from account_center.console.showing import Moment
from account_center.documents.types import ImageFacts
from account_center.realname.types import ApplicationState, ApplicationView, PictureView, Verdict

OWNER = "realname.application:"
LOOKS = frozenset({"realname:review:looked", "realname:review:picture_opened"})
LAST = (
    ApplicationState.APPROVED,
    ApplicationState.REFUSED,
    ApplicationState.CANCELLED,
    ApplicationState.LAPSED,
)


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """One picture: what was said of it and by whom, and when it goes or went."""

    view: PictureView
    name: str
    verdict: str
    pill: str
    by: str


@dataclass(frozen=True, slots=True)
class ShownErased:
    """One erased picture; ``proof`` is the beginning of its SHA-256."""

    facts: ImageFacts
    reference: str
    kind: str
    proof: str
    erased_at: datetime | None


def shown_pictures(pictures: list[PictureView]) -> list[ShownPicture]:
    """The pictures in the order they came."""
    names = {one.judged_by: _name(one.judged_by) for one in pictures}
    return [_shown(one, names[one.judged_by]) for one in pictures]


def _shown(one: PictureView, by: str) -> ShownPicture:
    said = label(one.reason) if one.reason else label(one.verdict) if one.verdict else ""
    pill = {None: "", Verdict.FINE: "ok", Verdict.AGAIN: "wait", Verdict.REFUSED: "no"}[one.verdict]
    return ShownPicture(view=one, name=label(one.slot), verdict=said, pill=pill, by=by)


def _name(staff_id: int | None) -> str:
    found = account(staff_id) if staff_id else None
    return found.name if found else ""


def shown_timeline(view: ApplicationView) -> list[Moment]:
    """Everything that happened to an application, with who did it; at its end what it waits for now."""
    moments = timeline_of(view.tenant_id, view.reference)
    if view.state in LAST:
        return moments
    return [*moments, Moment(label(view.state), view.promised_by, state="now")]


def timeline_of(tenant_id: int, reference: str) -> list[Moment]:
    """Everything that happened to an application, with who did it; looks of one person in a row are told once."""
    found = events_about(tenant_id=tenant_id, reference=reference)
    runs = [list(run) for _key, run in groupby(found, key=_run)]
    return [_moment(run) for run in runs]


def _run(event: EventFacts) -> tuple[int, int | None]:
    """The same for looks of one person; every other event stands alone."""
    return (0, event.actor_id) if event.name in LOOKS else (event.id, None)


def _moment(run: list[EventFacts]) -> Moment:
    first, doer = run[0], doer_of(run[0])
    if len(run) == 1:
        return Moment(sentence_of(first), first.at, doer)
    looks = ngettext("%(looks)d look", "%(looks)d looks", len(run)) % {"looks": len(run)}
    return Moment(sentence_of(first), first.at, f"{doer} · {looks}")


def shown_erased(facts: ImageFacts) -> ShownErased:
    """The proof that a picture is gone."""
    return ShownErased(
        facts=facts,
        reference=facts.owner.removeprefix(OWNER) if facts.owner.startswith(OWNER) else "",
        kind=label(facts.kind),
        proof=facts.sha256.hex()[:16],
        erased_at=facts.erased_at,
    )
