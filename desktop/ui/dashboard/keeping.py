"""Writing what the dashboard shows: a sharp picture for a report, and a table that Excel opens as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from desktop.core.files import write_atomically
from desktop.ui.dashboard import words
from desktop.ui.dashboard.words import TableLine

_SHARPNESS = 2.0
_LEADING_TO_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def save_picture(sheet: QWidget, path: Path) -> None:
    """Write a sheet as PNG, twice as fine as on the screen; raises `UserFault` as `write_atomically`."""
    picture = QPixmap(sheet.size() * _SHARPNESS)
    picture.setDevicePixelRatio(_SHARPNESS)
    picture.fill(Qt.GlobalColor.white)
    sheet.render(picture)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    content = bytes(buffer.data().data())
    write_atomically(path, lambda stream: stream.write(content), overwrite=True)


def save_table(title: Sequence[str], lines: Sequence[TableLine], path: Path) -> None:
    """Write the table as CSV with the mark by which Excel knows UTF-8; raises `UserFault` as `write_atomically`."""
    content = csv_text(title, lines).encode("utf-8-sig")
    write_atomically(path, lambda stream: stream.write(content), overwrite=True)


def csv_text(title: Sequence[str], lines: Sequence[TableLine]) -> str:
    """Return the table as CSV for Excel; text that Excel would take for a formula gets an apostrophe before it."""
    rows = [title, words.headings(), *(line.cells() for line in lines)]
    return "".join(",".join(_field(field) for field in row) + "\r\n" for row in rows)


def _field(text: str) -> str:
    safe = f"'{text}" if text.startswith(_LEADING_TO_FORMULAS) else text
    quoted = safe.replace('"', '""')
    return f'"{quoted}"' if any(sign in safe for sign in ',"\r\n') else safe
