"""Moving documents between histories: reading each whole, and taking in those of another history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from desktop.store import transfer_rows as rows
from desktop.store import uids
from desktop.store.audit import AuditKind, AuditLog
from desktop.store.connection import OpenHistory
from desktop.store.merging import (
    newer,
    places_stood_for,
    superseded,
    union_of_runs,
    union_of_values,
    union_of_versions,
)
from desktop.store.moved import MovedDocument, MovedRun, MovedVersion
from desktop.store.records import DocumentState
from desktop.store.schema_uids import fill_missing
from desktop.store.search_index import index_document


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came in: documents that were not here, those that grew, those that were here as they are.

    `versions` of sections and `values` (what fields held and a newer form does not, kept as their earlier values) are
    counts as well; `numbers` are those of the documents that are new or grew.
    """

    new: int = 0
    grown: int = 0
    same: int = 0
    versions: int = 0
    values: int = 0
    numbers: tuple[int, ...] = ()


class HistoryTransfer:
    """The whole documents of an open history."""

    def __init__(self, history: OpenHistory, audit: AuditLog) -> None:
        """Use the open history, and note in its log what comes in."""
        self._open = history
        self._audit = audit

    def document_numbers(self) -> list[int]:
        """Return the numbers of all documents, oldest first."""
        with self._open.reading() as db:
            return [int(number) for (number,) in db.execute("SELECT id FROM documents ORDER BY id")]

    def read(self, document_id: int) -> MovedDocument:
        """Return a document whole, as of one moment; raises DOCUMENT_NOT_FOUND (id)."""
        with self._open.reading_of(document_id) as summary:
            return rows.read_document(self._open.db, summary)

    def take_in(self, documents: Iterable[MovedDocument], watch: Callable[[int], None]) -> TakenIn:
        """Take all documents in, in one transaction: with whatever is raised meanwhile, nothing has come in.

        What is here stays: versions and runs are put together in the order of time, the form that was changed last
        stands, and what the other one held becomes earlier values of the fields. `watch` gets how many are done, and
        may raise to stop. Raises `StoreFault` HISTORY_BEING_WRITTEN while the model writes a document.
        """
        tally = _Tally()
        with self._open.writing() as db:
            rows.nothing_is_written(db)
            fill_missing(db)
            for done, document in enumerate(documents, start=1):
                self._take(db, document, tally)
                watch(done)
            taken = tally.taken_in()
            if taken.new or taken.grown:
                self._audit.add(AuditKind.HISTORY_IMPORTED, new=taken.new, grown=taken.grown)
        return taken

    def _take(self, db: Database, document: MovedDocument, tally: _Tally) -> None:
        number = uids.number_of(db, document.uid)
        if number is None:
            number = rows.add_document(db, document)
            _Merge(db, number, tally).fill(document)
            index_document(db, number)
            tally.new += 1
            tally.numbers.append(number)
            return
        before = db.conn.total_changes
        _Merge(db, number, tally).put_together(rows.read_document(db, self._open.summary(number)), document)
        if db.conn.total_changes > before:
            index_document(db, number)
            tally.grown += 1
            tally.numbers.append(number)
        else:
            tally.same += 1


class _Tally:
    """Counts what comes in."""

    def __init__(self) -> None:
        self.new = self.grown = self.same = self.versions = self.values = 0
        self.numbers: list[int] = []

    def taken_in(self) -> TakenIn:
        return TakenIn(self.new, self.grown, self.same, self.versions, self.values, tuple(self.numbers))


class _Merge:
    """Writes what one document lacks; inside the caller's transaction."""

    def __init__(self, db: Database, number: int, tally: _Tally) -> None:
        self._db = db
        self._number = number
        self._tally = tally

    def fill(self, document: MovedDocument) -> None:
        """Write everything of a document that has only just got its line."""
        run_ids = [rows.add_run(self._db, self._number, run) for run in document.runs]
        for key, versions in document.sections.items():
            order = []
            for version in versions:
                run_id = None if version.run is None else run_ids[version.run]
                order.append(rows.add_version(self._db, self._number, key, version, run_id))
            stands = [version.stands_for for version in versions]
            if any(stood is not None for stood in stands):
                rows.renumber(self._db, self._number, key, order, stands)
        self._tally.versions += document.version_count
        rows.put_past(self._db, self._number, document.past)
        rows.mark(self._db, self._number, document.tags, document.trashed_at)

    def put_together(self, here: MovedDocument, there: MovedDocument) -> None:
        """Write what the document lacks of its other state."""
        run_ids = self._runs(here.runs, there.runs)
        for key, versions in there.sections.items():
            self._section(key, here.sections.get(key, ()), versions, run_ids)
        self._forms(here, there)
        rows.mark(self._db, self._number, there.tags, _trashed(here, there))

    def _runs(self, here: Sequence[MovedRun], there: Sequence[MovedRun]) -> list[int]:
        """Add the runs that are missing; returns the numbers of those `there`, in their order."""
        union = union_of_runs(here, there)
        ours, theirs = rows.run_numbers(self._db, self._number), dict[int, int]()
        last = 0
        for entry in union:
            if entry.here is None:
                number = rows.add_run(self._db, self._number, entry.piece)
            else:
                # The latest run has the highest number: what comes after a run that was added is moved behind it.
                before = ours[entry.here]
                number = before if before > last else rows.move_run_behind(self._db, before)
            last = number
            if entry.there is not None:
                theirs[entry.there] = number
        return [theirs[place] for place in range(len(there))]

    def _section(
        self, key: str, here: Sequence[MovedVersion], there: Sequence[MovedVersion], run_ids: Sequence[int]
    ) -> None:
        """Add the versions that are missing, and bring all into the order of time."""
        union, numbers = union_of_versions(here, there), self._numbers(key)
        for entry in union:
            # One that was changed and changed back was touched later: the same version, with another time.
            if entry.here is not None and entry.there is not None:
                at = there[entry.there].updated_at
                if at > entry.piece.updated_at:
                    rows.touch_version(self._db, (self._number, key, numbers[entry.here]), at)
        if all(entry.here is not None for entry in union):
            return
        order = []
        for entry in union:
            if entry.here is not None:
                order.append(numbers[entry.here])
                continue
            run_id = None if entry.piece.run is None else run_ids[entry.piece.run]
            order.append(rows.add_version(self._db, self._number, key, entry.piece, run_id))
            self._tally.versions += 1
        rows.renumber(self._db, self._number, key, order, places_stood_for(union))

    def _numbers(self, key: str) -> list[int]:
        found = self._db.execute(
            "SELECT number FROM section_versions WHERE document_id = ? AND section_key = ? ORDER BY number",
            (self._number, key),
        )
        return [int(number) for (number,) in found]

    def _forms(self, here: MovedDocument, there: MovedDocument) -> None:
        """Let the form that was changed last stand, and keep what differs from it as earlier values."""
        standing, state = newer(here.form, there.form), _state(here, there)
        past = union_of_values(superseded(here, standing), superseded(there, standing))
        if len(past) > len(here.past):
            rows.put_past(self._db, self._number, past)
            self._tally.values += len(past) - len(here.past)
        if standing != here.form or state is not here.state:
            rows.put_form(self._db, self._number, standing, state)


def _state(here: MovedDocument, there: MovedDocument) -> DocumentState:
    """Return the state of the one that was changed last; at one moment always the same."""
    return max(here, there, key=lambda one: (one.updated_at, one.state.value)).state


def _trashed(here: MovedDocument, there: MovedDocument) -> dt.datetime | None:
    """Return since when the document lies in the trash, if it does: what was done last counts, on whichever side."""
    put = max((one.trashed_at for one in (here, there) if one.trashed_at is not None), default=None)
    worked_on = max((one.updated_at for one in (here, there) if one.trashed_at is None), default=None)
    return None if put is None or (worked_on is not None and worked_on > put) else put
