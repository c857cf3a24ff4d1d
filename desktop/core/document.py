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
    LETTER = "letter"  # as a notice, but its headings have no numbers: mails, replies to residents
    SPEECH = "speech"  # a text to be read aloud: large type, no headings
    PRESS = "press"  # 報道資料 on top, then a notice to the press with numbered headings, 問合せ先
    LEAFLET = "leaflet"  # for residents: large title, marked headings, 問合せ先, date and sender at the end
    ANSWERS = "answers"  # a table of facts; the rows of a table are printed as 問 and 答
    APPROVAL = "approval"  # 起案: boxes for seals, a table with the subject, text, 記, 以上


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """Everything that is printed, in the office's own terms.

    `facts` are label and value pairs (日時, 場所, 出席者 …) shown as a table at the head; of an approval, the fact
    決裁欄 names the boxes for seals, one a line. `contact` has one line
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
