"""The schema's step for usage: what people answered, the installation's random identity, and what was handed on."""

from __future__ import annotations

from sqlite_utils import Database


def answers_on_minutes_saved(db: Database) -> None:
    """Lay the tables of usage.

    A line in `saved_minutes` says that the question was asked of a document; it has no `minutes` when it was passed
    over. The identity is chance alone. `usage_months` keeps the section that a month was handed on under.
    """
    db.executescript(
        """
        CREATE TABLE saved_minutes (
            document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
            asked_at TEXT NOT NULL,
            minutes INTEGER CHECK (minutes BETWEEN 0 AND 6000)
        ) STRICT;

        CREATE TABLE usage_identity (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            identity TEXT NOT NULL
        ) STRICT;
        INSERT INTO usage_identity VALUES (1, lower(hex(randomblob(16))));

        CREATE TABLE usage_months (
            month TEXT PRIMARY KEY,
            section TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
    )
