"""Words of a search in a text: whether and where they stand in it, and a piece of it to show them in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop.core.folding import Folded, fold
from desktop.store.search_index import spelled

# Lengths of an excerpt in characters: before the first word that was found, and in all.
BEFORE = 30
LONGEST = 120

_WORD = re.compile(r'"([^"]*)"|“([^”]*)”|「([^」]*)」|(\S+)')


def words_of(text: str) -> tuple[str, ...]:
    """Return the words to look for, folded and spelled as in the index; "…", “…” and 「…」 keep words together."""
    found = (spelled(fold(next(part for part in parts if part))) for parts in _WORD.findall(text) if any(parts))
    return tuple(dict.fromkeys(word for word in found if word.strip("\u3000")))


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text answers: how many of the words stand in it, and how often they do."""

    words: int
    times: int


def match(text: str, words: tuple[str, ...]) -> Match:
    """Look for the words in a text as written."""
    letters = spelled(fold(text))
    counts = [letters.count(word) for word in words]
    return Match(sum(1 for count in counts if count), sum(counts))


def excerpt(text: str, words: tuple[str, ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return a piece of a text as written, and the ranges of its characters in which the words stand, in order."""
    folded = Folded(text)
    letters = spelled(folded.text)
    first = min((at for at in (letters.find(word) for word in words) if at >= 0), default=-1)
    if first < 0:
        return text[:LONGEST], ()
    longest = max(len(word) for word in words)
    start = folded.written(first, first + 1)[0]
    cut = max(0, start - BEFORE)
    end = min(len(text), max(cut + LONGEST, start + longest))
    marks: list[tuple[int, int]] = []
    for low, high in sorted(_standing(letters, words, first, first + LONGEST + longest, folded)):
        if high > end:
            # A word that the end would cut in two stays whole when it is the first.
            if marks:
                continue
            end = high
        if marks and low - cut <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], high - cut))
        else:
            marks.append((low - cut, high - cut))
    return text[cut:end], tuple(marks)


def _standing(letters: str, words: tuple[str, ...], first: int, last: int, folded: Folded) -> list[tuple[int, int]]:
    """Return where the words stand in the text as written, looking at a stretch of the folded text only."""
    found = []
    for word in words:
        at = letters.find(word, first)
        while 0 <= at < last:
            found.append(folded.written(at, at + len(word)))
            at = letters.find(word, at + 1)
    return found
