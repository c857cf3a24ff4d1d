"""What is asked of the model for a document: which sections are to be written, and from which beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.core.sections import Content, ListContent, SectionSpec, TableContent, TextContent, empty, to_json_value
from desktop.engine.grammar import ITEM_SEPARATOR, SENTENCE_END, dump_compact
from desktop.session.partial_json import read_draft, read_object
from desktop.store.records import DocumentRecord, Origin
from desktop.templates.model import Template
from desktop.templates.render import draft_schema

# A text section may not be empty in the grammar; what a person emptied stands in the prompt as this.
_NOTHING = "（なし）"


@dataclass(frozen=True, slots=True)
class Step:
    """One generation: `keys` are written in one go, after `prefill`, the JSON of everything before them."""

    keys: tuple[str, ...]
    prefill: str
    schema: Mapping[str, object]


def unfinished_keys(template: Template, record: DocumentRecord) -> tuple[str, ...]:
    """Return the sections that still need the model: absent ones and those it had not finished."""

    def finished(spec: SectionSpec) -> bool:
        version = record.sections.get(spec.key)
        return version is not None and (version.finished or version.origin is Origin.PERSON)

    return tuple(spec.key for spec in template.sections if not finished(spec))


def steps(
    template: Template, contents: Mapping[str, Content], pending: Sequence[str], raw_text: str = ""
) -> Iterator[Step]:
    """Yield one step for each unbroken run of pending sections.

    A step's schema ends with its last section, so that the model stops there. `contents` is read when a step is
    reached: what an earlier step wrote belongs to the beginning of a later one. When `raw_text` (an earlier run's
    output) breaks off inside the first pending section, the model goes on from exactly there.
    """
    tail = _open_tail(raw_text, pending[0]) if pending else ""
    for group in _groups(template, pending):
        yield Step(group, _prefill(template, contents, group[0], tail), _schema_up_to(template, group[-1]))
        tail = ""


def _groups(template: Template, pending: Sequence[str]) -> list[tuple[str, ...]]:
    groups: list[tuple[str, ...]] = []
    current: list[str] = []
    for spec in template.sections:
        if spec.key in pending:
            current.append(spec.key)
        elif current:
            groups.append(tuple(current))
            current = []
    return [*groups, tuple(current)] if current else groups


def _open_tail(raw_text: str, key: str) -> str:
    """Return the part of an interrupted answer that belongs to `key`, when it is the member left open."""
    try:
        read = read_object(raw_text)
    except ValueError:
        return ""
    return raw_text[read.open_start :] if read.open_key == key else ""


def _prefill(template: Template, contents: Mapping[str, Content], first: str, tail: str) -> str:
    before: dict[str, object] = {}
    for spec in template.sections:
        if spec.key == first:
            break
        before[spec.key] = to_json_value(spec, fit(spec, contents.get(spec.key, empty(spec.kind))))
    if not before and not tail:
        return ""
    head = dump_compact(before).removesuffix("}")
    separator = ITEM_SEPARATOR if before else ""
    # Without the space after the colon: models have one token for a space with the sign that opens a value.
    return head + separator + (tail or dump_compact(first) + ":")


def _schema_up_to(template: Template, last: str) -> Mapping[str, object]:
    """Return the template's schema without the sections after `last`."""
    schema = draft_schema(template)
    properties = schema["properties"]
    assert isinstance(properties, dict)
    keys = list(properties)
    kept = keys[: keys.index(last) + 1]
    return {**schema, "properties": {key: properties[key] for key in kept}, "required": kept}


def fit(spec: SectionSpec, content: Content) -> Content:
    """Return content within the section's limits, for the prompt only: what a person wrote may be longer than the
    grammar lets a model write, and the beginning of an answer has to be one the grammar accepts.
    """  # noqa: D205 -- the reason is one thought
    if isinstance(content, TextContent):
        return TextContent(_clean(content.text, spec.max_chars) or _NOTHING)
    if isinstance(content, ListContent):
        items = [cleaned for item in content.items if (cleaned := _sentence(item, spec.max_chars))]
        return ListContent(tuple(items[: spec.max_items]))
    rows = content.rows[: spec.max_items]
    return TableContent(tuple(_fitting_row(spec, row) for row in rows))


def _fitting_row(spec: SectionSpec, row: Sequence[str]) -> tuple[str, ...]:
    widest = max(spec.columns, key=lambda column: column.max_chars)
    cells = zip(spec.columns, row, strict=False)
    return tuple(_sentence(cell, column.max_chars) or _NOTHING * (column is widest) for column, cell in cells)


def _clean(text: str, limit: int) -> str:
    """Leave out the control characters the grammar has no escape for."""
    return "".join(sign for sign in text if sign >= " " or sign == "\n")[:limit]


def _sentence(text: str, limit: int) -> str:
    """Return the first sentence, as items and cells hold no more in the grammar."""
    first, end, _ = _clean(text, len(text)).replace("\n", " ").strip().partition(SENTENCE_END)
    return first[:limit] + end if first else ""


def contents_of(record: DocumentRecord) -> dict[str, Content]:
    """Return the latest content of every section that has one."""
    return {key: version.content for key, version in record.sections.items()}


def growth(raw_text: str, template: Template, keys: Sequence[str]) -> dict[str, tuple[Content, bool]]:
    """Return content and finished flag of the step's sections as far as they are written."""
    draft = read_draft(raw_text, template.sections)
    return {key: (draft.contents[key], key in draft.finished) for key in keys if key in draft.contents}
