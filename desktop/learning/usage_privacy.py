"""Which cells of a year's figures may be shown, so that no group of fewer than five people can be worked out.

Every number shown is a sum over lines (section, month, template). They are grouped so that, by the people behind it,

- a block of sections has five or more over the year,
- a block of months, and one of templates, has none or five or more in the whole office,
- a stretch of months, made of blocks and the same for all blocks of sections, has none or five or more in each of
  them, and so has a bundle of templates.

Shown are: months and templates of the whole office by block, those of a block of sections by stretch and bundle. What
can be worked out is a sum of lines with weights g(month) + g(section, stretch) + g(template) + g(section, bundle). Let
all weights be 0 or 1, that is, let it be a group. Inside one block of sections the weights depend on the month or on
the template, never on both, since nothing tells which pairs occur. If two months of one stretch differ there, they
differ by the same amount in every other block, so that a month of the whole office is in the group; if only stretches
differ, a stretch of that block is. With templates it is the same. So every group that can be worked out contains a
cell that is shown, and with it five people. `tests/learning/test_usage_privacy.py` tries all groups of small offices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

FEWEST = 5

Sections = frozenset[str]
Months = tuple[dt.date, ...]
Templates = frozenset[str]
Key = TypeVar("Key")
Unit = TypeVar("Unit", Months, Templates)


@dataclass(frozen=True, slots=True)
class Line:
    """What one person did with one template in one month, in a section."""

    person: str
    section: str
    month: dt.date
    template: str
    documents: int
    answered: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """How a year may be cut: `sections` is empty when they cannot be told apart, months are in order."""

    sections: tuple[Sections, ...]
    months: tuple[Months, ...]
    templates: tuple[Templates, ...]
    stretches: tuple[Months, ...]
    bundles: tuple[Templates, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Where the answers on minutes saved may be shown: in all, by section at all, and of which months and templates.

    The others stand for one more block each, which follows from what is shown, and of which the same is true as of
    the blocks above.
    """

    total: bool = False
    sections: bool = False
    months: frozenset[Months] = frozenset()
    templates: frozenset[Templates] = frozenset()
    stretches: frozenset[Months] = frozenset()
    bundles: frozenset[Templates] = frozenset()


class People:
    """Who stands behind which lines."""

    def __init__(self, lines: Iterable[Line]) -> None:
        """Keep the people of each section, by month and by template."""
        self._by_month: dict[tuple[str, dt.date], set[str]] = {}
        self._by_template: dict[tuple[str, str], set[str]] = {}
        for line in lines:
            self._by_month.setdefault((line.section, line.month), set()).add(line.person)
            self._by_template.setdefault((line.section, line.template), set()).add(line.person)
        self.sections = frozenset(section for section, _ in self._by_month)

    def in_months(self, sections: Collection[str], months: Iterable[dt.date]) -> int:
        """Return how many people are behind some months of some sections."""
        return _count(self._by_month, sections, months)

    def in_templates(self, sections: Collection[str], templates: Iterable[str]) -> int:
        """Return how many people are behind some templates in some sections."""
        return _count(self._by_template, sections, templates)


def _count(held: Mapping[tuple[str, Key], set[str]], sections: Collection[str], keys: Iterable[Key]) -> int:
    found = set[str]()
    for key in keys:
        for section in sections:
            found |= held.get((section, key), set())
    return len(found)


def blocks_of(lines: Sequence[Line], months: Months) -> Blocks | None:
    """Return how the figures of a year's `months` may be cut; nothing when fewer than five people are behind them."""
    people = People(lines)
    everyone = people.sections
    if people.in_months(everyone, months) < FEWEST:
        return None

    def enough(sections: Collection[str]) -> int:
        return people.in_months(sections, months)

    singles = [frozenset({one}) for one in sorted(everyone)]
    sections = _pooled(singles, frozenset(), lambda found: enough(found) >= FEWEST, enough)
    every = sections if len(sections) > 1 else (everyone,)
    names = [frozenset({one}) for one in sorted({line.template for line in lines})]

    def by_template(templates: Templates) -> int:
        return people.in_templates(everyone, templates)

    templates = _pooled(names, frozenset(), lambda found: _safe(by_template(found)), by_template)
    pool = next((found for found in templates if len(found) > 1), frozenset[str]())
    bundles = _pooled(
        [found for found in templates if found != pool],
        pool,
        lambda found: all(_safe(people.in_templates(block, found)) for block in every),
        by_template,
    )
    by_month = _runs([(month,) for month in months], lambda found: _safe(people.in_months(everyone, found)))
    stretches = _runs(by_month, lambda found: all(_safe(people.in_months(block, found)) for block in every))
    return Blocks(sections if len(sections) > 1 else (), by_month, templates, stretches, bundles)


def answers_shown(lines: Sequence[Line], blocks: Blocks, months: Months) -> Shown:
    """Return where answers may be shown: they are of fewer people than the documents."""
    people = People([line for line in lines if line.answered])
    everyone = people.sections
    if people.in_months(everyone, months) < FEWEST:
        return Shown()
    sections = bool(blocks.sections) and all(_safe(people.in_months(one, months)) for one in blocks.sections)
    every = blocks.sections if sections else ()

    def by_month(units: Sequence[Months], inside: Sequence[Sections], pool: Collection[Months]) -> frozenset[Months]:
        return _open(units, inside, pool, people.in_months)

    def by_template(
        units: Sequence[Templates], inside: Sequence[Sections], pool: Collection[Templates]
    ) -> frozenset[Templates]:
        return _open(units, inside, pool, people.in_templates)

    open_months = by_month(blocks.months, (everyone,), ())
    open_templates = by_template(blocks.templates, (everyone,), ())
    # What is hidden in the whole office stays together in the sections.
    closed_months = {month for block in blocks.months if block not in open_months for month in block}
    closed_templates = {one for block in blocks.templates if block not in open_templates for one in block}
    stretches = [block for block in blocks.stretches if not closed_months.isdisjoint(block)]
    bundles = [block for block in blocks.bundles if not closed_templates.isdisjoint(block)]
    return Shown(
        total=True,
        sections=sections,
        months=open_months,
        templates=open_templates,
        stretches=by_month(blocks.stretches, every, stretches) if sections else frozenset(),
        bundles=by_template(blocks.bundles, every, bundles) if sections else frozenset(),
    )


def _open(
    units: Sequence[Unit],
    inside: Sequence[Sections],
    pool: Collection[Unit],
    count: Callable[[Collection[str], Iterable[Any]], int],
) -> frozenset[Unit]:
    """Return the units that can be shown, so that all others together tell of nobody; those in `pool` cannot."""

    def fits(found: Iterable[Unit]) -> bool:
        keys = [key for unit in found for key in unit]
        return all(_safe(count(sections, keys)) for sections in inside)

    everyone = frozenset[str]().union(*inside)
    alone = [unit for unit in units if unit not in pool and fits([unit])]
    alone.sort(key=lambda unit: -count(everyone, unit))
    closed = [unit for unit in units if unit not in alone]
    while alone and not fits(closed):
        closed.append(alone.pop())
    return frozenset(alone)


def _safe(count: int) -> bool:
    """Tell whether a cell of so many people tells of nobody: none, or enough."""
    return count == 0 or count >= FEWEST


def _pooled(
    units: Sequence[frozenset[str]],
    pool: frozenset[str],
    fits: Callable[[frozenset[str]], bool],
    size: Callable[[frozenset[str]], int],
) -> tuple[frozenset[str], ...]:
    """Return the units that fit by themselves, and one block of all others: with the smallest of them until it fits."""
    alone = sorted((unit for unit in units if fits(unit)), key=lambda unit: (-size(unit), min(unit)))
    for unit in units:
        if unit not in alone:
            pool |= unit
    while pool and alone and not fits(pool):
        pool |= alone.pop()
    return (*alone, pool) if pool else tuple(alone)


def _runs(units: Sequence[Months], fits: Callable[[Months], bool]) -> tuple[Months, ...]:
    """Return the months in the shortest stretches that fit; what is left at the end joins what is before it."""
    found: list[Months] = []
    current: Months = ()
    for unit in units:
        current += unit
        if fits(current):
            found.append(current)
            current = ()
    while current and found:
        current = found.pop() + current
        if fits(current):
            break
    return (*found, current) if current else tuple(found)
