"""The step of the schema that brings trash, tags and the search index."""

from __future__ import annotations

from sqlite_utils import Database

from desktop.store.schema_texts import counting_triggers
from desktop.store.search_index import fill_document, set_up_merging

# So many documents are listed at a time: a history of any size goes through a bounded amount of memory.
_BATCH = 500


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

        -- No cascade: a document leaves the index (forget_document) before it is deleted, or it cannot be deleted.
        CREATE TABLE places (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            document_id INTEGER NOT NULL REFERENCES documents (id),
            kind INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
            key TEXT NOT NULL,
            text_id INTEGER NOT NULL,
            UNIQUE (document_id, kind, key)
        ) STRICT;
        CREATE VIRTUAL TABLE search_pairs USING fts5 (tokens, content = '', columnsize = 0, tokenize = 'ascii');
        CREATE VIRTUAL TABLE search_letters USING fts5 (
            tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
        );
        """
    )
    db.executescript(counting_triggers("places"))
    index_all(db)
    set_up_merging(db)


def index_all(db: Database) -> None:
    """Fill an empty index with the documents in the order of their last changes: the latest gets the last number."""
    last = ("", 0)
    while rows := db.execute(
        "SELECT updated_at, id FROM documents WHERE (updated_at, id) > (?, ?) ORDER BY updated_at, id LIMIT ?",
        (*last, _BATCH),
    ).fetchall():
        for _, document_id in rows:
            fill_document(db, document_id)
        last = rows[-1]
