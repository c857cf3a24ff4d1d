"""The schema's step that gives every document an identity of its own, the same on every terminal it comes to."""

from __future__ import annotations

import hashlib
import json

from sqlite_utils import Database

_WITHOUT_UID = (
    "SELECT id, template_id, template_version, created_at, source FROM documents"
    " JOIN template_sources ON template_sources.document_id = id"
    " WHERE id NOT IN (SELECT document_id FROM document_uids) ORDER BY id"
)


def uids_of_documents(db: Database) -> None:
    """Lay the identities, and a place for forms that were filled in differently on two terminals.

    Documents from before get theirs from what never changes in them: two copies of one old history get the same.
    """
    db.executescript(
        """
        CREATE TABLE document_uids (
            document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
            uid TEXT NOT NULL UNIQUE CHECK (length(uid) = 32 AND uid NOT GLOB '*[^0-9a-f]*')
        ) STRICT;

        CREATE TABLE set_aside_forms (
            id INTEGER PRIMARY KEY,
            document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            title TEXT NOT NULL,
            changed_at TEXT NOT NULL,
            fields TEXT NOT NULL,
            UNIQUE (document_id, title, fields)
        ) STRICT;
        """
    )
    fill_missing(db)


def fill_missing(db: Database) -> None:
    """Give an identity to every document that has none; runs inside the caller's transaction."""
    for number, *facts in db.execute(_WITHOUT_UID).fetchall():
        db.execute("INSERT INTO document_uids VALUES (?, ?)", (number, derived_uid(number, *facts)))


def derived_uid(number: int, template_id: str, template_version: str, created_at: str, source: str) -> str:
    """Return the identity of a document from before: 128 bits of a hash, in hex.

    The number is among what is hashed: a clock that stood still can have begun two documents at one moment.
    """
    told = json.dumps([number, template_id, template_version, created_at, source]).encode()
    return hashlib.sha256(told).hexdigest()[:32]
