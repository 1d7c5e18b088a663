"""Refusals of the signin room."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from account_center.kit.email import EmailProblem
from account_center.kit.phone import PhoneProblem
from account_center.kit.refused import Invalid, NotAllowed, NotFound, Refused, TooOften
from account_center.plumbing.wording import Way, Wording, words

SUPPORT = Way(_("Ask support"), "portal:support")
SECURITY = Way(_("Security"), "portal:security")
SIGN_IN = Way(_("Sign in"), "portal:sign_in")
RECOVERY = Way(_("Get back into the account"), "portal:recovery")
DEVICES = Way(_("Devices and sessions"), "portal:devices")
NEW_PASSWORD = Way(_("Set a new password"), "portal:recovery")
CODE_SIGN_IN = Way(_("Sign in with a code instead"), "portal:sign_in_code")


class CodeTooSoon(TooOften):
    """``challenge`` is the one whose code is on its way: for whoever has begun it himself, and never to be shown."""

    code = "signin.code_too_soon"

    def __init__(self, *, retry_after: int, challenge: UUID | None = None) -> None:
        super().__init__(retry_after=retry_after)
        self.challenge = challenge


class TooManyCodes(TooOften):
    code = "signin.too_many_codes"


class CountryNotServed(Refused):
    code = "signin.country_not_served"


class WrongCode(Invalid):
    code = "signin.wrong_code"


class CodeSpent(Refused):
    code = "signin.code_spent"


class CodeExpired(Refused):
    code = "signin.code_expired"


class TooManyWrongCodes(TooOften):
    code = "signin.too_many_wrong_codes"


class ProofMissing(Refused):
    code = "signin.proof_missing"


class BadPhoneTyped(Invalid):
    code = "signin.bad_phone"


class BadEmailTyped(Invalid):
    code = "signin.bad_email"


class WrongPassword(Invalid):
    code = "signin.wrong_password"


class SignInLocked(TooOften):
    code = "signin.locked"


class TooManySignIns(TooOften):
    code = "signin.too_many_sign_ins"


class NotYourAccount(NotAllowed):
    code = "signin.not_your_account"


class SameContact(Invalid):
    code = "signin.same_contact"


class SecondFactorStands(Refused):
    code = "signin.second_factor_stands"


class WrongSecondFactor(Invalid):
    code = "signin.wrong_second_factor"


class FactorLocked(SignInLocked):
    """One way of proving is locked; the others are not."""

    code = "signin.factor_locked"


class WrongRecoveryCode(Invalid):
    code = "signin.wrong_recovery_code"


class PasskeyTooLate(Refused):
    code = "signin.passkey_too_late"


class PasskeyRefused(Invalid):
    code = "signin.passkey_refused"


class PasskeyUnknown(Invalid):
    code = "signin.passkey_unknown"


class PasskeyCopied(Refused):
    code = "signin.passkey_copied"


class PasskeyThereAlready(Refused):
    code = "signin.passkey_there_already"


class TooManyPasskeys(Refused):
    code = "signin.too_many_passkeys"


class TooManyPasskeyTries(TooOften):
    code = "signin.too_many_passkey_tries"


class NoSuchPasskey(NotFound):
    code = "signin.no_such_passkey"


class CheckNotPossible(Refused):
    code = "signin.check_not_possible"


class CheckTooWeak(Refused):
    code = "signin.check_too_weak"


class FreshProofMissing(Refused):
    code = "signin.fresh_proof_missing"


class WayNotOpen(Refused):
    code = "signin.way_not_open"


class AttemptOver(Refused):
    """A half-done sign-in that is used, too old, guessed out, of another browser, or overtaken by a change."""

    code = "signin.attempt_over"


class GuessedOut(Refused):
    code = "signin.guessed_out"


class StepMissing(Refused):
    code = "signin.step_missing"


class NoSuchDevice(NotFound):
    code = "signin.no_such_device"


class NoSuchSession(NotFound):
    code = "signin.no_such_session"


class NotMeLinkOver(Refused):
    code = "signin.not_me_link_over"


words(
    {
        CodeTooSoon: Wording(
            what=_("A code is on its way already."),
            why=_("The next code can be sent in {retry_after} seconds."),
            todo=_("Wait a moment; look in the spam folder too. The code sent last is the one that counts."),
            faq="1.19",
        ),
        TooManyCodes: Wording(
            what=_("Too many codes were asked for."),
            why=_("Codes are limited, so that nobody can flood a phone or a mailbox."),
            todo=_("Try again in {minutes} minutes, or use the other way: e-mail instead of phone, or the password."),
            ways=(SUPPORT,),
            ticket="account.code",
            faq="1.19",
        ),
        CountryNotServed: Wording(
            what=_("We send no text messages to {country}."),
            why=_("The operator does not serve phone numbers of {country}."),
            todo=_("Use an e-mail address instead."),
            faq="1.19",
        ),
        WrongCode: Wording(
            what=_("This is not the code."),
            why=_("You have {tries_left} tries left with this code."),
            todo=_("Type the digits of the newest message, or have a new code sent."),
            faq="1.19",
        ),
        CodeSpent: Wording(
            what=_("This code is used up."),
            why=_("It was typed wrong too often; now even the right digits do not count any more."),
            todo=_("Have a new code sent."),
            faq="1.19",
        ),
        CodeExpired: Wording(
            what=_("This code has expired."),
            why=_("A code counts for a few minutes and once only."),
            todo=_("Have a new code sent."),
            faq="1.19",
        ),
        TooManyWrongCodes: Wording(
            what=_("Too many wrong codes were typed for this phone or mailbox today."),
            why=_("So many wrong codes look like guessing."),
            todo=_("Use another way, or try again in {minutes} minutes."),
            ways=(SUPPORT,),
            ticket="account.code",
            faq="1.19",
        ),
        ProofMissing: Wording(
            what=_("This step has to begin again."),
            why=_(
                "The proof of your phone or e-mail is older than a few minutes, was used already, or belongs to another browser."
            ),
            todo=_("Begin again; nothing was changed."),
            faq="1.19",
        ),
        BadPhoneTyped: Wording(
            what=_("This is not a mobile number we can send to."),
            why=_("{problem}"),
            todo=_("Check the country and the digits. Spaces and a leading +86 or 0086 do not matter."),
            faq="1.19",
        ),
        BadEmailTyped: Wording(
            what=_("This is not an e-mail address."),
            why=_("{problem}"),
            todo=_("Check it, for example name@example.com."),
            faq="1.19",
        ),
        WrongPassword: Wording(
            what=_("Name or password is not right."),
            why=_("For safety we do not say which of the two."),
            todo=_("Go through the next steps below; one of them usually helps."),
            ways=(CODE_SIGN_IN,),
            faq="1.14",
        ),
        SignInLocked: Wording(
            what=_("Signing in with a password is locked for {minutes} minutes."),
            why=_(
                "A wrong password was typed several times in a row under this name. This protects the account, should it exist."
            ),
            todo=_(
                "Wait, sign in with a code, or set a new password. On a device that the account trusts, the lock does not hold."
            ),
            ways=(CODE_SIGN_IN, NEW_PASSWORD),
            faq="1.20",
        ),
        TooManySignIns: Wording(
            what=_("Too many failed sign-ins came from your network."),
            why=_("The limit protects all accounts against guessing."),
            todo=_("Try again in {minutes} minutes, or sign in with a code."),
            ways=(CODE_SIGN_IN,),
            faq="1.20",
        ),
        NotYourAccount: Wording(
            what=_("This account does not belong to the phone or e-mail you proved."),
            todo=_("Choose one of the accounts in the list."),
            faq="1.44",
        ),
        SameContact: Wording(
            what=_("This is the one the account has already."),
            todo=_("Type the new one, or leave everything as it is."),
            faq="3.1.11",
        ),
        SecondFactorStands: Wording(
            what=_("An authenticator app is set up already."),
            why=_("Its secret is shown once, while it is set up, and never again."),
            todo=_("Use the app you set up. If it is lost, ask support."),
            ways=(SUPPORT,),
            faq="1.22",
        ),
        WrongSecondFactor: Wording(
            what=_("This is not the present code of your authenticator app."),
            why=_("A code counts for 30 seconds and once only; the clock of the phone must be right."),
            todo=_("Wait for the next code and type it."),
            faq="1.22",
        ),
        FactorLocked: Wording(
            what=_("This way is locked for {minutes} minutes."),
            why=_("Wrong codes were typed several times in a row. This protects the account against guessing."),
            todo=_("Use another way, such as a passkey or a recovery code, or wait."),
            ways=(SUPPORT,),
            ticket="account.code",
            faq="1.22",
        ),
        WrongRecoveryCode: Wording(
            what=_("This is not one of your recovery codes, or it was used already."),
            why=_("Each recovery code counts once, and a new set makes the old one worthless."),
            todo=_("Type another code of the newest set. Capital letters, spaces and hyphens do not matter."),
            faq="1.22",
        ),
        PasskeyTooLate: Wording(
            what=_("This passkey came too late."),
            why=_("A request for a passkey counts for a few minutes and once only."),
            todo=_("Press the button again, and confirm at the device without a long pause."),
            faq="1.22",
        ),
        PasskeyRefused: Wording(
            what=_("The passkey was not accepted."),
            why=_("What your device answered does not fit this request or this address."),
            todo=_("Try once more at our own address. If it happens again, use another way."),
            ways=(SUPPORT,),
            ticket="account.code",
            faq="1.22",
        ),
        PasskeyUnknown: Wording(
            what=_("We do not know this passkey."),
            why=_("It was removed here, or it belongs to another account."),
            todo=_("Choose another passkey, or use another way. Delete this one from your device."),
            faq="1.22",
        ),
        PasskeyCopied: Wording(
            what=_("This passkey was refused for your safety."),
            why=_("Its counter did not go on, as happens when somebody has copied it. We have told the owner."),
            todo=_("Use another way, then remove this passkey on the security page and add a new one."),
            ways=(SUPPORT,),
            ticket="account.code",
            faq="1.22",
        ),
        PasskeyThereAlready: Wording(
            what=_("This passkey is known already."),
            todo=_("Nothing needs to be done. To add another one, use another device or security key."),
            faq="1.22",
        ),
        TooManyPasskeys: Wording(
            what=_("An account can have {allowed} passkeys at most."),
            todo=_("Remove one that you use no more, then add the new one."),
            faq="1.22",
        ),
        TooManyPasskeyTries: Wording(
            what=_("Passkeys were asked for too often from your network."),
            todo=_("Try again in {minutes} minutes, or use another way."),
            faq="1.22",
        ),
        NoSuchPasskey: Wording(
            what=_("This passkey is not there any more."),
            todo=_("Look at the list of your passkeys; it may have been removed in another window."),
            ways=(SECURITY,),
            faq="1.22",
        ),
        CheckNotPossible: Wording(
            what=_("This cannot be asked at sign-in yet."),
            why=_("The account has nothing to answer it with."),
            todo=_("First set it up on the security page, then choose it here."),
            ways=(SECURITY,),
            faq="1.22",
        ),
        CheckTooWeak: Wording(
            what=_("The security policy asks for more."),
            why=_("The security policy of the tenant does not allow so weak a check at sign-in."),
            todo=_("Choose a stronger one, or change the policy first."),
            ways=(SECURITY,),
            faq="1.22",
        ),
        FreshProofMissing: Wording(
            what=_("First show that it is still you."),
            why=_("Your proof is too old, was used already, or was made for another task."),
            todo=_("Go back to the page you came from; it asks you again. Nothing was changed."),
            ways=(SECURITY,),
            faq="1.22",
        ),
        WayNotOpen: Wording(
            what=_("This account cannot be proven in this way."),
            why=_("The account has no such way, or a second factor protects it and nothing weaker counts."),
            todo=_("Choose one of the ways that the page offers."),
            ways=(SECURITY,),
            faq="1.22",
        ),
        AttemptOver: Wording(
            what=_("This sign-in has to begin again."),
            why=_(
                "It took too long, was finished already, belongs to another browser, or the account was changed meanwhile."
            ),
            todo=_("Sign in again; nothing was changed."),
            ways=(SIGN_IN,),
            faq="1.47",
        ),
        GuessedOut: Wording(
            what=_("This sign-in has ended: wrong codes were typed too often."),
            why=_("Whoever knows the password must not be able to guess the code."),
            todo=_("Sign in again; a new code will be sent. If the password is not only yours, set a new one."),
            ways=(SIGN_IN, RECOVERY),
            ticket="account.code",
            faq="1.47",
        ),
        StepMissing: Wording(
            what=_("A step of this sign-in is still missing."),
            why=_("Each step is asked in turn, and none can be left out."),
            todo=_("Go on with the step that the page shows, or sign in again."),
            ways=(SIGN_IN,),
            faq="1.47",
        ),
        NoSuchDevice: Wording(
            what=_("This device is not among those of your account."),
            why=_("It has not been used for a long time, or belongs to another account."),
            todo=_("Look at the list of your devices."),
            ways=(DEVICES,),
            faq="1.47",
        ),
        NoSuchSession: Wording(
            what=_("This session has ended already."),
            why=_("It was ended here or on its own device, or its time was over."),
            todo=_("Look at the list of your sessions."),
            ways=(DEVICES,),
            faq="1.47",
        ),
        NotMeLinkOver: Wording(
            what=_("This link counts no more."),
            why=_("It was used already, is older than {days} days, or is not complete."),
            todo=_(
                "If somebody else is in your account, get back into it with a new password: that ends every session."
            ),
            ways=(RECOVERY, SUPPORT),
            ticket="account",
            faq="3.1.19",
        ),
    }
)

_PHONE_PROBLEMS = {
    PhoneProblem.EMPTY: _("Nothing was typed."),
    PhoneProblem.LETTERS: _("It contains letters."),
    PhoneProblem.TOO_SHORT: _("Digits are missing."),
    PhoneProblem.TOO_LONG: _("There are too many digits."),
    PhoneProblem.NOT_A_NUMBER: _("No phone network uses this number."),
    PhoneProblem.NOT_MOBILE: _("It is not a mobile number, so it cannot receive a code."),
    PhoneProblem.WRONG_COUNTRY: _("It belongs to another country than the one chosen."),
}
_EMAIL_PROBLEMS = {
    EmailProblem.EMPTY: _("Nothing was typed."),
    EmailProblem.NO_AT: _("The @ is missing."),
    EmailProblem.NOT_ASCII_LOCAL: _(
        "Before the @ it contains letters that mail systems do not carry; some only look like a–z."
    ),
    EmailProblem.BAD_DOMAIN: _("The part after the @ is not an internet name."),
    EmailProblem.TOO_LONG: _("It is too long."),
    EmailProblem.SHAPE: _("It contains characters that cannot stand there."),
}


def phone_problem_text(problem: PhoneProblem) -> str:
    """What is wrong with a phone number, in the reader's language."""
    return str(_PHONE_PROBLEMS[problem])


def email_problem_text(problem: EmailProblem) -> str:
    """What is wrong with an e-mail address, in the reader's language."""
    return str(_EMAIL_PROBLEMS[problem])
