"""The time that is left is told only when it can be known, and shrinks to almost nothing."""

from __future__ import annotations

from desktop.engine.base import Timings
from desktop.session.ask_clock import AskClock, added


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
