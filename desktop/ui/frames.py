"""How a window of its own is framed: no larger than the screen, its parts one below the other, a strip at its foot."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.style import MEDIUM, SMALL, WIDE, give_role


def fit(window: QWidget, size: tuple[int, int]) -> None:
    """Give a window its size (width and height in logical pixels), or what the screen of its parent has room for."""
    room = (window.parentWidget() or window).screen().availableGeometry()
    window.resize(min(size[0], room.width() - WIDE), min(size[1], room.height() - WIDE))


def stacked(window: QWidget) -> QVBoxLayout:
    """Return the layout of a window whose parts touch: each brings its own margins."""
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def foot(*parts: QWidget | None, spacing: int = SMALL) -> QWidget:
    """Return the strip at the foot, its parts from left to right; words take the room that is left, as does `None`."""
    strip = QWidget()
    give_role(strip, "footer")
    row = QHBoxLayout(strip)
    row.setContentsMargins(WIDE, MEDIUM, WIDE, MEDIUM)
    row.setSpacing(spacing)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part, isinstance(part, QLabel | QCheckBox))
    return strip
