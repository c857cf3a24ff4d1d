"""The rules by which versions of a section come to be; the version with the highest number is the latest.

The model only ever changes the version its own run opened, a person only the one they wrote last: neither can
overwrite the other. All functions run inside the caller's transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlite_utils import Database

from desktop.core.sections import Content
from desktop.store import texts
from desktop.store.records import Origin, SectionVersion
from desktop.store.rows import VERSION_COLUMNS, VERSION_TABLES, stored_content, stored_time, version_of

# A person's edits within this time of the first one are one version; so steady typing leaves one every five minutes.
EDIT_WINDOW = dt.timedelta(minutes=5)


def all_versions(db: Database, document_id: int, section_key: str) -> list[SectionVersion]:
    """Return a section's versions, newest first."""
    rows = db.execute(
        f"SELECT {VERSION_COLUMNS} FROM {VERSION_TABLES}"  # noqa: S608 -- the column names are a constant
        " WHERE document_id = ? AND section_key = ? ORDER BY number DESC",
        (document_id, section_key),
    )
    return [version_of(row) for row in rows]


def one_version(db: Database, document_id: int, section_key: str, number: int) -> SectionVersion:
    """Return one version; raises `LookupError` when there is no such number."""
    row = db.execute(
        f"SELECT {VERSION_COLUMNS} FROM {VERSION_TABLES}"  # noqa: S608 -- the column names are a constant
        " WHERE document_id = ? AND section_key = ? AND number = ?",
        (document_id, section_key, number),
    ).fetchone()
    if row is None:
        raise LookupError(f"no version {number}")
    return version_of(row)


def latest_versions(db: Database, document_id: int) -> Iterator[SectionVersion]:
    """Yield the latest version of each section that has one, in the order in which the sections came to be."""
    rows = db.execute(
        f"SELECT {VERSION_COLUMNS} FROM {VERSION_TABLES}"  # noqa: S608 -- the column names are a constant
        " WHERE document_id = ? AND version.number = (SELECT max(number) FROM section_versions"
        " WHERE document_id = version.document_id AND section_key = version.section_key)"
        " ORDER BY (SELECT min(section_versions.id) FROM section_versions"
        " WHERE document_id = version.document_id AND section_key = version.section_key)",
        (document_id,),
    )
    return (version_of(row) for row in rows)


def write_for_run(
    db: Database, document_id: int, run_id: int, grown: tuple[str, Content, bool], now: dt.datetime
) -> None:
    """Put what the model has written of a section (key, content, finished) into the version its run opened."""
    section_key, content, finished = grown
    row = db.execute(
        "SELECT id, text_id, finished FROM section_versions WHERE run_id = ? AND section_key = ?",
        (run_id, section_key),
    ).fetchone()
    if row is None:
        _insert(db, document_id, SectionVersion(section_key, 0, content, Origin.MODEL, finished, now), run_id)
        return
    number, kept, was_finished = row
    # A section that is finished is reported again and again while the next ones grow: it is not written again.
    if was_finished != finished or texts.get(db, kept) != stored_content(content):
        _overwrite(db, number, content, now, finished=finished)


def write_for_person(
    db: Database, document_id: int, section_key: str, content: Content, now: dt.datetime
) -> SectionVersion:
    """Keep a person's edit: in their own latest version while it is young, otherwise in a new one.

    Content equal to the latest version changes nothing.
    """
    latest = _latest(db, document_id, section_key)
    if latest is not None and stored_content(latest.content) == stored_content(content):
        return latest
    if latest is None or latest.origin is not Origin.PERSON or not _young(latest, now):
        edit = SectionVersion(section_key, 0, content, Origin.PERSON, finished=True, created_at=now)
        return _insert(db, document_id, edit, None)
    number, stands_for = db.execute(
        "SELECT id, stands_for FROM section_versions WHERE document_id = ? AND section_key = ? AND number = ?",
        (document_id, section_key, latest.number),
    ).fetchone()
    if stands_for is not None:
        # Where undo stands is no edit that could be written over: it would be missing from the way back.
        edit = SectionVersion(section_key, 0, content, Origin.PERSON, finished=True, created_at=now)
        return _insert(db, document_id, edit, None)
    _overwrite(db, number, content, now, finished=True)
    return one_version(db, document_id, section_key, latest.number)


def put_back(db: Database, document_id: int, section_key: str, number: int, now: dt.datetime) -> SectionVersion:
    """Make a copy of an earlier version the latest one; the latest itself is returned as it is.

    The copy keeps who wrote it. Raises `LookupError` when there is no such number.
    """
    wanted = one_version(db, document_id, section_key, number)
    latest = _latest(db, document_id, section_key)
    if latest == wanted:
        return wanted
    copy = SectionVersion(section_key, 0, wanted.content, wanted.origin, wanted.finished, now)
    return _insert(db, document_id, copy, None)


def take_over(db: Database, document_id: int, version: SectionVersion, run_id: int | None) -> int:
    """Add a version of another history behind the others, with its own times, and return the number it has here."""
    return _insert(db, document_id, version, run_id).number


def _young(version: SectionVersion, now: dt.datetime) -> bool:
    # A clock that was set back does not make a version young for hours.
    return dt.timedelta(0) <= now - version.created_at < EDIT_WINDOW


def _latest(db: Database, document_id: int, section_key: str) -> SectionVersion | None:
    number = db.execute(
        "SELECT max(number) FROM section_versions WHERE document_id = ? AND section_key = ?",
        (document_id, section_key),
    ).fetchone()[0]
    return None if number is None else one_version(db, document_id, section_key, number)


def _overwrite(db: Database, row_id: int, content: Content, now: dt.datetime, *, finished: bool) -> None:
    db.execute(
        "UPDATE section_versions SET text_id = ?, finished = ?, updated_at = ? WHERE id = ?",
        (texts.put(db, stored_content(content)), finished, stored_time(now), row_id),
    )


def _insert(db: Database, document_id: int, version: SectionVersion, run_id: int | None) -> SectionVersion:
    """Add a version under the section's next number and return it as it is stored."""
    at = stored_time(version.created_at)
    number = db.execute(
        "INSERT INTO section_versions"
        " (document_id, section_key, number, origin, finished, run_id, created_at, updated_at, text_id)"
        " SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5, ?6, ?6, ?7"
        " FROM section_versions WHERE document_id = ?1 AND section_key = ?2 RETURNING number",
        (
            document_id,
            version.section_key,
            version.origin.value,
            version.finished,
            run_id,
            at,
            texts.put(db, stored_content(version.content)),
        ),
    ).fetchall()[0][0]
    return one_version(db, document_id, version.section_key, number)
