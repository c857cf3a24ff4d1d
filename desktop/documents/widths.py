"""How wide text is in a typeface where every Japanese character is one em and every Latin one half."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LONG_EM = 8.0
_SHORT_EM = 12.0
_CAP_EM = 60.0
_MIN_EM = 4.0


_MEETING = re.compile(r"(?<=[0-9A-Za-z])(?=[^\W0-9A-Za-z_])|(?<=[^\W0-9A-Za-z_])(?=[0-9A-Za-z])")


def em_width(text: str) -> float:
    """Return the width of one line of text, in em."""
    return sum(map(_character_width, text))


def _character_width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    # Ambiguous characters (○, ①, …) are full width in Japanese fonts.
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5


def set_width(text: str) -> float:
    """Return the width of a line in em as Word sets it: with a quarter of an em where Japanese and Latin meet."""
    return em_width(text) + 0.25 * len(_MEETING.findall(text))


def column_widths(rows: Sequence[Sequence[str]], total: float, padding: float) -> list[float]:
    """Share `total` em among the columns of `rows` (the first row being the titles), `padding` em in every cell.

    A column that needs less than its fair share gets what it needs, so that who and by-when stay narrow beside
    long text; so does a date, when the others keep a readable width; the long columns share the rest.
    """
    needs = [min(_CAP_EM, max(_MIN_EM, *map(_cell_width, column))) + padding for column in zip(*rows, strict=True)]
    if sum(needs) <= total:
        return _grown(needs, total)
    widths = [0.0] * len(needs)
    waiting = sorted(range(len(needs)), key=needs.__getitem__)
    left = total
    while waiting:
        index = waiting.pop(0)
        share = left / (len(waiting) + 1)
        if needs[index] <= _SHORT_EM:
            share = max(share, left - _LONG_EM * len(waiting))
        widths[index] = min(needs[index], share)
        left -= widths[index]
    return widths


def _cell_width(cell: str) -> float:
    return max(map(set_width, cell.split("\n")))


def _grown(needs: list[float], total: float) -> list[float]:
    """Spread the spare width over the long columns, or over all in proportion when none is long."""
    long = [index for index, need in enumerate(needs) if need >= _LONG_EM] or list(range(len(needs)))
    spare, base = total - sum(needs), sum(needs[index] for index in long)
    return [need + (spare * need / base if index in long else 0.0) for index, need in enumerate(needs)]
