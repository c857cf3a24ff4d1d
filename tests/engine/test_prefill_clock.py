"""The estimate of how long a prompt still takes."""

from __future__ import annotations

import pytest

from desktop.engine.prefill_clock import PrefillClock


def read(clock: PrefillClock, ends: range, cost: float, growth: float, begin: int = 0) -> None:
    """Play slices whose tokens cost `cost + growth * position` seconds each."""
    moment, position = clock._moment, begin
    for end in ends:
        moment += (end - position) * (cost + growth * (end + position) / 2)
        position = end
        clock.advance(end, moment)


def test_nothing_is_promised_before_anything_is_read() -> None:
    assert PrefillClock(0, 1000).seconds_left() is None


def test_a_steady_rate_gives_the_exact_rest() -> None:
    clock = PrefillClock(0, 1000)
    read(clock, range(100, 401, 100), cost=0.02, growth=0)
    assert clock.seconds_left() == pytest.approx(600 * 0.02)


def test_a_rate_that_falls_with_the_position_is_foreseen() -> None:
    clock = PrefillClock(0, 8000)
    read(clock, range(128, 1025, 128), cost=0.02, growth=1e-5)
    truth = 0.02 * (8000 - 1024) + 1e-5 * (8000**2 - 1024**2) / 2
    assert clock.seconds_left() == pytest.approx(truth)


def test_a_part_that_was_already_in_the_cache_does_not_count_as_fast_reading() -> None:
    clock = PrefillClock(5000, 6000)
    read(clock, range(5100, 5201, 100), cost=0.05, growth=0, begin=5000)
    assert clock.seconds_left() == pytest.approx(800 * 0.05)


def test_nothing_is_left_at_the_end() -> None:
    clock = PrefillClock(0, 300)
    read(clock, range(100, 301, 100), cost=0.02, growth=0)
    assert clock.seconds_left() == 0
