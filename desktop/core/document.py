"""A finished document as the exporters take it: an official layout filled with sections and facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from desktop.core.sections import Section


class LayoutKind(StrEnum):
    """The page layouts that exist."""

    MINUTES = "minutes"  # centred title, a table of facts, headed sections
    NOTICE = "notice"  # number and date at the right, addressee, sender, centred title, body, 記, 以上
    MEMO = "memo"  # title, a small table of date, to, from; headed sections


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """Everything that is printed, in the office's own terms.

    `facts` are label and value pairs (日時, 場所, 出席者 …) shown as a table at the head. `contact` has one line
    each for section, person and telephone. Empty strings and `None` are not printed.
    """

    layout: LayoutKind
    title: str
    sections: tuple[Section, ...]
    number: str = ""
    date: dt.date | None = None
    addressee: str = ""
    sender: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    contact: tuple[str, ...] = ()
    note: str = ""
