"""Usage of a department by fiscal year: what may be shown of it, by month, template and section."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from desktop.core.wareki import FISCAL_MONTH, fiscal_year
from desktop.learning.usage_file import MonthUse
from desktop.learning.usage_privacy import Blocks, Line, Months, Templates, answers_shown, blocks_of

_ROUND_TO = 5

Block = TypeVar("Block")


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of finished documents and what belongs to it.

    `people` is rounded to five, so that differences tell of nobody. `answered` documents have an answer on the
    minutes saved, `minutes` in all; both are `None` where too few people answered.
    """

    documents: int
    people: int
    answered: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month, or several together: first days of the first and the last one."""

    first: dt.date
    last: dt.date
    cell: Cell


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template by identity and name, or all others together, with neither."""

    template: str
    name: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class View:
    """What is shown at once, of the whole office or of a block of sections. About `answering` people answered."""

    total: Cell
    months: tuple[MonthRow, ...]
    templates: tuple[TemplateRow, ...]
    answering: int


@dataclass(frozen=True, slots=True)
class YearUse:
    """A fiscal year up to its month `last`. `views` begins with the whole office; `sections` names those that follow.

    A section is `None` for all others together, and empty for people who named none. Without views fewer than five
    people are behind the year.
    """

    year: int
    last: dt.date
    sections: tuple[str | None, ...] = ()
    views: tuple[View, ...] = ()


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All fiscal years of a folder, the latest first."""

    years: tuple[YearUse, ...] = ()


def months_of(year: int, before: dt.date) -> Months:
    """Return the first days of a fiscal year's months that are over before the month of `before`."""
    months = [dt.date(year, month, 1) for month in range(FISCAL_MONTH, 13)]
    months += [dt.date(year + 1, month, 1) for month in range(1, FISCAL_MONTH)]
    return tuple(month for month in months if month < before.replace(day=1))


def summed(uses: Iterable[MonthUse], today: dt.date) -> Dashboard:
    """Return what may be shown of everybody's months. The month of `today` is not over and left out."""
    lines: dict[int, list[Line]] = {}
    names: dict[str, Counter[str]] = {}
    for use in uses:
        if use.month < today.replace(day=1):
            lines.setdefault(fiscal_year(use.month), []).extend(_lines(use))
            for one in use.templates:
                names.setdefault(one.template, Counter())[one.name] += one.documents
    called = {template: min(found, key=lambda name: (-found[name], name)) for template, found in names.items()}
    return Dashboard(tuple(_year(year, lines[year], called, today) for year in sorted(lines, reverse=True)))


def _lines(use: MonthUse) -> list[Line]:
    return [
        Line(use.person, use.section, use.month, one.template, one.documents, one.answered, one.minutes)
        for one in use.templates
    ]


def _year(year: int, lines: Sequence[Line], names: Mapping[str, str], today: dt.date) -> YearUse:
    months = months_of(year, today)
    blocks = blocks_of(lines, months)
    if blocks is None:
        return YearUse(year, months[-1])
    shown = answers_shown(lines, blocks, months)
    views = [_view(lines, blocks.months, blocks.templates, names, _Answers(shown.total, shown.months, shown.templates))]
    for block in blocks.sections:
        inside = [line for line in lines if line.section in block]
        answers = _Answers(shown.sections, shown.stretches, shown.bundles)
        views.append(_view(inside, blocks.stretches, blocks.bundles, names, answers))
    return YearUse(year, months[-1], _section_names(blocks), tuple(views))


@dataclass(frozen=True, slots=True)
class _Answers:
    """Of which parts of a view answers are shown."""

    total: bool
    months: frozenset[Months]
    templates: frozenset[Templates]


def _section_names(blocks: Blocks) -> tuple[str | None, ...]:
    return tuple(min(block) if len(block) == 1 else None for block in blocks.sections)


def _view(
    lines: Sequence[Line],
    months: Sequence[Months],
    templates: Sequence[Templates],
    names: Mapping[str, str],
    answers: _Answers,
) -> View:
    stretch_of = {month: block for block in months for month in block}
    bundle_of = {template: block for block in templates for template in block}
    by_month = _cells(lines, lambda line: stretch_of[line.month], answers.months)
    by_template = _cells(lines, lambda line: bundle_of[line.template], answers.templates)
    month_rows = tuple(
        MonthRow(block[0], block[-1], by_month.get(block) or _cell((), answers=block in answers.months))
        for block in months
    )
    rows = [_template_row(block, cell, names) for block, cell in by_template.items()]
    rows.sort(key=lambda row: (not row.template, -row.cell.documents, row.template))
    total = _cell(lines, answers=answers.total)
    answering = _about(len({line.person for line in lines if line.answered})) if answers.total else 0
    return View(total, month_rows, tuple(rows), answering)


def _template_row(block: Templates, cell: Cell, names: Mapping[str, str]) -> TemplateRow:
    if len(block) > 1:
        return TemplateRow("", "", cell)
    [template] = block
    return TemplateRow(template, names[template], cell)


def _cells(lines: Sequence[Line], block_of: Callable[[Line], Block], answers: Collection[Block]) -> dict[Block, Cell]:
    """Return the lines summed up by block, with answers for those in `answers`."""
    found: dict[Block, list[Line]] = {}
    for line in lines:
        found.setdefault(block_of(line), []).append(line)
    return {block: _cell(inside, answers=block in answers) for block, inside in found.items()}


def _cell(lines: Sequence[Line], *, answers: bool) -> Cell:
    return Cell(
        documents=sum(line.documents for line in lines),
        people=_about(len({line.person for line in lines})),
        answered=sum(line.answered for line in lines) if answers else None,
        minutes=sum(line.minutes for line in lines) if answers else None,
    )


def _about(people: int) -> int:
    """Return a number of people rounded to five; it is none or five and more."""
    return (people + _ROUND_TO // 2) // _ROUND_TO * _ROUND_TO
