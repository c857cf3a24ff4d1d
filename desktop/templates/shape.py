"""The shape of a template file, once: its keys, their types and limits; parser, JSON schema and manual all read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.core.document import LayoutKind
from desktop.core.review import ReviewProfile
from desktop.core.sections import Copy, Gather, SectionKind, SectionRole
from desktop.templates.model import Category, FieldType

FORMAT = 1
MAX_BYTES = 256 * 1024
MAX_REFERENCE_BYTES = 5 * 1024 * 1024

# An output grammar cannot repeat a rule more often than this.
MAX_CHARS = 2000
MAX_EXAMPLE_CHARS = 20_000

NAME = r"[^\W\d]\w{0,39}"
# The same for editors, whose expressions know letters of ASCII only: everything but spaces and ASCII's signs.
NAME_FOR_EDITORS = r"[^\s0-9!-/:-@\[-\^`{-~][^\s!-/:-@\[-\^`{-~]{0,39}"
IDENTITY = r"[a-z0-9][a-z0-9_-]{0,39}"
SHA256 = r"[0-9a-f]{64}"


@dataclass(frozen=True, slots=True)
class Text:
    """A string of at most `limit` characters, on one line unless `lines`; `pattern` has to match all of it."""

    limit: int
    lines: bool = False
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number between `low` and `high`, both included."""

    low: int
    high: int
    default: int


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false, false when it is not written."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of an enumeration's values; the empty value stands for "not written" and cannot be written."""

    options: type[StrEnum]
    default: StrEnum | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """What can be written."""
        return tuple(option.value for option in self.options if option.value)


@dataclass(frozen=True, slots=True)
class Strings:
    """An array of at most `most` strings of at most `limit` characters."""

    limit: int
    most: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a worked example: a text, a list or a row, as the section's kind is."""

    limit: int
    most: int


@dataclass(frozen=True, slots=True)
class Part:
    """A table. Without `keys` its keys are the fields' keys, with texts of at most `limit` characters."""

    keys: Mapping[str, Key] = field(default_factory=dict)
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """An array of at most `most` tables."""

    keys: Mapping[str, Key]
    most: int


Kind = Text | Integer | Flag | Choice | Strings | Answer | Part | Parts


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table."""

    kind: Kind
    required: bool = False


_FIELD = {
    "key": Key(Text(40, pattern=NAME), required=True),
    "label": Key(Text(40), required=True),
    "label_en": Key(Text(60)),
    "type": Key(Choice(FieldType), required=True),
    "required": Key(Flag()),
    "default": Key(Text(2000, lines=True)),
    "help": Key(Text(400, lines=True)),
    "help_en": Key(Text(400, lines=True)),
    "choices": Key(Strings(60, most=60)),
}
_COLUMN = {
    "key": Key(Text(40, pattern=NAME), required=True),
    "title": Key(Text(40), required=True),
    "max_chars": Key(Integer(1, MAX_CHARS, default=80)),
    "copy": Key(Choice(Copy, Copy.NONE)),
}
_SHOT = {
    "before": Key(Text(2000, lines=True)),
    "reading": Key(Text(2000, lines=True), required=True),
    "answer": Key(Answer(MAX_CHARS, most=20)),
}
_SECTION = {
    "key": Key(Text(40, pattern=NAME), required=True),
    "title": Key(Text(40), required=True),
    "kind": Key(Choice(SectionKind), required=True),
    "role": Key(Choice(SectionRole, SectionRole.HEADING)),
    "instruction": Key(Text(800, lines=True)),
    "optional": Key(Flag()),
    "max_chars": Key(Integer(1, MAX_CHARS, default=400)),
    "max_items": Key(Integer(1, 50, default=12)),
    "gather": Key(Choice(Gather, Gather.NONE)),
    "column": Key(Parts(_COLUMN, most=8)),
    "shot": Key(Parts(_SHOT, most=6)),
}
_LAYOUT = {
    "kind": Key(Choice(LayoutKind), required=True),
    "title": Key(Text(200)),
    "number": Key(Text(200)),
    "date": Key(Text(200)),
    "addressee": Key(Text(200, lines=True)),
    "sender": Key(Text(200, lines=True)),
    "contact": Key(Strings(200, most=10)),
    "note": Key(Text(400, lines=True)),
    "reference": Key(Text(80)),
    "reference_sha256": Key(Text(64, pattern=SHA256)),
    "fact": Key(
        Parts(
            {"label": Key(Text(40), required=True), "value": Key(Text(400, lines=True), required=True)},
            most=30,
        )
    ),
}
_PROMPT = {
    "system": Key(Text(6000, lines=True), required=True),
    "user": Key(Text(6000, lines=True), required=True),
    "example": Key(Text(6000, lines=True)),
}
TEMPLATE: Mapping[str, Key] = {
    "format": Key(Integer(FORMAT, FORMAT, default=FORMAT), required=True),
    "id": Key(Text(40, pattern=IDENTITY), required=True),
    "name": Key(Text(60), required=True),
    "name_en": Key(Text(60)),
    "category": Key(Choice(Category), required=True),
    "version": Key(Text(20), required=True),
    "description": Key(Text(400, lines=True)),
    "description_en": Key(Text(400, lines=True)),
    "keywords": Key(Strings(40, most=20)),
    "author": Key(Text(80)),
    "updated": Key(Text(20)),
    "change": Key(Text(400, lines=True)),
    "field": Key(Parts(_FIELD, most=40)),
    "section": Key(Parts(_SECTION, most=20), required=True),
    "layout": Key(Part(_LAYOUT), required=True),
    "prompt": Key(Part(_PROMPT), required=True),
    "review": Key(Part({"profile": Key(Choice(ReviewProfile))})),
    "example": Key(Part(limit=MAX_EXAMPLE_CHARS)),
}


def walk(keys: Mapping[str, Key] = TEMPLATE, prefix: str = "") -> Iterator[tuple[str, Key]]:
    """Yield every key with its path as people write it (`section.column.key`), a table before its keys."""
    for name, key in keys.items():
        yield f"{prefix}{name}", key
        if isinstance(key.kind, Part | Parts):
            yield from walk(key.kind.keys, f"{prefix}{name}.")
