"""Saving what a person types, on its own and in time: the form's inputs and the edits of sections."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.core.sections import Content
from desktop.session.desk import Desk
from desktop.session.open_document import title_of
from desktop.store.records import Inputs
from desktop.ui.autosave import Autosave
from desktop.ui.bridge import Bridge
from desktop.ui.sheet import Sheet

T = TypeVar("T")


class Saver(QObject):
    """Keeps one sheet's changes until their moment, then hands them to the store in order."""

    saved = Signal()
    failed = Signal(object)
    changed = Signal()  # whether everything is saved may be different now

    def __init__(self, desk: Desk, bridge: Bridge, parent: QObject) -> None:
        """Start with nothing to save."""
        super().__init__(parent)
        self._desk = desk
        self._bridge = bridge
        self._sheet: Sheet | None = None
        self._read_inputs: Callable[[], Inputs] | None = None
        self._read_edits: dict[str, Callable[[], Content]] = {}
        self._waiting: dict[int, list[Callable[[int], object]]] = {}
        self._underway = 0
        self._autosave = Autosave(self)
        self._autosave.due.connect(self._save)

    @property
    def at_rest(self) -> bool:
        """Whether everything typed is on the disk."""
        return not self._autosave.pending and self._underway == 0

    def inputs_changed(self, sheet: Sheet, read: Callable[[], Inputs]) -> None:
        """Note a change in the form; `read` is called when the moment to save has come."""
        self._take(sheet)
        self._read_inputs = read
        self._touch()

    def section_changed(self, sheet: Sheet, key: str, read: Callable[[], Content]) -> None:
        """Note an edit of a section."""
        self._take(sheet)
        self._read_edits[key] = read
        sheet.edits[key] = sheet.edits.get(key, 0) + 1
        self._touch()

    def _take(self, sheet: Sheet) -> None:
        if self._sheet is not sheet:
            self.flush()
            self._sheet = sheet

    def _touch(self) -> None:
        self._autosave.touch()
        self.changed.emit()

    def flush(self) -> None:
        """Hand everything that waits to the store now."""
        self._autosave.flush()

    def _save(self) -> None:
        sheet, read_inputs, read_edits = self._sheet, self._read_inputs, self._read_edits
        self._read_inputs, self._read_edits = None, {}
        if sheet is None:
            return
        if read_inputs is not None:
            sheet.inputs = read_inputs()
            sheet.title = title_of(sheet.template, sheet.inputs)
            if sheet.number or id(sheet) in self._waiting:
                self.with_number(sheet, lambda number: self._keep(self._desk.save_inputs(number, sheet.inputs)))
            else:
                self.with_number(sheet, lambda _number: None)
        for key, read in read_edits.items():
            sheet.contents[key] = read()
            self.keep_edit(sheet, key)
        self.changed.emit()

    def keep_edit(self, sheet: Sheet, key: str) -> None:
        """Save a section as it stands on the sheet as the person's."""
        content = sheet.contents[key]
        self.with_number(sheet, lambda number: self._keep(self._desk.save_edit(number, key, content)))

    def _keep(self, future: Future[T]) -> None:
        self._underway += 1
        self._bridge.then(future, self, lambda _kept: self._kept(), self._not_kept)

    def _kept(self) -> None:
        self._underway -= 1
        self.saved.emit()
        self.changed.emit()

    def _not_kept(self, error: BaseException) -> None:
        self._underway -= 1
        self.failed.emit(error)
        self.changed.emit()

    def with_number(self, sheet: Sheet, then: Callable[[int], object]) -> None:
        """Call `then` with the document's number, after beginning the document in the history if need be."""
        if sheet.number:
            then(sheet.number)
            return
        if id(sheet) in self._waiting:
            self._waiting[id(sheet)].append(then)
            return
        self._waiting[id(sheet)] = [then]
        self._underway += 1
        future = self._desk.create(sheet.template.id, sheet.inputs)
        self._bridge.then(
            future, self, lambda number: self._created(sheet, number), lambda e: self._not_created(sheet, e)
        )

    def _created(self, sheet: Sheet, number: int) -> None:
        sheet.number = number
        for then in self._waiting.pop(id(sheet)):
            then(number)
        self._kept()

    def _not_created(self, sheet: Sheet, error: BaseException) -> None:
        self._waiting.pop(id(sheet))
        self._not_kept(error)

    def when_begun(self, then: Callable[[], object]) -> None:
        """Call `then` once no document is just being begun in the history."""
        if self._waiting:
            next(iter(self._waiting.values())).append(lambda _number: self.when_begun(then))
        else:
            then()
