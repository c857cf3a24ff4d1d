"""Holding what a model wrote against the record: no number may be new, and none that matters may be lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from desktop.core.figures import numbers
from desktop.core.sections import Column, Copy
from desktop.minutes.cues import Finding, Kind
from desktop.minutes.turns import Turn

# A text of which less than this comes from the record is the model's invention.
_TRACED = 0.5
_CONTENT = re.compile(r"[一-龥々]{2,}|[ァ-ヶー]{2,}")
# Figures are compared by their value, not as words.
_FIGURES = re.compile(r"[〇一二三四五六七八九十百千万億]+[年月日時分]?|(?<=\d)[年月日時分]")
_TOPIC_PAIRS = 2
_SHORTEST = 6
_LONGEST_NAME = 24
# How minutes mark what a person has to look up.
TO_CHECK = "【要確認】"
_FILLERS = re.compile(
    r"^(?:(?:はい|ええ|えー|あの|まあ|では|じゃあ|それでは|それと|あと|そうですね|分かりました|承知しました|ありがとうございます)[、。]?)+"
)


def settle_row(columns: Sequence[Column], row: Sequence[str], finding: Finding) -> tuple[str, ...]:
    """Return a row in which every number stands in the record.

    When the widest cell has a number of its own making, or has lost one that the deciding sentence has, or is about
    something else, the record's own words take its place. A smaller cell (what the row is about) is emptied when it
    has such a number or when nobody spoke of it just before: no name is better than the name of an earlier topic.
    """
    widest = columns.index(max(columns, key=lambda column: column.max_chars))
    cells = list(row)
    wrong = bool(must_keep(finding) - numbers(" ".join(cells))) or not _is_of(cells[widest], finding)
    if wrong:
        cells[widest] = as_said(finding)
    # Where the model has lost the thread, only the place itself can say what it is about.
    known = _pairs(finding.words) if wrong else _near(finding)
    source = numbers(_words((*finding.before, *finding.reading)))
    for index, column in enumerate(columns):
        if index != widest and column.copy is Copy.NONE and not _names(cells[index], known, source):
            cells[index] = ""
    return tuple(cells)


def _names(topic: str, known: frozenset[str], source: frozenset[Fraction]) -> bool:
    """Tell whether a topic shares a word with what is known and has no number of its own."""
    pairs = _pairs(topic)
    return numbers(topic) <= source and (not pairs or bool(pairs & known))


def _near(finding: Finding) -> frozenset[str]:
    """Return the words of a place and of the turns right before it, as far back as it takes to know the topic."""
    words, led = _pairs(finding.words), frozenset[str]()
    for turn in reversed(finding.before):
        led |= _pairs(turn.text)
        if len(led) >= _TOPIC_PAIRS:
            break
    return words | led


def settle_text(text: str, finding: Finding) -> str:
    """Return the text, or the record's own words where the text has lost a number or made one up."""
    return text if must_keep(finding) <= numbers(text) and _is_of(text, finding) else as_said(finding)


def settle_item(item: str, passage: Sequence[Turn]) -> str:
    """Return an opinion drawn from a passage under the name of whoever said it.

    It is marked when it has a number that the passage has not, or when most of its words are nobody's.
    """
    name, colon, said = item.partition("：")
    words = said if colon and len(name) <= _LONGEST_NAME else item
    source = " ".join(turn.text for turn in passage)
    if not numbers(words) <= numbers(source) or _traced(words, source) < _TRACED:
        return item + TO_CHECK
    spoken = max(passage, key=lambda turn: (_traced(words, turn.text), turn.speaker == name))
    if not spoken.speaker or _traced(words, spoken.text) < _TRACED:
        return item
    return f"{spoken.speaker}：{words}"


def _is_of(text: str, finding: Finding) -> bool:
    """Tell whether a text is about a finding: its numbers and most of its words stand there, one in what is read."""
    source = _words((*finding.before, *finding.reading))
    if not numbers(text) <= numbers(source) or _traced(text, source) < _TRACED:
        return False
    return not _pairs(finding.words) or bool(_pairs(text) & _pairs(finding.words)) or bool(must_keep(finding))


def _traced(text: str, source: str) -> float:
    """Return the share of the text's word pairs that stand in the source."""
    pairs = _pairs(text)
    return len(pairs & _pairs(source)) / len(pairs) if pairs else 1.0


def _pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters in the words that carry meaning: kanji and katakana."""
    runs = _CONTENT.findall(_FIGURES.sub(" ", unicodedata.normalize("NFKC", text)))
    return frozenset(run[index : index + 2] for run in runs for index in range(len(run) - 1))


def must_keep(finding: Finding) -> frozenset[Fraction]:
    """Return the numbers that what is written about a finding has to hold."""
    if finding.kind is Kind.TASK:
        # Of a task only the deadline matters, and that is copied.
        return frozenset()
    return numbers(finding.said)


def as_said(finding: Finding) -> str:
    """Return the sentence that says it, without the words that only lead to it."""
    said = _FILLERS.sub("", finding.said)
    return said if len(said) >= _SHORTEST else finding.words


def _words(turns: Sequence[Turn]) -> str:
    return " ".join(turn.text for turn in turns)


def same(text: str) -> str:
    """Return what is compared to find an item that says the same as another: no space, no signs, one width."""
    return re.sub(r"[\s、。・「」]", "", unicodedata.normalize("NFKC", text))
