"""Taking out of a damaged history what can still be read, row by row, into a fresh one that is sound.

It is led by the schema: every table of the fresh history is filled with what is left of the table of that name. The
damaged file is only read. What cannot be taken over is counted.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.database import BUSY_SECONDS, connect, create, inspect, transaction
from desktop.store.faults import translated
from desktop.store.filling import Filling
from desktop.store.history_files import remove_database, sync_file
from desktop.store.mending import mend
from desktop.store.mending_texts import drop_unused
from desktop.store.migrations import MIGRATION_SET, STEPS, Step, apply, step_names
from desktop.store.pages import Pages
from desktop.store.reading_rows import Source, rows_by_sql
from desktop.store.schema_search import index_all
from desktop.store.sqlite import sqlite3
from desktop.store.trees import Row, Trees

_MASTER_COLUMNS = 5
# Where the steps that a history has gone through are noted.
_NOTED = "_sqlite_migrations"


@dataclass(frozen=True, slots=True)
class SalvageReport:
    """What was saved and what was not, in rows by table.

    `lost` counts rows that were seen but could not be kept; `broken_rows` those that could not be read as rows at all,
    `broken_pages` the pages that are damaged or missing, each of which may have held more. `mended` rows were kept
    with a part of them replaced, or stand in for a lost one that others need.
    """

    saved: Mapping[str, int]
    lost: Mapping[str, int]
    mended: int
    broken_pages: int
    broken_rows: int

    @property
    def documents(self) -> int:
        """The documents in the fresh history."""
        return self.saved.get("documents", 0)

    @property
    def rows(self) -> int:
        """All rows in the fresh history."""
        return sum(self.saved.values())

    @property
    def lost_rows(self) -> int:
        """All rows known to be lost."""
        return sum(self.lost.values()) + self.broken_rows

    @property
    def complete(self) -> bool:
        """Whether nothing speaks for a loss."""
        return not self.lost_rows and not self.broken_pages and not self.mended


def salvage(damaged: Path, fresh: Path, now: dt.datetime, steps: Sequence[Step] = STEPS) -> SalvageReport:
    """Make a history at `fresh` of what can be read at `damaged`; nobody else uses either.

    Raises `StoreFault` STORE_NOTHING_TO_SALVAGE (path) when no row of ours is left, STORE_FROM_FUTURE (found, known)
    when a newer program made it, STORE_DISK_FULL and STORE_FOLDER_NOT_WRITABLE for `fresh`. Then `fresh` is not there.
    """
    with translated(fresh):
        remove_database(fresh)
        try:
            report = _salvage(damaged, fresh, now, steps)
            _refuse_nothing(report, damaged)
            inspect(fresh, steps, BUSY_SECONDS)
        except BaseException:
            remove_database(fresh)
            raise
    return report


def _refuse_nothing(report: SalvageReport, damaged: Path) -> None:
    if not report.rows:
        raise StoreFault(ErrorCode.STORE_NOTHING_TO_SALVAGE, path=str(damaged))


def _salvage(damaged: Path, fresh: Path, now: dt.datetime, steps: Sequence[Step]) -> SalvageReport:
    with closing(Pages(damaged)) as pages:
        trees = Trees(pages)
        master = {str(row.values[1]): row.values for row in trees.walk(1) if len(row.values) == _MASTER_COLUMNS}
        schema = _schema_of(trees, pages, master, steps)
        create(fresh, steps[:schema], BUSY_SECONDS, like=damaged)
        with closing(connect(fresh, "rw", BUSY_SECONDS)) as db:
            db.execute("PRAGMA foreign_keys = OFF")
            with transaction(db):
                triggers = _drop_triggers(db)
                filling = Filling(db)
                seeds = filling.empty()
                _fill_from_pages(trees, pages, master, filling)
                # Where the log has gone bad, SQLite still reads the state before that.
                if not filling.rows or pages.broken_frames:
                    _fill_by_sql(damaged, filling)
                filling.seed(seeds)
                mended = mend(db, now, filling)
                for trigger in triggers:
                    db.execute(trigger)
                if filling.has_index:
                    index_all(db)
                drop_unused(db)
    sync_file(fresh)
    walked = trees.walked
    lost = Counter(filling.lost)
    return SalvageReport(
        dict(filling.saved),
        dict(+lost),
        mended + walked.renumbered,
        len(walked.broken_pages) + pages.broken_frames,
        walked.broken_rows,
    )


def _schema_of(trees: Trees, pages: Pages, master: Mapping[str, Sequence[object]], steps: Sequence[Step]) -> int:
    """Return which schema the damaged file has: by the steps noted in it, by its header, or else the present one."""
    known = step_names(steps)
    root = master.get(_NOTED, (None,) * _MASTER_COLUMNS)[3]
    noted = {
        str(value)
        for row in (trees.walk(root) if isinstance(root, int) else ())
        if MIGRATION_SET in row.values
        for value in row.values
        if isinstance(value, str) and value[:4].isdigit() and value[4:5] == "_"
    }
    header = pages.schema_number
    # A number in the header alone may be a bit gone bad; a step's name is not.
    if noted - set(known) and header > len(known):
        raise StoreFault(ErrorCode.STORE_FROM_FUTURE, found=header, known=len(known))
    told = max((index for index, name in enumerate(known, start=1) if name in noted), default=0)
    claimed = {told, header} & set(range(1, len(known) + 1)) or {len(known)}
    if len(claimed) == 1:
        return claimed.pop()
    # Where the two contradict each other, the tables that are there decide.
    there = {(name, " ".join(str(values[4]).split())) for name, values in master.items()}
    return max(claimed, key=lambda schema: (len(there & _objects(steps[:schema])), schema))


def _objects(steps: Sequence[Step]) -> set[tuple[str, str]]:
    """Return names and definitions of what a schema consists of."""
    with closing(Database(memory=True, execute_plugins=False)) as db:
        with transaction(db):
            apply(db, steps)
        return {
            (name, " ".join(sql.split()))
            for name, sql in db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
        }


def _drop_triggers(db: Database) -> list[str]:
    """Take the triggers away, which are for what people do and not for rows put back; returns how to make them."""
    found = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in found:
        db.execute(f'DROP TRIGGER "{name}"')
    return [str(sql) for _, sql in found]


def _fill_from_pages(trees: Trees, pages: Pages, master: Mapping[str, Sequence[object]], filling: Filling) -> None:
    """Put in what the trees lead to, and then what stands on pages that no tree leads to any more."""
    roots: dict[str, tuple[int, bool]] = {
        name: (root, kind == "table" and "WITHOUT ROWID" not in str(sql).upper())
        for name, (kind, _, _, root, sql) in master.items()
        if isinstance(root, int) and root > 1 and name != _NOTED
    }
    unfit: list[Row] = []
    for table in filling.tables:
        root, of_table = roots.pop(table.name, (0, False)) if table.by_number else (0, False)
        for row in trees.walk(root) if of_table else ():
            if table.takes(row.values):
                filling.put(table, row)
            else:
                unfit.append(row)
    numbers, _ = roots.pop("sqlite_sequence", (0, True))
    for row in trees.walk(numbers) if numbers else ():
        filling.go_on_from(*row.values[:2])
    for name, (root, of_table) in roots.items():
        # What has a name of ours is derived from other rows; another name may be one of ours gone bad.
        unfit += [row for row in trees.walk(root, of_table=of_table) if name not in filling.names]
    # A root that was taken for another one's leads to rows that fit there.
    filling.put_stray(unfit)
    reached = trees.walked.pages | pages.free()
    for number in range(1, pages.count + 1):
        if number not in reached:
            filling.put_stray(trees.leaf(number))
    for page in pages.before_damage():
        filling.put_earlier(trees.earlier(page))


def _fill_by_sql(damaged: Path, filling: Filling) -> None:
    """Put in what SQLite itself can read: of a file whose pages only SQLite can make sense of."""
    for table in filling.tables:
        try:
            for number, values in rows_by_sql(Source(damaged), table.name, by_number=table.by_number):
                filling.put_if_missing(table, Row(number, values))
        except (sqlite3.Error, UnicodeDecodeError):
            # What was read until here stays; that nothing was read is told by the caller.
            continue
