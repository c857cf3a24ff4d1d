"""What stands in the fields of a form, and what stood there before: a field cleared by accident can be got back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlite_utils import Database

from desktop.store import texts
from desktop.store.connection import OpenHistory
from desktop.store.faults import DamagedRowError
from desktop.store.records import Inputs
from desktop.store.rows import stored_text, stored_time
from desktop.store.search_index import index_form
from desktop.store.versions import EDIT_WINDOW


@dataclass(frozen=True, slots=True)
class FieldVersion:
    """An earlier value of a field, the file it came from (or empty), and since when it stood there (aware, UTC).

    `id` names it in `FieldVersions.restore`.
    """

    id: int
    value: str
    file_name: str
    since: dt.datetime


class FieldVersions:
    """The earlier values of the fields of an open history's documents."""

    def __init__(self, history: OpenHistory) -> None:
        """Serve this history."""
        self._open = history

    def listed(self, document_id: int, field_key: str) -> list[FieldVersion]:
        """Return a field's earlier values, newest first. Raises DOCUMENT_NOT_FOUND (id)."""
        with self._open.reading_of(document_id):
            rows = self._open.db.execute(
                "SELECT past_inputs.id, body, file_name, since FROM past_inputs LEFT JOIN texts ON texts.id = text_id"
                " WHERE document_id = ? AND field_key = ? ORDER BY past_inputs.id DESC",
                (document_id, stored_text(field_key)),
            ).fetchall()
            return [FieldVersion(one, texts.unpacked(body), name or "", _moment(at)) for one, body, name, at in rows]

    def restore(self, document_id: int, field_key: str, version_id: int) -> None:
        """Put an earlier value back into its field; what stands there becomes an earlier value, whatever its age.

        Raises DOCUMENT_NOT_FOUND (id), and `LookupError` when the field has no such value.
        """
        with self._open.changing(document_id):
            db, name, at = self._open.db, stored_text(field_key), stored_time(self._open.now())
            row = db.execute(
                "SELECT text_id, file_name FROM past_inputs WHERE id = ? AND document_id = ? AND field_key = ?",
                (version_id, document_id, name),
            ).fetchone()
            if row is None:
                raise LookupError(f"no earlier value {version_id}")
            _keep_present(db, document_id, name)
            db.execute(
                "INSERT INTO inputs (document_id, field_key, text_id, file_name, since) VALUES (?1, ?2, ?3, ?4, ?5)"
                " ON CONFLICT (document_id, field_key) DO UPDATE SET text_id = ?3, file_name = ?4, since = ?5",
                (document_id, name, *row, at),
            )
            index_form(db, document_id)
            self._open.touch(document_id)


def put_inputs(db: Database, document_id: int, inputs: Inputs, now: dt.datetime) -> None:
    """Keep what stands in the form; only fields that changed are written. Runs inside the caller's transaction."""
    held = {
        key: row
        for key, *row in db.execute(
            "SELECT field_key, file_name, body, since FROM inputs LEFT JOIN texts ON texts.id = text_id"
            " WHERE document_id = ?",
            (document_id,),
        ).fetchall()
    }
    for key in dict.fromkeys([*inputs.values, *inputs.file_names]):
        name, given, file_name = stored_text(key), inputs.values.get(key), inputs.file_names.get(key)
        value = None if given is None else stored_text(given)
        source = None if file_name is None else stored_text(file_name)
        if name not in held:
            _write(db, document_id, name, (source, value), stored_time(now))
            continue
        was_source, body, since = held.pop(name)
        was = None if body is None else texts.unpacked(body)
        if (was_source, was) == (source, value):
            continue
        if was and not (_young(since, now) and _grown(was, value or "") and was_source == source):
            _keep_present(db, document_id, name)
            since = stored_time(now)
        _write(db, document_id, name, (source, value), since)
    for name in held:
        _keep_present(db, document_id, name)
        db.execute("DELETE FROM inputs WHERE document_id = ? AND field_key = ?", (document_id, name))


def inputs_of(db: Database, document_id: int) -> Inputs:
    """Return what stands in the form."""
    rows = db.execute(
        "SELECT field_key, text_id, body, file_name FROM inputs LEFT JOIN texts ON texts.id = text_id"
        " WHERE document_id = ? ORDER BY inputs.rowid",
        (document_id,),
    ).fetchall()
    values = {key: texts.unpacked(body) for key, number, body, _ in rows if number is not None}
    return Inputs(values, {key: file_name for key, *_, file_name in rows if file_name is not None})


def _write(db: Database, document_id: int, name: str, held: tuple[str | None, str | None], since: str) -> None:
    file_name, value = held
    number = None if value is None else texts.put(db, value)
    db.execute(
        "INSERT INTO inputs (document_id, field_key, file_name, text_id, since) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (document_id, field_key) DO UPDATE SET file_name = ?3, text_id = ?4, since = ?5",
        (document_id, name, file_name, number, since),
    )


def _keep_present(db: Database, document_id: int, name: str) -> None:
    """Make what stands in a field an earlier value of it, unless nothing does."""
    row = db.execute(
        "SELECT file_name, text_id, since, body FROM inputs JOIN texts ON texts.id = text_id"
        " WHERE document_id = ? AND field_key = ?",
        (document_id, name),
    ).fetchone()
    if row is not None and texts.unpacked(row[3]):
        db.execute(
            "INSERT INTO past_inputs (document_id, field_key, file_name, text_id, since) VALUES (?, ?, ?, ?, ?)",
            (document_id, name, *row[:3]),
        )


def _young(since: str, now: dt.datetime) -> bool:
    try:
        age = now - dt.datetime.fromisoformat(since)
    except ValueError:
        return False
    return dt.timedelta(0) <= age < EDIT_WINDOW


def _grown(before: str, after: str) -> bool:
    """Tell typing from clearing: what lost half of its text is kept, however young it is."""
    return 2 * len(after) > len(before)


def _moment(stored: object) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(str(stored))
    except ValueError as error:
        raise DamagedRowError from error
