import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_center.kit.sealing import CannotOpen, DataKey, Keyring, seal, unseal

PLACE = "application.number:1"
INDEX_KEY = b"i" * 32


def ring(**keks: bytes) -> Keyring:
    return Keyring(keks=keks or {"k1": b"1" * 32}, index_key=INDEX_KEY)


@given(st.binary())
def test_what_was_sealed_opens_again(plain: bytes) -> None:
    key = ring().new_data_key()
    stored = ring().unwrap(wrapped=key.wrapped, kek_id=key.kek_id)
    assert unseal(stored, seal(key, plain, place=PLACE), place=PLACE) == plain


def test_a_value_moved_to_another_row_does_not_open() -> None:
    key = ring().new_data_key()
    sealed = seal(key, b"secret", place=PLACE)
    for place in ("application.number:2", "application.name:1", ""):
        with pytest.raises(CannotOpen):
            unseal(key, sealed, place=place)


def test_a_value_does_not_open_with_another_records_key() -> None:
    sealed = seal(ring().new_data_key(), b"secret", place=PLACE)
    with pytest.raises(CannotOpen):
        unseal(ring().new_data_key(), sealed, place=PLACE)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_does_not_open(position: int, change: int) -> None:
    key = ring().new_data_key()
    sealed = bytearray(seal(key, b"secret", place=PLACE))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(CannotOpen):
        unseal(key, bytes(sealed), place=PLACE)


@given(st.binary(max_size=40))
def test_rubbish_does_not_open_and_does_not_crash(rubbish: bytes) -> None:
    key = ring().new_data_key()
    with pytest.raises(CannotOpen):
        unseal(key, rubbish, place=PLACE)
    with pytest.raises(CannotOpen):
        ring().unwrap(wrapped=rubbish, kek_id="k1")


def test_a_record_does_not_open_with_a_wrong_or_missing_key_of_the_installation() -> None:
    key = ring().new_data_key()
    for other in (ring(k1=b"2" * 32), ring(k2=b"1" * 32)):
        with pytest.raises(CannotOpen):
            other.unwrap(wrapped=key.wrapped, kek_id=key.kek_id)


def test_after_a_rotation_new_records_use_the_new_key_and_old_ones_still_open() -> None:
    old = ring(k9=b"1" * 32).new_data_key()
    rotated = ring(k9=b"1" * 32, k10=b"2" * 32)
    assert rotated.current_kek_id == rotated.new_data_key().kek_id == "k10"
    assert rotated.unwrap(wrapped=old.wrapped, kek_id=old.kek_id).plain == old.plain


@pytest.mark.parametrize(
    ("ids", "newest"), [(["2025", "2026"], "2026"), (["2026-09", "2026-10"], "2026-10"), (["a", "b2", "b10"], "b10")]
)
def test_the_greatest_key_id_writes(ids: list[str], newest: str) -> None:
    assert ring(**dict.fromkeys(ids, b"1" * 32)).current_kek_id == newest


def test_two_seals_of_one_value_differ() -> None:
    key = ring().new_data_key()
    assert seal(key, b"secret", place=PLACE) != seal(key, b"secret", place=PLACE)


def test_the_blind_index_finds_the_same_number_and_only_in_its_own_kind() -> None:
    number = "11010519491231002X"
    found = ring().blind_index("resident_id", number)
    assert found == ring(k2=b"9" * 32).blind_index("resident_id", number)
    assert found != ring().blind_index("bank_card", number)
    assert found != ring().blind_index("resident_id", "110105194912310038")
    assert found != ring().digest("resident_id", number)


def test_the_blind_index_says_nothing_without_its_key() -> None:
    other = Keyring(keks={"k1": b"1" * 32}, index_key=b"j" * 32)
    assert other.blind_index("phone", "+8613800138000") != ring().blind_index("phone", "+8613800138000")
    assert other.fingerprint() != ring().fingerprint()


@pytest.mark.parametrize(
    ("keks", "index_key"), [({}, INDEX_KEY), ({"k1": b"short"}, INDEX_KEY), ({"k1": b"1" * 32}, b"")]
)
def test_a_keyring_with_a_missing_or_short_key_is_not_made(keks: dict[str, bytes], index_key: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        Keyring(keks=keks, index_key=index_key)


def test_a_key_stays_out_of_the_log() -> None:
    key = DataKey(plain=b"plainplainplain", wrapped=b"wrapped", kek_id="k1")
    assert repr(key) == "DataKey(kek_id='k1')"
    assert "1111" not in repr(ring())
