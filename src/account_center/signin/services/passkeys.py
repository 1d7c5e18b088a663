"""Passkeys (WebAuthn): a random question goes to the browser, the passkey signs it, the answer is checked once.

They can be found without a name and always verify their user (by finger, face or PIN), so that one of them is both
factors at once.
"""

import json
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.limits import HOUR
from account_center.plumbing.keys import keyring
from account_center.plumbing.limiter import Budget, network_of, spend
from account_center.plumbing.rows import insert_unless_there
from account_center.signin.errors import (
    PasskeyCopied,
    PasskeyRefused,
    PasskeyThereAlready,
    PasskeyTooLate,
    PasskeyUnknown,
    TooManyPasskeys,
    TooManyPasskeyTries,
)
from account_center.signin.models import Passkey, PasskeyQuestion
from account_center.signin.services.notices import tell_owner
from account_center.signin.types import Change, NewPasskey, PasskeyAsk, PasskeyUse

ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256: what devices make
TRANSPORTS = ("internal", "hybrid", "usb", "nfc", "ble", "smart-card")
QUESTION_BYTES = 32
MOST_CHARACTERS = 20_000  # of an answer
LOCAL_ORIGIN = re.compile(r"http://localhost(:\d{1,5})?")
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


def begin_adding(*, actor: Actor, account_id: int, now: datetime) -> PasskeyAsk:
    """The question to a new passkey, for ``navigator.credentials.create``. Raises TooManyPasskeyTries."""
    owner = account(account_id)
    if owner is None:
        raise PasskeyTooLate
    row = _ask(actor, owner.id, PasskeyUse.ADD, now=now)
    user = PublicKeyCredentialUserEntity(name=owner.name, id=_handle(owner.id), display_name=owner.name)
    there = [_descriptor(one) for one in Passkey.objects.filter(account_id=account_id)]
    options, _ = _server().register_begin(
        user,
        credentials=there,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=bytes(row.question),
    )
    return PasskeyAsk(id=row.public_id, options=_json(options))


def read_new(*, account_id: int, question_id: UUID, answer: str, now: datetime) -> NewPasskey:
    """What the browser made, checked. The question is answered, whatever comes of it.

    Raises PasskeyTooLate, PasskeyRefused.
    """
    question = _answered(question_id, account_id, PasskeyUse.ADD, now=now)
    response = _read(lambda: RegistrationResponse.from_dict(_parsed(answer)))
    checked = _read(lambda: _server().register_complete(_state(question), response))
    made = checked.credential_data
    if made is None or response.response.client_data.cross_origin:
        raise PasskeyRefused
    return NewPasskey(
        credential_id=bytes(made.credential_id),
        public_key=cbor.encode(dict(made.public_key)),
        sign_count=checked.counter,
        transports=_read(lambda: _transports(_parsed(answer))),
    )


def keep_new(*, account_id: int, new: NewPasskey, name: str, now: datetime) -> UUID:
    """Writes it down in the caller's transaction. Raises PasskeyThereAlready, TooManyPasskeys."""
    taken = set(Passkey.objects.filter(account_id=account_id).values_list("slot", flat=True))
    for slot in (one for one in range(settings.LIMITS.passkeys_per_account) if one not in taken):
        row = Passkey(
            account_id=account_id,
            slot=slot,
            name=name,
            credential_id=new.credential_id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            transports=new.transports,
            created_at=now,
        )
        if insert_unless_there(row):
            return row.public_id
        if Passkey.objects.filter(credential_id=new.credential_id).exists():
            raise PasskeyThereAlready
    raise TooManyPasskeys(allowed=settings.LIMITS.passkeys_per_account)


def begin_check(*, actor: Actor, account_id: int | None, use: PasskeyUse, now: datetime) -> PasskeyAsk:
    """The question to a passkey of the account or, with None, to any: the answer then tells whose it is.

    For ``navigator.credentials.get``. Raises TooManyPasskeyTries.
    """
    row = _ask(actor, account_id, use, now=now)
    there = Passkey.objects.filter(account_id=account_id) if account_id is not None else []
    options, _ = _server().authenticate_begin(
        [_descriptor(one) for one in there] or None,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=bytes(row.question),
    )
    return PasskeyAsk(id=row.public_id, options=_json(options))


def finish_check(
    *, actor: Actor, account_id: int | None, question_id: UUID, answer: str, use: PasskeyUse, now: datetime
) -> AccountFacts:
    """Whose passkey has signed the question: ``account_id`` if given, else whoever it belongs to. Counts once.

    ``answer`` is the browser's credential as JSON. Raises PasskeyTooLate, PasskeyRefused, PasskeyUnknown, PasskeyCopied.
    """
    question = _answered(question_id, account_id, use, now=now)
    response = _read(lambda: AuthenticationResponse.from_dict(_parsed(answer)))
    row = Passkey.objects.filter(credential_id=bytes(response.raw_id)).first()
    owner = account(row.account_id) if row else None
    if row is None or owner is None or account_id not in (None, owner.id):
        raise PasskeyUnknown
    try:
        counter = _signed(row, question, response)
    except PasskeyRefused:
        record(actor=actor, event="signin:passkey:wrong", account_id=owner.id)
        raise
    _note_use(actor, owner, row, counter, now=now)
    return owner


def _signed(row: Passkey, question: PasskeyQuestion, response: AuthenticationResponse) -> int:
    handle = response.response.user_handle
    if handle is not None and not secrets.compare_digest(bytes(handle), _handle(row.account_id)):
        raise PasskeyRefused
    if (handle is None and question.account_id is None) or response.response.client_data.cross_origin:
        raise PasskeyRefused
    key = AttestedCredentialData.create(
        Aaguid.NONE, bytes(row.credential_id), CoseKey.parse(_as_map(cbor.decode(bytes(row.public_key))))
    )
    _read(lambda: _server().authenticate_complete(_state(question), [key], response))
    data: AuthenticatorData = response.response.authenticator_data
    return int(data.counter)


def _note_use(actor: Actor, owner: AccountFacts, row: Passkey, counter: int, *, now: datetime) -> None:
    """A counter that does not go up means that the passkey was copied (WebAuthn 7.2, step 22).

    Raises PasskeyCopied, PasskeyUnknown if its owner has removed it since it was looked up.
    """
    there = Passkey.objects.filter(pk=row.pk)
    # Most passkeys live on several devices and never count.
    before = there.filter(sign_count__lt=counter) if counter else there.filter(sign_count=0)
    if before.update(sign_count=counter, last_used_at=now):
        return
    if not there.exists():
        raise PasskeyUnknown
    with transaction.atomic():
        record(actor=actor, event="signin:passkey:copied", account_id=owner.id, facts={"name": row.name})
        tell_owner(owner, Change.PASSKEY_COPIED)
    raise PasskeyCopied


def _ask(actor: Actor, account_id: int | None, use: PasskeyUse, *, now: datetime) -> PasskeyQuestion:
    budget = Budget("passkeys", network_of(actor.address), settings.LIMITS.passkey_tries_per_address, HOUR)
    exhausted = spend([budget], now=now)
    if exhausted is not None:
        raise TooManyPasskeyTries(retry_after=exhausted[1])
    question = secrets.token_bytes(QUESTION_BYTES)
    return PasskeyQuestion.objects.create(account_id=account_id, use=use.value, question=question, asked_at=now)


def _answered(question_id: UUID, account_id: int | None, use: PasskeyUse, *, now: datetime) -> PasskeyQuestion:
    oldest = now - timedelta(seconds=settings.LIMITS.passkey_seconds)
    whose = Q(account__isnull=True) if account_id is None else Q(account_id=account_id)
    open_ones = PasskeyQuestion.objects.filter(
        whose, public_id=question_id, use=use.value, asked_at__gt=oldest, answered_at__isnull=True
    )
    row = open_ones.first()
    # Answered before it is judged, so that one question is judged once, however many answers come at the same moment.
    if row is None or not open_ones.update(answered_at=now):
        raise PasskeyTooLate
    return row


def _server() -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(name=settings.OPERATOR, id=settings.PASSKEY_DOMAIN)
    server = Fido2Server(entity, verify_origin=is_our_origin)
    server.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=one) for one in ALGORITHMS
    ]
    return server


def is_our_origin(origin: str) -> bool:
    """Whether a browser may have asked the passkey there: at the public address only, or without one at localhost.

    Android names the operator's app itself instead of an address; those apps are a setting (1.46).
    """
    if origin in settings.PASSKEY_APPS:
        return True
    if not settings.PUBLIC_ADDRESS:
        return LOCAL_ORIGIN.fullmatch(origin) is not None
    ours = urlsplit(settings.PUBLIC_ADDRESS)
    return origin == f"{ours.scheme}://{ours.netloc}".lower()


def _read(attempt: Callable[[], Answer]) -> Answer:
    try:
        return attempt()
    except Exception as bad:
        log.info("a passkey's answer was refused: %s", type(bad).__name__)
        raise PasskeyRefused from bad


def _parsed(answer: str) -> Mapping[str, Any]:
    if len(answer) > MOST_CHARACTERS:
        raise ValueError("too long")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError("no object")
    return found


def _as_map(decoded: Any) -> Mapping[int, Any]:
    if not isinstance(decoded, Mapping):
        raise TypeError("no COSE key")
    return decoded


def _transports(parsed: Mapping[str, Any]) -> list[str]:
    """How a browser reaches this passkey, for the next question; what it says is only a hint."""
    return [way for way in TRANSPORTS if way in parsed["response"].get("transports", ())]


def _state(question: PasskeyQuestion) -> dict[str, Any]:
    state: dict[str, Any] = Fido2Server._make_internal_state(  # noqa: SLF001 - the same as begin gave
        bytes(question.question), UserVerificationRequirement.REQUIRED
    )
    return state


def _handle(account_id: int) -> bytes:
    """What a passkey calls its account: it tells nobody who that is."""
    return keyring().blind_index("passkey_account", str(account_id))


def _descriptor(row: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        type=PublicKeyCredentialType.PUBLIC_KEY, id=bytes(row.credential_id), transports=row.transports or None
    )


def _json(options: Any) -> dict[str, Any]:
    return dict(options)
