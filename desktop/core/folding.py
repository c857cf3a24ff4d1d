"""Folding text for the search: NFKC, without case and variation selectors, with the way back to the text as written.

Text is folded cluster by cluster (a character with the marks that combine with it), so that a part of a text, cut
between clusters, always folds to the same part of the folded text.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

# Characters that fold to themselves and combine with nothing: nearly all of a Japanese text.
PLAIN = "\\x00-@\\[-\\x7f\u3001-\u3029\u3041-\u3096\u309d\u309e\u30a1-\u30fe\u4e00-\u9fff"
# Half-width voiced marks and the Hangul parts that join the syllable before them: no marks for Unicode.
_JOINING = "\uff9e\uff9f\u1160-\u11ff\ud7b0-\ud7fb\uffa0-\uffdc"
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
# Marks beyond the first two planes are the variation selectors.
_LAST_MARKS = 0x20000


_OTHER = re.compile(f"[^{PLAIN}]")


@cache
def _joining() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of what may join the character before it, and of clusters that are not one plain character.

    Marks of the first plane stand in a class of their own, which `re` looks up at once instead of range by range.
    """
    marks = [chr(code) for code in range(0x300, _LAST_MARKS) if unicodedata.category(chr(code))[0] == "M"]
    first = _ranges([mark for mark in marks if mark <= "\uffff"]) + _JOINING
    further = _ranges([mark for mark in marks if mark > "\uffff"]) + "\U000e0100-\U000e01ef"
    joins = f"(?:[{first}]|[\U00010000-\U000fffff](?<=[{further}]))"
    return re.compile(joins), re.compile(f"(?:[{PLAIN}](?={joins})|[^{PLAIN}]){joins}*")


def _clusters(text: str) -> re.Pattern[str]:
    """Return the pattern of the clusters of a text that are not one plain character; most texts have a simple one."""
    joins, whole = _joining()
    return whole if joins.search(text) else _OTHER


def _ranges(characters: Iterable[str]) -> str:
    """Return the inside of a character class for sorted characters."""
    found: list[list[str]] = []
    for character in characters:
        if found and ord(found[-1][1]) + 1 == ord(character):
            found[-1][1] = character
        else:
            found.append([character, character])
    return "".join(f"{first}-{last}" for first, last in found)


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    bare = _VARIATION_SELECTORS.sub("", _LONE_SURROGATES.sub("\ufffd", cluster))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", bare).casefold())
    return sys.intern(folded)


def fold(text: str) -> str:
    """Return a text as the search compares it."""
    return _clusters(text).sub(lambda match: _fold_cluster(match[0]), text)


class Folded:
    """A folded text that knows where each of its characters stood."""

    def __init__(self, text: str) -> None:
        """Fold a text."""
        self.text = fold(text)
        # Only clusters that change their length are noted: their ends in the folded text, and as written.
        self._bends = list(_bends(text))
        self._at = [bend[0] for bend in self._bends]

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the text as written that a range of the folded text (not empty) comes from."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, index: int) -> tuple[int, int]:
        found = bisect_right(self._at, index)
        if not found:
            return index, index + 1
        _, after, start, end = self._bends[found - 1]
        if index < after:
            return start, end
        return end + index - after, end + index - after + 1


def _bends(text: str) -> Iterator[tuple[int, int, int, int]]:
    gained = 0
    for match in _clusters(text).finditer(text):
        start, end = match.span()
        length = len(_fold_cluster(match[0]))
        if length != 1 or end - start != 1:
            yield start + gained, start + gained + length, start, end
            gained += length - (end - start)
