"""Sections that are put together from places of a record: which places, what is asked of each, what becomes of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from desktop.core.sections import (
    Content,
    Copy,
    Gather,
    ListContent,
    SectionKind,
    SectionSpec,
    TableContent,
    TextContent,
    is_empty,
)
from desktop.engine.base import Message, Role
from desktop.engine.grammar import dump_compact
from desktop.minutes.choices import due_dates, people, speech
from desktop.minutes.cues import Finding, Kind, find
from desktop.minutes.settle import TO_CHECK, same, settle_item, settle_row, settle_text
from desktop.minutes.turns import Record, Turn, passages, read_record
from desktop.session.asks import Answers, Ask, Asks, Growth, Settled, whole
from desktop.session.partial_json import read_object
from desktop.templates.model import Template
from desktop.templates.render import answer_schema, section_prompt

PASSAGE_CHARS = 600
ITEMS_A_PASSAGE = 3
# A list that may hold more items than this is a record of all that was said, not a choice of what matters.
LONGEST_CHOICE = 30
_FEWEST_TURNS = 3

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the record with what leads to it; `finding` is missing for a passage and a digest."""

    before: tuple[Turn, ...]
    reading: tuple[Turn, ...]
    finding: Finding | None = None


class Gathering:
    """The gathered sections of one draft."""

    def __init__(self, template: Template, values: Mapping[str, str]) -> None:
        """Look through the record, which stands in the template's one document field."""
        self._template = template
        fields = template.document_fields
        self._record = read_record(values.get(fields[0].key, "")) if fields else Record((), ())
        self._found = find(self._record)

    @property
    def keys(self) -> tuple[str, ...]:
        """The sections that are gathered: none when the record is no record of people speaking."""
        speaks = any(found.kind is not Kind.NEXT for found in self._found)
        if len(self._record.turns) < _FEWEST_TURNS or not speaks:
            return ()
        return tuple(spec.key for spec in self._template.sections if spec.gather is not Gather.NONE)

    def count(self, pending: Sequence[str]) -> int:
        """Return how many questions the pending sections take."""
        specs = self._pending(pending)
        return sum(1 if spec.gather is Gather.DIGEST else len(self._places(spec)) for spec in specs)

    def _pending(self, pending: Sequence[str]) -> list[SectionSpec]:
        """Return the gathered ones of the sections, a digest after what it is made from."""
        keys = set(pending) & set(self.keys)
        specs = [spec for spec in self._template.sections if spec.key in keys]
        return sorted(specs, key=lambda one: one.gather is Gather.DIGEST)

    def asks(self, contents: Mapping[str, Content], pending: Sequence[str], answers: Answers) -> Asks:
        """Yield what has to be asked for the pending sections; a digest comes after what it is made from.

        `contents` is read when a digest is reached.
        """
        for spec in self._pending(pending):
            places = [self._digest(contents)] if spec.gather is Gather.DIGEST else self._places(spec)
            yield from self._section(spec, places, answers)

    def _places(self, spec: SectionSpec) -> list[Place]:
        if spec.gather is Gather.PASSAGES:
            return [Place((), passage) for passage in passages(self._record, PASSAGE_CHARS)]
        kind = Kind(spec.gather.value)
        return [Place(found.before, found.reading, found) for found in self._found if found.kind is kind]

    def _digest(self, contents: Mapping[str, Content]) -> Place:
        """Return what the other sections hold, a line for each item and row."""
        sources = [spec.key for spec in self._template.sections if spec.gather is not Gather.DIGEST]
        lines = [line for key in sources if key in contents for line in _lines(contents[key])]
        return Place((), tuple(Turn("", line) for line in lines))

    def _section(self, spec: SectionSpec, places: Sequence[Place], answers: Answers) -> Asks:
        gathered: list[Content] = []
        asked = [place for place in places if place.reading]
        for number, place in enumerate(asked, start=1):
            ask = self._ask(spec, place, tuple(gathered), answers, last=number == len(asked))
            if whole(ask.written) is None:
                yield ask
            else:
                yield Settled(ask.read(ask.written, True), was_asked=True)
            gathered.append(_content(spec, place, whole(answers.get(ask.id)), ended=True))
        if not asked and spec.gather is Gather.NEXT:
            gathered.append(TextContent(TO_CHECK))
        # Also when nothing was asked: an answer of an earlier run counts, and no place at all is an answer, too.
        yield Settled({spec.key: (merged(spec, gathered), True)})

    def _ask(
        self, spec: SectionSpec, place: Place, before: tuple[Content, ...], answers: Answers, *, last: bool
    ) -> Ask:
        messages = tuple(_messages(self._template, spec, place))
        schema = answer_schema(spec, self._choices(spec, place), most=_most_items(spec, place))
        # The schema belongs to the question: a beginning that another schema allowed may not fit this one.
        asked = json.dumps([[message.content for message in messages], schema], ensure_ascii=False)
        name = hashlib.sha256(asked.encode()).hexdigest()[:16]

        def read(text: str, ended: bool) -> Growth:  # noqa: FBT001 -- the type of `Ask.read`
            content = _content(spec, place, dict(read_object(text).members), ended=ended)
            return {spec.key: (merged(spec, [*before, content]), ended and last)}

        return Ask(name, messages, schema, _beginning(answers.get(name)), read, head=len(messages) - 1)

    def _choices(self, spec: SectionSpec, place: Place) -> dict[str, tuple[str, ...]]:
        """Return what may be copied into each column that only copies."""
        found = place.finding
        if found is None:
            return {}
        named, dated = people(self._record, found), due_dates(found)
        if found.kind is not Kind.TASK:
            named, dated = ("", *named), ("", *dated)
        elif len(dated) != 1:
            # Work has somebody to do it; when it is due is certain only where one date is named.
            dated = ("", *dated)
        # Notes may name nobody.
        named = named or ("",)
        options = {Copy.PEOPLE: named, Copy.DATES: dated}
        return {column.key: options[column.copy] for column in spec.columns if column.copy is not Copy.NONE}


def fixed_messages(template: Template, spec: SectionSpec) -> Iterator[Message]:
    """Yield the messages at the beginning of every question about a section: they are the same for every document."""
    yield Message(Role.SYSTEM, section_prompt(template, spec))
    for shot in spec.shots:
        yield Message(Role.USER, _question(shot.before, shot.reading))
        yield Message(
            Role.ASSISTANT, dump_compact(shot.answer if spec.kind is SectionKind.TABLE else {spec.key: shot.answer})
        )


def _messages(template: Template, spec: SectionSpec, place: Place) -> Iterator[Message]:
    yield from fixed_messages(template, spec)
    yield Message(Role.USER, _question(speech(place.before), speech(place.reading)))


def _question(before: str, reading: str) -> str:
    lead = f"【前の発言】\n{before}\n\n" if before else ""
    return f"{lead}【読む発言】\n{reading}"


def _beginning(answer: str) -> str:
    """Return a kept answer as far as it can be one; a damaged history must not stop a draft."""
    try:
        read_object(answer)
    except ValueError:
        return ""
    return answer


def _content(spec: SectionSpec, place: Place, value: object, *, ended: bool) -> Content:
    """Return what an answer gives the section; one that has ended is held against the record."""
    members = value if isinstance(value, dict) else {}
    found = place.finding
    if spec.kind is SectionKind.TABLE:
        row = tuple(str(members.get(column.key, "")) for column in spec.columns)
        return TableContent((settle_row(spec.columns, row, found) if ended and found else row,))
    answer = members.get(spec.key, "")
    if isinstance(answer, list):
        items = tuple(str(item) for item in answer)
        return ListContent(tuple(settle_item(item, place.reading) for item in items) if ended else items)
    text = settle_text(str(answer), found) if ended and found else str(answer)
    return TextContent(text) if spec.kind is SectionKind.TEXT else ListContent((text,))


def _most_items(spec: SectionSpec, place: Place) -> int:
    """Return how many items a passage may give: a few, or one for each speech of it."""
    return max(ITEMS_A_PASSAGE, len(place.reading)) if spec.max_items > LONGEST_CHOICE else ITEMS_A_PASSAGE


def merged(spec: SectionSpec, parts: Sequence[Content]) -> Content:
    """Return the parts as one content, without what says the same as something before it."""
    if spec.kind is SectionKind.TEXT:
        return next((part for part in reversed(parts) if not is_empty(part)), TextContent())
    if spec.kind is SectionKind.LIST:
        items = [item for part in parts if isinstance(part, ListContent) for item in part.items]
        return ListContent(tuple(_distinct(items, same)))
    rows = [row for part in parts if isinstance(part, TableContent) for row in part.rows]
    return TableContent(tuple(_distinct(rows, lambda row: same("".join(row)))))


def _distinct(values: Iterable[Value], meaning: Callable[[Value], str]) -> list[Value]:
    """Return the values without those that mean the same as one before them."""
    kept: dict[str, Value] = {}
    for value in values:
        kept.setdefault(meaning(value), value)
    return list(kept.values())


def _lines(content: Content) -> list[str]:
    if isinstance(content, TextContent):
        return []
    if isinstance(content, ListContent):
        return list(content.items)
    return ["　".join(cell for cell in row if cell) for row in content.rows]
