"""What changed between two texts, in pieces that a person can read: whole words, no scattered single characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


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
# What stays the same between two changes must be longer than this, or it is read as part of the change.
_LEAST_SAME = 2
# Two kanji words that share this much at an end are shown as one word with a part changed: 予算執行方針, 予算執行計画.
_LEAST_SHARED = 2
# Comparing takes as many steps as there are pairs of equal words, several times over; beyond this number of pairs the
# words that are everywhere are left out of it, which loses nothing but finesse.
_MOST_PAIRS = 100_000

Pair = tuple[str, str]


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts in reading order; where text was replaced, what is gone comes first.

    The pieces that are not `ADDED` make up `before`, those that are not `REMOVED` make up `after`, exactly.
    """
    pairs: list[Pair] = []
    for gone, come in _changes(_split(_SENTENCES, before), _split(_SENTENCES, after)):
        pairs += [(gone, come)] if gone == come else _in_sentences(gone, come)
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


def _in_sentences(gone: str, come: str) -> list[Pair]:
    """Compare replaced sentences word by word where they have enough in common."""
    before, after = _split(_TOKENS, gone), _split(_TOKENS, come)
    if not gone or not come:
        return [(gone, come)]
    pairs = [part for old, new in _changes(before, after) for part in _within_word(old, new)]
    same = sum(len(old) for old, new in pairs if old == new)
    if 2 * same < _ALIKE * (len(gone) + len(come)):
        return _one_by_one(gone, come)
    return pairs


def _one_by_one(gone: str, come: str) -> list[Pair]:
    """Compare lists and paragraphs line by line before giving up: one rewritten line must not take the others along."""
    before, after = _split(_SENTENCES, gone), _split(_SENTENCES, come)
    if len(before) != len(after) or len(before) == 1:
        return [(gone, come)]
    return [part for old, new in zip(before, after, strict=True) for part in _in_sentences(old, new)]


def _within_word(old: str, new: str) -> list[Pair]:
    """Take what two replaced words share at their ends out of the change, if it is enough to be read as a word."""
    if old == new or not old or not new or _HIRAGANA.search(old + new):
        return [(old, new)]  # endings of verbs are read as a whole: 行います, 行いました
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
