from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models

from account_center.plumbing.data_keys import holds_data_key
from account_center.signin.types import (
    AttemptState,
    ChallengeState,
    Channel,
    FirstWay,
    GuardFacts,
    KnownDevice,
    PasskeyUse,
    Purpose,
    SensitiveAction,
    WayToProve,
)


class Challenge(models.Model):
    """One code, sent to one recipient for one purpose. Holds a keyed digest, never the code."""

    public_id = models.UUIDField(default=uuid4, unique=True)
    purpose = models.CharField(max_length=12, choices=[(purpose.value, purpose.value) for purpose in Purpose])
    channel = models.CharField(max_length=5, choices=[(channel.value, channel.value) for channel in Channel])
    recipient = models.CharField(max_length=254)
    country = models.CharField(max_length=2)
    account_id = models.BigIntegerField(null=True)
    # For which sensitive task, if the purpose is to prove the owner: the message says so, and no other task takes it.
    action = models.CharField(max_length=20, blank=True, default="")
    # A code for somebody we do not know is never sent, but its page looks like every other.
    decoy = models.BooleanField(default=False)
    # Asked for on a device that an account of the recipient knows: strangers cannot use such codes up.
    known_device = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=8, default=ChallengeState.WAITING.value)
    code_digest = models.BinaryField(max_length=32)
    tries_left = models.SmallIntegerField()
    message_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(tries_left__gte=0), name="tries_never_below_zero")
        ]


class SignInGuard(models.Model):
    """Tries under one key: an account, or a name nobody bears. One row for all doors and all names of an account."""

    key = models.BinaryField(max_length=32, unique=True)
    tries = models.PositiveIntegerField(default=0)
    last_try_at = models.DateTimeField(null=True, db_index=True)
    locked_until = models.DateTimeField(null=True)

    def facts(self) -> GuardFacts:
        """For the rule."""
        return GuardFacts(tries=self.tries, last_try_at=self.last_try_at, locked_until=self.locked_until)


@holds_data_key
class SecondFactor(models.Model):
    """An authenticator app (RFC 6238). The secret is sealed; a time step counts once."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor")
    sealed_secret = models.BinaryField()
    wrapped_key = models.BinaryField()
    kek_id = models.CharField(max_length=32)
    last_step = models.BigIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()


class FreshProof(models.Model):
    """A signed-in person has just shown to be the owner. Good for one action, once, while the account's mark is the same."""

    public_id = models.UUIDField(default=uuid4, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="fresh_proofs")
    action = models.CharField(max_length=20, choices=[(action.value, action.value) for action in SensitiveAction])
    way = models.CharField(max_length=13, choices=[(way.value, way.value) for way in WayToProve])
    mark = models.CharField(max_length=64)
    proven_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class Passkey(models.Model):
    """A passkey (WebAuthn): the public half only. Names and counters tell its owner which one it is."""

    public_id = models.UUIDField(default=uuid4, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys")
    # Which of the account's places it holds: so that not more come in than are allowed, however many ask at once.
    slot = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    transports = models.JSONField(default=list)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "slot"], name="one_passkey_per_slot"),
            models.CheckConstraint(condition=models.Q(sign_count__gte=0), name="sign_count_never_below_zero"),
        ]


class PasskeyQuestion(models.Model):
    """The random question that a passkey signs. Answered once."""

    public_id = models.UUIDField(default=uuid4, unique=True)
    # Nobody while a stranger signs in: the answer tells who it is.
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    use = models.CharField(max_length=7, choices=[(use.value, use.value) for use in PasskeyUse])
    question = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """One of the codes that stand in for a lost factor: a keyed digest. A new set takes the places of the old one."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    slot = models.PositiveSmallIntegerField()
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "slot"], name="one_recovery_code_per_slot")]


class SignInAttempt(models.Model):
    """A sign-in after its first factor, until everything else is shown. Bound to one browser; becomes one session at most."""

    public_id = models.UUIDField(default=uuid4, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_in_attempts")
    way = models.CharField(max_length=8, choices=[(way.value, way.value) for way in FirstWay])
    # What the account was signed in with, and its trust, when this began: a change of either ends it.
    mark = models.CharField(max_length=80)
    device_digest = models.BinaryField(max_length=32)
    shown = models.CharField(max_length=13, blank=True, default="")
    challenge_id = models.UUIDField(null=True)
    state = models.CharField(
        max_length=7,
        choices=[(state.value, state.value) for state in AttemptState],
        default=AttemptState.WAITING.value,
    )
    created_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()


class Device(models.Model):
    """One browser or app that signed in to one account, known by a keyed digest of the secret that it keeps."""

    public_id = models.UUIDField(default=uuid4, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    digest = models.BinaryField(max_length=32)
    agent = models.CharField(max_length=300, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    first_seen = models.DateTimeField()
    last_used = models.DateTimeField(db_index=True)
    trusted_at = models.DateTimeField(null=True)
    # The account's mark of that moment: trust ends with it.
    trusted_mark = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "digest"], name="one_device_per_account_and_secret"),
            models.CheckConstraint(
                condition=models.Q(trusted_at__isnull=True) | ~models.Q(trusted_mark=""), name="trust_has_its_mark"
            ),
        ]

    def facts(self) -> KnownDevice:
        """For the rules."""
        return KnownDevice(
            number=self.pk,
            account_id=self.account_id,
            digest=bytes(self.digest),
            agent=self.agent,
            address=self.address,
            last_used=self.last_used,
            trusted_at=self.trusted_at,
            trusted_mark=self.trusted_mark,
        )


class UnusualSignIn(models.Model):
    """A sign-in the owner was asked about: with the link in the message everything can be ended, once."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unusual_sign_ins")
    token_digest = models.BinaryField(max_length=32, unique=True)
    agent = models.CharField(max_length=300, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    disowned_at = models.DateTimeField(null=True)


class AppSession(models.Model):
    """A sign-in of the operator's app, which keeps no cookies: two tokens, known by keyed digests (1.46).

    ``family_digest`` stays, and whoever holds any refresh token of this session can name it; the other part of the
    refresh token is new each time. So an old one that comes back is told from one that was never ours.
    """

    public_id = models.UUIDField(default=uuid4, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="app_sessions")
    # What the account was signed in with: when that changes, the session is worth nothing at its next request.
    mark = models.CharField(max_length=64)
    way = models.CharField(max_length=13, blank=True, default="")
    app = models.CharField(max_length=80, blank=True, default="")
    agent = models.CharField(max_length=300, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    family_digest = models.BinaryField(max_length=32, unique=True)
    access_digest = models.BinaryField(max_length=32, unique=True)
    access_ends_at = models.DateTimeField()
    refresh_digest = models.BinaryField(max_length=32)
    # The refresh token that was used last, and what its answer was made of: so that the same question, asked again
    # because the network lost the answer, gets the same answer.
    previous_digest = models.BinaryField(max_length=32, null=True)
    salt = models.BinaryField(max_length=32, null=True)
    refreshed_at = models.DateTimeField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle_ends_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(access_ends_at__lte=models.F("ends_at"), idle_ends_at__lte=models.F("ends_at")),
                name="nothing_outlives_its_app_session",
            ),
            models.CheckConstraint(
                condition=models.Q(previous_digest__isnull=True, salt__isnull=True)
                | models.Q(previous_digest__isnull=False, salt__isnull=False),
                name="a_used_refresh_token_has_its_salt",
            ),
        ]
