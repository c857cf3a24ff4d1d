"""Making a salvaged history whole again where a row is missing that others need, or one holds what nobody wrote."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable

from sqlite_utils import Database

from desktop.core.sections import TextContent, loads
from desktop.store.filling import Filling
from desktop.store.rows import stored_content, stored_time

# Titles stand in the history in the language of its documents.
LOST_TITLE = "（題名は失われました）"
LOST_TEMPLATE = "（ひな形は失われました）"
LOST_ID = "lost"

_ROUNDS = 8


def mend(db: Database, now: dt.datetime, filling: Filling) -> int:
    """Mend what can be, inside the caller's transaction; returns how many rows were mended or put in the place of lost.

    Rows that belong to nothing any more are taken out and counted as lost.
    """
    mended = filling.mended + _settle_references(db, now, filling)
    mended += _mend_times(db, now)
    mended += _mend_contents(db)
    return mended + _put_template_sources(db)


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
                mended += _stand_in(db, wanted[0], now)
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


def _mend_contents(db: Database) -> int:
    """Keep as plain text what was a section's content and can no longer be read as such."""
    if "content" not in _column_names(db, "section_versions"):
        return 0
    mended = 0
    for row, content in db.execute("SELECT rowid, content FROM section_versions").fetchall():
        try:
            loads(content)
        except ValueError:
            db.execute("UPDATE section_versions SET content = ? WHERE rowid = ?", (_as_text(content), row))
            mended += 1
    return mended


def _as_text(content: str) -> str:
    return stored_content(TextContent(content))


def _column_names(db: Database, table: str) -> list[str]:
    return [name for _, name, *_ in db.execute(f'PRAGMA table_info("{table}")')]


def _put_template_sources(db: Database) -> int:
    """Give a document that has lost its template another one's of the same kind, or one made of what it holds."""
    missing = db.execute(
        "SELECT id, template_id FROM documents WHERE id NOT IN (SELECT document_id FROM template_sources)"
    ).fetchall()
    for number, template_id in missing:
        donors = db.execute(
            "SELECT source FROM template_sources JOIN documents ON id = document_id WHERE template_id = ?",
            (template_id,),
        ).fetchall()
        source = _commonest(source for (source,) in donors) or _template_of(db, number)
        db.execute("INSERT INTO template_sources (document_id, source) VALUES (?, ?)", (number, source))
    return len(missing)


def _commonest(sources: Iterable[str]) -> str:
    counted = Counter(sources).most_common(1)
    return counted[0][0] if counted else ""


def _template_of(db: Database, number: int) -> str:
    """Return the text of a template that shows every field and section that is left of a document."""
    fields = [key for (key,) in db.execute("SELECT field_key FROM inputs WHERE document_id = ?", (number,))]
    keys = [
        key
        for (key,) in db.execute(
            "SELECT DISTINCT section_key FROM section_versions WHERE document_id = ? ORDER BY id", (number,)
        )
    ]
    lines = [
        "format = 1",
        f"id = {json.dumps(LOST_ID)}",
        f"name = {_quoted(LOST_TEMPLATE)}",
        'category = "memo"',
        'version = "1.0"',
        'description = "壊れた履歴から救い出した文書です。"',
    ]
    for key in fields or ["内容"]:
        lines += ["", "[[field]]", f"key = {_quoted(key)}", f"label = {_quoted(key)}", 'type = "text"']
    for key in keys or ["本文"]:
        lines += ["", "[[section]]", f"key = {_quoted(key)}", f"title = {_quoted(key)}", 'kind = "text"']
        lines += ['instruction = "（救い出した項目）"']
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
