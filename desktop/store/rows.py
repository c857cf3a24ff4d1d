"""Turning rows into records and records into what a row can hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from desktop.core.sections import Content, dumps, loads
from desktop.store.faults import DamagedRowError
from desktop.store.records import DocumentState, DocumentSummary, Origin, SectionVersion
from desktop.store.texts import stored_text as stored_text
from desktop.store.texts import unpacked

SUMMARY_COLUMNS = "id, template_id, template_name, title, state, created_at, updated_at"
VERSION_COLUMNS = "section_key, number, body, origin, finished, created_at"
# A text that is missing shows as NULL, and so as damage, not as a version less.
VERSION_TABLES = "section_versions AS version LEFT JOIN texts ON texts.id = text_id"


def stored_content(content: Content) -> str:
    """Return a section's content as the JSON that is kept."""
    return stored_text(dumps(content))


def stored_time(moment: dt.datetime) -> str:
    """Return a moment in UTC with microseconds, always of one length: such texts sort as the moments do."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def summary_of(row: Sequence[object]) -> DocumentSummary:
    """Build a line of the history list from `SUMMARY_COLUMNS`."""
    number, template_id, template_name, title, state, created_at, updated_at = row
    try:
        return DocumentSummary(
            id=int(str(number)),
            template_id=str(template_id),
            template_name=str(template_name),
            title=str(title),
            state=DocumentState(str(state)),
            created_at=dt.datetime.fromisoformat(str(created_at)),
            updated_at=dt.datetime.fromisoformat(str(updated_at)),
        )
    except ValueError as error:
        raise DamagedRowError from error


def version_of(row: Sequence[object]) -> SectionVersion:
    """Build a section's version from `VERSION_COLUMNS`."""
    section_key, number, body, origin, finished, created_at = row
    try:
        return SectionVersion(
            section_key=str(section_key),
            number=int(str(number)),
            content=loads(unpacked(body)),
            origin=Origin(str(origin)),
            finished=bool(finished),
            created_at=dt.datetime.fromisoformat(str(created_at)),
        )
    except ValueError as error:
        raise DamagedRowError from error
