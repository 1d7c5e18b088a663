import re
from uuid import UUID

import pytest

from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.signin.errors import FactorLocked, FreshProofMissing, WrongRecoveryCode
from account_center.signin.models import RecoveryCode
from account_center.signin.queries import factors_of
from account_center.signin.services import factors, recovery_codes
from tests.racing import kinds, race
from tests.signin.making import NOW, PHONE, VISITOR, an_account, owner_of
from tests.signin.test_fresh import by_code

pytestmark = pytest.mark.django_db


def a_set(made: AccountFacts, proof: UUID | None = None) -> list[str]:
    return factors.new_recovery_codes(actor=owner_of(made), account_id=made.id, proof=proof or by_code(made), now=NOW)


def use(made: AccountFacts, code: str, *, signed_in: bool = False) -> int:
    return recovery_codes.use_recovery_code(actor=VISITOR, account_id=made.id, code=code, now=NOW, signed_in=signed_in)


def test_a_set_has_ten_different_codes_and_the_database_none_of_them() -> None:
    made = an_account(phone=PHONE)
    codes = a_set(made)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code) for code in codes)
    kept = b"".join(bytes(row.digest) for row in RecoveryCode.objects.all())
    assert not [code for code in codes if code.encode() in kept or code.replace("-", "").encode() in kept]


def test_a_code_counts_once() -> None:
    made = an_account(phone=PHONE)
    codes = a_set(made)
    assert use(made, codes[3]) == 9
    with pytest.raises(WrongRecoveryCode):
        use(made, codes[3])
    assert factors_of(made.id).recovery_codes == 9


def test_how_it_is_spelled_does_not_matter() -> None:
    made = an_account(phone=PHONE)
    codes = a_set(made)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in codes[2])
    for typed in (codes[0].lower(), codes[1].replace("-", " "), wide, f"  {codes[4].replace('-', '')}\n"):
        use(made, typed)
    misread = (
        next(code for code in codes[5:] if set(code) & set("01")) if any(set(c) & set("01") for c in codes[5:]) else ""
    )
    if misread:
        use(made, misread.replace("0", "O").replace("1", "l"))


def test_a_new_set_makes_the_old_one_worthless() -> None:
    made = an_account(phone=PHONE)
    old, new = a_set(made), a_set(made)
    assert not set(old) & set(new)
    with pytest.raises(WrongRecoveryCode):
        use(made, old[0])
    assert use(made, new[0]) == 9
    assert RecoveryCode.objects.count() == 10


def test_a_code_of_one_account_opens_no_other() -> None:
    made, other = an_account(phone=PHONE), an_account(phone=PHONE)
    codes = a_set(made)
    with pytest.raises(WrongRecoveryCode):
        use(other, codes[0])


@pytest.mark.parametrize("junk", ["", "-", "0000-0000-0000", "\ud800", "x" * 10_000])
def test_junk_is_wrong(junk: str) -> None:
    made = an_account(phone=PHONE)
    a_set(made)
    with pytest.raises(WrongRecoveryCode):
        use(made, junk)


def test_without_a_fresh_proof_there_is_no_new_set() -> None:
    made = an_account(phone=PHONE)
    proof = by_code(made)
    codes = a_set(made, proof)
    with pytest.raises(FreshProofMissing):
        a_set(made, proof)
    assert use(made, codes[0]) == 9


def test_five_wrong_codes_lock_the_door_but_not_the_owner_inside() -> None:
    made = an_account(phone=PHONE)
    codes = a_set(made)
    for _ in range(5):
        with pytest.raises(WrongRecoveryCode):
            use(made, "nothing")
    with pytest.raises(FactorLocked):
        use(made, codes[0])
    assert use(made, codes[0], signed_in=True) == 9


def test_the_owner_is_told_when_one_is_used() -> None:
    made = an_account(phone=PHONE, email="mei@example.com")
    use(made, a_set(made)[0])
    notice = Message.objects.filter(purpose="security_notice").latest("pk")
    assert "A recovery code of your account" in reveal(notice).text or "恢复代码" in reveal(notice).text
    event = Event.objects.get(name="signin:recovery_code:used", account_id=made.id)
    assert event.facts == {"left": 9}


@pytest.mark.django_db(transaction=True)
def test_of_64_simultaneous_uses_of_one_code_one_counts() -> None:
    made = an_account(phone=PHONE)
    code = a_set(made)[0]
    answers = race(lambda _: use(made, code), 64)
    assert kinds(answers)["int"] == 1
    assert factors_of(made.id).recovery_codes == 9


@pytest.mark.django_db(transaction=True)
def test_two_sets_made_at_once_leave_one_whole_set() -> None:
    made = an_account(phone=PHONE)
    proofs = [by_code(made) for _ in range(2)]
    answers = race(lambda at: a_set(made, proofs[at]), 2)
    assert kinds(answers) == {"list": 2}
    assert RecoveryCode.objects.count() == 10
    sets = [one for one in answers if isinstance(one, list)]
    good = [codes for codes in sets if _counts(made, codes[0])]
    assert len(good) == 1
    assert all(_counts(made, code) for code in good[0][1:])


def _counts(made: AccountFacts, code: str) -> bool:
    try:
        use(made, code)
    except WrongRecoveryCode:
        return False
    return True
