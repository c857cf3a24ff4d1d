"""Keeps one window around the workbench: puts a new one there when the language changes, and sees the end through."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.ui.language import Languages
from desktop.ui.main_window import MainWindow
from desktop.ui.workbench import Workbench


class Keeper(QObject):
    """Owns the window. `finished` comes when the window is closed and everything is saved and ended."""

    finished = Signal()

    def __init__(self, workbench: Workbench, languages: Languages, language: str) -> None:
        """Build the first window; it is shown by `show`."""
        super().__init__()
        self._workbench = workbench
        self._languages = languages
        self.language = language
        self.window = self._build()

    def _build(self) -> MainWindow:
        self._languages.speak(self.language)
        window = MainWindow(self._workbench, self.language)
        window.language_chosen.connect(self.speak)
        window.closing.connect(self._end)
        return window

    def show(self) -> None:
        """Show the window."""
        self.window.show()

    def speak(self, language: str) -> None:
        """Change the language: a new window takes the old one's place, with the same document."""
        if language == self.language:
            return
        self._workbench.saver.flush()
        before, self.language = self.window, language
        before.keep_place()
        self.window = self._build()
        self.window.show()
        before.hide()
        before.deleteLater()
        self._workbench.set_language(language)

    def _end(self) -> None:
        self._workbench.close(self.finished.emit)
