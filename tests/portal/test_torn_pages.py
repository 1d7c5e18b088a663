"""No page is put together from two moments: whatever another one commits while it is read, it is that of before or of after."""

import re
from collections.abc import Callable
from difflib import unified_diff
from functools import partial
from html import unescape

import pytest
from django.urls import reverse

from account_center.realname.types import FaceAnswer, ReviewReason
from tests.between_each import after_each
from tests.portal import meanwhile
from tests.portal.meanwhile import (
    Act,
    Case,
    amount_typed,
    another_code,
    asked_again,
    bank_says,
    card_draft,
    change_reviewed,
    code_shown,
    code_typed,
    comparer_says,
    comparing,
    draft_cancelled,
    draft_lapses,
    everything_erased,
    face,
    face_sent,
    for_a_site,
    last_try,
    link_expires,
    link_taken,
    never_came,
    not_me,
    ordered,
    other_picture,
    phone_taken,
    picture_asked,
    pictures_come,
    refused,
    register_asked,
    register_says,
    reopened,
    reviewing,
    sent,
    site_sends,
    site_uses_code,
    staff_say,
    staff_take,
    transfer_cancelled,
    transfer_expires,
    withdrawn,
    wrong_amount_typed,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("at_one_moment"),
    pytest.mark.clause("2.1.10", "2.1.12"),
]
at_one_moment = meanwhile.at_one_moment
ABOUT = "(FROM|INTO|UPDATE|JOIN) .?(realname|standing|documents|audit)_"
SECRET = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"')
NOTHING_NEW = 204

HOME, OVERVIEW, APPLICATION = "portal:home", "portal:verification", "portal:verification_application"
TRANSFER, CODE, PHONE = "portal:transfer", "portal:scan_code", "portal:scan_phone"
CARD_CODE, AGAIN, CHANGE = "portal:bank_card_code", "portal:document_again", "portal:change"
SITES = "portal:partner_sites"
Page = tuple[str, bool]  # its name, and whether the page that is open already asks by itself
Seen = tuple[int, str, str]
FOLLOWING = "every "
ASKS = re.compile(r'hx-get="([^"]*)" hx-trigger="every')


def opened(*names: str) -> tuple[Page, ...]:
    return tuple((name, False) for name in names)


def asking(*names: str) -> tuple[Page, ...]:
    return tuple((name, True) for name in names)


_TRANSFER = (*opened(TRANSFER, APPLICATION), *asking(TRANSFER))
_REVIEW = (*opened(APPLICATION), *asking(APPLICATION))
_ASKED = (*opened(APPLICATION, AGAIN), *asking(APPLICATION))
_CODE = (*opened(CODE), *asking(CODE))
_SCAN = (*opened(CODE, PHONE), *asking(CODE))
_MAIN = opened(HOME, OVERVIEW)
Story = tuple[Callable[[], Case], Act, tuple[Page, ...]]
STORIES: dict[str, Story] = {
    "the bank is told": (ordered, bank_says, (*opened(TRANSFER), *asking(TRANSFER))),
    "cancelled before it is sent": (ordered, transfer_cancelled, opened(TRANSFER)),
    "the money arrives": (sent, bank_says, _TRANSFER),
    "the bank returns it": (partial(sent, "cannot_receive"), bank_says, (*_TRANSFER, *_MAIN)),
    "the right amount": (sent, amount_typed, (*_TRANSFER, *opened(OVERVIEW))),
    "a wrong amount": (sent, wrong_amount_typed, opened(TRANSFER)),
    "the last wrong amount": (last_try, wrong_amount_typed, opened(TRANSFER)),
    "cancelled when it is sent": (sent, transfer_cancelled, opened(TRANSFER)),
    "no amount in time": (sent, transfer_expires, opened(TRANSFER)),
    "staff approve": (reviewing, staff_say, (*_REVIEW, *_MAIN)),
    "staff refuse": (reviewing, partial(staff_say, front=ReviewReason.FORGED), opened(APPLICATION, OVERVIEW)),
    "staff ask again": (reviewing, partial(staff_say, back=ReviewReason.BLURRED), (*_REVIEW, *opened(HOME))),
    "staff take it": (reviewing, staff_take, _REVIEW),
    "withdrawn": (reviewing, withdrawn, opened(APPLICATION)),
    "the pictures come": (asked_again, pictures_come, (*_ASKED, *opened(HOME))),
    "withdrawn when asked": (asked_again, withdrawn, opened(AGAIN)),
    "the pictures never come": (asked_again, never_came, opened(APPLICATION, AGAIN)),
    "reopened": (refused, reopened, opened(APPLICATION, OVERVIEW)),
    "erased": (refused, everything_erased, opened(APPLICATION)),
    "verified by a site": (refused, site_sends, _MAIN),
    "the code is typed": (card_draft, code_typed, opened(CARD_CODE, APPLICATION, OVERVIEW)),
    "the draft is given up": (card_draft, draft_cancelled, opened(CARD_CODE, OVERVIEW)),
    "the draft lapses": (card_draft, draft_lapses, opened(CARD_CODE)),
    "the phone takes the link": (code_shown, link_taken, _CODE),
    "another code is shown": (code_shown, another_code, _CODE),
    "the link expires": (code_shown, link_expires, opened(CODE)),
    "the scan is given up": (code_shown, draft_cancelled, opened(CODE)),
    "the face matches": (phone_taken, face_sent, (*_SCAN, *opened(HOME))),
    "another picture is needed": (phone_taken, face(FaceAnswer.SEVERAL_FACES), _SCAN),
    "the face does not match": (phone_taken, face(FaceAnswer.ANOTHER_PERSON), opened(CODE, PHONE)),
    "another picture is sent": (picture_asked, other_picture, _SCAN),
    "the comparer answers": (comparing, comparer_says, (*opened(APPLICATION, PHONE), *asking(APPLICATION, PHONE))),
    "another code for another phone": (phone_taken, another_code, _SCAN),
    "that is not me": (phone_taken, not_me, opened(CODE, PHONE)),
    "the register agrees": (register_asked, register_says, opened(APPLICATION, OVERVIEW)),
    "the register refuses": (partial(register_asked, "990003"), register_says, opened(APPLICATION)),
    "a change is approved": (change_reviewed, staff_say, opened(APPLICATION, HOME, OVERVIEW, CHANGE)),
    "a change is refused": (change_reviewed, partial(staff_say, change_form=ReviewReason.FORGED), opened(APPLICATION)),
    "a change is asked about": (
        change_reviewed,
        partial(staff_say, change_form=ReviewReason.NOT_SIGNED),
        opened(APPLICATION, CHANGE),
    ),
    "a code for a site": (for_a_site, site_uses_code, opened(SITES)),
}
WHOLE_TENANT = (HOME, OVERVIEW, CHANGE, SITES)
FILLED_IN = (CARD_CODE, AGAIN, PHONE)  # whoever sends them is told
AFTER_THE_END = (refused,)  # what happens then is told by message


def reader(case: Case, page: Page) -> Callable[[], Seen]:
    """Opens the page; or has it open already, and asks as it does by itself."""
    name, live = page
    address = reverse(
        name, args=[] if name in WHOLE_TENANT else [case.handover if name == PHONE else case.view.reference]
    )
    asks = ASKS.search(case.browser.get(address).content.decode()) if live else None
    assert bool(asks) is live
    path, headers = address + (unescape(asks[1]) if asks else ""), {"hx-request": "true"} if live else {}

    def read() -> Seen:
        answer = case.browser.get(path, headers=headers)
        told = [answer.headers.get(name, "") for name in ("Location", "HX-Redirect", "HX-Refresh")]
        return answer.status_code, "".join(told), SECRET.sub("", answer.content.decode())

    return read


def follows(page: Page, seen: Seen) -> bool:
    """Whether somebody who looks at it comes to what is true afterwards without doing anything."""
    status, where, html = seen
    goes_on = page[1] and page[0] != CODE  # the part is put into what asks for it, which stays
    return bool(where) or status == NOTHING_NEW or goes_on or FOLLOWING in html


@pytest.mark.parametrize(("name", "page"), [(name, page) for name, (_, _, pages) in STORIES.items() for page in pages])
def test_a_page_is_of_one_moment_and_follows_what_happens_then(name: str, page: Page) -> None:
    make, act, _ = STORIES[name]

    def ready() -> tuple[Case, Callable[[], Seen], Seen]:
        case = make()
        read = reader(case, page)
        return case, read, read()

    for (_, read, before), seen in after_each(
        ready, lambda world: world[1](), lambda world: act(world[0]), about=ABOUT
    ):
        after = read()
        assert seen in (before, after), difference(seen, before, after)
        assert seen[0] < 500
        may_change = page[0] not in (*WHOLE_TENANT, *FILLED_IN) and make not in AFTER_THE_END
        if may_change and seen != after:
            assert follows(page, seen)


def difference(seen: Seen, before: Seen, after: Seen) -> str:
    """Where a page is neither that of before nor that of after, for a readable failure."""
    parts = [[*map(str, one[:2]), *one[2].split("<")] for one in (before, seen, after)]
    lines = [*unified_diff(parts[0], parts[1], "before", "seen", n=0, lineterm="")]
    return "\n".join([*lines, *unified_diff(parts[1], parts[2], "seen", "after", n=0, lineterm="")])
