"""A copy of one's own data (1.12): JSON for programs and a page for people, in one file that is stored nowhere."""

import io
import json
import zipfile
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from account_center.accounts.errors import NoSuchAccount
from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.limits import DAY
from account_center.plumbing.limiter import Budget, give_back, spend
from account_center.plumbing.moment import one_moment
from account_center.privacy.errors import TooManyCopies
from account_center.privacy.services import gathering
from account_center.privacy.types import Archive, Copy, Part, Value
from account_center.privacy.words import shown, shown_part
from account_center.signin.services.fresh import use_fresh_proof
from account_center.signin.types import SensitiveAction

FORMAT = 1  # of data.json; raised when a key changes its meaning


def take_copy(*, actor: Actor, account_id: int, proof: UUID, now: datetime) -> Archive:
    """Everything the product knows of the owner, as a zip with ``data.json`` and ``data.html`` in the active language.

    Made at once: it is a few hundred rows, and what is not stored cannot be lost. Raises FreshProofMissing,
    TooManyCopies, NoSuchAccount.
    """
    owner = account(account_id)
    if owner is None:
        raise NoSuchAccount
    limit = settings.LIMITS.copies_of_data_per_day
    budget = Budget("copies_of_data", str(account_id), limit, DAY)
    exhausted = spend([budget], now=now)
    if exhausted is not None:
        raise TooManyCopies(retry_after=exhausted[1], limit=limit)
    try:
        with one_moment():
            copy = collect(owner, now=now)
        _note(actor, copy, proof=proof, now=now)
    except Exception:
        give_back([budget], now=now)
        raise
    return Archive(name=f"account-data-{now.astimezone(UTC):%Y%m%d-%H%M}.zip", content=_packed(copy))


@transaction.atomic
def _note(actor: Actor, copy: Copy, *, proof: UUID, now: datetime) -> None:
    use_fresh_proof(account_id=copy.account_id, proof=proof, action=SensitiveAction.COPY_OF_DATA, now=now)
    rows = sum(len(part.rows) for part in copy.parts)
    record(actor=actor, event="privacy:copy:taken", account_id=copy.account_id, facts={"rows": rows})


def collect(owner: AccountFacts, *, now: datetime) -> Copy:
    """What each room knows, from the account down to its history."""
    tenants = gathering.all_tenants(owner)
    history, cut = gathering.history_part(owner, tenants)
    parts: tuple[Part, ...] = (
        gathering.account_part(owner),
        gathering.tenants_part(tenants),
        gathering.verifications_part(tenants),
        gathering.sessions_part(owner, now=now),
        gathering.devices_part(owner, now=now),
        gathering.factors_part(owner),
        gathering.passkeys_part(owner),
        gathering.contacts_part(owner),
        gathering.consents_part(owner, tenants),
        gathering.messages_part(owner),
        *gathering.tickets_parts(owner, now=now),
        history,
    )
    return Copy(account_id=owner.id, account_name=owner.name, made_at=now, parts=parts, cut=cut)


def _packed(copy: Copy) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", as_json(copy))
        archive.writestr("data.html", as_page(copy))
    return file.getvalue()


def as_json(copy: Copy) -> str:
    """For programs: English keys, times in UTC (ISO 8601)."""
    content = {
        "format": FORMAT,
        "name": copy.account_name,
        "made_at": _plain(copy.made_at),
        "older_history_left_out": copy.cut,
        **{part.key: [{key: _plain(value) for key, value in row.items()} for row in part.rows] for part in copy.parts},
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_page(copy: Copy) -> str:
    """For people: a page that needs nothing else, in the active language."""
    parts = [shown_part(part) for part in copy.parts]
    context = {"copy": copy, "parts": parts, "at": shown("at", copy.made_at), "operator": settings.OPERATOR}
    return render_to_string("privacy/copy.html", context)


def _plain(value: Value) -> str | int | bool | None:
    return value.astimezone(UTC).isoformat(timespec="seconds") if isinstance(value, datetime) else value
