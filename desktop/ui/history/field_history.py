"""What stood in a field of the form before: a button at the field where there is something, and its menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from desktop.store.inputs import FieldVersion
from desktop.ui.dates import moment
from desktop.ui.form import FieldRow, FormPanel
from desktop.ui.versions_menu import BEGINNING, MOST_VERSIONS
from desktop.ui.workbench import Workbench


class FieldHistory(QObject):
    """Looks for earlier contents when a document is opened and when typing pauses."""

    def __init__(self, workbench: Workbench, form: FormPanel, language: str, parent: QObject) -> None:
        """Listen to the workbench."""
        super().__init__(parent)
        self._bench = workbench
        self._form = form
        self._language = language
        form.earlier_asked.connect(self._ask)
        workbench.opened.connect(self._look)
        workbench.form_settled.connect(lambda _inputs: self._look())

    def _look(self) -> None:
        for key, row in self._form.rows.items():
            self._find(key, partial(self._show, row))

    def _show(self, row: FieldRow, found: list[FieldVersion]) -> None:
        row.offer_earlier(offered=bool(found))

    def _ask(self, key: str) -> None:
        self._bench.saver.flush()
        self._find(key, lambda found: self._offer(key, found))

    def _find(self, key: str, show: Callable[[list[FieldVersion]], object]) -> None:
        sheet = self._bench.sheet
        if sheet is None or not sheet.number:
            return
        row = self._form.rows[key]
        future = self._bench.desk.field_versions(sheet.number, key)
        self._bench.bridge.then(future, row, show, lambda error: self._bench.failed.emit("load", error))

    def _offer(self, key: str, found: list[FieldVersion]) -> None:
        row = self._form.rows.get(key)
        if row is None:
            return
        menu = QMenu(row.earlier)
        for version in found[:MOST_VERSIONS]:
            text = f"{moment(version.since, self._language)}   {version.file_name}   {_beginning(version.value)}"
            menu.addAction(text.replace("&", "&&"), lambda chosen=version: self._put(row, chosen))
        if not found:
            menu.addAction(self.tr("前の内容はまだありません")).setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(row.earlier.mapToGlobal(QPoint(0, row.earlier.height())))

    def _put(self, row: FieldRow, version: FieldVersion) -> None:
        """Put an earlier content into the field; what stands there is kept as an earlier one by the next saving."""
        row.put(version.value, version.file_name)


def _beginning(text: str) -> str:
    line = " ".join(text[: 4 * BEGINNING].split())
    return line if len(line) <= BEGINNING else line[:BEGINNING] + "…"
