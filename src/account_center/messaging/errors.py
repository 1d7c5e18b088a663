"""Refusals of this room, and the words of its delivery problems."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import NotFound
from account_center.plumbing.wording import Wording, words


class MessageUnknown(NotFound):
    """There is no such message, or it has been erased."""

    code = "messaging.message_unknown"


class UnsubscribeLinkUnknown(NotFound):
    """The link does not come from one of our messages."""

    code = "messaging.unsubscribe_link_unknown"


words(
    {
        MessageUnknown: Wording(
            what=_("This message is no longer known."),
            why=_("Messages are removed some time after they were sent."),
            todo=_("Start again; a new message will be sent."),
        ),
        UnsubscribeLinkUnknown: Wording(
            what=_("This unsubscribe link is not complete."),
            why=_("Some mail programs cut long links."),
            todo=_("Copy the whole link from the e-mail into the address bar of your browser."),
            faq="3.1.8",
        ),
        "messaging.unreachable": Wording(
            what=_("The message could not be delivered."),
            why=_("The operator of the phone or mailbox says that it cannot be reached."),
            todo=_("Check the number or address. If it is right, use another one or ask its operator."),
            ticket="messages",
        ),
        "messaging.refused_by_gateway": Wording(
            what=_("The message was not accepted for delivery."),
            why=_("The message service refuses this recipient."),
            todo=_("Use another number or address, or ask support."),
            ticket="messages",
        ),
        "messaging.gateway_away": Wording(
            what=_("The message is delayed."),
            why=_("The message service does not answer at the moment. We keep trying."),
            todo=_("Wait a few minutes; you need not ask for another message."),
        ),
        "messaging.unsubscribed": Wording(
            what=_("The message was not sent."),
            why=_("The recipient has unsubscribed from news."),
            todo=_("Messages about the account itself still arrive."),
            faq="3.1.8",
        ),
    }
)
