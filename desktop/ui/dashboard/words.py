"""How the figures are put into words: years, months, sections, hours; and the table that holds the same numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.core.wareki import year_name
from desktop.learning.usage import Cell, MonthRow, TemplateRow, View, YearUse

_HOUR = 60


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line of the table: what it belongs to, its name, and its numbers as words; empty where nothing is shown."""

    group: str
    name: str
    documents: str
    people: str
    hours: str
    answered: str

    def cells(self) -> tuple[str, ...]:
        """Return them in the order of the columns."""
        return self.group, self.name, self.documents, self.people, self.hours, self.answered


def year(of: YearUse, language: str) -> str:
    """Return a fiscal year's name with its months."""
    name = str(of.year) if language == "en" else year_name(of.year)
    return QCoreApplication.translate("Dashboard", "{name}（{year}年4月から）").format(name=name, year=of.year)


def month(day: dt.date, language: str) -> str:
    """Return a month's short name."""
    if language == "en":
        return QLocale(QLocale.Language.English).monthName(day.month, QLocale.FormatType.ShortFormat)
    return QCoreApplication.translate("Dashboard", "{count}月").format(count=day.month)


def months(row: MonthRow, language: str) -> str:
    """Return the name of a month or of several together."""
    first, last = month(row.first, language), month(row.last, language)
    return first if first == last else f"{first}–{last}"


def section(name: str | None) -> str:
    """Return a section's name; `None` is all others together."""
    if name is None:
        return QCoreApplication.translate("Dashboard", "そのほかの課")
    return name or QCoreApplication.translate("Dashboard", "課の指定なし")


def template(row: TemplateRow, names: Mapping[str, str]) -> str:
    """Return a template's name, in English where `names` has it."""
    if not row.template:
        return QCoreApplication.translate("Dashboard", "そのほかのひな形")
    return names.get(row.template, row.name)


def people(count: int) -> str:
    """Return a number of people, which is rounded."""
    return QCoreApplication.translate("Dashboard", "約{count}人").format(count=count) if count else "0"


def hours(minutes: int) -> str:
    """Return minutes as hours, to one place below ten hours."""
    value = minutes / _HOUR
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"  # noqa: PLR2004 -- one place more tells nothing above


def headings() -> tuple[str, ...]:
    """Return the table's columns."""
    translate = QCoreApplication.translate
    return (
        translate("Dashboard", "区分"),
        translate("Dashboard", "名前"),
        translate("Dashboard", "文書（件）"),
        translate("Dashboard", "使った人（人）"),
        translate("Dashboard", "短縮（時間）"),
        translate("Dashboard", "回答（件）"),
    )


def table(view: View, names: Mapping[str, str], language: str) -> list[TableLine]:
    """Return everything a view shows as lines of a table."""
    translate = QCoreApplication.translate
    lines = [_line(translate("Dashboard", "合計"), translate("Dashboard", "この年度"), view.total)]
    lines += [_line(translate("Dashboard", "月"), months(row, language), row.cell) for row in view.months]
    lines += [_line(translate("Dashboard", "ひな形"), template(row, names), row.cell) for row in view.templates]
    return lines


def _line(group: str, name: str, cell: Cell) -> TableLine:
    minutes = "" if cell.minutes is None else f"{cell.minutes / _HOUR:.1f}"
    answered = "" if cell.answered is None else str(cell.answered)
    about = QCoreApplication.translate("Dashboard", "約{count}").format(count=cell.people) if cell.people else "0"
    return TableLine(group, name, str(cell.documents), about, minutes, answered)


def kindness() -> str:
    """Return why some numbers are not there."""
    return QCoreApplication.translate(
        "Dashboard",
        "5人未満のまとまりは、だれのことか分からないよう、ほかとまとめるか、「—」にします。人数は5人きざみです。",
    )
