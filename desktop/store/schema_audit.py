"""The schema step of the audit log: rows that can be added at the end and never changed."""

from __future__ import annotations

from sqlite_utils import Database

GUARDS = ("audit_only_at_the_end", "audit_never_changed", "audit_never_removed", "audit_texts_never_changed")


def audit(db: Database) -> None:
    """Lay the log and its guards; `audit_chain` tells how a row's hash is made.

    Texts lie apart and are not under the hash themselves, only their salted hash is: they can be deleted with their
    document without breaking the chain.
    """
    db.executescript(
        """
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY CHECK (number >= 1),
            at TEXT NOT NULL,
            kind TEXT NOT NULL,
            person TEXT NOT NULL,
            section TEXT NOT NULL,
            login TEXT NOT NULL,
            terminal TEXT NOT NULL,
            document INTEGER NOT NULL,
            details TEXT NOT NULL,
            hash TEXT NOT NULL CHECK (length(hash) = 64)
        ) STRICT;
        CREATE INDEX audit_of_document ON audit (document, kind) WHERE document > 0;
        CREATE TRIGGER audit_only_at_the_end BEFORE INSERT ON audit
        WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit)
        BEGIN SELECT RAISE(ABORT, 'audit: only at the end'); END;
        CREATE TRIGGER audit_never_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'audit: never changed'); END;
        CREATE TRIGGER audit_never_removed BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'audit: never removed'); END;

        CREATE TABLE audit_texts (
            number INTEGER PRIMARY KEY,
            document INTEGER NOT NULL,
            salt TEXT NOT NULL,
            text TEXT NOT NULL
        ) STRICT;
        CREATE INDEX audit_texts_of_document ON audit_texts (document);
        CREATE TRIGGER audit_texts_never_changed BEFORE UPDATE ON audit_texts
        BEGIN SELECT RAISE(ABORT, 'audit: never changed'); END;
        """
    )
