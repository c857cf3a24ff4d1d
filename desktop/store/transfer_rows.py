"""Reading a document whole out of the history, and writing one that came from another history into it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store import uids, versions
from desktop.store.faults import DamagedRowError
from desktop.store.moved import MovedDocument, MovedField, MovedForm, MovedRun, MovedVersion
from desktop.store.moved_json import BadLineError, fields_of, fields_value
from desktop.store.records import DocumentState, DocumentSummary, RunFacts, SectionVersion, TemplateStamp
from desktop.store.rows import stored_time

_RUN_COLUMNS = "model_name, model_sha256, settings, started_at, ended_at, error_code, raw_text"


def read_document(db: Database, summary: DocumentSummary) -> MovedDocument:
    """Return a document whole; one that is being written goes as broken off. Inside the caller's transaction."""
    number = summary.id
    row = db.execute(
        "SELECT template_version, source, trashed_at FROM documents"
        " JOIN template_sources ON document_id = id WHERE id = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise DamagedRowError
    streaming = summary.state is DocumentState.STREAMING
    run_ids = run_numbers(db, number)
    return MovedDocument(
        uid=uids.uid_of(db, number),
        template=TemplateStamp(summary.template_id, summary.template_name, str(row[0]), str(row[1])),
        form=MovedForm(summary.title, _fields(db, number), summary.updated_at),
        state=DocumentState.INTERRUPTED if streaming else summary.state,
        created_at=summary.created_at,
        runs=_runs(db, number),
        sections={key: _versions(db, number, key, run_ids) for key in section_keys(db, number)},
        set_aside=_set_aside(db, number),
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


def _fields(db: Database, document_id: int) -> tuple[MovedField, ...]:
    rows = db.execute(
        "SELECT field_key, value, file_name FROM inputs WHERE document_id = ? ORDER BY rowid", (document_id,)
    )
    return tuple(MovedField(*row) for row in rows)


def _runs(db: Database, document_id: int) -> tuple[MovedRun, ...]:
    rows = db.execute(
        f"SELECT {_RUN_COLUMNS} FROM runs WHERE document_id = ? ORDER BY id",  # noqa: S608 -- the column names are a constant
        (document_id,),
    )
    return tuple(
        MovedRun(RunFacts(*row[:3]), _moment(row[3]), None if row[4] is None else _moment(row[4]), row[5], row[6])
        for row in rows
    )


def _versions(db: Database, document_id: int, key: str, run_ids: Sequence[int]) -> tuple[MovedVersion, ...]:
    rows = db.execute(
        "SELECT number, updated_at, run_id FROM section_versions WHERE document_id = ? AND section_key = ?",
        (document_id, key),
    )
    more = {int(number): (updated_at, run_id) for number, updated_at, run_id in rows}
    found = []
    for version in reversed(versions.all_versions(db, document_id, key)):
        updated_at, run_id = more[version.number]
        run = None if run_id is None else run_ids.index(run_id)
        facts = (version.content, version.origin, version.finished, version.created_at)
        found.append(MovedVersion(*facts, _moment(updated_at), run))
    return tuple(found)


def _set_aside(db: Database, document_id: int) -> tuple[MovedForm, ...]:
    rows = db.execute(
        "SELECT title, fields, changed_at FROM set_aside_forms WHERE document_id = ?"
        " ORDER BY changed_at, title, fields",
        (document_id,),
    )
    try:
        return tuple(MovedForm(title, fields_of(json.loads(fields)), _moment(at)) for title, fields, at in rows)
    except (ValueError, BadLineError) as error:
        raise DamagedRowError from error


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
    db.execute("INSERT INTO template_sources VALUES (?, ?)", (number, template.source))
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
        db.execute(
            "INSERT INTO inputs (document_id, field_key, file_name, value) VALUES (?, ?, ?, ?)",
            (document_id, one.key, one.file_name, one.value),
        )


def set_form_aside(db: Database, document_id: int, form: MovedForm) -> None:
    """Keep a form that another took the place of; the same one is kept once, with its latest time."""
    fields = json.dumps(fields_value(form.fields), ensure_ascii=False)
    db.execute(
        "INSERT INTO set_aside_forms (document_id, title, changed_at, fields) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (document_id, title, fields) DO UPDATE SET changed_at = max(changed_at, excluded.changed_at)",
        (document_id, form.title, stored_time(form.changed_at), fields),
    )


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
            *(stored_time(run.started_at), ended, run.error_code, run.raw_text),
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
        db.execute(
            "UPDATE section_versions SET updated_at = ? WHERE document_id = ? AND section_key = ? AND number = ?",
            (stored_time(version.updated_at), document_id, key, number),
        )
    return number


def renumber(db: Database, document_id: int, key: str, order: Sequence[int]) -> None:
    """Give the versions of a section numbers from 1 on, in this order of their present numbers."""
    if list(order) == list(range(1, len(order) + 1)):
        return
    # Out of the way first: no two versions of a section may have one number, not even for a moment.
    away = max(order)
    db.execute(
        "UPDATE section_versions SET number = number + ? WHERE document_id = ? AND section_key = ?",
        (away, document_id, key),
    )
    db.conn.executemany(
        "UPDATE section_versions SET number = ? WHERE document_id = ? AND section_key = ? AND number = ?",
        [(number, document_id, key, before + away) for number, before in enumerate(order, start=1)],
    )


def nothing_is_written(db: Database) -> None:
    """Raise `StoreFault` HISTORY_BEING_WRITTEN while the model writes a document."""
    if db.execute("SELECT 1 FROM documents WHERE state = 'streaming' LIMIT 1").fetchone() is not None:
        raise StoreFault(ErrorCode.HISTORY_BEING_WRITTEN)
