"""Guessing ahead: what is drafted, what it costs, and that it stops where it does not pay."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.engine.speculation import FEWEST_READ, Acceptance, Drafter, Governor

SINGLE = 0.1  # seconds
OFFICE = {1: SINGLE, 2: 0.105, 3: 0.11, 4: 0.12, 6: 0.14, 8: 0.16}  # bound by memory
SLOW = {1: SINGLE, 2: 0.19, 3: 0.28}  # bound by arithmetic
COPYING = 20  # right guesses in a row


def governor(seconds: dict[int, float]) -> Governor:
    made = Governor()
    made.tested(FEWEST_READ, seconds)
    return made


def writes(made: Governor, costs: dict[int, float], right: list[bool], acceptance: Acceptance) -> float:
    """Write a text whose tokens are or are not what is guessed; return the time taken for it."""
    position, streak, seconds = 0, 0, 0.0
    while position < len(right):
        size = made.size(acceptance, streak, len(right) - position - 1)
        seconds += costs[size]
        made.took(size, costs[size])
        for row in range(size):
            if row:
                made.guessed_right()
            guessed = right[position]
            acceptance.observe(streak, right=guessed)
            streak = streak + 1 if guessed else 0
            position += 1
            if not guessed:
                break
    return seconds


def test_what_followed_last_time_is_drafted() -> None:
    drafter = Drafter([1, 2, 3, 4, 5, 6, 1, 2, 3])
    assert list(drafter.draft(2)) == [4, 5]
    assert list(drafter.draft(100)) == [4, 5, 6, 1, 2, 3]


def test_the_latest_of_two_places_counts() -> None:
    assert list(Drafter([1, 2, 3, 7, 1, 2, 3, 8, 1, 2, 3]).draft(1)) == [8]


def test_the_longer_match_counts_though_the_shorter_one_is_later() -> None:
    assert list(Drafter([1, 2, 3, 7, 9, 2, 3, 8, 1, 2, 3]).draft(1)) == [7]


def test_two_tokens_are_a_match_and_one_is_none() -> None:
    assert list(Drafter([2, 3, 8, 2, 3]).draft(1)) == [8]
    assert list(Drafter([3, 8, 9, 3]).draft(1)) == []


def test_what_was_written_itself_is_found_as_well() -> None:
    drafter = Drafter([1])
    for token in (5, 6, 7, 5, 6):
        drafter.add(token)
    assert list(drafter.draft(1)) == [7]


def test_right_guesses_are_counted_until_a_wrong_one() -> None:
    drafter = Drafter([1, 2, 3, 4, 9, 1, 2])
    assert [drafter.add(token) for token in (3, 4, 5)] == [True, True, False]
    assert (drafter.streak, drafter.add(6)) == (0, None)


@given(st.lists(st.integers(0, 3), max_size=60), st.integers(0, 60))
def test_drafts_are_those_of_a_plain_search(text: list[int], cut: int) -> None:
    drafter = Drafter(text[:cut])
    for token in text[cut:]:
        drafter.add(token)
    expected: list[int] = []
    for length in (2, 3):
        for end in range(length, len(text)):
            if text[end - length : end] == text[-length:]:
                expected = text[end : end + 5]
    assert list(drafter.draft(5)) == expected


def test_a_long_text_costs_as_much_for_each_token_as_a_short_one() -> None:
    def seconds(tokens: int) -> float:
        began = time.process_time()
        Drafter(n % 97 for n in range(tokens))
        return time.process_time() - began

    assert seconds(200_000) < 200 * max(seconds(10_000), 0.005)


def test_where_further_tokens_are_nearly_free_a_copy_is_read_in_the_largest_groups() -> None:
    assert governor(OFFICE).size(Acceptance(), COPYING, 7) == 8


def test_the_draft_grows_with_the_certainty() -> None:
    sizes = [
        governor({1: SINGLE, 2: 0.13, 3: 0.18, 4: 0.23, 6: 0.33, 8: 0.43}).size(Acceptance(), s, 7)
        for s in (0, 3, COPYING)
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]


def test_no_more_is_read_than_was_drafted() -> None:
    assert [governor(OFFICE).size(Acceptance(), COPYING, available) for available in (0, 1, 4, 7)] == [1, 2, 4, 8]


def test_nothing_is_guessed_where_a_group_costs_as_much_as_its_tokens() -> None:
    assert governor(SLOW).size(Acceptance(), COPYING, 7) == 1


def test_only_sizes_found_exact_are_read() -> None:
    assert governor({1: SINGLE, 2: 0.11, 3: 0.12}).size(Acceptance(), COPYING, 7) == 3
    assert governor({1: SINGLE}).size(Acceptance(), COPYING, 7) == 1


def test_a_context_is_tested_once_and_again_when_its_text_is_twice_as_long() -> None:
    made = Governor()
    assert not made.wants_test(FEWEST_READ - 1)
    assert made.wants_test(600)
    made.tested(600, OFFICE)
    assert not made.wants_test(1199)
    assert made.wants_test(1200)
    made.tested(1200, {1: SINGLE, 2: 0.105})
    assert made.size(Acceptance(), COPYING, 7) == 2
    made.tested(2400, {1: SINGLE})
    assert made.size(Acceptance(), COPYING, 7) == 1
    assert not made.wants_test(100_000)


@pytest.mark.parametrize("costs", [OFFICE, SLOW, {1: SINGLE, 2: 0.15, 3: 0.2}], ids=["office", "slow", "between"])
@pytest.mark.parametrize("period", [2, 3, 5, 9, 1000])
def test_writing_that_breaks_every_copy_off_loses_hardly_anything(costs: dict[int, float], period: int) -> None:
    made, acceptance = governor(costs), Acceptance()
    right = [bool(n % period) for n in range(2000)] if period < 1000 else [False] * 2000
    assert writes(made, costs, right, acceptance) <= 2000 * SINGLE * 1.02


def test_a_copy_is_written_in_much_less_time_where_memory_is_the_limit() -> None:
    assert writes(governor(OFFICE), OFFICE, [True] * 400, Acceptance()) < 400 * SINGLE / 3


def test_a_machine_that_was_busy_when_tested_is_tried_again() -> None:
    made = governor({1: SINGLE, 2: 0.4, 3: 0.5})
    seconds = writes(made, {1: SINGLE, 2: 0.11, 3: 0.12}, [True] * 4000, Acceptance())
    assert seconds < 4000 * SINGLE * 0.75
