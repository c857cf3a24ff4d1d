"""Retention rules: read as an office writes them, counted as record rules count."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.retention import Rule, Since, due_date, latest_change, parse_rules, rule_for
from desktop.core.wareki import fiscal_year

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))
RULES = st.builds(Rule, st.just("*"), st.integers(1, 400), st.sampled_from(Since))


def test_rules_are_read_in_japanese_and_english() -> None:
    assert parse_rules(
        ["* = 5y fiscal", "category:notice=3年 年度", " minutes = 6か月 変更 ", "plan = 永年", "memo = 1y"]
    ) == (
        Rule("*", 60, Since.FISCAL),
        Rule("category:notice", 36, Since.FISCAL),
        Rule("minutes", 6, Since.CHANGE),
        Rule("plan", 0, Since.FISCAL),
        Rule("memo", 12, Since.FISCAL),
    )


@pytest.mark.parametrize(
    "lines", [["5y"], ["* = "], ["* = 0y"], ["* = 5"], ["* = 5y then"], ["* = 1y", "* = 2y"], ["a b = 1y"]]
)
def test_a_rule_that_could_be_misread_is_refused(lines: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_rules(lines)


@settings(deadline=None)
@given(RULES)
def test_a_rule_as_it_is_logged_reads_back_as_itself(rule: Rule) -> None:
    assert parse_rules([str(rule)]) == (rule,)


@pytest.mark.parametrize(
    ("changed", "due"),
    [
        ("2026-03-31", "2031-04-01"),
        ("2026-04-01", "2032-04-01"),
        ("2026-11-24", "2032-04-01"),
        ("2027-01-05", "2032-04-01"),
    ],
)
def test_five_years_count_from_the_first_of_april_after_the_last_change(changed: str, due: str) -> None:
    rule = Rule("*", 60, Since.FISCAL)
    assert due_date(rule, dt.date.fromisoformat(changed)) == dt.date.fromisoformat(due)


def test_a_month_that_is_too_short_ends_with_its_last_day() -> None:
    assert due_date(Rule("*", 1, Since.CHANGE), dt.date(2026, 1, 31)) == dt.date(2026, 2, 28)
    assert due_date(Rule("*", 12, Since.CHANGE), dt.date(2024, 2, 29)) == dt.date(2025, 2, 28)


def test_what_is_kept_for_ever_is_never_due() -> None:
    assert due_date(Rule("*", 0, Since.FISCAL), dt.date(1990, 1, 1)) is None
    assert latest_change([Rule("*", 0, Since.FISCAL)], dt.date(2026, 11, 24)) is None


def test_the_nearest_rule_counts() -> None:
    rules = parse_rules(["* = 1y", "category:notice = 3y", "special = keep"])
    assert str(rule_for(rules, "special", "notice")) == "special = keep"
    assert str(rule_for(rules, "other", "notice")) == "category:notice = 3y fiscal"
    assert str(rule_for(rules, "other", "memo")) == "* = 1y fiscal"
    assert rule_for(rules, "other", None) is None
    assert rule_for((), "other", "memo") is None


@settings(deadline=None)
@given(RULES, DAYS, DAYS)
def test_nothing_that_is_due_is_overlooked_by_the_first_sieve(rule: Rule, changed: dt.date, today: dt.date) -> None:
    due, limit = due_date(rule, changed), latest_change([rule], today)
    assert due is not None
    assert limit is not None
    if due <= today:
        assert changed <= limit


@settings(deadline=None)
@given(DAYS)
def test_a_fiscal_year_begins_in_april(day: dt.date) -> None:
    assert dt.date(fiscal_year(day), 4, 1) <= day < dt.date(fiscal_year(day) + 1, 4, 1)
