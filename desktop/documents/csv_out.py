"""Tables for spreadsheet programs: CSV that opens rightly in a Japanese Excel and runs nothing there."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import BinaryIO

# What makes a spreadsheet program take a cell for a formula, full-width forms included; a tab or a line break before
# it is skipped there.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet program calculates: an apostrophe goes before what looks like a formula."""
    return f"'{cell}" if cell.lstrip(" 　").startswith(_FORMULA_STARTS) else cell


class TableWriter:
    """Writes rows to a binary stream: UTF-8 with a byte order mark (Excel needs it), lines end in CR LF."""

    def __init__(self, stream: BinaryIO) -> None:
        """Write the byte order mark."""
        self._stream = stream
        self._buffer = io.StringIO(newline="")
        self._writer = csv.writer(self._buffer)
        stream.write(b"\xef\xbb\xbf")

    def row(self, cells: Sequence[str]) -> None:
        """Write one row."""
        self._writer.writerow([defused(cell) for cell in cells])
        self._stream.write(self._buffer.getvalue().encode("utf-8", "replace"))
        self._buffer.seek(0)
        self._buffer.truncate()
