"""Opens the dialogs that move the history."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.ui.transfer.export_dialog import ExportDialog
from desktop.ui.transfer.import_dialog import ImportDialog
from desktop.ui.workbench import Workbench


class TransferPart(QObject):
    """The dialogs of one window, one at a time."""

    def __init__(self, workbench: Workbench, parent: QWidget, language: str) -> None:
        """Open nothing yet."""
        super().__init__(parent)
        self._bench = workbench
        self._parent = parent
        self._language = language
        self.dialog: ExportDialog | ImportDialog | None = None

    def open_export(self) -> None:
        """Let the person write the history out."""
        if self._bench.is_ready:
            self._open(ExportDialog(self._parent, self._bench, self._language))

    def open_import(self) -> None:
        """Let the person take a history in."""
        if self._bench.is_ready:
            self._open(ImportDialog(self._parent, self._bench, self._language))

    def _open(self, dialog: ExportDialog | ImportDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
