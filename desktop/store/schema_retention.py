"""The schema step of retention: documents on hold, and whether deleted text may still lie in the file."""

from __future__ import annotations

from sqlite_utils import Database


def retention(db: Database) -> None:
    """Lay the holds, which the database itself defends, and the note of what is still to be overwritten."""
    db.executescript(
        """
        CREATE TABLE holds (
            document_id INTEGER PRIMARY KEY REFERENCES documents (id),
            reason TEXT NOT NULL,
            since TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER held_documents_stay BEFORE DELETE ON documents
        WHEN EXISTS (SELECT 1 FROM holds WHERE document_id = OLD.id)
        BEGIN SELECT RAISE(ABORT, 'held'); END;
        CREATE TABLE scrubbing (id INTEGER PRIMARY KEY CHECK (id = 1), wanted_since TEXT NOT NULL) STRICT;
        """
    )
