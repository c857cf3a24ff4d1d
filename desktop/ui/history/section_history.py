"""What was on the page before: versions of a section put back, undone and done again, also after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject

from desktop.core.sections import empty
from desktop.store.records import SectionVersion
from desktop.ui.history.editions import Edition
from desktop.ui.sheet import Sheet
from desktop.ui.workbench import Workbench

Found = TypeVar("Found", bound="SectionVersion | None")
Versions = dict[str, list[SectionVersion]]


class SectionHistory(QObject):
    """Brings earlier contents of the open document back, through the store, so that each step is kept."""

    def __init__(self, workbench: Workbench, parent: QObject) -> None:
        """Serve what is open on the workbench."""
        super().__init__(parent)
        self._bench = workbench

    def versions(self, keys: Iterable[str], show: Callable[[Versions], object]) -> None:
        """Give the versions of sections to `show`, each newest first, including what is being typed."""
        self._bench.saver.flush()
        sheet, left, found = self._bench.sheet, list(keys), Versions()

        def ask() -> None:
            if sheet is None or not sheet.number or not left:
                show(found)
                return
            key = left.pop(0)

            def take(versions: list[SectionVersion]) -> None:
                found[key] = versions
                if self._bench.sheet is sheet:
                    ask()

            self._bench.bridge.then(self._bench.desk.versions(sheet.number, key), self, take, self._fail)

        ask()

    def restore(self, key: str, number: int) -> None:
        """Put an earlier version of a section back."""
        self._put(key, lambda document: self._bench.desk.restore_version(document, key, number))

    def undo(self, key: str) -> None:
        """Make a section what it was before its last change."""
        self._put(key, lambda document: self._bench.desk.undo(document, key))

    def redo(self, key: str) -> None:
        """Take the last undo of a section back."""
        self._put(key, lambda document: self._bench.desk.redo(document, key))

    def restore_edition(self, edition: Edition, keys: Iterable[str]) -> None:
        """Put these sections back to what they were in an edition; one that was not there yet becomes empty."""
        sheet, desk = self._bench.sheet, self._bench.desk
        if sheet is None:
            return
        kinds = {spec.key: spec.kind for spec in sheet.template.sections}
        for key in keys:
            if key in edition.numbers:
                self.restore(key, edition.numbers[key])
            elif key in sheet.contents:
                self._put(key, partial(desk.save_edit, section_key=key, content=empty(kinds[key])))

    def _put(self, key: str, ask: Callable[[int], Future[Found]]) -> None:
        bench = self._bench
        bench.saver.flush()
        sheet = bench.sheet
        if sheet is None or not sheet.number or bench.runner.running:
            return
        edits = sheet.edits.get(key, 0)

        def put(version: Found) -> None:
            if version is not None:
                self._show(sheet, key, version, edits)

        bench.bridge.then(ask(sheet.number), self, put, self._fail)

    def _show(self, sheet: Sheet, key: str, version: SectionVersion, edits: int) -> None:
        # What a person typed since is newer than the answer: it stays, and what was put back is a version before it.
        if sheet.edits.get(key, 0) == edits:
            sheet.contents[key] = version.content
            if sheet is self._bench.sheet:
                self._bench.grew.emit(key)
        self._bench.refresh_history()

    def _fail(self, error: BaseException) -> None:
        self._bench.failed.emit("load", error)
