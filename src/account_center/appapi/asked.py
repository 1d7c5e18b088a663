"""What requests may hold. Members that a shape does not name are refused, so that nobody sets what is not his to set."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from account_center.accounts.types import SignInCheck
from account_center.kit.typed import tidy
from account_center.plumbing.api_fields import REAL_TEXT, Country, Text
from account_center.recovery.types import CheckKind
from account_center.signin.services.devices import DEVICE_SHAPE
from account_center.signin.types import Channel, SensitiveAction
from account_center.support.types import Category

LONGEST_NUMBER = 2**63 - 1


Secret = Annotated[str, Field(max_length=1000), REAL_TEXT]
Long = Annotated[str, Field(max_length=20_000), REAL_TEXT]
Device = Annotated[str, Field(pattern=f"^{DEVICE_SHAPE}$", description="The secret this app was given and keeps.")]
Code = Annotated[str, Field(max_length=40, examples=["482913"]), REAL_TEXT]
AppName = Annotated[
    str,
    Field(max_length=80, examples=["Lanyun for Android, Pixel 9"], description="App and device, for the owner's list."),
    REAL_TEXT,
    AfterValidator(tidy),
]

AccountNumber = Annotated[int, Field(ge=1, le=LONGEST_NUMBER)]


class Asked(Schema):
    """A request body."""

    model_config = ConfigDict(extra="forbid")


class WithDevice(Asked):
    """A step of a sign-in: only the app that began it holds the secret."""

    device: Device


class PasswordSignIn(Asked):
    identifier: Text = Field(description="Account name, phone or e-mail address.", examples=["+86 138 0013 8000"])
    password: Secret = Field(examples=["kranich lampe 47 sauerteig"])
    kind: Literal["id", "legacy"] = "id"
    country: Country = Field("CN", description="For phones typed without a country.")
    device: Device | None = None
    app: AppName = ""


class ContactAsked(Asked):
    contact: Text = Field(description="Phone or e-mail address.", examples=["+86 138 0013 8000"])
    country: Country = "CN"


class CodeAsked(ContactAsked):
    device: Device | None = Field(
        None, description="With it, codes that strangers ask for do not use up those of this app's owner."
    )


class CodeMeant(Asked):
    challenge: UUID


class CodeTyped(CodeMeant):
    code: Code


class AccountChosen(Asked):
    challenge: UUID
    account: AccountNumber
    device: Device | None = None
    app: AppName = ""


class ChannelWanted(WithDevice):
    channel: Channel


class CodeOfStep(WithDevice):
    code: Code


class AnswerOfStep(WithDevice):
    question: UUID
    answer: Long = Field(description="The credential as JSON text (WebAuthn, level 3: toJSON).")


class PasswordOfStep(WithDevice):
    password: Secret


class WayBackCode(CodeOfStep):
    challenge: UUID


class Finish(WithDevice):
    trust: bool = Field(default=False, description="Whether the owner pressed “trust this device”.")
    app: AppName = ""


class PasskeySignIn(Asked):
    question: UUID
    answer: Long
    device: Device | None = None
    app: AppName = ""


class FinishRegistration(Asked):
    challenge: UUID
    country: Country
    name: Text = Field(examples=["lin.wei"])
    password: Secret
    device: Device | None = None
    app: AppName = ""


class RefreshAsked(Asked):
    refresh_token: Annotated[str, Field(max_length=200), REAL_TEXT]


class NewName(Asked):
    name: Text = Field(examples=["lin.wei"])


class NewPassword(Asked):
    old_password: Secret
    password: Secret


class ActionProven(Asked):
    action: SensitiveAction


class ProofCodeWanted(ActionProven):
    channel: Channel


class ProofCodeTyped(ActionProven):
    challenge: UUID
    code: Code


class ProofTyped(ActionProven):
    code: Code


class ProofByPassword(ActionProven):
    password: Secret


class ProofByPasskey(ActionProven):
    question: UUID
    answer: Long


class NewContact(Asked):
    channel: Channel
    contact: Text
    proof: UUID


class ConfirmContact(Asked):
    challenge: UUID
    code: Code
    proof: UUID


class WithProof(Asked):
    proof: UUID


class PasskeyMade(Asked):
    question: UUID
    answer: Long = Field(description="The credential as JSON text (WebAuthn, level 3: toJSON).")
    name: Text = Field(description="The owner's word for it, 1 to 40 characters.", examples=["My phone"])
    proof: UUID


class PasskeyName(Asked):
    name: Text


class AppConfirmed(Asked):
    code: Code
    proof: UUID


class CheckChosen(Asked):
    check: SignInCheck
    proof: UUID


class EmergencyContactNamed(Asked):
    name: Text = Field(examples=["Wang Fang"])
    contact: Text = Field(examples=["+86 139 0013 9000"])
    proof: UUID


class CodeOnly(Asked):
    code: Code


class RecoveryStep(Asked):
    """The number of a recovery is a secret of the app that began it: it goes in bodies, never into addresses."""

    recovery: UUID


class RecoveryByName(Asked):
    name: Text = Field(description="Account name, or a tenant's name or ID.")
    user: Text = Field("", description="The IAM user's name, if it is one.")
    check: UUID
    answer: Text


class HumanCheckWanted(Asked):
    kind: CheckKind = CheckKind.PICTURE


class RecoveryTo(RecoveryStep):
    channel: Channel
    contact: Text
    country: Country = "CN"
    device: Device | None = None


class RecoveryCodeTyped(RecoveryStep):
    code: Code


class RecoveryAccount(RecoveryStep):
    account: AccountNumber
    device: Device | None = None


class RecoveryContact(RecoveryStep):
    contact: UUID


class RecoveryPasskey(RecoveryStep):
    question: UUID
    answer: Long


class RecoveryPassword(RecoveryStep):
    password: Secret


class TicketAsked(Asked):
    key: UUID = Field(description="Made by the app for this form: sent twice, it is one ticket.")
    category: Category
    subject: Text
    text: Long
    about: Annotated[str, Field(pattern="^[A-Za-z0-9-]{0,24}$")] = Field(
        "", description="The reference of what it is about, if there is one."
    )


class TicketMessage(Asked):
    key: UUID
    text: Long
