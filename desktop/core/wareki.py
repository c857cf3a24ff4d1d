"""Japanese era dates (和暦): parse what staff type, print what official documents use."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Era:
    """One era: its name, its letter, its first day."""

    name: str
    letter: str
    first_day: dt.date

    @property
    def first_year(self) -> int:
        """The calendar year that is its year 1: the Meiji era began before the first day that can be written."""
        return 1868 if self.name == "明治" else self.first_day.year


# First days as fixed by the government ordinances on the era names (Gregorian dates begin with Meiji 6).
ERAS = (
    Era("令和", "R", dt.date(2019, 5, 1)),
    Era("平成", "H", dt.date(1989, 1, 8)),
    Era("昭和", "S", dt.date(1926, 12, 25)),
    Era("大正", "T", dt.date(1912, 7, 30)),
    Era("明治", "M", dt.date(1873, 1, 1)),
)
# Public accounting years (年度) run from April to March (地方自治法 208).
FISCAL_MONTH = 4

_MONTH_DAY = r"\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"
_ERA_DATE = re.compile(r"(令和|平成|昭和|大正|明治|[RHSTM])\s*(元|\d{1,2})" + _MONTH_DAY, re.IGNORECASE)
_WESTERN_DATE = re.compile(r"(\d{4})" + _MONTH_DAY)


def parse_date(text: str) -> dt.date:
    """Read a date such as 令和8年11月24日, R8.11.24, 2026年11月24日 or 2026-11-24, full width included.

    Raises `ValueError` for anything else, for a day that does not exist, and for a day outside the era it names
    (令和0年, 昭和65年).
    """
    normal = unicodedata.normalize("NFKC", text).strip()
    normal = normal.replace("‐", "-").replace("−", "-").replace("ー", "-")
    if match := _ERA_DATE.fullmatch(normal):
        return _era_date(*match.groups())
    if match := _WESTERN_DATE.fullmatch(normal):
        year, month, day = (int(part) for part in match.groups())
        return dt.date(year, month, day)
    raise ValueError("not a date")


def _era_date(name: str, year: str, month: str, day: str) -> dt.date:
    era = next(era for era in ERAS if name.upper() in (era.name, era.letter))
    number = 1 if year == "元" else int(year)
    if number < 1:
        raise ValueError("an era has no year 0")
    date = dt.date(era.first_year + number - 1, int(month), int(day))
    if era_of(date) != era:
        raise ValueError(f"{era.name} has no such day")
    return date


def era_of(date: dt.date) -> Era:
    """Return the era a day belongs to; raises `ValueError` before 1873."""
    for era in ERAS:
        if date >= era.first_day:
            return era
    raise ValueError("before the first era that can be written")


def fiscal_year(day: dt.date) -> int:
    """Return the 年度 a day belongs to, by the calendar year in which it begins."""
    return day.year - (day.month < FISCAL_MONTH)


def year_name(year: int) -> str:
    """Return a fiscal year, by the year in whose April it begins, as 令和8年度; one that begins an era is 元年度."""
    # 令和 began on 1 May 2019: that fiscal year has its name all the same, as offices write it.
    day = dt.date(year, 12, 1)
    return f"{format_date(day).split('年')[0]}年度"


def format_date(date: dt.date) -> str:
    """Return the date as 令和8年11月24日; the first year of an era is 元年."""
    era = era_of(date)
    number = date.year - era.first_year + 1
    return f"{era.name}{'元' if number == 1 else number}年{date.month}月{date.day}日"


def short_date(date: dt.date) -> str:
    """Return the date as tables have it: R8.11.24; the first year of an era is 元."""
    era = era_of(date)
    number = date.year - era.first_year + 1
    return f"{era.letter}{'元' if number == 1 else number}.{date.month}.{date.day}"
