"""Refusals of the support room."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Invalid, NotAllowed, NotFound, Refused, TooOften
from account_center.plumbing.wording import Way, Wording, words

MINE = Way(_("My tickets"), "portal:tickets")
NEW = Way(_("Open a ticket"), "portal:ticket_new")
APPEAL = Way(_("Begin an appeal"), "portal:appeal")
PROGRESS = Way(_("Look up an appeal"), "portal:appeal_find")
QUEUE = Way(_("To the queue"), "console:tickets")
SUPPORT = Way(_("Support"), "portal:support")
PROPOSALS = Way(_("To the proposals"), "console:proposals")


class NoSuchTicket(NotFound):
    code = "support.no_such_ticket"


class TicketClosed(Refused):
    code = "support.ticket_closed"


class AppealClosed(TicketClosed):
    """The same for whoever cannot sign in."""

    code = "support.appeal_closed"


class TicketErased(Refused):
    code = "support.ticket_erased"


class NothingWritten(Invalid):
    code = "support.nothing_written"


class TextTooLong(Invalid):
    """Facts: ``limit``, ``length``."""

    code = "support.text_too_long"


class TooManyTickets(TooOften):
    code = "support.too_many_tickets"


class TooManyEntries(TooOften):
    code = "support.too_many_entries"


class TooManyPictures(TooOften):
    code = "support.too_many_pictures"


class TooManyAppeals(TooOften):
    code = "support.too_many_appeals"


class AppealAway(Refused):
    """The proof of the contact is too old, or belongs to another browser."""

    code = "support.appeal_away"


class AnotherContact(Invalid):
    """The contact cannot become what the appeal asks for."""

    code = "support.another_contact"


class ObjectionUnknown(NotFound):
    code = "support.objection_unknown"


class ClaimedByAnother(Refused):
    """Fact: ``name`` of the colleague."""

    code = "support.claimed_by_another"


class OwnCase(NotAllowed):
    code = "support.own_case"


class NobodyFound(Refused):
    """An appeal about an account that nobody has found yet."""

    code = "support.nobody_found"


class WrongRemedy(Invalid):
    code = "support.wrong_remedy"


class RemedyUnderWay(Refused):
    code = "support.remedy_under_way"


class RemedyOver(Refused):
    code = "support.remedy_over"


class SecondPersonNeeded(NotAllowed):
    code = "support.second_person_needed"


class NoSuchRemedy(NotFound):
    code = "support.no_such_remedy"


class NoSuchProposal(NotFound):
    code = "support.no_such_proposal"


class ProposalOver(Refused):
    code = "support.proposal_over"


class ProposalUnderWay(Refused):
    code = "support.proposal_under_way"


class OwnProposal(NotAllowed):
    code = "support.own_proposal"


class NotARaise(Invalid):
    """Facts: ``allowed`` (at present), ``lowest`` and ``most``."""

    code = "support.not_a_raise"


class AnotherPhone(Refused):
    """The account has another phone than when its limit was proposed."""

    code = "support.another_phone"


words(
    {
        NoSuchTicket: Wording(
            what=_("There is no such ticket."),
            why=_("The address is wrong, or the ticket belongs to another account."),
            todo=_("Look for it in your list."),
            ways=(MINE, SUPPORT),
            faq="2.1.11",
        ),
        TicketClosed: Wording(
            what=_("This ticket is closed."),
            why=_("It can be taken up again for some days after it was closed; that time is over."),
            todo=_("Open a new ticket and name this one's number."),
            ways=(NEW, MINE),
            faq="2.1.11",
        ),
        AppealClosed: Wording(
            what=_("This appeal is closed."),
            why=_("It can be taken up again for some days after it was closed; that time is over."),
            todo=_("Begin a new appeal and name this one's number in your statement."),
            ways=(APPEAL, SUPPORT),
            faq="1.18",
        ),
        TicketErased: Wording(
            what=_("What was written in this ticket has been erased."),
            why=_("Tickets are kept for a limited time after they are closed."),
            todo=_("Open a new ticket if something is left to say."),
            ways=(NEW,),
            faq="2.1.11",
        ),
        NothingWritten: Wording(
            what=_("Nothing is written here."),
            why=_("Without words nobody can tell what is needed."),
            todo=_("Write a sentence or two."),
            faq="2.1.11",
        ),
        TextTooLong: Wording(
            what=_("This is too long: {length} characters."),
            why=_("Up to {limit} characters fit."),
            todo=_("Shorten it, or send the rest as a second message."),
            faq="2.1.11",
        ),
        TooManyTickets: Wording(
            what=_("You have opened {limit} tickets today."),
            why=_("The limit keeps support reachable for everybody."),
            todo=_("Write on in one of your open tickets, or open a new one in {minutes} minutes."),
            ways=(MINE,),
            faq="2.1.11",
        ),
        TooManyEntries: Wording(
            what=_("{limit} messages have been sent in this ticket today."),
            why=_("The limit keeps support reachable for everybody."),
            todo=_("Write on in {minutes} minutes. Nothing that was sent is lost."),
            faq="2.1.11",
        ),
        TooManyPictures: Wording(
            what=_("{limit} pictures have been added to this ticket today."),
            why=_("More are not needed for any proof of identity."),
            todo=_("Say in a message what is missing, or add more in {minutes} minutes."),
            faq="1.18",
        ),
        TooManyAppeals: Wording(
            what=_("Too many appeals were begun with this account name, this phone or e-mail, or from your network."),
            why=_("The limit keeps strangers from troubling the owners of accounts."),
            todo=_("Look up the appeal you have begun, or try again in {minutes} minutes."),
            ways=(PROGRESS, SUPPORT),
            ticket="account",
            faq="1.18",
        ),
        AppealAway: Wording(
            what=_("This step has to begin again."),
            why=_("For safety an appeal can be read only for a while after a code was typed, and in the same browser."),
            todo=_("Look it up again with its number and your phone or e-mail address."),
            ways=(PROGRESS, APPEAL),
            faq="1.18",
        ),
        AnotherContact: Wording(
            what=_("Here only a mobile phone number helps."),
            why=_(
                "To take a phone number off an account you did not register, that very number must receive the code."
            ),
            todo=_("Type the phone number that you want to be free."),
            faq="1.31",
        ),
        ObjectionUnknown: Wording(
            what=_("This link leads nowhere any more."),
            why=_("The appeal is over, or the link was not copied completely."),
            todo=_("If you can sign in, look at the support page: a running appeal about your account is shown there."),
            ways=(SUPPORT,),
            ticket="account",
            faq="1.18",
        ),
        ClaimedByAnother: Wording(
            what=_("{name} works on this ticket."),
            why=_("Two answers at once would contradict each other."),
            todo=_("Choose another ticket, or ask {name} to let it go."),
            ways=(QUEUE,),
        ),
        OwnCase: Wording(
            what=_("This is your own account."),
            why=_("Nobody handles his own ticket or decides on himself."),
            todo=_("Leave it to a colleague."),
            ways=(QUEUE,),
        ),
        NobodyFound: Wording(
            what=_("No account has been found for this appeal yet."),
            why=_("The name that the appellant typed fits none."),
            todo=_("Ask the appellant for more, or close the appeal."),
            faq="1.18",
        ),
        WrongRemedy: Wording(
            what=_("This cannot be done in this ticket."),
            why=_("What can be done follows from what happened and from the contact that was proven."),
            todo=_("Choose one of the offered ways."),
            faq="1.18",
        ),
        RemedyUnderWay: Wording(
            what=_("Something is under way for this account already."),
            why=_("One change at a time, so that its owner can follow."),
            todo=_("Wait until it is done or refused."),
            faq="1.18",
        ),
        RemedyOver: Wording(
            what=_("This has been decided already."),
            why=_("A colleague was faster, or the owner of the account objected."),
            todo=_("Open the ticket anew to see how it stands."),
            ways=(QUEUE,),
            faq="1.18",
        ),
        SecondPersonNeeded: Wording(
            what=_("A second person has to agree."),
            why=_("Whoever proposed a change of an account's phone, e-mail or second factor cannot approve it too."),
            todo=_("Ask a colleague to look at the proof and decide."),
            ways=(QUEUE,),
            faq="1.18",
        ),
        NoSuchRemedy: Wording(
            what=_("There is no such proposal."),
            todo=_("Open the ticket anew."),
            ways=(QUEUE,),
        ),
        NoSuchProposal: Wording(
            what=_("There is no such proposal."),
            todo=_("Choose one from the list."),
            ways=(PROPOSALS,),
        ),
        ProposalOver: Wording(
            what=_("This proposal is decided already."),
            why=_("A colleague was faster, it was withdrawn, or it waited too long."),
            todo=_("Propose it again if it is still needed."),
            ways=(PROPOSALS,),
            faq="2.1.22",
        ),
        ProposalUnderWay: Wording(
            what=_("The same is proposed already."),
            why=_("Of two proposals about one thing nobody could say which one counts."),
            todo=_("Decide on the one that waits, or have it withdrawn."),
            ways=(PROPOSALS,),
            faq="2.1.22",
        ),
        OwnProposal: Wording(
            what=_("A second person has to agree."),
            why=_("Whoever proposed something cannot approve it too."),
            todo=_("Ask a colleague to look at it, or withdraw it."),
            ways=(PROPOSALS,),
            faq="2.1.22",
        ),
        NotARaise: Wording(
            what=_("The new limit has to be above the present one."),
            why=_("{allowed} are allowed already, and a limit can be raised to {most} at most."),
            todo=_("Type a number from {lowest} to {most}."),
            faq="2.1.22",
        ),
        AnotherPhone: Wording(
            what=_("The account has another phone now."),
            why=_("The proposal was about the phone it had before."),
            todo=_("Refuse the proposal, and propose the limit for the phone of today if it is still needed."),
            ways=(PROPOSALS,),
            faq="3.1.15",
        ),
    }
)
