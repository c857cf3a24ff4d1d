"""The time that is left is told only when it can be known, and shrinks to almost nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest

from desktop.engine.base import Timings
from desktop.session.ask_clock import AskClock, added
from desktop.session.estimate import Cost


def test_time_left_is_the_mean_of_what_was_answered_here_times_what_is_left() -> None:
    now = 0.0
    clock = AskClock(10, now=lambda: now)
    for _ in range(4):
        clock.skip()
    assert clock.seconds_left() is None
    for _ in range(2):
        now += 5.0
        clock.advance()
    assert (clock.done, clock.seconds_left()) == (6, 20.0)
    for _ in range(4):
        now += 5.0
        clock.advance()
    assert clock.seconds_left() == 1.0


def test_the_timings_of_a_draft_are_those_of_all_its_answers() -> None:
    first = Timings(100, 0, 10, 2.0, 1.0, 2.1)
    second = Timings(60, 50, 20, 0.5, 2.0, 0.6)
    both = added(added(Timings(), first), second)
    assert both == Timings(160, 50, 30, 2.5, 3.0, 2.1)
    assert both.decode_rate == 10.0


class Time:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


COSTS = [Cost(read=4.0, write=6.0, parts=(60.0,))] * 10


def run_through(clock: AskClock, time: Time, asks: int, seconds: float) -> list[float]:
    """Answer questions, each taking `seconds`, and return what the clock says every tenth of a question."""
    said = []
    for _ in range(asks):
        clock.begin()
        for tenth in range(10):
            time.now += seconds / 10
            if tenth < 4:
                clock.reading(seconds / 10 * (3 - tenth))
            else:
                clock.writing(10 * (tenth - 3), 0)
            left = clock.seconds_left()
            assert left is not None
            said.append(left)
        clock.advance()
    return said


@pytest.mark.parametrize("slower", [0.3, 1.0, 4.0])
def test_the_time_left_finds_the_truth_without_jumping_and_is_never_nothing(slower: float) -> None:
    time = Time()
    clock = AskClock(10, COSTS, time)
    assert clock.expected == 100.0
    said = run_through(clock, time, 10, 10.0 * slower)
    truth = [10.0 * slower * (100 - step) / 10 for step in range(1, 101)]
    assert all(left >= 1.0 for left in said)
    whole, step = 100.0 * slower, slower
    for before, after in pairwise(said):
        assert after - before <= 0.1 * whole
        assert before - after <= step + 0.1 * max(100.0, whole)
    assert abs(said[50] - truth[50]) <= 0.45 * whole
    assert all(abs(left - true) <= 0.15 * whole for left, true in zip(said[75:], truth[75:], strict=True))


def test_an_answer_much_longer_than_expected_does_not_end_in_nothing() -> None:
    time = Time()
    clock = AskClock(1, [Cost(1.0, 5.0, (50.0,))], time)
    clock.begin()
    for second in range(200):
        time.now += 1
        clock.writing(10 * second, 0)
        left = clock.seconds_left()
        assert left is not None
        assert 1.0 <= left <= 60.0


def test_reading_that_takes_longer_than_expected_is_told_by_the_engine_s_own_clock() -> None:
    time = Time()
    clock = AskClock(1, [Cost(10.0, 5.0, (50.0,))], time)
    clock.begin()
    for second in range(60):
        time.now += 1
        clock.reading(90.0 - second)
        clock.seconds_left()
    left = clock.seconds_left()
    assert left is not None
    assert 25.0 <= left <= 45.0


def test_a_model_that_is_brief_in_its_first_sections_is_expected_to_be_brief_in_the_others() -> None:
    time = Time()
    clock = AskClock(1, [Cost(0.0, 60.0, (100.0, 100.0, 100.0))], time)
    clock.begin()
    for written, finished in ((0, 0), (10, 1), (20, 2)):
        time.now += 10
        clock.writing(written, finished)
    left = clock._reckoned()
    assert left is not None
    assert left < 20.0
