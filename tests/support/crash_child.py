"""The real window on a real model, typing and drafting by itself and noting what it showed, to be killed.

Arguments: model file, home folder, file for the notes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.session.desk import Desk
from desktop.session.model_holder import ChosenModel
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings
from desktop.store.records import Inputs
from desktop.templates.samples import example_values
from desktop.ui.bridge import Bridge
from desktop.ui.keeper import Keeper
from desktop.ui.language import Languages
from desktop.ui.style import dress
from desktop.ui.workbench import Workbench

TYPE_EVERY_MS = 120
SOURCE_CHARS = 1500  # enough for several questions, few enough to begin to write soon
TYPED_FIELD = "場所"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Witness:
    """Types into a field, starts the draft, and notes with the time what the window shows."""

    def __init__(self, bench: Workbench, keeper: Keeper, notes: TextIO) -> None:
        """Write notes to `notes`, a line each."""
        self._bench = bench
        self._keeper = keeper
        self._notes = notes
        self._typed = 0
        self._timer = QTimer(bench, interval=TYPE_EVERY_MS)
        self._timer.timeout.connect(self._type)

    def begin(self) -> None:
        """Fill in the example, start typing, and draft."""
        template = self._bench.desk.template("minutes")
        values = example_values(template)
        values["会議の記録"] = values["会議の記録"][:SOURCE_CHARS]
        values[TYPED_FIELD] = ""
        self._bench.begin(template, Inputs(values))
        self._bench.grew.connect(self._grew)
        self._timer.start()
        self._bench.draft()

    def _note(self, kind: str, value: object) -> None:
        self._notes.write(json.dumps({"at": time.time(), "kind": kind, "value": value}, ensure_ascii=False) + "\n")
        self._notes.flush()

    def _type(self) -> None:
        field = self._keeper.window.form.rows[TYPED_FIELD].control.inner
        QTest.keyClick(field, getattr(Qt.Key, f"Key_{LETTERS[self._typed % len(LETTERS)].upper()}"))
        self._typed += 1
        self._note("typed", "".join(LETTERS[index % len(LETTERS)] for index in range(self._typed)))

    def _grew(self, key: str) -> None:
        card = self._keeper.window.draft.page.cards[key]
        self._note("model", [key, [editor.text() for editor in card.editors()]])


def main() -> None:
    """Run until killed."""
    model, home, notes = (Path(argument) for argument in sys.argv[1:4])
    app = QApplication([])
    dress(app)
    chosen = ChosenModel(model.stem, model, "")
    desk = Desk(Folders.discover({"FUMIZUKUE_HOME": str(home)}), Settings(), model=chosen)
    bench = Workbench(desk, Bridge(app))
    keeper = Keeper(bench, Languages(app), "ja")
    with notes.open("w", encoding="utf-8") as stream:
        witness = Witness(bench, keeper, stream)
        bench.ready.connect(witness.begin)
        keeper.show()
        bench.open()
        app.exec()


if __name__ == "__main__":
    main()
