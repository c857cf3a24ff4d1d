"""Putting another file in the place of the history: the present one is set aside under the date, never deleted.

The exchange is noted in a file beside the history before it begins. A program that dies in the middle leaves that
note, and the next one finishes what was begun: at no moment is there a history with another one's log.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.files import write_atomically
from desktop.store.history_files import ASIDE, COMPANIONS, STAMP, sync_folder


def fresh_path(history: Path) -> Path:
    """Return where the file is to be made that takes the history's place."""
    return history.with_name(f"{history.name}.fresh")


def exchange(history: Path, now: dt.datetime) -> Path | None:
    """Put the whole and closed file at `fresh_path` in the place of the history; the caller holds the lock.

    Returns where the present one lies now, `None` when there was none. Raises the system's errors untranslated; the
    history is then the old one or the new one, and the other is not lost.
    """
    folder = history.parent / ASIDE
    folder.mkdir(exist_ok=True, mode=0o700)
    stamp = now.astimezone(dt.UTC).strftime(STAMP)
    target, count = folder / f"{history.stem}-{stamp}{history.suffix}", 1
    while any(Path(f"{target}{companion}").exists() for companion in COMPANIONS):
        count += 1
        target = folder / f"{history.stem}-{stamp}-{count}{history.suffix}"
    note = json.dumps({"aside": target.name}).encode()
    write_atomically(_note(history), lambda stream: stream.write(note), overwrite=True)
    sync_folder(history.parent)
    finish_exchange(history)
    return target if any(Path(f"{target}{companion}").exists() for companion in COMPANIONS) else None


def finish_exchange(history: Path) -> None:
    """Go on with an exchange that a program has begun; without one nothing is done. The caller holds the lock."""
    note, fresh = _note(history), fresh_path(history)
    try:
        name = str(json.loads(note.read_text(encoding="utf-8"))["aside"])
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError):
        name = ""
    # A note that cannot be read moves nothing: whatever lies where the history should is looked at as ever.
    if fresh.exists() and name and Path(name).name == name:
        folder = history.parent / ASIDE
        # The database goes first: a log left alone is seen as damage, a database without its log would not be.
        for companion in COMPANIONS:
            old, new = Path(f"{history}{companion}"), folder / f"{name}{companion}"
            if old.is_file() and not new.exists():
                old.rename(new)
        fresh.replace(history)
        sync_folder(folder)
        sync_folder(history.parent)
    note.unlink(missing_ok=True)


def refuse_unfinished(history: Path) -> None:
    """Raise `StoreFault` STORE_LOCKED (path) while an exchange is under way: for a reader, who must not finish it."""
    if _note(history).exists():
        raise StoreFault(ErrorCode.STORE_LOCKED, path=str(history))


def set_aside_files(history: Path) -> list[Path]:
    """Return the histories set aside, newest first."""
    folder = history.parent / ASIDE
    found = folder.glob(f"{history.stem}-*{history.suffix}") if folder.is_dir() else ()
    return sorted((one for one in found if one.is_file()), key=lambda one: one.name, reverse=True)


def _note(history: Path) -> Path:
    return history.with_name(f"{history.name}.exchange")
