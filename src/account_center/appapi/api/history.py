"""The account's own history (3.1.19), and the policy it signs in under (1.22, 1.23, 3.1.20)."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from account_center.appapi.asked import LONGEST_NUMBER, AccountNumber
from account_center.appapi.callers import AppToken, actor_in, owner_of
from account_center.appapi.docs_of import SIGNED_IN, refusals
from account_center.appapi.errors import BodyWrong, NotYours
from account_center.appapi.shown import place_text
from account_center.audit.queries import (
    PAGE,
    device_of,
    doer_of,
    event_of_account,
    history_of,
    sentence_of,
    topic_words,
)
from account_center.audit.types import EventFacts, SignInWay, Spot, Topic, Wanted, Whose
from account_center.kit.limits import MINUTE
from account_center.kit.networks import BadNetworks, Network, parse_networks
from account_center.plumbing.api_fields import Moment, Text
from account_center.policy.queries import policy_of_account
from account_center.policy.types import LeastCheck, PolicyFacts
from account_center.signin.services.unusual import disown_sign_in
from account_center.tenants.queries import tenant_of

router = Router(tags=["History and policy"], auth=AppToken())
REFUSALS = refusals(*SIGNED_IN)
LARGEST_PAGE = 100
NETWORKS = 10


class HistoryAsked(Schema):
    """Everything may be left out. ``before`` is the ``older`` of the page before."""

    model_config = ConfigDict(extra="forbid")

    topic: list[Topic] = Field(default_factory=lambda: list(Topic))
    since: Moment | None = None
    until: Moment | None = Field(None, description="Up to this moment, itself not included.")
    network: Text = Field("", description="One address, or a network such as 192.0.2.0/24.")
    way: SignInWay | None = None
    before: Text = ""
    limit: int = Field(PAGE, ge=1, le=LARGEST_PAGE)


class EventShown(Schema):
    """One thing that happened, in the language of Accept-Language. Decide by ``event``, never by the sentence.

    ``number`` is text, since it is larger than the numbers that some languages keep exactly.
    """

    number: str
    at: datetime
    event: str
    topic: Topic
    topic_words: str
    text: str
    doer: str
    address: str
    place: str
    device: str


class HistoryShown(Schema):
    """``older`` null: this is the end. ``compared_to``: the filter was compared so far back; ask on with ``older``."""

    events: list[EventShown]
    older: str | None
    compared_to: datetime | None


class PolicyShown(Schema):
    """What the tenant asks of its users at sign-in; changed on the pages. Zero days: passwords never run out."""

    networks: list[str]
    password_days: int
    password_history: int
    password_min_hours: int
    session_minutes: int
    least_check: LeastCheck


@router.get("/history", response=HistoryShown, summary="My history", openapi_extra=REFUSALS)
def history(request: HttpRequest, asked: Query[HistoryAsked]) -> HistoryShown:
    """Sign-ins, also failed ones, and operations of the account and its tenant; newest first, page by page."""
    owner = owner_of(request)
    tenant = tenant_of(owner.id)
    page = history_of(
        whose=Whose(owner.id, (tenant.id,) if tenant else ()),
        wanted=_wanted(asked),
        before=Spot.parse(asked.before),
        limit=asked.limit,
    )
    return HistoryShown(
        events=[_event(one) for one in page.events],
        older=str(page.older) if page.older else None,
        compared_to=page.compared_to,
    )


def _wanted(asked: HistoryAsked) -> Wanted:
    return Wanted(
        topics=tuple(dict.fromkeys(asked.topic)),
        since=asked.since,
        until=asked.until,
        networks=_networks(asked.network),
        way=asked.way,
    )


def _networks(text: str) -> tuple[Network, ...]:
    try:
        found = parse_networks(text)
    except BadNetworks as bad:
        raise BodyWrong(field="network", problems=[f"network: {bad.entries[0].problem.value}"]) from bad
    if len(found) > NETWORKS:
        raise BodyWrong(field="network", problems=[f"network: at most {NETWORKS} at once"])
    return found


def _event(event: EventFacts) -> EventShown:
    return EventShown(
        number=str(event.id),
        at=event.at,
        event=event.name,
        topic=event.topic,
        topic_words=topic_words(event.topic),
        text=sentence_of(event, to_owner=True),
        doer=doer_of(event, to_owner=True),
        address=event.address,
        place=place_text(event.address),
        device=device_of(event),
    )


@router.post("/history/{int:number}/not-me", response={204: None}, summary="This was not me", openapi_extra=REFUSALS)
def not_me(request: HttpRequest, number: AccountNumber) -> Status[None]:
    """A sign-in that was somebody else's: everything ends, this session too, and the next sign-in asks for a new password."""
    owner = owner_of(request)
    event = event_of_account(account_id=owner.id, event_id=number) if number <= LONGEST_NUMBER else None
    if event is None or event.topic is not Topic.SIGNED_IN:
        raise NotYours
    disown_sign_in(actor=actor_in(request), account_id=owner.id, address=event.address, agent=event.agent)
    return Status(204, None)


@router.get("/security-policy", response=PolicyShown, summary="The security policy", openapi_extra=REFUSALS)
def policy(request: HttpRequest) -> PolicyShown:
    """What this account signs in under: the tenant's rules, or the operator's where it has none."""
    found = policy_of_account(owner_of(request).id) or PolicyFacts(tenant_id=0)
    return PolicyShown(
        networks=[network.text for network in found.networks],
        password_days=found.password_days,
        password_history=found.password_history,
        password_min_hours=found.password_min_hours,
        session_minutes=found.session_minutes or settings.LIMITS.session_seconds // MINUTE,
        least_check=found.least_check,
    )
