"""How long documents are kept: rules as an office writes them, and the day from which a document may go."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from desktop.core.wareki import FISCAL_MONTH, fiscal_year

_CATEGORY = "category:"
_RULE = re.compile(
    r"(?P<target>[^=\s]+)\s*=\s*(?:(?P<keep>keep|永年|常用)|(?P<number>\d{1,3})\s*(?P<unit>y|年|m|か月|ヶ月|カ月)"
    r"(?:\s+(?P<since>fiscal|年度|change|変更))?)"
)
_YEARS = ("y", "年")
_CHANGE = ("change", "変更")


class Since(StrEnum):
    """From when the time is counted."""

    FISCAL = "fiscal"  # the 1 April after the last change, as record rules do
    CHANGE = "change"  # the last change itself


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `target` is a template's identity, `category:` and a category, or `*`. 0 months: kept for ever."""

    target: str
    months: int
    since: Since

    def __str__(self) -> str:
        """Return the rule in the one form in which it is logged."""
        if not self.months:
            return f"{self.target} = keep"
        years, odd = divmod(self.months, 12)
        return f"{self.target} = {f'{self.months}m' if odd else f'{years}y'} {self.since}"


def parse_rules(lines: Iterable[str]) -> tuple[Rule, ...]:
    """Read rules such as `* = 5y fiscal`, `category:notice = 3年 年度`, `minutes = 6か月 変更`, `plan = keep`.

    Raises `ValueError` for a line that is none, for a time of nothing, and for a target with two rules.
    """
    rules = tuple(_rule(line) for line in lines)
    if len({rule.target for rule in rules}) < len(rules):
        raise ValueError("two rules for one target")
    return rules


def _rule(line: str) -> Rule:
    found = _RULE.fullmatch(line.strip())
    if found is None:
        raise ValueError("no rule")
    if found["keep"]:
        return Rule(found["target"], 0, Since.FISCAL)
    months = int(found["number"]) * (12 if found["unit"] in _YEARS else 1)
    if not months:
        raise ValueError("no time")
    return Rule(found["target"], months, Since.CHANGE if found["since"] in _CHANGE else Since.FISCAL)


def rule_for(rules: Iterable[Rule], template: str, category: str | None) -> Rule | None:
    """Return the rule that counts: the template's own, else its category's, else the one for all.

    Where the category is not known, only the template's own rule may delete: another could be overruled by it.
    """
    by_target = {rule.target: rule for rule in rules}
    if category is None:
        return by_target.get(template)
    return by_target.get(template) or by_target.get(_CATEGORY + category) or by_target.get("*")


def due_date(rule: Rule, changed: dt.date) -> dt.date | None:
    """Return the first day on which a document last changed on a day may be deleted, `None` for never."""
    if not rule.months:
        return None
    if rule.since is Since.CHANGE:
        return _later(changed, rule.months)
    return _later(dt.date(fiscal_year(changed) + 1, FISCAL_MONTH, 1), rule.months)


def latest_change(rules: Iterable[Rule], today: dt.date) -> dt.date | None:
    """Return a day such that nothing changed after it can be due yet; `None` when no rule deletes anything."""
    months = [rule.months for rule in rules if rule.months]
    # One day more, for what a shorter month loses.
    return _later(today, -min(months)) + dt.timedelta(days=1) if months else None


def _later(day: dt.date, months: int) -> dt.date:
    """Move a day by months; where the month is too short, to its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
