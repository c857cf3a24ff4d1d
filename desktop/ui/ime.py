"""Knows whether an input method is still composing, so that no shortcut takes text that is not finished."""

from __future__ import annotations

from PySide6.QtGui import QFocusEvent, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget


class LineEdit(QLineEdit):
    """A line that knows whether text is being composed in it."""

    composing = False

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Note the composed text, then handle it as ever."""
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving the line ends the composition."""
        self.composing = False
        super().focusOutEvent(event)


def is_composing(widget: QWidget | None = None) -> bool:
    """Tell whether the widget (or the one with the focus) holds text that the input method has not settled."""
    widget = widget or QApplication.focusWidget()
    if isinstance(widget, LineEdit):
        return widget.composing
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        return bool(widget.textCursor().block().layout().preeditAreaText())
    return False
