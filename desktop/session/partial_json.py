"""Reading a JSON draft that is still being written: what is there so far, and which members are finished."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.core.clock import possible_hours
from desktop.core.sections import PartialDraft, SectionSpec, from_json_value

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING_BODY = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
# An escape that is cut; the backslashes before it come in pairs, each pair a whole escape.
_DANGLING_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?\Z")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
MAX_DEPTH = 8

Json = str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class PartialObject:
    """The members read so far; `open_key` is the one still being written, whose text starts at `open_start`.

    `open_start` is an offset into the text in characters; it is the text's length when no member is open.
    """

    members: Mapping[str, Json] = field(default_factory=dict)
    finished: frozenset[str] = frozenset()
    open_key: str = ""
    open_start: int = 0


def read_object(text: str) -> PartialObject:
    """Read the longest beginning of a JSON object of strings, arrays and objects (the drafts' schema has no others).

    Raises `ValueError` when the text cannot be the beginning of such an object.
    """
    return _Reader(text).top()


def read_draft(text: str, specs: Sequence[SectionSpec]) -> PartialDraft:
    """Return the sections' contents as far as the model has written them; members that name no section are ignored."""
    read = read_object(text)
    by_key = {spec.key: spec for spec in specs}
    contents = {
        key: from_json_value(by_key[key], _mended(value)) for key, value in read.members.items() if key in by_key
    }
    return PartialDraft(contents, read.finished)


def _mended(value: Json) -> Json:
    """Return a value whose texts tell no impossible hours."""
    if isinstance(value, str):
        return possible_hours(value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    return {key: _mended(item) for key, item in value.items()}


class _EndOfText(Exception):  # noqa: N818 -- a signal inside this module, not an error
    """The text ends inside a value; `value` is what can be used of it."""

    def __init__(self, value: Json | None) -> None:
        super().__init__()
        self.value = value


class _Reader:
    """A recursive-descent reader that treats the end of the text as the end of everything open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def top(self) -> PartialObject:
        members: dict[str, Json] = {}
        finished: set[str] = set()
        key, start = "", len(self._text)
        try:
            self._expect("{")
            while self._peek() != "}":
                start = self._at
                key = self._string()
                self._expect(":")
                members[key] = self._value(1)
                finished.add(key)
                # A member counts as finished only when its end is certain: strings and brackets end themselves.
                key, start = "", len(self._text)
                if self._peek() != "}":
                    self._expect(",")
        except _EndOfText as end:
            if key and end.value is not None:
                members[key] = end.value
            return PartialObject(members, frozenset(finished), key, start)
        return PartialObject(members, frozenset(finished), "", len(self._text))

    def _peek(self) -> str:
        matched = _SPACE.match(self._text, self._at)
        assert matched is not None
        self._at = matched.end()
        if self._at >= len(self._text):
            raise _EndOfText(None)
        return self._text[self._at]

    def _expect(self, sign: str) -> None:
        found = self._peek()
        if found != sign:
            raise ValueError(f"expected {sign!r} at offset {self._at}")
        self._at += 1

    def _value(self, depth: int) -> Json:
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
        sign = self._peek()
        if sign == '"':
            return self._string()
        if sign == "[":
            return self._array(depth)
        if sign == "{":
            return self._object(depth)
        raise ValueError(f"unexpected character at offset {self._at}")

    def _string(self) -> str:
        self._expect('"')
        matched = _STRING_BODY.match(self._text, self._at)
        assert matched is not None
        body = matched.group()
        self._at = matched.end()
        if self._at >= len(self._text) or self._text[self._at] != '"':
            self._at = len(self._text)
            # Everything that is left belongs to the open string, but for an escape that is cut in the middle.
            raise _EndOfText(_decode(_DANGLING_ESCAPE.sub(r"\1", self._text[matched.start() :])))
        self._at += 1
        return _decode(body)

    def _array(self, depth: int) -> list[Json]:
        self._expect("[")
        items: list[Json] = []
        try:
            while self._peek() != "]":
                items.append(self._value(depth + 1))
                if self._peek() != "]":
                    self._expect(",")
        except _EndOfText as end:
            if end.value is not None:
                items.append(end.value)
            raise _EndOfText(items) from None
        self._at += 1
        return items

    def _object(self, depth: int) -> dict[str, Json]:
        self._expect("{")
        members: dict[str, Json] = {}
        key = ""
        try:
            while self._peek() != "}":
                key = ""
                key = self._string()
                self._expect(":")
                members[key] = self._value(depth + 1)
                key = ""
                if self._peek() != "}":
                    self._expect(",")
        except _EndOfText as end:
            if key and end.value is not None:
                members[key] = end.value
            raise _EndOfText(members) from None
        self._at += 1
        return members


def _decode(body: str) -> str:
    """Undo JSON's escapes; raw newlines pass (models write them), and half of a surrogate pair becomes U+FFFD."""
    decoded = json.loads(f'"{body}"', strict=False)
    assert isinstance(decoded, str)
    return _LONE_SURROGATE.sub("\ufffd", decoded)
