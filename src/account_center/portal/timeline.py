"""What happened to an application between its first step and now, in the customer's words: from the events, without names of staff."""

from account_center.audit.queries import events_about, sentence_of
from account_center.realname.types import ApplicationView

Moments = list[dict[str, object]]
# The first step and the last are told by the page itself; who looked at what stands in the history.
BETWEEN = frozenset(
    {
        "realname:application:handed_to_staff",
        "realname:review:claimed",
        "realname:application:asked_again",
        "realname:application:sent_again",
        "realname:application:reopened",
    }
)
# A case that went back and was refused again was refused before: that belongs between, too.
ENDS = frozenset({"realname:application:refused"})


def with_what_happened(view: ApplicationView, moments: Moments) -> Moments:
    """The page's own first and last moments, and between them what happened meanwhile, in the order of time."""
    events = events_about(tenant_id=view.tenant_id, reference=view.reference)
    ends = [event.id for event in events if event.name in ENDS]
    wanted = [
        event
        for event in events
        if event.name in BETWEEN or (event.name in ENDS and (event.id != ends[-1] or view.decided_at is None))
    ]
    told: Moments = [{"label": sentence_of(event, to_owner=True), "at": event.at} for event in wanted]
    return [*moments[:-1], *told, *moments[-1:]]
