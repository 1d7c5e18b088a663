from collections.abc import Mapping

from django.conf import settings

from account_center.kit.clock import now
from account_center.plumbing.work import RetryLater, every, job
from account_center.realname.retention import BATCH, erase_due
from account_center.realname.services import ask_again, lapse_asked_again, lapse_drafts
from account_center.realname.services.machine_reading import read_picture
from account_center.realname.services.old_pictures import ask_for_old_pictures
from account_center.realname.services.papers import ask_register, ask_register_again
from account_center.realname.services.paying import follow_all, follow_transfer
from account_center.realname.services.scanning import expire_links
from account_center.realname.services.settling import settle
from account_center.realname.services.transfers import expire_transfers

ASK_AGAIN_SECONDS = 10


@job("realname.settle")
def settle_application(payload: Mapping[str, object]) -> None:
    """Asks the providers again until they answer or the time is up."""
    done = settle(
        application_id=int(str(payload["application_id"])), seconds=settings.LIMITS.provider_seconds, now=now()
    )
    if not done:
        raise RetryLater(ASK_AGAIN_SECONDS)


@job("realname.ask_register")
def ask_register_of_organisations(payload: Mapping[str, object]) -> None:
    """Asks the register until it answers; after an hour staff decide without it."""
    limits = settings.LIMITS
    if not ask_register(application_id=int(str(payload["application_id"])), seconds=limits.provider_seconds, now=now()):
        raise RetryLater(ASK_AGAIN_SECONDS)


@job("realname.follow_transfer")
def follow_one_transfer(payload: Mapping[str, object]) -> None:
    """Has a transfer paid, and asks what became of it until the bank has said so."""
    again = follow_transfer(
        application_id=int(str(payload["application_id"])), seconds=settings.LIMITS.provider_seconds, now=now()
    )
    if again is not None:
        raise RetryLater(again)


@job("realname.read_picture", slow=True)
def read_one_picture(payload: Mapping[str, object]) -> None:
    """Reads the text on a picture for the reviewer; one at a time."""
    if not read_picture(evidence_id=int(str(payload["evidence_id"])), now=now()):
        raise RetryLater(ASK_AGAIN_SECONDS)


@every(seconds=3600, name="realname.follow_transfers")
def follow_open_transfers() -> None:
    """A transfer whose job was given up is taken up again; a late return of one that had arrived is noticed."""
    follow_all(now=now())


@every(seconds=3600, name="realname.expire_transfers", final=True)
def expire_old_transfers() -> None:
    """Ends transfers whose amount was never typed."""
    expire_transfers(now=now())


@every(seconds=300, name="realname.lapse_drafts")
def lapse_old_drafts() -> None:
    """Ends drafts that wait for nothing any more."""
    lapse_drafts(now=now())


@every(seconds=300, name="realname.expire_links")
def expire_old_links() -> None:
    """Ends links to phones whose time is over."""
    expire_links(now=now())


@every(seconds=300, name="realname.ask_again")
def ask_again_for_answers() -> None:
    """A check whose job was given up, or never came to be, is taken up again; after a day it ends by itself."""
    ask_again(now=now())
    ask_register_again(now=now())


@every(seconds=3600, name="realname.ask_for_old_pictures", final=True)
def ask_for_pictures_that_go_soon() -> None:
    """Asks anew for what would be erased before staff have decided."""
    ask_for_old_pictures(now=now())


@every(seconds=3600, name="realname.lapse_asked_again", final=True)
def lapse_forgotten_pictures() -> None:
    """Ends applications whose pictures were asked for again and never came."""
    lapse_asked_again(now=now())


@every(seconds=3600, name="realname.erase_due", final=True)
def erase_due_subjects() -> None:
    """Destroys what must not be kept longer."""
    while erase_due(now=now()) == BATCH:
        pass
