"""What changed between two texts, in pieces that a person can read: whole words, no scattered single characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise


class Change(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one fate."""

    change: Change
    text: str


# A word is a run of one script; okurigana and particles make a run of their own. A number keeps its marks. The polite
# 御, ご and お are words of their own, so that exchanging one leaves the word behind it.
_TOKENS = re.compile(
    r"[0-9０-９]+(?:[.,．，][0-9０-９]+)*"
    r"|[A-Za-zＡ-Ｚａ-ｚÀ-ɏ_]+"
    r"|御(?=[\u3400-\u9fff])"
    r"|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〆ヶ]+"
    r"|[ごお](?=[\u3400-\u9fff])"
    r"|[ぁ-ゖゝゞー]+?(?=[ごお][\u3400-\u9fff])"
    r"|[ぁ-ゖゝゞー]+"
    r"|[ァ-ヺー・ｦ-ﾟ]+"
    r"|[ \t\u3000]+"
    r"|.",
    re.DOTALL,
)
_SENTENCES = re.compile(r"[^。．！？\n]*(?:[。．！？]+[」』）]?\n?|\n|\Z)")
_HIRAGANA = re.compile(r"[ぁ-ゖ]")
# Sentences with less in common than this are shown as one gone and one come.
_ALIKE = 0.4
# Pairs of neighbouring characters in common by which a sentence is taken to have come of another.
_LEAST_LIKENESS = 0.2
_MOST_SENTENCE_PAIRS = 40_000
# What stays the same between two changes must be longer than this, or it is read as part of the change.
_LEAST_SAME = 2
# Two kanji words that share this much at an end are shown as one word with a part changed: 予算執行方針, 予算執行計画.
_LEAST_SHARED = 2
# Comparing takes as many steps as there are pairs of equal words, several times over; beyond this number of pairs the
# words that are everywhere are left out of it, which loses nothing but finesse.
_MOST_PAIRS = 100_000
# An ending that is shorter says too little to be left standing before what was put behind it.
_LEAST_ENDING = 3

Pair = tuple[str, str]


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts in reading order; where text was replaced, what is gone comes first.

    The pieces that are not `ADDED` make up `before`, those that are not `REMOVED` make up `after`, exactly.
    """
    pairs: list[Pair] = []
    for gone, come in _changes(_split(_SENTENCES, before), _split(_SENTENCES, after)):
        stretches = [(gone, come)] if gone == come else _beside(_split(_SENTENCES, gone), _split(_SENTENCES, come))
        pairs += [part for old, new in stretches for part in _in_words(old, new)]
    return tuple(_pieces(_readable(_joined(pairs))))


def changed_places(pieces: Iterable[Piece]) -> int:
    """Return how many separate places differ: a replacement is one."""
    count, inside = 0, False
    for piece in pieces:
        count += piece.change is not Change.SAME and not inside
        inside = piece.change is not Change.SAME
    return count


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    return [found.group() for found in pattern.finditer(text) if found.group()]


def _changes(before: Sequence[str], after: Sequence[str]) -> Iterator[Pair]:
    """Yield (gone, come) for each stretch; both are equal where nothing changed."""
    there = Counter(after)
    matcher = SequenceMatcher(None, before, after, autojunk=sum(there[word] for word in before) > _MOST_PAIRS)
    for _, start, end, other_start, other_end in matcher.get_opcodes():
        yield "".join(before[start:end]), "".join(after[other_start:other_end])


def _beside(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Put each replaced sentence beside the one that came of it; the others came or went as a whole.

    The order of both stays; of all ways to pair them the one with the most in common is taken.
    """
    if not before or not after or len(before) * len(after) > _MOST_SENTENCE_PAIRS:
        return [("".join(before), "".join(after))]
    shapes, other_shapes = [_shape(text) for text in before], [_shape(text) for text in after]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for row, shape in reversed(list(enumerate(shapes))):
        for column, other in reversed(list(enumerate(other_shapes))):
            together = _likeness(shape, other) + best[row + 1][column + 1]
            best[row][column] = max(best[row + 1][column], best[row][column + 1], together)
    pairs: list[Pair] = []
    row = column = 0
    while row < len(before) and column < len(after):
        if best[row][column] == best[row + 1][column]:
            pairs.append((before[row], ""))
            row += 1
        elif best[row][column] == best[row][column + 1]:
            pairs.append(("", after[column]))
            column += 1
        else:
            pairs.append((before[row], after[column]))
            row, column = row + 1, column + 1
    return [*pairs, *((text, "") for text in before[row:]), *(("", text) for text in after[column:])]


def _shape(text: str) -> Counter[str]:
    return Counter(first + second for first, second in pairwise(text))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of neighbouring characters that two texts have in common; nothing below what tells something."""
    total = one.total() + other.total()
    found = 2 * (one & other).total() / total if total else 0.0
    return found if found >= _LEAST_LIKENESS else 0.0


def _in_words(gone: str, come: str) -> list[Pair]:
    """Compare a sentence word by word, if the two have enough in common."""
    if not gone or not come or gone == come:
        return [(gone, come)]
    before, after = _split(_TOKENS, gone), _split(_TOKENS, come)
    pairs = [part for old, new in _changes(before, after) for part in _within_word(old, new)]
    same = sum(len(old) for old, new in pairs if old == new)
    return pairs if 2 * same >= _ALIKE * (len(gone) + len(come)) else [(gone, come)]


def _within_word(old: str, new: str) -> list[Pair]:
    """Take what two replaced words share at their ends out of the change, if it is enough to be read as a word."""
    if old == new or not old or not new:
        return [(old, new)]
    if _HIRAGANA.search(old + new):
        return _within_ending(old, new)
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    head = head if head >= _LEAST_SHARED or head == shorter else 0
    rest = shorter - head
    tail = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    tail = tail if tail >= _LEAST_SHARED or tail == shorter else 0
    parts = (
        (old[:head], new[:head]),
        (old[head : len(old) - tail], new[head : len(new) - tail]),
        (old[len(old) - tail :], new[len(new) - tail :]),
    )
    return [part for part in parts if any(part)]


def _within_ending(old: str, new: str) -> list[Pair]:
    """Part what was only put behind an ending; other endings are read as a whole: 行います, 行いました."""
    shorter, longer = sorted((old, new), key=len)
    if len(shorter) < _LEAST_ENDING or not longer.startswith(shorter):
        return [(old, new)]
    return [(shorter, shorter), (old[len(shorter) :], new[len(shorter) :])]


def _joined(pairs: Iterable[Pair]) -> list[Pair]:
    """Put neighbours of one kind together."""
    joined: list[Pair] = []
    for old, new in pairs:
        if joined and (old == new) == (joined[-1][0] == joined[-1][1]):
            joined[-1] = (joined[-1][0] + old, joined[-1][1] + new)
        elif old or new:
            joined.append((old, new))
    return joined


def _readable(pairs: list[Pair]) -> list[Pair]:
    """Let a few equal characters between two changes go with them: 文 and 書 alone between marks cannot be read."""
    kept: list[Pair] = []
    for place, (old, new) in enumerate(pairs):
        between = 0 < place < len(pairs) - 1
        lost = old == new and between and len(old) <= _LEAST_SAME and not _parts(old)
        if kept and (lost or (old != new and kept[-1][0] != kept[-1][1])):
            kept[-1] = (kept[-1][0] + old, kept[-1][1] + new)
        else:
            kept.append((old, new))
    return kept


def _parts(text: str) -> bool:
    """Whether a short text parts what stands around it, so that the changes on both sides are read apart."""
    return any(sign in "。、\n　 ,.・：；／｜年月日時分（）「」" for sign in text)


def _pieces(pairs: Iterable[Pair]) -> Iterator[Piece]:
    for old, new in pairs:
        if old == new:
            yield Piece(Change.SAME, old)
            continue
        if old:
            yield Piece(Change.REMOVED, old)
        if new:
            yield Piece(Change.ADDED, new)
