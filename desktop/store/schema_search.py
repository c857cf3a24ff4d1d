"""The step of the schema that brings trash, tags and the search index."""

from __future__ import annotations

from sqlite_utils import Database


def search(db: Database) -> None:
    """Lay the trash, the tags and the search index."""
    db.executescript(
        """
        ALTER TABLE documents ADD COLUMN trashed_at TEXT;
        DROP INDEX documents_by_change;
        CREATE INDEX documents_by_change ON documents (updated_at DESC, id DESC) WHERE trashed_at IS NULL;
        CREATE INDEX documents_in_trash ON documents (trashed_at DESC, id DESC) WHERE trashed_at IS NOT NULL;

        CREATE TABLE document_tags (
            document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            tag TEXT NOT NULL,
            UNIQUE (document_id, tag)
        ) STRICT;
        CREATE INDEX documents_of_tag ON document_tags (tag, document_id);
        """
    )
