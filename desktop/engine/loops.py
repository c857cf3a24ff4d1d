"""Telling a model that has begun to repeat itself, from the tokens it writes."""

from __future__ import annotations

from collections import Counter, deque

_LONGEST_PERIOD = 64  # tokens: a long sentence, or a short row of a table
_FEWEST_TURNS = 4
# Shorter repetitions are ordinary writing: rules of signs, empty cells, the frame of a table's rows.
_FEWEST_TOKENS = 48
_GRAM = 4
_WINDOW = 320
# Of a window's 4-grams. Records of meetings and tables keep above a half; a list that says the same under new numbers
# falls to about a third.
_FEWEST_DISTINCT = 0.35


class LoopDetector:
    """Follows the written tokens; each costs the same, however long the text is.

    Two signs count: the end of the text is one passage, word for word, again and again; or little of the last few
    hundred tokens was not said before in them.
    """

    def __init__(self) -> None:
        """Begin before the first token."""
        self._last: deque[int] = deque(maxlen=_LONGEST_PERIOD)  # latest first
        self._matches = [0] * _LONGEST_PERIOD  # how many tokens in a row equal the one 1, 2, 3 … before
        self._recent: deque[int] = deque(maxlen=_GRAM)
        self._grams: deque[tuple[int, ...]] = deque()
        self._counts: Counter[tuple[int, ...]] = Counter()

    def loops(self, token: int) -> bool:
        """Take the next token and tell whether the text goes round in circles."""
        found = False
        for distance, before in enumerate(self._last):
            if before != token:
                self._matches[distance] = 0
                continue
            self._matches[distance] += 1
            period = distance + 1
            repeated = self._matches[distance] + period
            found = found or (repeated >= _FEWEST_TOKENS and repeated >= _FEWEST_TURNS * period)
        self._last.appendleft(token)
        return self._says_nothing_new(token) or found

    def _says_nothing_new(self, token: int) -> bool:
        self._recent.append(token)
        if len(self._recent) < _GRAM:
            return False
        gram = tuple(self._recent)
        self._grams.append(gram)
        self._counts[gram] += 1
        if len(self._grams) <= _WINDOW:
            return False
        oldest = self._grams.popleft()
        self._counts[oldest] -= 1
        if not self._counts[oldest]:
            del self._counts[oldest]
        return len(self._counts) < _WINDOW * _FEWEST_DISTINCT
