"""Asks the search while a person types: after a short pause, the newest question only, never on the window's thread."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.session.desk import Desk
from desktop.store.search import Hit, SearchQuery
from desktop.ui.bridge import Bridge

# A pause in typing after which the search begins.
AFTER_MS = 150
# Documents of one page of results; one more is asked for to know whether there are further ones.
PAGE = 50


class Seeker(QObject):
    """Turns questions into hits. What an older question finds after a newer one was asked is thrown away."""

    found = Signal(object, bool)  # list of Hit from the first on, whether there are further ones
    counted = Signal(int)
    failed = Signal(object)

    def __init__(self, desk: Desk, bridge: Bridge, parent: QObject) -> None:
        """Ask nothing yet."""
        super().__init__(parent)
        self._desk = desk
        self._bridge = bridge
        self._query = SearchQuery()
        self._number = 0
        self._hits: list[Hit] = []
        self._pause = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._pause.timeout.connect(self._ask_first)

    @property
    def pending(self) -> bool:
        """Whether a question waits for the pause."""
        return self._pause.isActive()

    @property
    def reached(self) -> int:
        """How many hits are shown."""
        return len(self._hits)

    def hold(self, hits: list[Hit], *, more: bool) -> None:
        """Begin with documents that are known already: nothing is searched for."""
        self._number += 1
        self._pause.stop()
        self._query = SearchQuery(limit=PAGE + 1)
        self._hits = hits
        self.found.emit(list(hits), more)

    def ask(self, query: SearchQuery, *, at_once: bool = False) -> None:
        """Find what fits, from the first hit on; typing waits for a pause, a choice does not."""
        self._number += 1  # from here on no answer to an earlier question is the right one
        self._query = dataclasses.replace(query, limit=PAGE + 1, offset=0)
        if at_once:
            self._pause.stop()
            self._ask_first()
        else:
            self._pause.start()

    def more(self) -> None:
        """Find the next page of the question asked last."""
        if not self.pending:
            self._ask(dataclasses.replace(self._query, offset=len(self._hits)), before=list(self._hits))

    def again(self) -> None:
        """Ask the last question once more, for as many hits as are shown: something in the history changed."""
        if not self.pending:
            shown = max(PAGE, len(self._hits))
            self._ask(dataclasses.replace(self._query, limit=shown + 1), before=[], count=True)

    def _ask_first(self) -> None:
        self._ask(self._query, before=[], count=True)

    def _ask(self, query: SearchQuery, *, before: list[Hit], count: bool = False) -> None:
        self._number += 1
        number = self._number

        def take(hits: list[Hit]) -> None:
            if number == self._number:
                self._hits = before + hits[: query.limit - 1]
                self.found.emit(list(self._hits), len(hits) == query.limit)
                if count:
                    counting = self._desk.search.count(query)
                    self._bridge.then(counting, self, lambda found: self._counted(number, found), self.failed.emit)

        def fail(error: BaseException) -> None:
            if number == self._number:
                self.failed.emit(error)

        self._bridge.then(self._desk.search.find(query), self, take, fail)

    def _counted(self, number: int, found: int) -> None:
        if number == self._number:
            self.counted.emit(found)
