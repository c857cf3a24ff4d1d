"""Making a salvaged history whole again where a row is missing that others need, or one holds what nobody wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlite_utils import Database

from desktop.store.filling import Filling
from desktop.store.mending_texts import LOST_ID, LOST_TEMPLATE, MOST_SECTIONS, Texts, as_content
from desktop.store.rows import stored_time

# Titles stand in the history in the language of its documents.
LOST_TITLE = "（題名は失われました）"
STRAY_TITLE = "壊れた履歴に残っていた文章"

_ROUNDS = 8


def mend(db: Database, now: dt.datetime, filling: Filling) -> int:
    """Mend what can be, inside the caller's transaction; returns how many rows were mended or put in the place of lost.

    Rows that belong to nothing any more are taken out and counted as lost.
    """
    texts = Texts(db, filling)
    mended = filling.mended + _settle_references(db, now, filling)
    mended += _mend_times(db, now)
    mended += texts.mend()
    mended += _gather_strays(db, texts, now, filling)
    mended += texts.put_template_sources()
    texts.count_uses()
    return mended


def _settle_references(db: Database, now: dt.datetime, filling: Filling) -> int:
    """Give lost documents a stand-in, cut references that may be cut, and take out the rows that are left over."""
    mended = 0
    for _ in range(_ROUNDS):
        dangling = db.execute("PRAGMA foreign_key_check").fetchall()
        if not dangling:
            break
        for table, row, parent, key in dangling:
            columns = [
                column
                for number, _, _, column, *_ in db.execute(f'PRAGMA foreign_key_list("{table}")')
                if number == key
            ]
            wanted = db.execute(f'SELECT "{columns[0]}" FROM "{table}" WHERE rowid = ?', (row,)).fetchone()  # noqa: S608 -- names of our schema
            if wanted is None or wanted[0] is None:
                continue
            if parent == "documents" and wanted[0] > 0:
                stood_in = _stand_in(db, wanted[0], now)
                filling.saved["documents"] += stood_in
                mended += stood_in
            elif _nullable(db, table, columns[0]):
                db.execute(f'UPDATE "{table}" SET "{columns[0]}" = NULL WHERE rowid = ?', (row,))  # noqa: S608 -- the same
                mended += 1
            else:
                db.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row,))  # noqa: S608 -- the same
                filling.saved[table] -= 1
                filling.lost[table] += 1
    return mended


def _nullable(db: Database, table: str, column: str) -> bool:
    return any(
        name == column and not notnull for _, name, _, notnull, *_ in db.execute(f'PRAGMA table_info("{table}")')
    )


def _stand_in(db: Database, number: int, now: dt.datetime) -> int:
    at = stored_time(now)
    cursor = db.execute(
        "INSERT OR IGNORE INTO documents"
        " (id, template_id, template_name, template_version, title, state, created_at, updated_at)"
        " VALUES (?, ?, ?, '', ?, 'interrupted', ?, ?)",
        (number, LOST_ID, LOST_TEMPLATE, LOST_TITLE, at, at),
    )
    return max(0, cursor.rowcount)


def _mend_times(db: Database, now: dt.datetime) -> int:
    """Put the present in the place of a time that is none, in the tables whose times are read as such."""
    mended = 0
    for table, columns in (("documents", ("created_at", "updated_at")), ("section_versions", ("created_at",))):
        for column in columns:
            for row, value in db.execute(f'SELECT rowid, "{column}" FROM "{table}"').fetchall():  # noqa: S608 -- constants
                if not _is_time(value):
                    db.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (stored_time(now), row))  # noqa: S608 -- the same
                    mended += 1
    return mended


def _is_time(value: object) -> bool:
    try:
        return dt.datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False


def _gather_strays(db: Database, texts: Texts, now: dt.datetime, filling: Filling) -> int:
    """Put texts that nothing refers to any more into documents of their own: no line of anybody's is thrown away."""
    left = texts.unreferenced()
    if not left:
        return 0
    for begin in range(0, len(left), MOST_SECTIONS):
        _put_strays(db, texts, now, left[begin : begin + MOST_SECTIONS])
        filling.saved["documents"] += 1
    filling.saved["section_versions"] += len(left)
    return len(left)


def _put_strays(db: Database, texts: Texts, now: dt.datetime, left: Sequence[str]) -> None:
    at = stored_time(now)
    document = db.execute(
        "INSERT INTO documents"
        " (template_id, template_name, template_version, title, state, created_at, updated_at)"
        " VALUES (?, ?, '', ?, 'interrupted', ?, ?)",
        (LOST_ID, LOST_TEMPLATE, STRAY_TITLE, at, at),
    ).lastrowid
    for number, text in enumerate(left, start=1):
        db.execute(
            "INSERT INTO section_versions"
            " (document_id, section_key, number, origin, finished, created_at, updated_at, text_id)"
            " VALUES (?, ?, 1, 'person', 1, ?, ?, ?)",
            (document, f"文章{number}", at, at, texts.put(as_content(text))),
        )
