"""Copies of the history made in the background day by day, verified before they get their name, and thinned by age."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.backup import copy_database, document_count
from desktop.store.checks import check
from desktop.store.database import BUSY_SECONDS, connect, inspect
from desktop.store.faults import translated
from desktop.store.history_files import BACKUPS, STAMP, remove_database, sync_file, sync_folder
from desktop.store.migrations import STEPS, Step
from desktop.store.sqlite import sqlite3

# How many days, weeks and months have a copy, and how large all daily copies together may become, in bytes.
DAYS, WEEKS, MONTHS = 7, 4, 12
MOST_BYTES = 2 * 1024**3
# However large, so many stay.
ALWAYS = 2
# Copies of a day that has not come yet: the clock was wrong. So many of them stay.
FROM_THE_FUTURE = 2
# What must be free beyond the copy's own size, in bytes: work goes on while it is made.
RESERVE = 64 * 1024 * 1024

# How long a breath between some pages is, in seconds: the disk belongs to the person at work.
_BREATH = 0.005
_NAME = re.compile(r"(?P<stem>.+)-v(?P<version>\d+)-(?P<stamp>\d{8}T\d{12}Z)(?P<kind>\.day)?\.bak\.sqlite3")


class BackupStoppedError(Exception):
    """The copy was given up because the program ends; nothing of it is left."""


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A copy: which schema it has, when it was made (aware, UTC), and its size in bytes. Daily ones are thinned."""

    path: Path
    version: int
    made_at: dt.datetime
    daily: bool
    size: int


def backup_files(history: Path) -> list[BackupFile]:
    """Return the copies of this history, newest first; what else lies in their folder is left out."""
    folder = history.parent / BACKUPS
    found = []
    for entry in folder.iterdir() if folder.is_dir() else ():
        match = _NAME.fullmatch(entry.name)
        if match is None or match["stem"] != history.stem or not entry.is_file():
            continue
        try:
            made_at = dt.datetime.strptime(match["stamp"], STAMP).replace(tzinfo=dt.UTC)
        except ValueError:
            continue
        found.append(BackupFile(entry, int(match["version"]), made_at, match["kind"] is not None, entry.stat().st_size))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def make_daily_backup(
    history: Path,
    now: dt.datetime,
    *,
    stop: threading.Event | None = None,
    steps: Sequence[Step] = STEPS,
    most_bytes: int = MOST_BYTES,
) -> BackupFile:
    """Copy the history page by page, verify the copy, give it its name, and thin the older ones.

    Writers are neither waited for nor kept waiting. Raises `StoreFault` STORE_BACKUP_NO_ROOM (path, needed and free
    in bytes) before anything is written, STORE_BACKUP_UNSOUND when the copy is not what it should be (then it is
    removed), else as the store does; `BackupStoppedError` when `stop` is set. Older copies are untouched then.
    """
    folder = history.parent / BACKUPS
    with translated(folder / history.name):
        folder.mkdir(exist_ok=True, mode=0o700)
        partial = folder / f".{history.stem}-{os.getpid()}-{now.strftime(STAMP)}.partial"
        _make_room(history, folder)
        try:
            documents = _copy(history, partial, stop)
            version = verify(partial, steps, documents)
            name = f"{history.stem}-v{version}-{now.astimezone(dt.UTC).strftime(STAMP)}.day.bak.sqlite3"
            sync_file(partial)
            path = partial.replace(folder / name)
        finally:
            remove_database(partial)
        sync_folder(folder)
        made = next(one for one in backup_files(history) if one.path == path)
        for old in too_many(backup_files(history), now, most_bytes, made):
            old.path.unlink(missing_ok=True)
    return made


def _make_room(history: Path, folder: Path) -> None:
    """Say when there is none; what a program that died left half-made is removed first."""
    for left in folder.glob(f".{history.stem}-*.partial*"):
        # Another program may be at it just now; one day later it is not.
        if time.time() - left.stat().st_mtime > dt.timedelta(days=1).total_seconds():
            left.unlink(missing_ok=True)
    log = Path(f"{history}-wal")
    needed = history.stat().st_size + (log.stat().st_size if log.exists() else 0) + RESERVE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StoreFault(ErrorCode.STORE_BACKUP_NO_ROOM, path=str(folder), needed=needed, free=free)


def _copy(source: Path, target: Path, stop: threading.Event | None) -> int:
    """Copy with a breath now and then; returns the number of documents."""

    def breathe(_status: int, remaining: int, _total: int) -> None:
        if stop is not None and stop.is_set():
            raise BackupStoppedError
        if remaining:
            time.sleep(_BREATH)

    return copy_database(source, target, breathe)


def verify(copy: Path, steps: Sequence[Step], documents: int | None = None) -> int:
    """Return the schema of a copy that is sound through and through, and holds so many documents if that is known.

    Raises `StoreFault` STORE_BACKUP_UNSOUND (path) otherwise, STORE_FROM_FUTURE as `inspect` does.
    """
    try:
        version = inspect(copy, steps, BUSY_SECONDS)
        with closing(connect(copy, "ro", BUSY_SECONDS)) as db:
            good = version > 0 and check(db).sound and documents in (None, document_count(db))
    except StoreFault as fault:
        if fault.code is not ErrorCode.STORE_DAMAGED:
            raise
        good, version = False, 0
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        good, version = False, 0
    if not good:
        raise StoreFault(ErrorCode.STORE_BACKUP_UNSOUND, path=str(copy))
    return version


def too_many(found: Iterable[BackupFile], now: dt.datetime, most_bytes: int, made: BackupFile) -> list[BackupFile]:
    """Return the daily copies that go: beyond one a day, a week and a month, and beyond `most_bytes` together.

    The one just `made` and the newest `ALWAYS` stay whatever happens.
    """
    daily = sorted((one for one in found if one.daily), key=lambda one: one.made_at, reverse=True)
    future = [one for one in daily if one.made_at > now + dt.timedelta(days=1)]
    past = [one for one in daily if one not in future]
    kept = {made.path, *(one.path for one in future[:FROM_THE_FUTURE])}
    kept |= _newest_of_each(past, DAYS, lambda at: at.date())
    kept |= _newest_of_each(past, WEEKS, lambda at: at.isocalendar()[:2])
    kept |= _newest_of_each(past, MONTHS, lambda at: (at.year, at.month))
    always = {made.path, *(one.path for one in past[:ALWAYS])}
    total = 0
    for one in (*past, *future):
        total += one.size if one.path in kept else 0
        if total > most_bytes and one.path not in always:
            kept.discard(one.path)
    return [one for one in daily if one.path not in kept]


def _newest_of_each(found: Sequence[BackupFile], count: int, of: Callable[[dt.datetime], object]) -> set[Path]:
    newest: dict[object, Path] = {}
    for one in found:
        newest.setdefault(of(one.made_at), one.path)
    return set(list(newest.values())[:count])
