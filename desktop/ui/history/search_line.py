"""The line in which a person searches the history: arrows go through the results while the typing goes on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop.ui.ime import LineEdit
from desktop.ui.parts import offer_clearing

_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 5,
    Qt.Key.Key_PageUp: -5,
}


class SearchLine(LineEdit):
    """Tells of steps through the results, of Enter, and of Esc; not of keys the input method composes with."""

    stepped = Signal(int)
    taken = Signal()
    cleared = Signal()

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setPlaceholderText(self.tr("言葉で探す"))
        self.setAccessibleName(self.tr("履歴を探す"))
        self.setAccessibleDescription(self.tr("上下の矢印キーで結果を選び、Enterで開きます。Escで消します。"))
        self.setToolTip(self.tr("履歴の中の言葉で探します（Ctrl+F）"))
        offer_clearing(self)

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window's own shortcut as long as there is something to clear here."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            mine = event.key() == Qt.Key.Key_Escape and bool(self.text()) and not self.composing
            if mine:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn the keys of a list into steps; everything else is typed."""
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        key = Qt.Key(event.key())
        if self.composing or not plain:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif key == Qt.Key.Key_Escape:
            self.cleared.emit()
        else:
            super().keyPressEvent(event)
