"""Figures are recognised in whatever way an office writes them, and words are not taken for figures."""

from __future__ import annotations

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
