"""Refusals of the recovery room."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Invalid, NotAllowed, NotFound, Refused, TooOften
from account_center.plumbing.wording import Way, Wording, words

AGAIN = Way(_("Begin again"), "portal:recovery")
BY_NAME = Way(_("Legacy account or IAM user"), "portal:recovery_name")
SUPPORT = Way(_("Ask support"), "portal:support")
SIGN_IN = Way(_("Sign in"), "portal:sign_in")
CONTACTS = Way(_("Emergency contacts"), "portal:emergency_contacts")
MATTER = "account.recovery"


class RecoveryOver(Refused):
    code = "recovery.over"


class NotOfThisContact(NotAllowed):
    code = "recovery.not_of_this_contact"


class WayNotOpen(NotAllowed):
    code = "recovery.way_not_open"


class WrongAnswer(Invalid):
    code = "recovery.wrong_answer"


class TooManyChecks(TooOften):
    code = "recovery.too_many_checks"


class ContactAskedTooOften(TooOften):
    code = "recovery.contact_asked_too_often"


class ContactsFull(Refused):
    code = "recovery.contacts_full"


class ContactNamedAlready(Refused):
    code = "recovery.contact_named_already"


class OwnContact(Invalid):
    code = "recovery.own_contact"


class BadContactName(Invalid):
    code = "recovery.bad_contact_name"


class NoSuchContact(NotFound):
    code = "recovery.no_such_contact"


class LinkUnknown(NotFound):
    code = "recovery.link_unknown"


words(
    {
        RecoveryOver: Wording(
            what=_("This way to a new password is over."),
            why=_(
                "Its time has passed, it was used already, something about the account was changed meanwhile, or it was begun in another browser."
            ),
            todo=_("If you have the new password, sign in. Otherwise begin again; nothing else was changed."),
            ways=(AGAIN, SIGN_IN),
            ticket=MATTER,
            faq="1.16",
        ),
        NotOfThisContact: Wording(
            what=_("This account does not belong to the phone or e-mail you proved."),
            todo=_("Choose one of the accounts in the list, or begin again with another phone or e-mail."),
            ways=(AGAIN,),
            ticket=MATTER,
            faq="1.17",
        ),
        WayNotOpen: Wording(
            what=_("This account cannot be proven in this way."),
            why=_(
                "On a new device an emergency contact confirms, where the account has one; other ways are for accounts without."
            ),
            todo=_("Choose one of the ways that the page offers."),
            ways=(SUPPORT,),
            ticket=MATTER,
            faq="1.16",
        ),
        WrongAnswer: Wording(
            what=_("This is not the right answer."),
            why=_("Each picture and each question takes one answer; yours was not right, or came too late."),
            todo=_("Answer the new one. Capital letters do not matter."),
            faq="1.16",
        ),
        TooManyChecks: Wording(
            what=_("Too many pictures and questions went to your network."),
            why=_("The limit keeps programs from trying names one after the other."),
            todo=_(
                "Try again in {minutes} minutes, or use the phone or e-mail of an ID account, which needs no picture."
            ),
            ways=(AGAIN, SUPPORT),
            ticket=MATTER,
            faq="1.16",
        ),
        ContactAskedTooOften: Wording(
            what=_("Your emergency contacts were asked often enough for today."),
            why=_("The limit keeps them from being flooded with messages."),
            todo=_("Try again in {minutes} minutes, or ask support."),
            ways=(SUPPORT,),
            ticket=MATTER,
            faq="1.16",
        ),
        ContactsFull: Wording(
            what=_("You have {allowed} emergency contacts already."),
            why=_("An account can have {allowed} emergency contacts."),
            todo=_("Remove one first."),
            ways=(CONTACTS,),
            faq="1.16",
        ),
        ContactNamedAlready: Wording(
            what=_("This phone or e-mail is among your emergency contacts already."),
            todo=_("Name another one, or have a new code sent to this one."),
            ways=(CONTACTS,),
            faq="1.16",
        ),
        OwnContact: Wording(
            what=_("This is the phone or e-mail of the account itself."),
            why=_("An emergency contact is another person, who can be asked when you cannot get in."),
            todo=_("Name somebody you trust and can speak to."),
            faq="1.16",
        ),
        BadContactName: Wording(
            what=_("This cannot be a person's name."),
            why=_("It is empty, too long, or contains signs that no name has."),
            todo=_("Write the name as you would recognise it later."),
            faq="1.16",
        ),
        NoSuchContact: Wording(
            what=_("There is no such emergency contact."),
            why=_("It was removed, by you or by the person."),
            todo=_("Look at the list."),
            ways=(CONTACTS,),
            faq="1.16",
        ),
        LinkUnknown: Wording(
            what=_("This link leads nowhere any more."),
            why=_("It was used already, has expired, or was not copied as a whole."),
            todo=_(
                "If you meant to take yourself off a list of emergency contacts, you are not on it. If somebody else is setting your password, sign in and set a new one."
            ),
            ways=(SIGN_IN, SUPPORT),
            ticket=MATTER,
            faq="1.16",
        ),
    }
)
