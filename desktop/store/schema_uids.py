"""The schema's step that gives every document an identity of its own, the same on every terminal it comes to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sqlite_utils import Database

from desktop.store import texts
from desktop.store.faults import DamagedRowError

_WITHOUT_UID = (
    "SELECT id, template_id, template_version, created_at, text_id FROM documents"
    " JOIN template_sources ON template_sources.document_id = id"
    " WHERE id NOT IN (SELECT document_id FROM document_uids) ORDER BY id"
)


def uids_of_documents(db: Database) -> None:
    """Lay the identities. It needs the texts of schema 3.

    Documents from before get theirs from what never changes in them: two copies of one old history get the same.
    """
    db.executescript(
        """
        CREATE TABLE document_uids (
            document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
            uid TEXT NOT NULL UNIQUE CHECK (length(uid) = 32 AND uid NOT GLOB '*[^0-9a-f]*')
        ) STRICT;
        """
    )
    fill_missing(db)


def fill_missing(db: Database) -> None:
    """Give an identity to every document that has none; runs inside the caller's transaction."""
    for number, *facts, text_id in db.execute(_WITHOUT_UID).fetchall():
        uid = derived_uid(db, (number, *facts), text_id)
        db.execute("INSERT INTO document_uids VALUES (?, ?)", (number, uid))


def derived_uid(db: Database, facts: Sequence[object], text_id: int) -> str:
    """Return the identity of a document from before: 128 bits of a hash, in hex.

    `facts` are its number, template, that one's version, and when it was begun; `text_id` is the template's text. The
    number is among them: a clock that stood still can have begun two documents at one moment.
    """
    try:
        source = texts.get(db, text_id)
    except DamagedRowError:
        # A damaged text costs that text, not the update of the whole history.
        source = ""
    told = json.dumps([*facts, source]).encode()
    return hashlib.sha256(told).hexdigest()[:32]
