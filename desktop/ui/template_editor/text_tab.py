"""The text view: the template's text, and below it every fault with its line; a click on a fault goes there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.core.errors import UserFault
from desktop.session.wording import describe
from desktop.ui.parts import CONTENT, label
from desktop.ui.style import FAULT_SOFT, LARGE, MEDIUM, SMALL, give_role
from desktop.ui.template_editor.source_view import SourceView

MOST_SHOWN = 100
LIST_HEIGHT = 190
LEAST_LIST_HEIGHT = 64
_LINE = Qt.ItemDataRole.UserRole


def line_of(fault: UserFault) -> int:
    """Return the line that a fault names, 1 where it names none."""
    line = fault.fields.get("line", 1)
    return line if isinstance(line, int) else 1


class TextTab(QWidget):
    """Editor and faults."""

    edited = Signal()

    def __init__(self, language: str) -> None:
        """Start empty."""
        super().__init__()
        self._language = language
        self.source = SourceView()
        self.source.setAccessibleName(self.tr("ひな形の文字"))
        self.source.edited.connect(self.edited)
        self.verdict = label(role="soft", wrap=True)
        self.faults = QListWidget()
        self.faults.setAccessibleName(self.tr("直すところ"))
        self.faults.setWordWrap(True)
        self.faults.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.faults.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.faults.setProperty(CONTENT, True)
        self.faults.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.faults.setMinimumHeight(LEAST_LIST_HEIGHT)
        self.faults.setMaximumHeight(LIST_HEIGHT)
        give_role(self.faults, "faults")
        self.faults.itemClicked.connect(self._go)
        self.faults.itemActivated.connect(self._go)
        self.faults.hide()
        give_role(self, "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        column.setSpacing(SMALL)
        column.addWidget(self.source, 1)
        column.addWidget(self.verdict)
        column.addWidget(self.faults)

    def show_faults(self, found: Sequence[UserFault]) -> None:
        """List the faults and mark their lines."""
        self.faults.clear()
        for fault in found[:MOST_SHOWN]:
            told = describe(fault, self._language)
            item = QListWidgetItem(f"{told.title}\n{told.action}")
            item.setData(_LINE, line_of(fault))
            self.faults.addItem(item)
        self.faults.setVisible(bool(found))
        self.source.mark_lines(dict.fromkeys((line_of(fault) for fault in found[:MOST_SHOWN]), FAULT_SOFT))
        if found:
            words = self.tr("直すところ：{count}（選ぶとその行へ移ります）").format(count=len(found))
        else:
            words = self.tr("書き方に誤りはありません。")
        self.verdict.setText(words)
        give_role(self.verdict, "fault" if found else "calm")

    def go_to(self, line: int) -> None:
        """Show a line and put the caret there."""
        self.source.go_to(line)
        self.source.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go(self, item: QListWidgetItem) -> None:
        self.go_to(int(item.data(_LINE)))
