"""What is asked of the model for a document: which sections are to be written, and from which beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from desktop.core.sections import (
    Content,
    Gather,
    ListContent,
    SectionSpec,
    TableContent,
    TextContent,
    empty,
    to_json_value,
)
from desktop.engine.base import Message, Role
from desktop.engine.grammar import ITEM_SEPARATOR, SENTENCE_END, dump_compact
from desktop.session.asks import Answers, Ask, Asks, Growth
from desktop.session.gathering import Gathering, fixed_messages
from desktop.session.partial_json import read_draft, read_object
from desktop.store.records import DocumentRecord, Origin
from desktop.templates.model import Template
from desktop.templates.render import draft_schema, render_prompt, system_prompt

# A text section may not be empty in the grammar; what a person emptied stands in the prompt as this.
_NOTHING = "（なし）"


def unfinished_keys(template: Template, record: DocumentRecord) -> tuple[str, ...]:
    """Return the sections that still need the model: absent ones and those it had not finished."""

    def finished(spec: SectionSpec) -> bool:
        version = record.sections.get(spec.key)
        return version is not None and (version.finished or version.origin is Origin.PERSON)

    return tuple(spec.key for spec in template.sections if not finished(spec))


FORM = "form"


class Plan:
    """Everything a draft asks, in order: first what is gathered from places of the record, then the rest in one go."""

    def __init__(
        self, template: Template, values: Mapping[str, str], contents: Mapping[str, Content], pending: Sequence[str]
    ) -> None:
        """Plan for checked values; `contents` is read as it grows: what was written belongs to what is asked later."""
        self._gathering = Gathering(template, values)
        self._contents = contents
        self._gathered = [key for key in pending if key in self._gathering.keys]
        self._written = [key for key in pending if key not in self._gathered]
        rest = tuple(spec for spec in template.sections if spec.key not in self._gathering.keys)
        self._form = replace(template, sections=rest)
        self._messages = _form_messages(self._form, values) if rest else ()

    @property
    def count(self) -> int:
        """How many questions there are."""
        return self._gathering.count(self._gathered) + len(_groups(self._form, self._written))

    def asks(self, answers: Answers) -> Asks:
        """Yield the questions; `answers` are those of an earlier run and take in the new ones."""
        yield from self._gathering.asks(self._contents, self._gathered, answers)
        yield from form_asks(self._form, self._messages, self._contents, self._written, answers)


def heads(template: Template) -> Iterator[tuple[Message, ...]]:
    """Yield the beginnings that a draft's questions have in common with those of every other draft of the template.

    For a record of people speaking, that is: of anything else all sections are asked for in one go.
    """
    gathered = [spec for spec in template.sections if spec.gather is not Gather.NONE]
    for spec in gathered:
        yield tuple(fixed_messages(template, spec))
    rest = tuple(spec for spec in template.sections if spec not in gathered)
    if rest:
        yield (Message(Role.SYSTEM, system_prompt(replace(template, sections=rest))),)


def _form_messages(template: Template, values: Mapping[str, str]) -> tuple[Message, ...]:
    system, user = render_prompt(template, values)
    return (Message(Role.SYSTEM, system), Message(Role.USER, user))


def form_asks(
    template: Template,
    messages: tuple[Message, ...],
    contents: Mapping[str, Content],
    pending: Sequence[str],
    answers: Answers,
) -> Iterator[Ask]:
    """Yield one question for each unbroken run of pending sections.

    A question's schema ends with its last section, so that the model stops there. `contents` is read when a question
    is reached: what an earlier one wrote belongs to the beginning of a later one. When an earlier run's answer
    breaks off inside the first pending section, the model goes on from exactly there.
    """
    tail = _open_tail(answers.get(FORM), pending[0]) if pending else ""
    for group in _groups(template, pending):
        prefill = _prefill(template, contents, group[0], tail)

        def read(text: str, _ended: bool, group: tuple[str, ...] = group) -> Growth:  # noqa: FBT001 -- the type of `Ask.read`
            return growth(text, template, group)

        yield Ask(FORM, messages, _schema_up_to(template, group[-1]), prefill, read)
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
