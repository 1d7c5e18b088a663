import pytest
from django.conf import LazySettings

from account_center.accounts.hashing import Argon2id

PASSWORD = "a 紫色 lighthouse"
# Made once with the reference implementation of Argon2 (RFC 9106): a salt of 22 letters, as earlier releases wrote it.
OLDER = {
    "one lane": "argon2$argon2id$v=19$m=512,t=2,p=1$WnEzdks4cExyMlh3TjZ0WWJNNGNEcw$IgK7wiB7rAAbtTJDOzqve6Bp+MvRR+8tIdnnnHMjPNg",
    "four lanes": "argon2$argon2id$v=19$m=512,t=2,p=4$WnEzdks4cExyMlh3TjZ0WWJNNGNEcw$jeWVPiYUd6l4QcHxOpyRhBPoDpAOR+tclAMzVVv+VT0",
}


@pytest.fixture
def hasher(settings: LazySettings) -> Argon2id:
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES, settings.ARGON2_LANES = 512, 2, 1
    return Argon2id()


@pytest.mark.parametrize("stored", OLDER.values(), ids=OLDER)
def test_a_password_stored_by_an_earlier_release_still_fits(hasher: Argon2id, stored: str) -> None:
    assert hasher.verify(PASSWORD, stored)
    assert not hasher.verify(PASSWORD + " ", stored)


@pytest.mark.parametrize("lanes", [1, 2])
def test_what_is_stored_fits_its_password_only(hasher: Argon2id, settings: LazySettings, lanes: int) -> None:
    settings.ARGON2_LANES = lanes
    stored = hasher.encode(PASSWORD, hasher.salt())
    assert stored.startswith(f"argon2$argon2id$v=19$m=512,t=2,p={lanes}$")
    assert PASSWORD not in stored
    assert hasher.verify(PASSWORD, stored)
    assert not hasher.verify(PASSWORD[:-1], stored)


def test_two_hashes_of_one_password_differ(hasher: Argon2id) -> None:
    assert hasher.encode(PASSWORD, hasher.salt()) != hasher.encode(PASSWORD, hasher.salt())


def test_other_parameters_ask_for_a_new_hash(hasher: Argon2id, settings: LazySettings) -> None:
    stored = hasher.encode(PASSWORD, hasher.salt())
    assert not hasher.must_update(stored)
    settings.ARGON2_PASSES = 3
    assert hasher.must_update(stored)
    assert hasher.verify(PASSWORD, stored)


@pytest.mark.parametrize(
    "stored",
    ["", "!", "argon2$", "argon2$argon2id$v=19$m=512,t=2,p=1$aaaa$", "argon2$argon2i$v=19$m=512,t=2,p=1$YWFh$YWFh"],
)
def test_what_is_no_hash_of_ours_fits_nothing(hasher: Argon2id, stored: str) -> None:
    assert not hasher.verify(PASSWORD, stored)
    with pytest.raises(ValueError, match="Argon2id"):
        hasher.decode(stored)
