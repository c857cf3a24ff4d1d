"""Files of usage as a department would have them: about forty people over two fiscal years."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

from desktop.learning.usage_file import MonthUse, TemplateUse, dump_usage, file_name
from desktop.templates.library import builtin_templates

SECTIONS = {"総務部/総務課": 13, "総務部/財政課": 11, "総務部/人事課": 9, "総務部/情報政策課": 7, "総務部/秘書室": 3}
TEMPLATES = {
    "minutes": 8,
    "notice": 6,
    "memo": 5,
    "mail": 5,
    "approval": 4,
    "inquiry": 3,
    "reply": 3,
    "assembly-answer": 3,
}
RARE = ("press", "greeting", "faq", "survey", "trip-report")


def months(first: dt.date, count: int) -> list[dt.date]:
    """Return the first days of months."""
    start = first.year * 12 + first.month - 1
    return [dt.date(place // 12, place % 12 + 1, 1) for place in range(start, start + count)]


def department(first: dt.date, count: int, *, times: int = 1) -> Iterator[MonthUse]:
    """Return everybody's months; use grows slowly, and not everybody uses it in every month."""
    chance = random.Random(5)  # noqa: S311 -- figures for tests
    names = {one.id: one.name for one in builtin_templates()}
    people = [
        (f"{chance.getrandbits(128):032x}", section) for section, size in SECTIONS.items() for _ in range(size * times)
    ]
    for place, month in enumerate(months(first, count)):
        for person, section in people:
            if chance.random() < min(0.95, 0.62 + place * 0.025):
                yield _month(chance, person, month, section, names)


def _month(chance: random.Random, person: str, month: dt.date, section: str, names: dict[str, str]) -> MonthUse:
    common = chance.choices(list(TEMPLATES), weights=list(TEMPLATES.values()), k=chance.randint(1, 5))
    chosen = dict.fromkeys([*common, *([chance.choice(RARE)] if chance.random() < 0.08 else [])])
    uses = []
    for template in chosen:
        documents = chance.randint(1, 4)
        answered = chance.randint(0, documents)
        minutes = sum(chance.choice((0, 10, 10, 30, 30, 60)) for _ in range(answered))
        uses.append(TemplateUse(template, names[template], documents, answered, minutes))
    return MonthUse(person, month, section, tuple(uses))


def put(folder: Path, uses: Iterator[MonthUse] | list[MonthUse]) -> int:
    """Write the files; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for use in uses:
        (folder / file_name(use)).write_text(dump_usage(use), encoding="utf-8")
        count += 1
    return count
