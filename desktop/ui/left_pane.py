"""The left side: the templates, and one click away the history."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.ui.history.page import HistoryPage
from desktop.ui.parts import label
from desktop.ui.style import LARGE, SMALL, give_role
from desktop.ui.template_list import TemplateList


class LeftPane(QWidget):
    """Two lists in tabs; tells what was chosen in them."""

    template_chosen = Signal(str)
    favoured = Signal(str, bool)

    def __init__(self, language: str) -> None:
        """Start with empty lists."""
        super().__init__()
        give_role(self, "panel")
        self.templates = TemplateList(language)
        self.page = HistoryPage(language)
        self.history = self.page.list
        self.templates.chosen.connect(self.template_chosen)
        self.templates.favoured.connect(self.favoured)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName(self.tr("ひな形と履歴"))
        self.tabs.addTab(self.templates, self.tr("ひな形(&T)"))
        self.tabs.addTab(self.page, self.tr("履歴(&R)"))
        self._wait = label(self.tr("書き終わるまで、ほかの文書は開けません。"), "soft", wrap=True)
        self._wait.setContentsMargins(LARGE, SMALL, LARGE, SMALL)
        self._wait.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs, 1)
        column.addWidget(self._wait)

    def mark(self, template_id: str, document: int) -> None:
        """Show what is open."""
        self.templates.mark(template_id)
        self.page.mark(document)

    def show_tab(self, *, history: bool) -> None:
        """Bring one of the two lists to the front and give it the keyboard."""
        self.tabs.setCurrentIndex(int(history))
        (self.history if history else self.templates).setFocus()

    def show_search(self) -> None:
        """Bring the history to the front and let the person type what to search for."""
        self.tabs.setCurrentWidget(self.page)
        self.page.start()

    def allow(self, *, allowed: bool, writing: bool) -> None:
        """Let documents be chosen, or say why not while the model writes."""
        self.templates.setEnabled(allowed)
        self.page.setEnabled(allowed)
        self._wait.setVisible(writing)

    def stops(self) -> list[QWidget]:
        """Return what Tab visits at the left, in order."""
        return [self.tabs.tabBar(), *self.templates.stops(), *self.page.stops()]
