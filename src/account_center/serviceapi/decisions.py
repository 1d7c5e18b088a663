"""One question and its answer, the same for the lean path and the full one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from account_center.plumbing.wording import explain
from account_center.serviceapi.errors import (
    ActionsMissing,
    BodyNotJson,
    BodyTooLarge,
    TenantMissing,
    TooManyActions,
    UnknownAction,
    UnknownMember,
)
from account_center.standing.queries import judged
from account_center.standing.types import Action, Decision, Reason

MEMBERS = frozenset({"tenant", "action", "actions"})
ACTIONS: Mapping[str, Action] = {action.value: action for action in Action}
NAMES = list(ACTIONS)
TENANT_LENGTH = 64
SHOWN_LENGTH = 64
LANGUAGE_HEADER_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: may this tenant (public ID) do these things."""

    tenant: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The body to send. It holds until something changes, and not past ``good_until`` (a hold begins or ends then)."""

    body: bytes
    tenant: str
    language: str
    good_until: datetime | None


def question_in(body: bytes) -> Question:
    """The question in a request body. Raises a refusal that names what is wrong."""
    asked = _members(body)
    tenant = asked.get("tenant")
    if not isinstance(tenant, str) or not tenant:
        raise TenantMissing(field="tenant")
    return Question(tenant=tenant, actions=tuple(dict.fromkeys(_action(name) for name in _names(asked))))


def answer_to(question: Question, *, language: str, now: datetime) -> Answer | None:
    """The answer, read in one query and computed by the rule; None if there is no such tenant."""
    found = judged(question.tenant, question.actions, now) if _may_be_tenant(question.tenant) else None
    if found is None:
        return None
    with translation.override(language):
        shown = {"tenant": found.tenant, "decisions": [_decision(decision) for decision in found.decisions]}
    body = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(body=body, tenant=found.tenant, language=language, good_until=found.good_until)


def language_in(header: str) -> str:
    """The best language we speak for an Accept-Language header; our own default if it names none of ours."""
    return _language(header[:LANGUAGE_HEADER_LENGTH])


@lru_cache(maxsize=1000)
def _language(header: str) -> str:
    for code, _weight in parse_accept_lang_header(header):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)


def _members(body: bytes) -> dict[str, Any]:
    if len(body) > settings.LIMITS.decision_body_bytes:
        raise BodyTooLarge(limit=settings.LIMITS.decision_body_bytes)
    try:
        asked = json.loads(body.decode())
    except (ValueError, RecursionError) as wrong:
        raise BodyNotJson from wrong
    if not isinstance(asked, dict):
        raise BodyNotJson
    for member in asked:
        if member not in MEMBERS:
            raise UnknownMember(field=member[:SHOWN_LENGTH], member=member[:SHOWN_LENGTH])
    return asked


def _names(asked: Mapping[str, Any]) -> list[Any]:
    names = [asked["action"]] if "action" in asked else asked.get("actions")
    if len(MEMBERS & asked.keys()) != len(("tenant", "one of the two")) or not isinstance(names, list) or not names:
        raise ActionsMissing(field="actions", known=NAMES)
    if len(names) > settings.LIMITS.decision_actions:
        raise TooManyActions(field="actions", asked=len(names), limit=settings.LIMITS.decision_actions)
    return names


def _action(name: Any) -> Action:
    found = ACTIONS.get(name) if isinstance(name, str) else None
    if found is None:
        shown = name if isinstance(name, str) else json.dumps(name)
        raise UnknownAction(field="actions", action=shown[:SHOWN_LENGTH], known=NAMES)
    return found


def _may_be_tenant(text: str) -> bool:
    # PostgreSQL refuses some characters in a parameter (NUL); no tenant ID holds them.
    return len(text) <= TENANT_LENGTH and text.isascii() and text.isprintable()


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "action": decision.action.value,
        "allowed": decision.allowed,
        "reasons": [_reason(reason) for reason in decision.reasons],
        "notes": [_reason(note) for note in decision.notes],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    shown = explain(reason.code, dict(reason.facts)).as_json()
    for link in shown["links"]:
        link["href"] = f"{settings.PUBLIC_ADDRESS}{link['href']}"
    return shown
