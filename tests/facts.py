"""Counts how many of a meeting's facts a draft keeps: `python tests/facts.py DRAFT.json|DRAFT.txt FACTS.toml`."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ERA_START = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
DIGITS = {kanji: value for value, kanji in enumerate("〇一二三四五六七八九")}
POWERS = {"十": 10, "百": 100, "千": 1000}
# What a JSON export keeps beside the draft (the source, above all) must not be counted.
DRAFT_KEYS = ("sections", "contents", "draft")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a good draft keeps.

    `groups` are alternatives of spelling: one of each group must stand in the same row, item or line of the draft,
    or anywhere in it when `anywhere` is true.
    """

    id: str
    kind: str
    groups: tuple[tuple[str, ...], ...]
    anywhere: bool


@dataclass(frozen=True, slots=True)
class FactCount:
    """The facts of a draft by what became of them."""

    kept: tuple[Fact, ...]
    missing: tuple[Fact, ...]

    @property
    def total(self) -> int:
        """Number of facts looked for."""
        return len(self.kept) + len(self.missing)

    def of_kind(self, kind: str) -> tuple[int, int]:
        """Return how many facts of a kind were kept, and how many there are."""
        kept = sum(fact.kind == kind for fact in self.kept)
        return kept, kept + sum(fact.kind == kind for fact in self.missing)


def load_facts(path: Path) -> tuple[Fact, ...]:
    """Read a facts file."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Fact(
            id=fact["id"],
            kind=fact["kind"],
            groups=tuple(tuple(group) for group in fact["all"]),
            anywhere=fact.get("anywhere", False),
        )
        for fact in data["fact"]
    )


def count_facts(text: str, facts: Path) -> FactCount:
    """Count the facts kept in a draft: JSON (rows and items are units) or plain text (lines are units)."""
    units = [normalise(unit) for unit in units_of(text)]
    whole = "\n".join(units)
    kept: list[Fact] = []
    missing: list[Fact] = []
    for fact in load_facts(facts):
        found = _holds(fact, [whole] if fact.anywhere else units)
        (kept if found else missing).append(fact)
    return FactCount(tuple(kept), tuple(missing))


def _holds(fact: Fact, units: Sequence[str]) -> bool:
    return any(all(any(mentions(unit, word) for word in group) for group in fact.groups) for unit in units)


def mentions(unit: str, spelling: str) -> bool:
    """Tell whether a normalised text has the spelling; a number must not be a part of a longer one."""
    wanted = normalise(spelling)
    before = r"(?<!\d)(?<!\d[.])" if wanted[:1].isdigit() else ""
    after = r"(?![.]?\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, unit) is not None


def units_of(text: str) -> list[str]:
    """Split a draft into what belongs together: a table row, a list item, a line of text."""
    try:
        value = json.loads(text)
    except ValueError:
        return [line for line in text.splitlines() if line.strip()]
    return list(_units(value))


def _units(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        inner = next((value[key] for key in DRAFT_KEYS if key in value), None)
        if inner is not None:
            yield from _units(inner)
            return
        if all(isinstance(cell, str) for cell in value.values()):
            yield " ".join(value.values())
        for cell in value.values():
            yield from _units(cell)
    elif isinstance(value, list):
        if value and all(isinstance(row, list) for row in value):
            yield from (" ".join(str(cell) for cell in row) for row in value)
            return
        for item in value:
            yield from _units(item)
    elif isinstance(value, str):
        yield from (line for line in value.splitlines() if line.strip())


def normalise(text: str) -> str:
    """Bring widths, numbers, amounts, dates and times to one spelling, without white space."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    plain = re.sub(r"(\d+(?:\.\d+)?)千", lambda match: _whole(float(match.group(1)) * 1000), plain)
    plain = re.sub(r"[〇一二三四五六七八九十百千]+", lambda match: str(_kanji_number(match.group())), plain)
    plain = re.sub(r"(?:(\d+(?:\.\d+)?)億)?(\d+(?:\.\d+)?)万(\d*)", _large_number, plain)
    plain = re.sub(r"(\d+(?:\.\d+)?)億", lambda match: _whole(float(match.group(1)) * 10**8), plain)
    return _times(_dates(plain))


def _kanji_number(text: str) -> int:
    if not any(sign in POWERS for sign in text):
        return int("".join(str(DIGITS[sign]) for sign in text))
    total, pending = 0, 0
    for sign in text:
        if sign in POWERS:
            total += (pending or 1) * POWERS[sign]
            pending = 0
        else:
            pending = DIGITS[sign]
    return total + pending


def _large_number(match: re.Match[str]) -> str:
    hundred_millions, ten_thousands, rest = match.groups()
    value = float(hundred_millions or 0) * 10**8 + float(ten_thousands) * 10**4
    return _whole(value + (int(rest) if rest else 0))


def _whole(value: float) -> str:
    return str(round(value))


def _dates(text: str) -> str:
    text = re.sub(
        r"(令和|平成|R|H)(元|\d{1,2})(?:年|[./-](?=\d))", lambda m: f"{_western_year(m.group(1), m.group(2))}年", text
    )
    text = re.sub(r"(?<!\d)(20\d\d)[./-](?=\d{1,2}[./-]\d)", r"\1年", text)
    text = re.sub(r"(?<![\d./-])0?(\d{1,2})[./-]0?(\d{1,2})(?![\d./-])", _month_and_day, text)
    return re.sub(r"(?<!\d)0(\d[月日])", r"\1", text)


def _month_and_day(match: re.Match[str]) -> str:
    month, day = int(match.group(1)), int(match.group(2))
    is_date = 1 <= month <= 12 and 1 <= day <= 31
    return f"{month}月{day}日" if is_date else match.group()


def _western_year(era: str, year: str) -> int:
    return ERA_START[era] + (1 if year == "元" else int(year))


def _times(text: str) -> str:
    text = text.replace("正午", "12:00")
    pattern = r"(午前|午後|朝|夜)?(?<!\d)(\d{1,2})(?:時(?!間)(?:(半)|(\d{1,2})分)?|:(\d{2}))"
    return re.sub(pattern, _time, text)


def _time(match: re.Match[str]) -> str:
    half_day, hour, half, minute, colon_minute = match.groups()
    hours = int(hour) + (12 if half_day in ("午後", "夜") and int(hour) < 12 else 0)
    minutes = 30 if half else int(minute or colon_minute or 0)
    return f"{hours}:{minutes:02d}"


def main() -> int:
    """Print the count for each kind and what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("draft", type=Path)
    parser.add_argument("facts", type=Path)
    arguments = parser.parse_args()
    count = count_facts(arguments.draft.read_text(encoding="utf-8-sig"), arguments.facts)
    for kind in dict.fromkeys(fact.kind for fact in load_facts(arguments.facts)):
        kept, total = count.of_kind(kind)
        print(f"{kind:10} {kept:2d} / {total:2d}")
    for fact in count.missing:
        print(f"  missing: {fact.kind} {fact.id} {' + '.join(group[0] for group in fact.groups)}")
    print(f"facts kept {len(count.kept):2d} / {count.total:2d}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
