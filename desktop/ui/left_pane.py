"""The left side: the templates, and one click away the history."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.store.records import DocumentState, DocumentSummary
from desktop.ui.dates import moment
from desktop.ui.lists import Entry, EntryList
from desktop.ui.parts import label
from desktop.ui.sheet import CONTINUABLE
from desktop.ui.style import LARGE, SMALL, give_role
from desktop.ui.template_list import TemplateList


def state_name(state: DocumentState) -> str:
    """Return the words for where a document stands."""
    return {
        DocumentState.PREPARING: QCoreApplication.translate("LeftPane", "入力中"),
        DocumentState.STREAMING: QCoreApplication.translate("LeftPane", "作成中"),
        DocumentState.COMPLETE: QCoreApplication.translate("LeftPane", "下書き完了"),
        DocumentState.CANCELLED: QCoreApplication.translate("LeftPane", "途中で停止"),
        DocumentState.INTERRUPTED: QCoreApplication.translate("LeftPane", "途中で中断"),
    }[state]


class LeftPane(QWidget):
    """Two lists in tabs; tells what was chosen in them."""

    template_chosen = Signal(str)
    favoured = Signal(str, bool)
    document_chosen = Signal(int)

    def __init__(self, language: str) -> None:
        """Start with empty lists."""
        super().__init__()
        self._language = language
        give_role(self, "panel")
        self.templates = TemplateList(language)
        self.history = EntryList(self.tr("履歴の一覧"))
        self.templates.chosen.connect(self.template_chosen)
        self.templates.favoured.connect(self.favoured)
        self.history.chosen.connect(lambda key: self.document_chosen.emit(int(key)))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName(self.tr("ひな形と履歴"))
        self.tabs.addTab(self.templates, self.tr("ひな形(&T)"))
        self.tabs.addTab(self._history_page(), self.tr("履歴(&R)"))
        self._wait = label(self.tr("書き終わるまで、ほかの文書は開けません。"), "soft", wrap=True)
        self._wait.setContentsMargins(LARGE, SMALL, LARGE, SMALL)
        self._wait.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs, 1)
        column.addWidget(self._wait)

    def _history_page(self) -> QWidget:
        page = QWidget()
        self._none = label(self.tr("まだ文書がありません。\n作った文書は自動でここに残ります。"), "soft", wrap=True)
        self._none.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._none)
        column.addWidget(self.history, 1)
        return page

    def show_history(self, documents: Sequence[DocumentSummary], current: int) -> None:
        """List the documents, the latest change first; their templates are those used lately."""
        self.templates.show_habits(recent=list(dict.fromkeys(document.template_id for document in documents)))
        self._none.setVisible(not documents)
        self.history.setVisible(bool(documents))
        self.history.show_entries([self._line(document) for document in documents], str(current))

    def _line(self, document: DocumentSummary) -> Entry:
        at = moment(document.updated_at, self._language)
        titled = document.title != document.template_name
        return Entry(
            str(document.id),
            document.title,
            f"{document.template_name}\n{at}" if titled else at,
            state_name(document.state),
            urgent=document.state in CONTINUABLE,
        )

    def mark(self, template_id: str, document: int) -> None:
        """Show what is open."""
        self.templates.mark(template_id)
        self.history.mark(str(document))

    def show_tab(self, *, history: bool) -> None:
        """Bring one of the two lists to the front and give it the keyboard."""
        self.tabs.setCurrentIndex(int(history))
        (self.history if history else self.templates).setFocus()

    def allow(self, *, allowed: bool, writing: bool) -> None:
        """Let documents be chosen, or say why not while the model writes."""
        self.templates.setEnabled(allowed)
        self.history.setEnabled(allowed)
        self._wait.setVisible(writing)

    def stops(self) -> list[QWidget]:
        """Return what Tab visits at the left, in order."""
        return [self.tabs.tabBar(), *self.templates.stops(), self.history]
