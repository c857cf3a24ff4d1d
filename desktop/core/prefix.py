"""How far sequences begin alike."""

from __future__ import annotations

from collections.abc import Sequence


def common_length(*rows: Sequence[object]) -> int:
    """Return how many items the rows have in common at their beginning."""
    length = 0
    for column in zip(*rows, strict=False):
        if any(item != column[0] for item in column):
            break
        length += 1
    return length
