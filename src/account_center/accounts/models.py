from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from account_center.accounts.types import AccountFacts, AccountKind, AccountState, SignInCheck, StoredPassword
from account_center.plumbing.quota import QuotaHolder, QuotaKey


class AccountManager(BaseUserManager["Account"]):
    """Django asks for one; accounts are opened by services only."""


class Account(AbstractBaseUser):
    """A sign-in. Country is fixed for ever (1.7); a phone may belong to several accounts, an e-mail to one per kind."""

    last_login = None  # the events know every sign-in; Django would write this one on each

    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in AccountKind])
    # Whose name space the name lives in: empty, or for an IAM user the tenant's public ID.
    realm = models.CharField(max_length=40, blank=True, default="")
    name = models.CharField(max_length=64)
    name_key = models.CharField(max_length=64)
    country = models.CharField(max_length=2)
    phone = models.CharField(max_length=16, blank=True, default="")
    phone_proven_at = models.DateTimeField(null=True, blank=True)
    email = models.CharField(max_length=254, blank=True, default="")
    email_key = models.CharField(max_length=254, null=True, blank=True)
    email_proven_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=8, choices=[(state.value, state.value) for state in AccountState], default=AccountState.OPEN.value
    )
    language = models.CharField(max_length=8, default="zh-hans")
    password_changed_at = models.DateTimeField()
    # The next sign-in asks for a new password: after "this was not me", or when an administrator set this one.
    must_change_password = models.BooleanField(default=False)
    sign_in_check = models.CharField(
        max_length=7, choices=[(check.value, check.value) for check in SignInCheck], default=SignInCheck.CODE.value
    )
    # Raised to end every session, trust and half-done sign-in without changing what one signs in with.
    epoch = models.PositiveIntegerField(default=0)
    # Raised to end the trust in devices, while sessions go on.
    trust_epoch = models.PositiveIntegerField(default=0)
    staff_roles = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "realm", "name_key"], name="one_account_per_name"),
            models.UniqueConstraint(fields=["email_key", "kind"], name="one_account_per_email_and_kind"),
            models.CheckConstraint(condition=Q(email="") | Q(email_key__isnull=False), name="email_has_its_key"),
            # Nothing one could be found, reached or signed in by outlives an account (1.12).
            models.CheckConstraint(
                condition=~Q(state=AccountState.DELETED.value)
                | Q(name="", phone="", email="", email_key__isnull=True, password=""),
                name="a_deleted_account_is_empty",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["phone", "kind"], condition=~Q(phone=""), name="accounts_by_phone"),
            models.Index(fields=["name_key"], name="accounts_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        return self.kind == AccountKind.STAFF

    @property
    def is_active(self) -> bool:  # type: ignore[override] # Django declares an attribute; here it follows the state  # type: ignore[override] # Django's base has a plain attribute here
        return self.state != AccountState.DELETED

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session must know to go on: a change of password, phone or e-mail ends all others at once."""
        what_signs_in = f"{self.password}|{self.phone}|{self.email_key or ''}|{self.epoch}"
        return salted_hmac("accounts.session", what_signs_in, secret=secret, algorithm="sha256").hexdigest()

    def facts(self) -> AccountFacts:
        """What other rooms may know."""
        mark = self._get_session_auth_hash()
        return AccountFacts(
            id=self.pk,
            kind=AccountKind(self.kind),
            name=self.name,
            country=self.country,
            phone=self.phone,
            email=self.email,
            state=AccountState(self.state),
            created_at=self.created_at,
            language=self.language,
            check=SignInCheck(self.sign_in_check),
            must_change_password=self.must_change_password,
            password_changed_at=self.password_changed_at,
            mark=mark,
            trust_mark=f"{mark}.{self.trust_epoch}",
            password=StoredPassword(self.password),
        )


class OldPassword(models.Model):
    """A password that was in use before; only its hash, so that it is not chosen again."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=256)
    until = models.DateTimeField()


class RestingName(models.Model):
    """The name of a deleted account, as a keyed digest: nobody takes it for a while, so that nobody is taken for its owner."""

    digest = models.BinaryField(max_length=32, unique=True)
    until = models.DateTimeField(db_index=True)


class PhoneQuota(QuotaKey):
    """How many ID accounts one phone carries (3.1.13, 3.1.15)."""


class PhoneQuotaHolder(QuotaHolder):
    quota = models.ForeignKey(PhoneQuota, on_delete=models.CASCADE, related_name="holders")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["quota", "holder"], name="one_place_per_account")]
