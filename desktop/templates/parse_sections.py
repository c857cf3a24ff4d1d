"""Strict parsing of a template's sections: their columns, what they are gathered from, and their worked examples."""

from __future__ import annotations

import re
from collections.abc import Iterable

from desktop.core.sections import Column, Copy, Gather, SectionKind, SectionRole, SectionSpec, Shot
from desktop.templates.reading import BadValue, Table

# An output grammar cannot repeat a rule more often than this.
MAX_CHARS = 2000
MAX_SHOTS = 6
MAX_SHOT_CHARS = 2000

_SECTION = ("key", "title", "kind", "instruction", "role", "max_chars", "max_items", "column", "gather", "shot")
_COLUMN = ("key", "title", "max_chars", "copy")
_SHOT = ("before", "reading", "answer")
_NAME = re.compile(r"[^\W\d]\w{0,39}")
# What is found place by place gives a row or an item each; a digest is one answer.
_GATHERED_KINDS = {
    Gather.DECISIONS: (SectionKind.TABLE, SectionKind.LIST),
    Gather.TASKS: (SectionKind.TABLE, SectionKind.LIST),
    Gather.NEXT: (SectionKind.TEXT,),
    Gather.PASSAGES: (SectionKind.LIST,),
    Gather.DIGEST: (SectionKind.LIST, SectionKind.TEXT),
}


def name_of(table: Table) -> str:
    """Return the table's key, which has to be a name."""
    key = table.text("key", 40, required=True)
    if key and not _NAME.fullmatch(key):
        table.bad("key", BadValue.BAD_NAME)
    return key


def check_unique(tables: Iterable[Table], keys: Iterable[str]) -> None:
    """Note every key that stood before."""
    seen: set[str] = set()
    for table, key in zip(tables, keys, strict=True):
        if key in seen:
            table.bad("key", BadValue.DUPLICATE)
        if key:
            seen.add(key)


def read_sections(top: Table) -> tuple[SectionSpec, ...]:
    """Return the sections of a template."""
    tables = top.tables("section", _SECTION, most=20, required=True)
    sections = tuple(_section(table) for table in tables)
    check_unique(tables, (section.key for section in sections))
    subjects = [table for table, one in zip(tables, sections, strict=True) if one.role is SectionRole.SUBJECT]
    for table in subjects[1:]:
        table.bad("role", BadValue.DUPLICATE)
    return sections


def _section(table: Table) -> SectionSpec:
    columns = table.tables("column", _COLUMN, most=8)
    kind = table.choice("kind", SectionKind, SectionKind.TEXT, required=True)
    read_columns = tuple(_column(column) for column in columns)
    section = SectionSpec(
        key=name_of(table),
        title=table.text("title", 40, required=True),
        kind=kind,
        instruction=table.text("instruction", 800, lines=True),
        role=table.choice("role", SectionRole, SectionRole.HEADING),
        max_chars=table.integer("max_chars", 400, 1, MAX_CHARS),
        max_items=table.integer("max_items", 12, 1, 50),
        columns=read_columns,
        gather=table.choice("gather", Gather, Gather.NONE),
        shots=tuple(
            _shot(shot, kind, [column.key for column in read_columns])
            for shot in table.tables("shot", _SHOT, most=MAX_SHOTS)
        ),
    )
    check_unique(columns, (column.key for column in section.columns))
    _check_section(table, section)
    return section


def _check_section(table: Table, section: SectionSpec) -> None:
    if section.kind is SectionKind.TABLE and not section.columns:
        table.bad("column" if table.has("column") else "kind", BadValue.TOO_FEW)
    if section.kind is not SectionKind.TABLE and table.has("column"):
        table.bad("column", BadValue.NOT_ALLOWED_HERE)
    if section.role is SectionRole.SUBJECT and section.kind is not SectionKind.TEXT:
        table.bad("role", BadValue.NOT_ALLOWED_HERE)
    if section.gather is Gather.NONE:
        if table.has("shot"):
            table.bad("shot", BadValue.NOT_ALLOWED_HERE)
    elif section.kind not in _GATHERED_KINDS[section.gather]:
        table.bad("gather", BadValue.NOT_ALLOWED_HERE)


def _column(table: Table) -> Column:
    return Column(
        key=name_of(table),
        title=table.text("title", 40, required=True),
        max_chars=table.integer("max_chars", 80, 1, MAX_CHARS),
        copy=table.choice("copy", Copy, Copy.NONE),
    )


def _shot(table: Table, kind: SectionKind, columns: Iterable[str]) -> Shot:
    answer: object
    if kind is SectionKind.TABLE:
        cells = table.table("answer", columns, required=True)
        answer = {key: cells.text(key, MAX_CHARS, required=False) for key in columns}
    elif kind is SectionKind.LIST:
        answer = list(table.strings("answer", MAX_CHARS, most=20))
    else:
        answer = table.text("answer", MAX_CHARS, required=True)
    return Shot(
        before=table.text("before", MAX_SHOT_CHARS, lines=True).strip(),
        reading=table.text("reading", MAX_SHOT_CHARS, required=True, lines=True).strip(),
        answer=answer,
    )
