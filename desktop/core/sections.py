"""What a section of a draft is: its specification and its content, and their exact JSON form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_CELL_BREAKS = re.compile(r"[\t\r\n]+")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


class SectionKind(StrEnum):
    """The three shapes a section can have."""

    TEXT = "text"
    LIST = "list"
    TABLE = "table"


class SectionRole(StrEnum):
    """Where a section stands on the page of an official document."""

    HEADING = "heading"  # a headed section in the order of the template
    SUBJECT = "subject"  # the title line (件名)
    BODY = "body"  # running text without a heading
    RECORD = "record"  # an item under 記


class Gather(StrEnum):
    """From which places of the record a section is put together, one short question to the model for each."""

    NONE = ""  # written in one go, after reading the whole source
    DECISIONS = "decisions"  # where something is decided
    TASKS = "tasks"  # where somebody takes work on
    NEXT = "next"  # where the next meeting is named
    PASSAGES = "passages"  # passage by passage, from the first to the last
    DIGEST = "digest"  # from what the other gathered sections hold


class Copy(StrEnum):
    """What a column may only copy from the record, never invent."""

    NONE = ""
    PEOPLE = "people"  # a name or a section of the office
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table section; `key` is the JSON key the model fills, `title` what is printed."""

    key: str
    title: str
    max_chars: int = 80
    copy: Copy = Copy.NONE


@dataclass(frozen=True, slots=True)
class Shot:
    """A worked example for a gathered section: what stands before a place, the place, and the JSON of its answer."""

    before: str
    reading: str
    answer: object


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """One section of a template. Lengths are in characters (code points), `max_items` in rows or items.

    An `optional` section may be left empty by the model and is not printed then.
    """

    key: str
    title: str
    kind: SectionKind
    instruction: str = ""
    role: SectionRole = SectionRole.HEADING
    max_chars: int = 400
    max_items: int = 12
    columns: tuple[Column, ...] = ()
    gather: Gather = Gather.NONE
    shots: tuple[Shot, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class TextContent:
    """Running text; paragraphs are separated by newlines."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class ListContent:
    """Items of a bulleted list, without bullets."""

    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableContent:
    """Rows of a table; every row has one cell for each column of the specification, in its order."""

    rows: tuple[tuple[str, ...], ...] = ()


Content = TextContent | ListContent | TableContent


@dataclass(frozen=True, slots=True)
class Section:
    """A specification with its content."""

    spec: SectionSpec
    content: Content


def empty(kind: SectionKind) -> Content:
    """Return the empty content of a kind."""
    if kind is SectionKind.TEXT:
        return TextContent()
    return ListContent() if kind is SectionKind.LIST else TableContent()


def is_empty(content: Content) -> bool:
    """Tell whether nothing but white space stands in the content."""
    if isinstance(content, TextContent):
        return not content.text.strip()
    if isinstance(content, ListContent):
        return not any(item.strip() for item in content.items)
    return not any(cell.strip() for row in content.rows for cell in row)


def from_json_value(spec: SectionSpec, value: object) -> Content:
    """Build content from a parsed JSON value of the section's schema, tolerating what a partial draft lacks.

    A table row that lacks cells (it is still being written) gets empty ones; a value of another shape than the
    section's kind gives the empty content.
    """
    if spec.kind is SectionKind.TEXT:
        return TextContent(_string(value))
    if not isinstance(value, list):
        return empty(spec.kind)
    if spec.kind is SectionKind.LIST:
        return ListContent(tuple(_string(item) for item in value if isinstance(item, str)))
    rows = [row for row in value if isinstance(row, Mapping)]
    return TableContent(tuple(_row(spec.columns, row) for row in rows))


def _row(columns: Iterable[Column], row: Mapping[object, object]) -> tuple[str, ...]:
    return tuple(_string(row.get(column.key, "")) for column in columns)


def _string(value: object) -> str:
    """Return a string that can be stored: JSON escapes may spell half of a surrogate pair, which UTF-8 cannot."""
    return _LONE_SURROGATES.sub("", value) if isinstance(value, str) else ""


def to_json_value(spec: SectionSpec, content: Content) -> object:
    """Return the JSON value a model would have written for this content (inverse of `from_json_value`)."""
    if isinstance(content, TextContent):
        return content.text
    if isinstance(content, ListContent):
        return list(content.items)
    keys = [column.key for column in spec.columns]
    return [dict(zip(keys, row, strict=False)) for row in content.rows]


def dumps(content: Content) -> str:
    """Serialise content for the store: `{"text": …}`, `{"items": […]}` or `{"rows": [[…]]}`."""
    if isinstance(content, TextContent):
        value: object = {"text": content.text}
    elif isinstance(content, ListContent):
        value = {"items": list(content.items)}
    else:
        value = {"rows": [list(row) for row in content.rows]}
    return json.dumps(value, ensure_ascii=False)


def loads(text: str) -> Content:
    """Read what `dumps` wrote; raises `ValueError` when it is anything else."""
    return content_of(json.loads(text))


def content_of(value: object) -> Content:
    """Build content from the parsed JSON that `dumps` wrote; raises `ValueError` when it is anything else."""
    if isinstance(value, dict):
        held, items, rows = value.get("text"), value.get("items"), value.get("rows")
        if isinstance(held, str):
            return TextContent(held)
        if isinstance(items, list):
            return ListContent(_strings(items))
        if isinstance(rows, list):
            return TableContent(tuple(_strings(row) for row in rows))
    raise ValueError("not the JSON of a section's content")


def _strings(values: object) -> tuple[str, ...]:
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        return tuple(values)
    raise ValueError("not a list of strings")


def plain_text(section: Section) -> str:
    """Return the content as text for the clipboard: lines for a list, tab-separated rows with a header for a table."""
    content = section.content
    if isinstance(content, TextContent):
        return content.text
    if isinstance(content, ListContent):
        return "\n".join(content.items)
    header = "\t".join(column.title for column in section.spec.columns)
    return "\n".join([header, *("\t".join(_CELL_BREAKS.sub(" ", cell) for cell in row) for row in content.rows)])


@dataclass(frozen=True, slots=True)
class PartialDraft:
    """What can be read from a draft that is still being written: content by section key, and which are finished."""

    contents: Mapping[str, Content] = field(default_factory=dict)
    finished: frozenset[str] = frozenset()
