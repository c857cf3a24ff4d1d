"""Figures are recognised in whatever way an office writes them, and words are not taken for figures."""

from __future__ import annotations

import datetime as dt
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.figures import dates, numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("312件", 312),
        ("３，４００万円", 34_000_000),
        ("2,800枚", 2800),
        ("三億四千万円", 340_000_000),
        ("3億4千万円", 340_000_000),
        ("一千八百万円", 18_000_000),
        ("5千円", 5000),
        ("四十三名", 43),
        ("十一月", 11),
        ("二〇二六年", 2026),
        ("1.5倍", Fraction(3, 2)),
    ],
)
def test_a_number_has_one_value_however_it_is_written(text: str, value: Fraction | int) -> None:
    assert numbers(text) == {value}


@pytest.mark.parametrize("text", ["一般の方", "三つの案", "十分です", "万一のとき", "一緒に", ""])
def test_words_with_kanji_digits_are_no_numbers(text: str) -> None:
    assert numbers(text) == frozenset()


def test_a_year_and_a_thousand_are_not_joined_across_a_comma() -> None:
    assert numbers("3、4か月") == {3, 4}
    assert numbers("1,23") == {1, 23}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12月14日から1月15日まで", ("12月14日", "1月15日")),
        ("着工を令和九年七月とする", ("令和九年七月",)),
        ("令和10年度に送る", ("令和10年度",)),
        ("来週の金曜、11月13日までに", ("来週の金曜", "11月13日")),
        ("今月末までに", ("今月末",)),
        ("年度末に、当日の朝", ("年度末", "当日")),
        ("11/20までに", ("11/20",)),
        ("１１月３０日までに", ("１１月３０日",)),
        ("20日間かかる", ()),
        ("日曜開庁の日", ()),
    ],
)
def test_days_are_found_whole_and_as_they_are_written(text: str, found: tuple[str, ...]) -> None:
    assert dates(text) == found


@given(st.text(alphabet="一二十百千万億.,0１年月日の令和来週末/ あ", max_size=60))
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    assert all(date in text for date in dates(text))
    assert all(number >= 0 for number in numbers(text))


@pytest.mark.parametrize("text", ["一" * 20_000, "1." * 10_000, "令和" * 10_000, "十月" * 10_000])
def test_a_hostile_text_is_read_to_its_end(text: str) -> None:
    numbers(text)
    dates(text)


FULL_WIDTH = str.maketrans("0123456789,", "０１２３４５６７８９，")
DIGITS = "〇一二三四五六七八九"


def in_kanji(value: int) -> str:
    """Write a number as Japanese texts do: 340000 is 三十四万."""
    written = ""
    for unit, sign in ((10**8, "億"), (10**4, "万"), (1, "")):
        group, value = divmod(value, unit)
        written += group_in_kanji(group) + sign if group else ""
    return written or DIGITS[0]


def group_in_kanji(value: int) -> str:
    written = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十")):
        count, value = divmod(value, unit)
        written += (DIGITS[count] if count > 1 else "") + sign if count else ""
    return written + (DIGITS[value] if value else "")


@given(st.integers(0, 10**12 - 1))
def test_a_sum_is_the_same_in_every_kind_of_digits(value: int) -> None:
    arabic = [f"{value}", f"{value:,}"]
    for written in (*arabic, *(text.translate(FULL_WIDTH) for text in arabic), in_kanji(value)):
        assert numbers(f"合計{written}円") == {value}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1億2,345万6,789円", {123_456_789}),
        ("3百円と千円", {300, 1000}),
        ("3.5万枚、１２．５度", {35_000, Fraction(25, 2)}),
        ("第3回は2割5分", {3, 2, 5}),
        ("令和元年度", set()),
    ],
)
def test_a_number_is_read_with_all_its_parts(text: str, values: set[Fraction | int]) -> None:
    assert numbers(text) == values


def test_a_sum_in_kanji_needs_no_unit_behind_it() -> None:
    assert numbers("予算は三億四千万とする") == {340_000_000}


@given(st.dates(min_value=dt.date(2019, 5, 1), max_value=dt.date(2099, 12, 31)))
def test_no_date_is_found_as_its_last_part_only(day: dt.date) -> None:
    written = [
        f"{day.month}月{day.day}日",
        f"{in_kanji(day.month)}月{in_kanji(day.day)}日",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}年{day.month}月{day.day}日".translate(FULL_WIDTH),
        f"令和{day.year - 2018}年{day.month}月{day.day}日",
        f"令和{in_kanji(day.year - 2018)}年{in_kanji(day.month)}月{in_kanji(day.day)}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.month}/{day.day}",
    ]
    for date in written:
        assert dates(f"資料は{date}までに出す。") == (date,)


@pytest.mark.parametrize(
    "date",
    [
        *("来週の金曜", "来週の金曜日", "来週水曜", "再来週の月曜", "翌週の水曜日", "今週中", "週明け", "明日", "当日"),
        *("今月末", "来月上旬", "再来月", "月末", "来年3月", "来年の3月", "来年度の6月", "年内", "年度末", "今年度末"),
        *("来年度", "再来年度", "令和8年度末", "令和元年5月1日", "令和七年三月末日", "11月下旬", "二十五日"),
    ],
)
def test_a_day_that_is_told_without_a_full_date_is_found_whole(date: str) -> None:
    assert dates(f"資料は{date}までに出す。") == (date,)


@pytest.mark.parametrize("date", ["来月10日", "今月20日", "翌月５日"])
def test_a_day_of_the_coming_month_is_not_found_as_the_month_only(date: str) -> None:
    assert dates(f"資料は{date}までに出す。") == (date,)


def test_the_third_sunday_is_not_taken_for_the_third_day() -> None:
    assert "三日" not in dates("清掃は第三日曜日にする。")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("11月5日〜7日", ("11月5日", "7日")),
        ("5日から7日まで", ("5日", "7日")),
        ("11月10日か17日、遅くとも11月10日", ("11月10日", "17日")),
    ],
)
def test_both_ends_of_a_range_are_found_in_order_and_each_once(text: str, found: tuple[str, ...]) -> None:
    assert dates(text) == found


@given(st.text())
def test_figures_of_any_text_can_be_read(text: str) -> None:
    assert all(number >= 0 for number in numbers(text))
    assert all(date in text for date in dates(text))


@pytest.mark.parametrize(
    "text",
    ["一" * 20_000, "十" * 20_000, "1" * 20_000, "1." * 10_000, "1,111" * 4_000, "一万" * 10_000, "1月" * 10_000],
    ids=lambda text: f"{text[:5]}...",
)
def test_a_long_run_of_signs_does_not_hold_up_the_reading_of_a_record(text: str) -> None:
    began = time.process_time()
    numbers(text)
    dates(text)
    assert time.process_time() - began < 1.0
