"""The memory of a process and the rule that says when it may be used, with a clock of our own."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from account_center.serviceapi.feed import Pulse
from account_center.serviceapi.memory import OVERHEAD_BYTES, Remembered


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_what_is_known_is_used_only_while_the_last_sign_of_life_is_young() -> None:
    clock = Clock()
    pulse = Pulse(seconds=0.9, clock=clock)
    assert not pulse.is_fresh()
    pulse.beat(clock.time)
    clock.time += 0.89
    assert pulse.is_fresh()
    clock.time += 0.02
    assert not pulse.is_fresh()
    pulse.beat(clock.time)
    assert pulse.is_fresh()
    pulse.stop()
    assert not pulse.is_fresh()


def remembered(entries: int = 10, size: int = 1_000_000) -> Remembered[str, str]:
    return Remembered(entries=entries, size=size)


def put(memory: Remembered[str, str], key: str, group: str = "g", size: int = 10) -> bool:
    return memory.put(key, key.upper(), groups=(group, "all"), size=size, mark=memory.mark())


def test_only_the_group_that_changed_is_forgotten() -> None:
    memory = remembered()
    put(memory, "a", group="t1")
    put(memory, "b", group="t2")
    memory.forget("t1")
    assert (memory.get("a"), memory.get("b")) == (None, "B")
    memory.forget_all()
    assert (len(memory), memory.size) == (0, 0)


def test_an_answer_read_before_a_change_is_not_put_in_after_it() -> None:
    memory = remembered()
    mark = memory.mark()
    memory.forget("somebody")
    assert not memory.put("a", "old", groups=("g",), size=1, mark=mark)
    mark = memory.mark()
    memory.forget_all()
    assert not memory.put("a", "old", groups=("g",), size=1, mark=mark)
    assert memory.get("a") is None


def test_the_entries_used_longest_ago_make_room() -> None:
    memory = remembered(entries=2)
    put(memory, "a")
    put(memory, "b")
    memory.get("a")
    put(memory, "c")
    assert [memory.get(key) for key in "abc"] == ["A", None, "C"]


def test_bytes_are_bounded_too() -> None:
    memory = remembered(size=3 * (OVERHEAD_BYTES + 100))
    for key in "abcdef":
        put(memory, key, size=100)
    assert len(memory) == 3
    assert not put(memory, "huge", size=10_000_000)
    assert memory.size <= 3 * (OVERHEAD_BYTES + 100)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz"), st.integers(0, 900)), max_size=60))
def test_the_books_are_right_whatever_happens(steps: list[tuple[str, str, int]]) -> None:
    memory = remembered(entries=4, size=4000)
    for key, group, size in steps:
        if size < 100:
            memory.forget(group)
        else:
            put(memory, key, group=group, size=size)
        assert len(memory) <= 4
        assert memory.size <= 4000
    memory.forget("x")
    memory.forget("y")
    memory.forget("z")
    assert (len(memory), memory.size) == (0, 0)


def test_threads_may_use_it_at_once() -> None:
    memory = remembered(entries=8)
    troubles: list[Exception] = []

    def work(name: str) -> None:
        try:
            for number in range(300):
                put(memory, f"{name}{number % 12}", group=str(number % 3))
                memory.get(f"a{number % 12}")
                memory.forget(str(number % 5))
        except Exception as wrong:  # noqa: BLE001 - whatever it is, it must not stay in the thread
            troubles.append(wrong)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert len(memory) <= 8
