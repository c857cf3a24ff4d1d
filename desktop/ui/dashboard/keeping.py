"""Writing what the dashboard shows: a sharp picture for a report, and a table that Excel opens as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from desktop.core.files import write_atomically
from desktop.documents.csv_out import TableWriter
from desktop.ui.dashboard import words
from desktop.ui.dashboard.words import TableLine

_SHARPNESS = 2.0


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
    """Write the table as CSV; raises `UserFault` as `write_atomically`."""
    write_atomically(path, lambda stream: write_table(stream, title, lines), overwrite=True)


def write_table(stream: BinaryIO, title: Sequence[str], lines: Sequence[TableLine]) -> None:
    """Write the table as CSV that opens rightly in Excel and runs nothing there."""
    table = TableWriter(stream)
    for row in (title, words.headings(), *(line.cells() for line in lines)):
        table.row(row)
