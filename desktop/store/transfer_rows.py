"""Reading a document whole out of the history, and writing one that came from another history into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store import texts, uids, versions
from desktop.store.faults import DamagedRowError
from desktop.store.moved import MovedDocument, MovedField, MovedForm, MovedRun, MovedVersion
from desktop.store.records import DocumentState, DocumentSummary, RunFacts, SectionVersion, TemplateStamp
from desktop.store.rows import stored_time

_RUN_COLUMNS = "model_name, model_sha256, settings, started_at, ended_at, error_code, raw"


def read_document(db: Database, summary: DocumentSummary) -> MovedDocument:
    """Return a document whole; one that is being written goes as broken off. Inside the caller's transaction."""
    number = summary.id
    row = db.execute(
        "SELECT template_version, text_id, trashed_at FROM documents"
        " JOIN template_sources ON document_id = id WHERE id = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise DamagedRowError
    streaming = summary.state is DocumentState.STREAMING
    run_ids = run_numbers(db, number)
    return MovedDocument(
        uid=uids.uid_of(db, number),
        template=TemplateStamp(summary.template_id, summary.template_name, str(row[0]), texts.get(db, row[1])),
        form=MovedForm(summary.title, _fields(db, summary), summary.updated_at),
        state=DocumentState.INTERRUPTED if streaming else summary.state,
        created_at=summary.created_at,
        runs=_runs(db, number),
        sections={key: _versions(db, number, key, run_ids) for key in section_keys(db, number)},
        past=_past(db, number),
        tags=_tags(db, number),
        trashed_at=None if row[2] is None else _moment(row[2]),
    )


def run_numbers(db: Database, document_id: int) -> list[int]:
    """Return the numbers of a document's runs, oldest first."""
    rows = db.execute("SELECT id FROM runs WHERE document_id = ? ORDER BY id", (document_id,))
    return [int(number) for (number,) in rows]


def section_keys(db: Database, document_id: int) -> list[str]:
    """Return the keys of a document's sections, in the order in which they came to be."""
    rows = db.execute(
        "SELECT section_key FROM section_versions WHERE document_id = ? GROUP BY section_key ORDER BY min(id)",
        (document_id,),
    )
    return [str(key) for (key,) in rows]


def _fields(db: Database, summary: DocumentSummary) -> tuple[MovedField, ...]:
    rows = db.execute(
        "SELECT field_key, text_id, file_name, since FROM inputs WHERE document_id = ? ORDER BY rowid", (summary.id,)
    ).fetchall()
    # An old history does not know since when a field is as it is.
    return tuple(
        MovedField(
            key, None if text is None else texts.get(db, text), name, _moment(since) if since else summary.created_at
        )
        for key, text, name, since in rows
    )


def _past(db: Database, document_id: int) -> tuple[MovedField, ...]:
    rows = db.execute(
        "SELECT field_key, text_id, file_name, since FROM past_inputs WHERE document_id = ? ORDER BY id", (document_id,)
    ).fetchall()
    return tuple(MovedField(key, texts.get(db, text), name, _moment(since)) for key, text, name, since in rows)


def _runs(db: Database, document_id: int) -> tuple[MovedRun, ...]:
    rows = db.execute(
        f"SELECT {_RUN_COLUMNS} FROM runs WHERE document_id = ? ORDER BY id",  # noqa: S608 -- the column names are a constant
        (document_id,),
    )
    return tuple(
        MovedRun(
            RunFacts(*row[:3]),
            _moment(row[3]),
            None if row[4] is None else _moment(row[4]),
            row[5],
            texts.unpacked(row[6]),
        )
        for row in rows
    )


def _versions(db: Database, document_id: int, key: str, run_ids: Sequence[int]) -> tuple[MovedVersion, ...]:
    rows = db.execute(
        "SELECT number, updated_at, run_id, stands_for FROM section_versions"
        " WHERE document_id = ? AND section_key = ? ORDER BY number",
        (document_id, key),
    ).fetchall()
    places = {int(row[0]): place for place, row in enumerate(rows)}
    found = []
    for version, row in zip(reversed(versions.all_versions(db, document_id, key)), rows, strict=True):
        _, updated_at, run_id, stands_for = row
        run = None if run_id is None else run_ids.index(run_id)
        facts = (version.content, version.origin, version.finished, version.created_at)
        found.append(MovedVersion(*facts, _moment(updated_at), run, places.get(stands_for)))
    return tuple(found)


def _tags(db: Database, document_id: int) -> tuple[str, ...]:
    rows = db.execute("SELECT tag FROM document_tags WHERE document_id = ? ORDER BY rowid", (document_id,))
    return tuple(str(tag) for (tag,) in rows)


def _moment(stored: object) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(str(stored))
    except ValueError as error:
        raise DamagedRowError from error


def add_document(db: Database, document: MovedDocument) -> int:
    """Write the line, the template and the form of a document that is not here yet; returns its number here."""
    template = document.template
    number = db.execute(
        "INSERT INTO documents (template_id, template_name, template_version, title, state, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(template.id, template.name, template.version, document.form.title, document.state.value),
            stored_time(document.created_at),
            stored_time(document.updated_at),
        ),
    ).lastrowid
    assert number is not None
    uids.give(db, number, document.uid)
    db.execute("INSERT INTO template_sources VALUES (?, ?)", (number, texts.put(db, template.source)))
    _put_fields(db, number, document.form.fields)
    return number


def put_form(db: Database, document_id: int, form: MovedForm, state: DocumentState) -> None:
    """Put another form and state in the place of a document's own."""
    db.execute(
        "UPDATE documents SET title = ?, state = ?, updated_at = ? WHERE id = ?",
        (form.title, state.value, stored_time(form.changed_at), document_id),
    )
    db.execute("DELETE FROM inputs WHERE document_id = ?", (document_id,))
    _put_fields(db, document_id, form.fields)


def _put_fields(db: Database, document_id: int, fields: Sequence[MovedField]) -> None:
    for one in fields:
        text = None if one.value is None else texts.put(db, one.value)
        db.execute(
            "INSERT INTO inputs (document_id, field_key, file_name, text_id, since) VALUES (?, ?, ?, ?, ?)",
            (document_id, one.key, one.file_name, text, stored_time(one.since)),
        )


def put_past(db: Database, document_id: int, past: Sequence[MovedField]) -> None:
    """Put these earlier values of fields in the place of those there are; the newest gets the highest number."""
    last = db.execute("SELECT max(id) FROM past_inputs WHERE document_id = ?", (document_id,)).fetchone()[0]
    for one in past:
        assert one.value is not None
        db.execute(
            "INSERT INTO past_inputs (document_id, field_key, file_name, text_id, since) VALUES (?, ?, ?, ?, ?)",
            (document_id, one.key, one.file_name, texts.put(db, one.value), stored_time(one.since)),
        )
    db.execute("DELETE FROM past_inputs WHERE document_id = ? AND id <= ?", (document_id, last or 0))


def mark(db: Database, document_id: int, tags: Sequence[str], trashed_at: dt.datetime | None) -> None:
    """Add tags to a document, and put it into the trash or take it out."""
    for tag in tags:
        db.execute("INSERT OR IGNORE INTO document_tags (document_id, tag) VALUES (?, ?)", (document_id, tag))
    at = None if trashed_at is None else stored_time(trashed_at)
    db.execute("UPDATE documents SET trashed_at = ? WHERE id = ? AND trashed_at IS NOT ?", (at, document_id, at))


def add_run(db: Database, document_id: int, run: MovedRun) -> int:
    """Add a run behind the others; returns its number."""
    ended = None if run.ended_at is None else stored_time(run.ended_at)
    number = db.execute(
        f"INSERT INTO runs (document_id, {_RUN_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 -- the column names are a constant
        (
            document_id,
            *(run.facts.model_name, run.facts.model_sha256, run.facts.settings),
            *(stored_time(run.started_at), ended, run.error_code, texts.packed(run.raw_text)),
        ),
    ).lastrowid
    assert number is not None
    return number


def move_run_behind(db: Database, run_id: int) -> int:
    """Give a run the next number, and its versions with it; returns the number."""
    moved = db.execute(
        f"INSERT INTO runs (document_id, {_RUN_COLUMNS}) SELECT document_id, {_RUN_COLUMNS} FROM runs WHERE id = ?",  # noqa: S608 -- the column names are a constant
        (run_id,),
    ).lastrowid
    assert moved is not None
    db.execute("UPDATE section_versions SET run_id = ? WHERE run_id = ?", (moved, run_id))
    db.execute("DELETE FROM runs WHERE id = ?", (run_id,))
    return moved


def add_version(db: Database, document_id: int, key: str, version: MovedVersion, run_id: int | None) -> int:
    """Add a version behind the others of its section; returns its number.

    A run that has a version of this section already keeps that one alone.
    """
    if run_id is not None:
        taken = db.execute("SELECT 1 FROM section_versions WHERE run_id = ? AND section_key = ?", (run_id, key))
        run_id = None if taken.fetchone() is not None else run_id
    facts = SectionVersion(key, 0, version.content, version.origin, version.finished, version.created_at)
    number = versions.take_over(db, document_id, facts, run_id)
    if version.updated_at != version.created_at:
        touch_version(db, (document_id, key, number), version.updated_at)
    return number


def touch_version(db: Database, version: tuple[int, str, int], at: dt.datetime) -> None:
    """Note when a version, named by document, section and number, was last written."""
    db.execute(
        "UPDATE section_versions SET updated_at = ? WHERE document_id = ? AND section_key = ? AND number = ?",
        (stored_time(at), *version),
    )


def renumber(db: Database, document_id: int, key: str, order: Sequence[int], stands: Sequence[int | None]) -> None:
    """Give the versions of a section numbers from 1 on, in this order of their present numbers.

    `stands` tells for each the place (from 0) of the earlier one it stands for, if it does.
    """
    section = (document_id, key)
    # Out of the way first: no two versions of a section may have one number, not even for a moment.
    away = max(order)
    db.execute(
        "UPDATE section_versions SET number = number + ?, stands_for = NULL WHERE document_id = ? AND section_key = ?",
        (away, *section),
    )
    db.conn.executemany(
        "UPDATE section_versions SET number = ?, stands_for = ?"
        " WHERE document_id = ? AND section_key = ? AND number = ?",
        [
            (place + 1, None if stood is None or stood >= place else stood + 1, *section, before + away)
            for place, (before, stood) in enumerate(zip(order, stands, strict=True))
        ],
    )


def nothing_is_written(db: Database) -> None:
    """Raise `StoreFault` HISTORY_BEING_WRITTEN while the model writes a document."""
    if db.execute("SELECT 1 FROM documents WHERE state = 'streaming' LIMIT 1").fetchone() is not None:
        raise StoreFault(ErrorCode.HISTORY_BEING_WRITTEN)
