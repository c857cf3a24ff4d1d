"""The foot of the draft: whether everything is saved, and the buttons that write a Word, text or Markdown file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QPushButton, QWidget

from desktop.ui.notices import Action, Kind, Notice
from desktop.ui.parts import YieldingLabel, button
from desktop.ui.style import MEDIUM, SMALL, WIDE, give_role
from desktop.ui.workbench import Workbench


class ExportBar(QWidget):
    """Asks where to save; the file dialog asks before a file is overwritten."""

    def __init__(self, workbench: Workbench) -> None:
        """Start with nothing to export."""
        super().__init__()
        self._workbench = workbench
        give_role(self, "footer")
        self.saved = YieldingLabel("soft")
        self.word = button(self.tr("Word で保存(&W)…"), lambda: self.ask_where(".docx"))
        self.other = QPushButton(self.tr("ほかの形式"))
        self.other.setAccessibleName(self.tr("ほかの形式で保存"))
        menu = QMenu(self.other)
        for suffix, words in self.formats()[1:]:
            menu.addAction(words, lambda chosen=suffix: self.ask_where(chosen))
        self.other.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, MEDIUM, WIDE, MEDIUM)
        row.setSpacing(SMALL)
        row.addWidget(self.saved, 1)
        row.addWidget(self.other)
        row.addWidget(self.word)
        workbench.saver.changed.connect(self.show_state)

    def formats(self) -> list[tuple[str, str]]:
        """Return the suffixes that can be written, with their words."""
        return [
            (".docx", self.tr("Word 文書 (*.docx)")),
            (".txt", self.tr("テキスト (*.txt)")),
            (".md", self.tr("Markdown (*.md)")),
        ]

    def show_state(self) -> None:
        """Say whether everything is saved, and allow exporting what can be exported."""
        sheet = self._workbench.sheet
        possible = sheet is not None and sheet.has_draft and not self._workbench.runner.running
        self.word.setEnabled(possible)
        self.other.setEnabled(possible)
        give_role(self.word, "primary" if possible and sheet is not None and not sheet.continuable else "")
        if sheet is None or (not sheet.number and self._workbench.saver.at_rest):
            self.saved.setText(self.tr("入力した内容は自動で保存されます"))
        elif self._workbench.saver.at_rest:
            self.saved.setText(self.tr("自動で保存しました"))
        else:
            self.saved.setText(self.tr("保存しています…"))

    def ask_where(self, suffix: str) -> None:
        """Let the person choose where to write the file."""
        sheet = self._workbench.sheet
        if sheet is None:
            return
        dialog = QFileDialog(self, self.tr("名前を付けて保存"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        words = dict(self.formats())
        dialog.setNameFilters([words[suffix], *(text for other, text in words.items() if other != suffix)])
        dialog.setDefaultSuffix(suffix.removeprefix("."))
        dialog.setDirectory(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or QDir.homePath()
        )
        dialog.selectFile(self._workbench.desk.suggested_name(sheet.title) + suffix)
        dialog.fileSelected.connect(self._write)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _write(self, name: str) -> None:
        path = Path(name)
        # The dialog has asked about a file that was there when it closed; one that comes after is still refused.
        self._workbench.export(path, overwrite=path.exists())

    def notice(self, path: Path) -> Notice:
        """Return the notice that a file was written."""
        folder = QUrl.fromLocalFile(str(path.parent))
        show = Action(self.tr("フォルダーを開く"), lambda: QDesktopServices.openUrl(folder))
        return Notice(Kind.DONE, self.tr("保存しました"), str(path), actions=(show,))

    def stops(self) -> list[QWidget]:
        """Return what Tab visits at the foot, in order."""
        return [self.other, self.word]
