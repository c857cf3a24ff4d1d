"""Strict parsing of a template's sections: their columns, what they are gathered from, and their worked examples."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.core.sections import Column, Copy, Gather, SectionKind, SectionRole, SectionSpec, Shot
from desktop.templates.reading import BadValue, Table
from desktop.templates.shape import MAX_CHARS, Key, Strings, Text

_MOST_ANSWERS = 20
# What is found place by place gives a row or an item each; a digest is one answer.
_GATHERED_KINDS = {
    Gather.DECISIONS: (SectionKind.TABLE, SectionKind.LIST),
    Gather.TASKS: (SectionKind.TABLE, SectionKind.LIST),
    Gather.NEXT: (SectionKind.TEXT,),
    Gather.PASSAGES: (SectionKind.LIST,),
    Gather.DIGEST: (SectionKind.LIST, SectionKind.TEXT),
}


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
    tables = top.tables("section")
    sections = tuple(_section(table) for table in tables)
    check_unique(tables, (section.key for section in sections))
    subjects = [table for table, one in zip(tables, sections, strict=True) if one.role is SectionRole.SUBJECT]
    for table in subjects[1:]:
        table.bad("role", BadValue.DUPLICATE)
    return sections


def _section(table: Table) -> SectionSpec:
    columns = table.tables("column")
    kind = table.choice("kind", SectionKind, SectionKind.TEXT)
    read_columns = tuple(_column(column) for column in columns)
    section = SectionSpec(
        key=table.text("key"),
        title=table.text("title"),
        kind=kind,
        instruction=table.text("instruction"),
        role=table.choice("role", SectionRole, SectionRole.HEADING),
        max_chars=table.integer("max_chars"),
        max_items=table.integer("max_items"),
        columns=read_columns,
        gather=table.choice("gather", Gather, Gather.NONE),
        optional=table.flag("optional"),
        shots=tuple(_shot(shot, kind, [column.key for column in read_columns]) for shot in table.tables("shot")),
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
    if section.role is SectionRole.SUBJECT and section.optional:
        table.bad("optional", BadValue.NOT_ALLOWED_HERE)
    if section.gather is Gather.NONE:
        if table.has("shot"):
            table.bad("shot", BadValue.NOT_ALLOWED_HERE)
    elif section.kind not in _GATHERED_KINDS[section.gather]:
        table.bad("gather", BadValue.NOT_ALLOWED_HERE)


def _column(table: Table) -> Column:
    return Column(
        key=table.text("key"),
        title=table.text("title"),
        max_chars=table.integer("max_chars"),
        copy=table.choice("copy", Copy, Copy.NONE),
    )


def _shot(table: Table, kind: SectionKind, columns: Iterable[str]) -> Shot:
    answer: object
    if kind is SectionKind.TABLE:
        cell = Key(Text(MAX_CHARS))
        cells = table.table_of("answer", dict.fromkeys(columns, cell), required=True)
        answer = {key: cells.text(key) for key in columns}
    elif kind is SectionKind.LIST:
        answer = list(table.strings_of("answer", Strings(MAX_CHARS, _MOST_ANSWERS)))
    else:
        answer = table.text_of("answer", Text(MAX_CHARS), required=True)
    return Shot(table.text("before").strip(), table.text("reading").strip(), answer)
