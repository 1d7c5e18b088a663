"""What requests may hold. Members that a shape does not name are refused, so that nobody sets what is not his to set."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from account_center.kit.countries import is_country
from account_center.signin.types import Channel, SensitiveAction

LONGEST_NUMBER = 2**63 - 1


def _plain(text: str) -> str:
    # Neither can stand in a database: PostgreSQL refuses the one, and UTF-8 knows no halves of characters.
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds a character that is no text")
    return text


def _known_country(code: str) -> str:
    if not is_country(code):
        raise ValueError("is no country code (ISO 3166-1 alpha-2)")
    return code


Text = Annotated[str, Field(max_length=300), AfterValidator(_plain)]
Secret = Annotated[str, Field(max_length=1000), AfterValidator(_plain)]
Long = Annotated[str, Field(max_length=20_000), AfterValidator(_plain)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["CN"]), AfterValidator(_known_country)]
Device = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{43}$", description="The secret this app was given and keeps.")]
Code = Annotated[str, Field(max_length=40, examples=["482913"]), AfterValidator(_plain)]
AppName = Annotated[
    str,
    Field(max_length=80, examples=["Lanyun for Android, Pixel 9"], description="App and device, for the owner's list."),
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


class CodeTyped(Asked):
    challenge: UUID
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
    refresh_token: Annotated[str, Field(max_length=200), AfterValidator(_plain)]


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
