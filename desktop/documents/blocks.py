"""The blocks a page is made of, the same for every format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """What a line is; each format decides how that looks."""

    BANNER = "banner"  # what kind of paper it is, above everything
    NUMBER = "number"
    DATE = "date"
    ADDRESSEE = "addressee"
    SENDER = "sender"
    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    RECORD_MARK = "record_mark"
    ITEM = "item"  # a numbered item under 記; its text is its title
    QUESTION = "question"  # its marker is 問 with its number
    ANSWER = "answer"  # its marker is 答, or the title of what else belongs to the question
    CLOSING = "closing"
    CONTACT = "contact"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Line:
    """One or more lines of text of the same kind, without marks; `text` may hold line breaks.

    `marker` is a bullet or a number (１, ・, (1)) when the line has one. `value` is what stands beside an item's title
    on the same line, `aligned` the title padded to the length of its neighbours. `level` counts steps of indentation.
    """

    kind: LineKind
    text: str
    marker: str = ""
    value: str = ""
    aligned: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class FactTable:
    """Labels and values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RowTable:
    """Titles and rows, every row as long as the titles; `level` counts the steps of indentation."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class SealRow:
    """Titles of the people who approve, with room for a seal below each."""

    titles: tuple[str, ...]


Block = Line | FactTable | RowTable | SealRow
