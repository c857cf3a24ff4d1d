"""What a column may copy from a record: the people and sections named around a place, and the dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from desktop.core.figures import dates
from desktop.minutes.cues import Finding, Kind
from desktop.minutes.turns import Record, Turn

_MOST_PEOPLE = 40
# A name before a form of address or an office; the office is a part of what is written.
_ADDRESSED = re.compile(
    r"(?:[一-龥々ヶ]{1,4}|[ァ-ヶー]{2,8})(?=さん|氏|先生|様)"
    r"|[一-龥々ヶ]{1,4}(?:係長|課長補佐|課長|主査|主任|主幹|委員|部長|室長|会長|所長|局長)"
)
# A section or a body, where the words make it act: 危機管理室が, 市民協働課で, 自治会に頼む.
_ACTING = re.compile(
    r"(?:(?:(?<=[はがをにとのでも、。（\s])[ぁ-ん]{2,6})?[一-龥々ァ-ヶー]{0,12}"
    r"(?:協議会|連合会|委員会|自治会|商工会|町内会|消防署|事務所|センター)"
    r"|[一-龥々ァ-ヶー]{1,12}(?:課|係|室|局|部会))"
    r"(?=[がは]|で(?!す)|の方で|に(?:お願い|頼|依頼))"
)
_ROOM = re.compile(r"(?:会議|集会|研修|相談|応接|遊戯|理科|教|協議|和)室$")
_EVERYBODY = ("皆", "皆様", "各位", "お客", "利用者", "住民", "市民")
_LIMIT = r"(?:[（(].[）)])?.{0,6}?(?:まで|限り|締め?切)"
_LABEL_PARTS = re.compile(r"[・（）()\s]+")
_SHORTEST_NAME = 2


def people(record: Record, finding: Finding) -> tuple[str, ...]:
    """Return who may be named for a finding, the likeliest first.

    Who takes work on does it, unless the same words name somebody else. What is only asked for can fall to anybody.
    A decision names somebody only when its words do.
    """
    doing = finding.reading[-1]
    named = _named(doing.text, record.speakers)
    if finding.kind is not Kind.TASK:
        return _distinct(_named(finding.said, record.speakers))
    if finding.taken_on and doing.speaker:
        return _distinct([doing.speaker, *named])
    return _distinct([*named, *(speaker for speaker in record.speakers if speaker != doing.speaker), doing.speaker])


def _named(said: str, speakers: Iterable[str]) -> list[str]:
    """Return who is named: speakers by a part of their label or by their name before さん and the like, and others."""
    known = [speaker for speaker in speakers if _is_named(speaker, said)]
    others = [match.group() for match in _ADDRESSED.finditer(said) if match.group() not in _EVERYBODY]
    acting = [match.group() for match in _ACTING.finditer(said) if not _ROOM.search(match.group())]
    new = [name for name in (*others, *acting) if not any(name in one or name.startswith(one) for one in known)]
    return [*known, *new]


def _is_named(speaker: str, said: str) -> bool:
    parts = [part for part in _LABEL_PARTS.split(speaker) if len(part) >= _SHORTEST_NAME]
    titled = any(f"{speaker[:2]}{title}" in said for title in ("さん", "係長", "課長", "委員", "先生", "会長", "部長"))
    return titled or any(part in said for part in parts)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names without repetition and without empty ones."""
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_PEOPLE]


def due_dates(finding: Finding) -> tuple[str, ...]:
    """Return the dates a finding may be due on, as they stand in the record.

    Where the words say までに of a date, only such dates count; a decision has no other due dates.
    """
    said = finding.words
    found = dates(said)
    limits = tuple(date for date in found if re.search(re.escape(date) + _LIMIT, said))
    if limits or finding.kind is not Kind.TASK:
        return limits
    return tuple(date for number, date in enumerate(found) if not _is_explained(date, found[number + 1 :], said))


def _is_explained(date: str, later: Sequence[str], said: str) -> bool:
    return any(re.search(re.escape(date) + r"[、のは]{1,2}" + re.escape(exact), said) for exact in later)


def speech(turns: Iterable[Turn]) -> str:
    """Return turns as lines."""
    return "\n".join(turn.written() for turn in turns)
