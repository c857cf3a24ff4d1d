"""Guessing ahead: what probably follows in a text that repeats its source, and whether reading it along pays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

GROUPS = (2, 3, 4, 6, 8)  # tokens that are read together
# Tokens; after fewer, a single one is computed in another way than in a longer text: a test there would prove nothing.
FEWEST_READ = 512
_LONG, _SHORT = 3, 2  # tokens of a match
# The chance that a guess is right, after so many right ones in a row, before anything is known of the text.
_STREAKS = (0, 1, 2, 3, 4, 8, 16)
_PRIOR = (0.35, 0.55, 0.65, 0.75, 0.85, 0.9, 0.95)
_PRIOR_WEIGHT = 4.0  # guesses
_MEMORY = 0.98  # what is left of an observation at the next one of its kind: some fifty count
_TIME_SHARE = 0.15  # of a new measurement
_FIRST_GUESS_OF_COST = 0.15  # a further token's cost before any was measured, in single tokens: a processor's best
_FEWEST_GAIN = 1.1  # below it the measurements differ by more from one moment to the next
_CREDIT, _MOST_CREDIT = 2.0, 5.0  # in single tokens
_LOSS_SHARE = 0.01
_RETRY_AFTER = 100  # tokens
_RETRY_STREAK = 4


class Drafter:
    """Finds what followed the last time that the text read as it does now; each token costs the same.

    The text is the prompt and the answer so far. Of the places where the last three tokens stood before the latest
    counts; where there is none, of those of the last two.
    """

    def __init__(self, prompt: Iterable[int]) -> None:
        """Take in the prompt."""
        self._text: list[int] = []
        self._places: dict[tuple[int, ...], int] = {}  # where what followed the tokens last stands
        self._match: int | None = None
        self.streak = 0
        for token in prompt:
            self._append(token)

    def add(self, token: int) -> bool | None:
        """Go on past a token; tell whether it was the one expected, `None` when none was."""
        right = None if self._match is None else self._text[self._match] == token
        self._append(token)
        self.streak = self.streak + 1 if right else 0
        return right

    def draft(self, length: int) -> Sequence[int]:
        """Return up to `length` tokens that may come next."""
        return [] if self._match is None else self._text[self._match : self._match + length]

    def _append(self, token: int) -> None:
        self._text.append(token)
        end = len(self._text)
        self._match = None
        for length in (_LONG, _SHORT):
            if end >= length:
                gram = tuple(self._text[-length:])
                if self._match is None:
                    self._match = self._places.get(gram)
                self._places[gram] = end


class Acceptance:
    """How often guesses are right, learned from every token: comparing costs nothing, whether or not one was read."""

    def __init__(self) -> None:
        """Begin with what is usual."""
        self._right = [chance * _PRIOR_WEIGHT for chance in _PRIOR]
        self._all = [_PRIOR_WEIGHT for _ in _PRIOR]

    def observe(self, streak: int, *, right: bool) -> None:
        """Count a guess that was made after `streak` right ones."""
        kind = _kind(streak)
        self._right[kind] = self._right[kind] * _MEMORY + right
        self._all[kind] = self._all[kind] * _MEMORY + 1

    def expected(self, streak: int, guesses: int) -> float:
        """Return how many tokens a group with so many guesses is expected to bring, the certain one included."""
        chance = total = 1.0
        for step in range(guesses):
            kind = _kind(streak + step)
            chance *= self._right[kind] / self._all[kind]
            total += chance
        return total


def _kind(streak: int) -> int:
    return sum(streak >= least for least in _STREAKS) - 1


class Governor:
    """Knows what groups cost here, and lets one be read only where it is expected to be faster.

    Guesses that turn out wrong may cost about a hundredth of the time at most, counted over all generations of a
    context; where groups do not pay they are tried again from time to time, in case the machine was busy.
    """

    def __init__(self) -> None:
        """Begin without measurements."""
        self.sizes: tuple[int, ...] | None = None  # the groups that count exactly as single tokens do; None: untested
        self._tested_at = 0  # tokens
        self._single = 0.0  # seconds
        self._groups: dict[int, float] = {}  # seconds
        self._credit = _CREDIT
        self._since_group = 0

    def wants_test(self, length: int) -> bool:
        """Tell whether groups are to be tested before one is read after `length` tokens.

        Once, and again when the text is twice as long: which kernel runs may depend on how much there is to look at.
        """
        if self.sizes is None:
            return length >= FEWEST_READ
        return bool(self.sizes) and length >= 2 * self._tested_at

    def tested(self, length: int, seconds: Mapping[int, float]) -> None:
        """Take the sizes that were found exact after `length` tokens, with their times, that of one token as well."""
        found = {size for size in seconds if size > 1}
        self.sizes = tuple(size for size in self.sizes or GROUPS if size in found)
        self._tested_at = length
        for size, taken in seconds.items():
            self._measure(size, taken)

    def took(self, size: int, seconds: float) -> None:
        """Take the time of a single token or of a group."""
        self._measure(size, seconds)
        if size == 1:
            self._since_group += 1
            self._earn(_LOSS_SHARE)
        else:
            self._since_group = 0
            self._earn(1 - self._cost(size))

    def guessed_right(self) -> None:
        """Count a token that a group had brought beyond its first."""
        self._earn(1.0)

    def size(self, acceptance: Acceptance, streak: int, available: int) -> int:
        """Return how many tokens to read together, 1 for the chosen one alone; `available` are guessed."""
        gains = {
            size: acceptance.expected(streak, size - 1) / self._cost(size)
            for size in (GROUPS if self.sizes is None else self.sizes)
            if size <= available + 1
        }
        if not gains or self._credit < 0:
            return 1
        best = max(gains, key=gains.__getitem__)
        retry = streak >= _RETRY_STREAK and self._since_group >= _RETRY_AFTER
        return best if gains[best] >= _FEWEST_GAIN or retry else 1

    def _cost(self, size: int) -> float:
        """Return the time of a group in single tokens."""
        if self._single and size in self._groups:
            return self._groups[size] / self._single
        return 1 + _FIRST_GUESS_OF_COST * (size - 1)

    def _measure(self, size: int, seconds: float) -> None:
        if size == 1:
            self._single = _smoothed(self._single, seconds)
        else:
            self._groups[size] = _smoothed(self._groups.get(size, 0.0), seconds)

    def _earn(self, tokens: float) -> None:
        self._credit = min(self._credit + tokens, _MOST_CREDIT)


def _smoothed(before: float, seconds: float) -> float:
    """Return the going time; one that the machine was busy with something else at counts little."""
    return before + _TIME_SHARE * (min(seconds, 2 * before) - before) if before else seconds
