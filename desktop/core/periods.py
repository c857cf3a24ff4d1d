"""Periods as staff name them (令和6年度, R6.4, 昨年度, 2024-04..2024-06), as first and last day."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.wareki import ERAS, FISCAL_MONTH, era_of, fiscal_year, parse_date

Period = tuple[dt.date | None, dt.date | None]

_DASHES = str.maketrans("‐‑‒–—―−ー", "--------")
_SPAN = re.compile(r"\s*(?:\.\.+|…|~|〜|から|--)\s*")
_YEAR = r"(?:(?P<era>令和|平成|昭和|大正|明治|[RHSTM])\s*(?P<number>元|\d{1,2})|(?P<western>\d{4}))"
_WHOLE_YEAR = re.compile(rf"{_YEAR}\s*(?P<unit>年度|FY|年)?", re.IGNORECASE)
_MONTH = re.compile(rf"{_YEAR}\s*[年./-]\s*(?P<month>\d{{1,2}})\s*月?", re.IGNORECASE)
_YEARS_BACK = {
    "一昨年度": 2,
    "昨年度": 1,
    "前年度": 1,
    "今年度": 0,
    "本年度": 0,
    "一昨年": 2,
    "昨年": 1,
    "去年": 1,
    "前年": 1,
    "今年": 0,
    "本年": 0,
}
_MONTHS_BACK = {"先月": 1, "前月": 1, "今月": 0, "当月": 0}
_DAYS_BACK = {"一昨日": 2, "昨日": 1, "今日": 0, "本日": 0}

# What can be typed for a period without a number.
WORDS = (*_DAYS_BACK, *_MONTHS_BACK, *_YEARS_BACK)


def parse_period(text: str, today: dt.date) -> Period:
    """Read a period and return its first and last day; an open end, as in 2024-04.., is `None`.

    A year of an era without 年度 is a calendar year, cut at the era's ends: 平成31年 ends on 30 April 2019.
    Raises `UserFault` PERIOD_BAD for anything else, and for an end before the beginning.
    """
    normal = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    try:
        parts = _SPAN.split(normal.removesuffix("まで"))
        if len(parts) == 1 and not normal.endswith("まで"):
            return _one(normal, today)
        if len(parts) == 1:
            return None, _one(parts[0], today)[1]
        first, last = parts
        since = _one(first, today)[0] if first else None
        until = _one(last, today)[1] if last else None
    except (ValueError, OverflowError) as error:
        raise UserFault(ErrorCode.PERIOD_BAD) from error
    if (since is None and until is None) or (since and until and until < since):
        raise UserFault(ErrorCode.PERIOD_BAD)
    return since, until


def _fiscal_days(year: int) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the accounting year that begins in a calendar year."""
    return dt.date(year, FISCAL_MONTH, 1), dt.date(year + 1, FISCAL_MONTH, 1) - dt.timedelta(days=1)


def _one(text: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """Read one day, month, year or accounting year; raises `ValueError`."""
    if text in _DAYS_BACK:
        day = today - dt.timedelta(days=_DAYS_BACK[text])
        return day, day
    if text in _MONTHS_BACK:
        return _month(*divmod(today.year * 12 + today.month - 1 - _MONTHS_BACK[text], 12))
    if text in _YEARS_BACK:
        back = _YEARS_BACK[text]
        if text.endswith("年度"):
            return _fiscal_days(fiscal_year(today) - back)
        return dt.date(today.year - back, 1, 1), dt.date(today.year - back, 12, 31)
    return _written(text)


def _written(text: str) -> tuple[dt.date, dt.date]:
    if match := _MONTH.fullmatch(text):
        return _month(_western(match), int(match["month"]) - 1)
    if match := _WHOLE_YEAR.fullmatch(text):
        return _year(match)
    day = parse_date(text)
    return day, day


def _month(year: int, month: int) -> tuple[dt.date, dt.date]:
    first = dt.date(year, month + 1, 1)
    return first, first.replace(day=calendar.monthrange(year, month + 1)[1])


def _year(match: re.Match[str]) -> tuple[dt.date, dt.date]:
    year = _western(match)
    if (match["unit"] or "").upper() in ("年度", "FY"):
        return _fiscal_days(year)
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    if match["era"] and not match["unit"] and match["era"].isascii():
        # R6 alone is how offices write the accounting year.
        return _fiscal_days(year)
    if match["era"]:
        begin, end = _era_days(match["era"])
        first, last = max(first, begin), min(last, end)
    return first, last


def _western(match: re.Match[str]) -> int:
    """Return the calendar year that is named; raises `ValueError` for a year that its era never had."""
    if match["western"]:
        return int(match["western"])
    number = 1 if match["number"] == "元" else int(match["number"])
    begin, end = _era_days(match["era"])
    year = era_of(begin).first_year + number - 1
    if number < 1 or not begin.year <= year <= end.year:
        raise ValueError("the era has no such year")
    return year


def _era_days(name: str) -> tuple[dt.date, dt.date]:
    index = next(index for index, era in enumerate(ERAS) if name.upper() in (era.name, era.letter))
    end = ERAS[index - 1].first_day - dt.timedelta(days=1) if index else dt.date.max
    return ERAS[index].first_day, end
