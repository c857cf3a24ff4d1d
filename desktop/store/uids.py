"""The identities of documents: given once, the same on every terminal a document comes to."""

from __future__ import annotations

import secrets

from sqlite_utils import Database

from desktop.store.schema_uids import derived_uid


def new_uid() -> str:
    """Return 128 random bits in hex."""
    return secrets.token_hex(16)


def give(db: Database, document_id: int, uid: str) -> None:
    """Give a new document its identity; runs inside the caller's transaction."""
    db.execute("INSERT INTO document_uids VALUES (?, ?)", (document_id, uid))


def uid_of(db: Database, document_id: int) -> str:
    """Return a document's identity; one that has lost it (its row was salvaged) has the one it would be given."""
    row = db.execute("SELECT uid FROM document_uids WHERE document_id = ?", (document_id,)).fetchone()
    if row is not None:
        return str(row[0])
    facts = db.execute(
        "SELECT id, template_id, template_version, created_at, text_id FROM documents"
        " JOIN template_sources ON template_sources.document_id = id WHERE id = ?",
        (document_id,),
    ).fetchone()
    return derived_uid(db, facts[:-1], facts[-1])


def number_of(db: Database, uid: str) -> int | None:
    """Return the number the document with this identity has here."""
    row = db.execute("SELECT document_id FROM document_uids WHERE uid = ?", (uid,)).fetchone()
    return None if row is None else int(row[0])
