"""Periods are read as staff write them, and anything else is told, never guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.periods import parse_period
from desktop.core.wareki import format_date

TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("令和6年度", "2024-04-01", "2025-03-31"),
        ("R6", "2024-04-01", "2025-03-31"),
        ("Ｒ６年度", "2024-04-01", "2025-03-31"),
        ("2024年", "2024-01-01", "2024-12-31"),
        ("2024年度", "2024-04-01", "2025-03-31"),
        ("令和6年4月", "2024-04-01", "2024-04-30"),
        ("R6.2", "2024-02-01", "2024-02-29"),
        ("2024-04..2024-06", "2024-04-01", "2024-06-30"),
        ("令和6年4月1日〜令和6年5月", "2024-04-01", "2024-05-31"),
        ("昨年度", "2025-04-01", "2026-03-31"),
        ("今年", "2026-01-01", "2026-12-31"),
        ("先月", "2026-10-01", "2026-10-31"),
        ("昨日", "2026-11-23", "2026-11-23"),
        ("令和元年", "2019-05-01", "2019-12-31"),
        ("平成31年", "2019-01-01", "2019-04-30"),
        ("平成31年度", "2019-04-01", "2020-03-31"),
    ],
)
def test_a_period_is_read_as_its_first_and_last_day(text: str, since: str, until: str) -> None:
    found = parse_period(text, TODAY)
    assert found == (dt.date.fromisoformat(since), dt.date.fromisoformat(until))


def test_the_accounting_year_turns_in_april() -> None:
    assert parse_period("今年度", dt.date(2026, 3, 31)) == (dt.date(2025, 4, 1), dt.date(2026, 3, 31))
    assert parse_period("今年度", dt.date(2026, 4, 1)) == (dt.date(2026, 4, 1), dt.date(2027, 3, 31))


def test_an_end_may_be_open() -> None:
    assert parse_period("令和6年度から", TODAY) == (dt.date(2024, 4, 1), None)
    assert parse_period("R7年度まで", TODAY) == (None, dt.date(2026, 3, 31))
    assert parse_period("..2024-06", TODAY) == (None, dt.date(2024, 6, 30))


@pytest.mark.parametrize(
    "text", ["", "..", "x", "令和0年", "平成40年", "2024-13", "R7..R6", "9999年度", "0000年", "a..b..c"]
)
def test_anything_else_is_told(text: str) -> None:
    with pytest.raises(UserFault) as caught:
        parse_period(text, TODAY)
    assert caught.value.code is ErrorCode.PERIOD_BAD


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        since, until = parse_period(text, TODAY)
    except UserFault:
        return
    assert since is None or until is None or since <= until


@given(st.dates(min_value=dt.date(1873, 1, 1), max_value=dt.date(2090, 1, 1)))
def test_a_day_as_official_documents_print_it_is_one_day(day: dt.date) -> None:
    assert parse_period(format_date(day), TODAY) == (day, day)
