"""Where each key and value of a TOML text stands; `tomllib` reads the values but forgets their lines."""

from __future__ import annotations

import bisect
import re
import tomllib
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_REST_OF_LINE = re.compile(r"[^\n]*")
# A multi-line string may end in up to two quotation marks of its own before the three that close it.
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' r"|'''.*?'''(?:'{0,2})" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'", re.DOTALL
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")


@dataclass(slots=True)
class Positions:
    """Offsets of keys and values by path; an element of an array of tables has its index in the path."""

    text: str
    keys: dict[KeyPath, int] = field(default_factory=dict)
    values: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    _line_starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Remember where lines begin."""
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def line_at(self, offset: int) -> int:
        """Return the line, from 1, of an offset."""
        return bisect.bisect_right(self._line_starts, offset)

    def line(self, path: KeyPath) -> int:
        """Return the line of a key, or of the nearest table around it when the key itself is not in the text."""
        while path:
            if path in self.keys:
                return self.line_at(self.keys[path])
            if path in self.values:
                return self.line_at(self.values[path][0])
            path = path[:-1]
        return 1

    def line_of_text(self, path: KeyPath, needle: str) -> int:
        """Return the line of the first occurrence of `needle` inside a value, or the value's own line."""
        start, end = self.values.get(path, (0, 0))
        found = self.text.find(needle, start, end)
        return self.line_at(found) if found >= 0 else self.line(path)


def locate(text: str) -> Positions:
    """Return the positions in a text that `tomllib` has accepted (in any other text they mean nothing)."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.found


class _Scanner:
    """Walks the statements of a valid TOML document without building values."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = Positions(text)
        self._elements: dict[KeyPath, int] = {}

    def document(self) -> None:
        base: KeyPath = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                base = self._header()
            else:
                self._pair(base)
            self._skip(_REST_OF_LINE)
            self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            # Cannot happen in valid TOML; one character further keeps the walk finite whatever comes.
            self.at += 1
            return ""
        self.at = match.end()
        return match.group()

    def _header(self) -> KeyPath:
        start = self.at
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        *parents, last = self._dotted_key()
        path: KeyPath = ()
        for part in parents:
            path = self._into_last_element((*path, part))
        path = (*path, last)
        if is_array:
            index = self._elements.get(path, -1) + 1
            self._elements[path] = index
            self.found.keys.setdefault(path, start)
            path = (*path, index)
        self.found.keys[path] = start
        return path

    def _into_last_element(self, path: KeyPath) -> KeyPath:
        return (*path, self._elements[path]) if path in self._elements else path

    def _dotted_key(self) -> list[str]:
        parts = []
        while self.at < len(self.text):
            self._skip(_SPACE)
            parts.append(self._simple_key())
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                break
            self.at += 1
        return parts

    def _simple_key(self) -> str:
        if self.text[self.at : self.at + 1] in ('"', "'"):
            quoted = self._skip(_STRING)
            # Keys of fields are Japanese and quoted, rarely with an escape; a parser run for each is felt at start.
            return str(tomllib.loads(f"key = {quoted}")["key"]) if "\\" in quoted else quoted[1:-1]
        return self._skip(_BARE_KEY)

    def _pair(self, base: KeyPath) -> None:
        start = self.at
        path = (*base, *self._dotted_key())
        self.found.keys[path] = start
        self.at += 1  # the equals sign
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._skip(_SPACE)
        start = self.at
        first = self.text[start : start + 1]
        if first in ('"', "'"):
            self._skip(_STRING)
        elif first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self._skip(_BARE_VALUE)
        self.found.values[path] = (start, self.at)

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        self._skip(_BLANK)
        while self.at < len(self.text) and self.text[self.at] != "]":
            self._value((*path, index))
            index += 1
            self._skip_comma()
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.at < len(self.text) and self.text[self.at] != "}":
            self._pair(path)
            self._skip_comma()
        self.at += 1

    def _skip_comma(self) -> None:
        self._skip(_BLANK)
        if self.text.startswith(",", self.at):
            self.at += 1
            self._skip(_BLANK)
