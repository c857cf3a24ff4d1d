"""Era dates: what staff type is understood, what is impossible is refused, what is printed can be read back."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.wareki import era_of, format_date, parse_date, short_date


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("令和8年11月24日", dt.date(2026, 11, 24)),
        ("令和８年１１月２４日", dt.date(2026, 11, 24)),
        (" 令和 8 年 11 月 24 日 ", dt.date(2026, 11, 24)),
        ("㋿8年11月24日", dt.date(2026, 11, 24)),
        ("令和元年5月1日", dt.date(2019, 5, 1)),
        ("R8.11.24", dt.date(2026, 11, 24)),
        ("r8/11/24", dt.date(2026, 11, 24)),
        ("Ｒ８．１１．２４", dt.date(2026, 11, 24)),
        ("R8-11-24", dt.date(2026, 11, 24)),
        ("平成31年4月30日", dt.date(2019, 4, 30)),
        ("S64.1.7", dt.date(1989, 1, 7)),
        ("H1.1.8", dt.date(1989, 1, 8)),
        ("大正15年12月24日", dt.date(1926, 12, 24)),
        ("明治45年7月29日", dt.date(1912, 7, 29)),
        ("明治6年1月1日", dt.date(1873, 1, 1)),
        ("2026年11月24日", dt.date(2026, 11, 24)),
        ("2026-11-24", dt.date(2026, 11, 24)),
        ("2026/1/5", dt.date(2026, 1, 5)),
        ("2028年2月29日", dt.date(2028, 2, 29)),
    ],
)
def test_a_date_is_understood_however_staff_type_it(typed: str, date: dt.date) -> None:
    assert parse_date(typed) == date


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "来週",
        "11月24日",
        "令和8年",
        "令和0年1月1日",
        "令和8年2月30日",
        "令和9年2月29日",
        "令和8年13月1日",
        "令和元年4月30日",
        "平成31年5月1日",
        "平成32年1月1日",
        "平成元年1月7日",
        "昭和65年1月1日",
        "昭和64年1月8日",
        "大正15年12月25日",
        "明治5年12月2日",
        "2026-11-24 10:00",
        "令和8年11月24日までに",
        "26-11-24",
    ],
)
def test_an_impossible_or_unclear_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_date(typed)


@pytest.mark.parametrize(
    ("date", "printed"),
    [
        (dt.date(2026, 11, 24), "令和8年11月24日"),
        (dt.date(2019, 5, 1), "令和元年5月1日"),
        (dt.date(2019, 4, 30), "平成31年4月30日"),
        (dt.date(1989, 1, 8), "平成元年1月8日"),
        (dt.date(1989, 1, 7), "昭和64年1月7日"),
        (dt.date(1926, 12, 25), "昭和元年12月25日"),
        (dt.date(1912, 7, 30), "大正元年7月30日"),
        (dt.date(1873, 1, 1), "明治6年1月1日"),
    ],
)
def test_a_date_is_printed_with_the_era_of_its_day_and_the_first_year_as_gannen(date: dt.date, printed: str) -> None:
    assert format_date(date) == printed


@given(st.dates(min_value=dt.date(1873, 1, 1), max_value=dt.date(2117, 12, 31)))
def test_every_printed_date_is_read_back_as_the_same_day(date: dt.date) -> None:
    assert parse_date(format_date(date)) == date
    assert era_of(date).first_day <= date


def test_a_day_before_the_eras_that_can_be_written_is_an_error_and_not_a_wrong_date() -> None:
    with pytest.raises(ValueError, match="before the first era"):
        format_date(dt.date(1872, 12, 31))


@given(st.dates(dt.date(1873, 1, 1), dt.date(2100, 12, 31)))
def test_a_short_date_reads_back_as_itself(date: dt.date) -> None:
    assert parse_date(short_date(date)) == date
