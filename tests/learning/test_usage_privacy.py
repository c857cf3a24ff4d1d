"""From everything the dashboard can show, nobody works out what fewer than five people did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from itertools import product

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desktop.learning.usage import months_of, summed
from desktop.learning.usage_file import MonthUse, TemplateUse
from desktop.learning.usage_privacy import (
    FEWEST,
    Blocks,
    Line,
    Shown,
    answers_shown,
    blocks_of,
)

TODAY = dt.date(2026, 7, 15)
MONTHS = months_of(2026, TODAY)
Atom = tuple[str, dt.date, str]
Cells = list[Callable[[Atom], bool]]

one_line = st.builds(
    lambda person, section, month, template, answered: Line(
        f"{person:032x}", section, month, template, 1, int(answered), 10 * answered
    ),
    st.integers(0, 17),
    st.sampled_from("AB"),
    st.sampled_from(MONTHS),
    st.sampled_from("pq"),
    st.booleans(),
)


def unique(lines: Iterable[Line]) -> list[Line]:
    return list({(one.person, one.section, one.month, one.template): one for one in lines}.values())


office = st.lists(one_line, min_size=1, max_size=90).map(unique)
# Nearly full offices, in which only one or two places are small.
full = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(MONTHS), st.sampled_from("pq"), st.integers(0, 6)), max_size=4
).map(
    lambda cuts: [
        Line(f"{'AB'.index(section) * 7 + number:032x}", section, month, template, 1, number % 2, number % 2)
        for section, month, template, number in product("AB", MONTHS, "pq", range(7))
        if all((section, month, template) != (s, m, t) or number < most for s, m, t, most in cuts)
    ]
)


def summing(
    sections: Collection[str] = "AB", months: Collection[dt.date] = MONTHS, templates: Collection[str] = "pq"
) -> Cells:
    """Return a cell as the question which lines it sums up."""
    return [lambda atom: atom[0] in sections and atom[1] in months and atom[2] in templates]


def published(blocks: Blocks, shown: Shown | None = None) -> Cells:
    """Return every cell that some view shows; `shown` limits them."""
    cells = summing()
    for cut in blocks.months if shown is None else shown.months:
        cells += summing(months=cut)
    for bundle in blocks.templates if shown is None else shown.templates:
        cells += summing(templates=bundle)
    for block in blocks.sections if shown is None or shown.sections else ():
        cells += summing(block)
        for cut in blocks.stretches if shown is None else shown.stretches:
            cells += summing(block, months=cut)
        for bundle in blocks.bundles if shown is None else shown.bundles:
            cells += summing(block, templates=bundle)
    return cells


def smallest_group_that_follows(lines: list[Line], cells: Cells) -> int:
    """Try every group of lines whose number follows from the cells; return how few people are behind one, but none."""
    atoms: list[Atom] = list(product("AB", MONTHS, "pq"))
    people = {atom: {one.person for one in lines if (one.section, one.month, one.template) == atom} for atom in atoms}
    # A cell that shows 0 tells that each of its lines is 0.
    empty = {atom for cell in cells for atom in atoms if cell(atom) and not any(people[a] for a in atoms if cell(a))}
    left = [atom for atom in atoms if atom not in empty]
    rows = np.array([[float(cell(atom)) for atom in left] for cell in cells])
    basis = np.linalg.svd(rows, full_matrices=False)
    span = basis.Vh[basis.S > 1e-9]
    groups = ((np.arange(1, 2 ** len(left))[:, None] >> np.arange(len(left))) & 1).astype(float)
    follows = np.abs(groups - groups @ span.T @ span).max(axis=1) < 1e-9
    sizes = [
        len(set().union(*(people[atom] for atom, inside in zip(left, group, strict=True) if inside)))
        for group in groups[follows]
    ]
    return min((size for size in sizes if size), default=FEWEST)


@settings(max_examples=200, deadline=None)
@given(office | full)
@example([Line(f"{n:032x}", "A" if n < 5 else "B", MONTHS[0], "p", 1, 1, 5) for n in range(9)])
def test_no_group_of_fewer_than_five_follows_from_all_that_is_shown(lines: list[Line]) -> None:
    blocks = blocks_of(lines, MONTHS)
    if blocks is None:
        assert len({one.person for one in lines}) < FEWEST
        return
    assert smallest_group_that_follows(lines, published(blocks)) >= FEWEST
    answers = answers_shown(lines, blocks, MONTHS)
    if answers.total:
        answered = [one for one in lines if one.answered]
        assert smallest_group_that_follows(answered, published(blocks, answers)) >= FEWEST


def test_the_test_above_would_see_a_section_that_follows_by_subtraction() -> None:
    lines = [Line(f"{n:032x}", "A" if n < 6 else "B", MONTHS[0], "p", 1, 0, 0) for n in range(9)]
    assert smallest_group_that_follows(lines, summing() + summing("A")) == 3


@settings(max_examples=100, deadline=None)
@given(office)
def test_what_is_shown_is_what_the_blocks_allow_and_adds_up(lines: list[Line]) -> None:
    [year] = summed(uses_of(lines), TODAY).years
    blocks = blocks_of(lines, MONTHS)
    if blocks is None:
        assert year.views == ()
        return
    whole, *parts = year.views
    assert whole.total.documents == len(lines)
    assert len(parts) == len(blocks.sections)
    for view, months in zip(year.views, [blocks.months, *[blocks.stretches] * len(parts)], strict=True):
        assert [(row.first, row.last) for row in view.months] == [(cut[0], cut[-1]) for cut in months]
        assert sum(row.cell.documents for row in view.months) == view.total.documents
        assert sum(row.cell.documents for row in view.templates) == view.total.documents
        for cell in (view.total, *(row.cell for row in view.months), *(row.cell for row in view.templates)):
            assert cell.people % 5 == 0
            assert bool(cell.people) == bool(cell.documents)
    if parts:
        assert sum(view.total.documents for view in parts) == whole.total.documents


def uses_of(lines: list[Line]) -> list[MonthUse]:
    """Return the lines as the files of their people; somebody who moved within a month has two."""
    found: dict[tuple[str, str, dt.date], list[TemplateUse]] = {}
    for one in lines:
        use = TemplateUse(one.template, one.template.upper(), one.documents, one.answered, one.minutes)
        found.setdefault((one.person, one.section, one.month), []).append(use)
    return [MonthUse(person, month, section, tuple(uses)) for (person, section, month), uses in found.items()]
