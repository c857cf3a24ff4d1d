"""What can be done when a history is damaged or an earlier state is wanted: restore a copy, salvage, begin anew.

Each keeps the present file: it is set aside under the date, never deleted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.audit import AuditKind, carry_over
from desktop.store.backup import copy_database, document_count
from desktop.store.database import BUSY_SECONDS, connect, create, open_read_only
from desktop.store.exchange import exchange, finish_exchange, fresh_path, set_aside_files
from desktop.store.faults import translated
from desktop.store.history import HistoryStore
from desktop.store.history_files import remove_database, sync_file
from desktop.store.lock import StoreLock
from desktop.store.migrations import STEPS, Step
from desktop.store.places import refuse_network
from desktop.store.records import DocumentSummary, TemplateStamp
from desktop.store.rotation import backup_files, verify
from desktop.store.rows import SUMMARY_COLUMNS, summary_of
from desktop.store.salvage import SalvageReport, salvage

NEWEST = 50


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the history, or a history set aside, as it can be chosen to go back to.

    `fault` says why it cannot be; then `documents` and `newest` are empty. `made_at` is aware, `size` in bytes.
    """

    path: Path
    made_at: dt.datetime
    size: int
    set_aside: bool
    documents: int = 0
    newest: tuple[DocumentSummary, ...] = ()
    fault: StoreFault | None = None


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What came of an exchange: where the history lies that was in use, and what was salvaged, if that was asked."""

    aside: Path | None
    report: SalvageReport | None = None


def copies(history: Path, steps: Sequence[Step] = STEPS) -> list[Copy]:
    """Return what there is to go back to, newest first, each with what is in it."""
    found = [Copy(one.path, one.made_at, one.size, set_aside=False) for one in backup_files(history)]
    for path in set_aside_files(history):
        state = path.stat()
        found.append(Copy(path, dt.datetime.fromtimestamp(state.st_mtime, dt.UTC), state.st_size, set_aside=True))
    return sorted((_looked_into(one, steps) for one in found), key=lambda one: one.made_at, reverse=True)


def _looked_into(copy: Copy, steps: Sequence[Step]) -> Copy:
    try:
        with translated(copy.path), closing(open_read_only(copy.path, steps, BUSY_SECONDS)) as db:
            documents = document_count(db)
            rows = db.execute(
                f"SELECT {SUMMARY_COLUMNS} FROM documents ORDER BY updated_at DESC, id DESC LIMIT ?",  # noqa: S608 -- the column names are a constant
                (NEWEST,),
            ).fetchall()
            newest = tuple(summary_of(row) for row in rows)
    except StoreFault as fault:
        return Copy(copy.path, copy.made_at, copy.size, copy.set_aside, fault=fault)
    return Copy(copy.path, copy.made_at, copy.size, copy.set_aside, documents, newest)


def restore(history: Path, copy: Path, now: dt.datetime, steps: Sequence[Step] = STEPS) -> Exchanged:
    """Put a verified copy in the place of the history, which nobody has open.

    Raises `StoreFault` STORE_BACKUP_GONE (path), STORE_BACKUP_UNSOUND (path), STORE_FROM_FUTURE, STORE_LOCKED and
    what stands in the way of writing; then the history is as it was.
    """

    def make(fresh: Path) -> None:
        if not copy.is_file():
            raise StoreFault(ErrorCode.STORE_BACKUP_GONE, path=str(copy))
        verify(copy, steps)
        copy_database(copy, fresh)
        with suppress(StoreFault):
            # What was logged since the copy was made is not lost with it; a damaged history leaves a gap that is told.
            carry_over(fresh, history)
        verify(fresh, steps)
        # In the mode in which it will be used: a kill while that is set would leave a journal beside the history.
        with closing(connect(fresh, "rw", BUSY_SECONDS)) as db:
            db.execute("PRAGMA journal_mode = WAL")
        sync_file(fresh)

    return _logged(history, now, steps, _exchanged(history, now, make), source=copy.name)


def begin_anew(history: Path, now: dt.datetime, steps: Sequence[Step] = STEPS) -> Exchanged:
    """Put an empty history in the place of the present one. Raises as `restore` for what stands in the way."""
    done = _exchanged(history, now, lambda fresh: create(fresh, steps, BUSY_SECONDS, like=history))
    return _logged(history, now, steps, done, source="")


def rescue(history: Path, now: dt.datetime, steps: Sequence[Step] = STEPS) -> Exchanged:
    """Put what can still be read of the history in its place. Raises as `salvage` and `restore`."""
    done = _exchanged(history, now, lambda fresh: salvage(history, fresh, now, steps))
    return _logged(history, now, steps, done, source="salvage")


def _logged(history: Path, now: dt.datetime, steps: Sequence[Step], done: Exchanged, *, source: str) -> Exchanged:
    """Note in the audit log that another file took the history's place: a copy, what was salvaged, or an empty one."""
    aside = done.aside.name if done.aside else ""
    with HistoryStore.open(history, now=lambda: now, steps=steps) as store:
        store.audit.record(AuditKind.BACKUP_RESTORED, source=source, aside=aside)
    return done


def _exchanged(history: Path, now: dt.datetime, make: Callable[[Path], SalvageReport | None]) -> Exchanged:
    refuse_network(history)
    with translated(history):
        history.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = StoreLock(history)
        fresh = fresh_path(history)
        try:
            finish_exchange(history)
            remove_database(fresh)
            report = make(fresh)
            return Exchanged(exchange(history, now), report)
        finally:
            lock.release()


def copy_document(history: Path, copy: Path, document_id: int, now: dt.datetime) -> int:
    """Bring one document of a copy back into the history, as a new document, and return its number.

    Its form and the latest version of each section come along; the earlier versions stay in the copy. Raises
    `StoreFault` DOCUMENT_NOT_FOUND (id), STORE_BACKUP_GONE (path), and as opening a history does.
    """
    if not copy.is_file():
        raise StoreFault(ErrorCode.STORE_BACKUP_GONE, path=str(copy))
    with HistoryStore.open(copy, read_only=True) as source, HistoryStore.open(history, now=lambda: now) as target:
        found = source.load(document_id)
        line = found.summary
        stamp = TemplateStamp(line.template_id, line.template_name, found.template_version, found.template_source)
        number = target.create_document(stamp, line.title, found.inputs)
        for key, version in found.sections.items():
            target.save_edit(number, key, version.content)
    return number
