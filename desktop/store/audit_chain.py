"""How the audit log's rows are chained by hashes, and finding the first row that does not fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlite_utils import Database

from desktop.store.schema_audit import GUARDS

# The hash before the first row.
GENESIS = "0" * 64

# In the order of the fields of `AuditRow`.
COLUMNS = "number, at, kind, person, section, login, terminal, document, details, hash"
_TEXT_HASH = '"text_sha256":"'
# These two kinds are part of the log's own rules; `audit.AuditKind` has all of them.
GAP = "audit_gap"
RESTORED = "backup_restored"
DELETED = "document_deleted"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row as it is stored. `at` is UTC in ISO form, `document` 0 where there is none, `details` a JSON object."""

    number: int
    at: str
    kind: str
    person: str
    section: str
    login: str
    terminal: str
    document: int
    details: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends: how many rows it has, and the last one's hash."""

    count: int = 0
    hash: str = GENESIS


class FlawKind(StrEnum):
    """What can be wrong with the log."""

    CHANGED = "changed"  # the row, or the one before it, is not what was written
    MISSING = "missing"  # rows before this one are gone
    CUT = "cut"  # the log ends before the head that was noted
    NOT_THE_NOTED = "not_the_noted"  # this row is not the one whose hash was noted as the head
    GAP = "gap"  # when the program was opened here, rows it had noted were gone
    TEXT_CHANGED = "text_changed"
    TEXT_REMOVED = "text_removed"  # although its document was never deleted
    UNGUARDED = "unguarded"  # the database no longer refuses changes of the log


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first thing that is wrong: the row's number and what it is."""

    row: int
    kind: FlawKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. `clock_back` is the first row written when the clock had been set back, 0 for none.

    `unnoted` rows were written after the head was noted; a crash may leave a few. `restored` is how many times an
    earlier state came back from a backup.
    """

    head: Head
    flaw: Flaw | None = None
    clock_back: int = 0
    unnoted: int = 0
    restored: int = 0


def canonical(value: object) -> str:
    """Return JSON of strings, integers and objects in one form only: sorted keys, no spaces, UTF-8 (RFC 8785)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def row_hash(previous: str, row: AuditRow) -> str:
    """Return a row's hash: SHA-256 over the previous hash (64 digits), a line feed, and the row as canonical JSON."""
    columns = {
        "number": row.number,
        "at": row.at,
        "kind": row.kind,
        "person": row.person,
        "section": row.section,
        "login": row.login,
        "terminal": row.terminal,
        "document": row.document,
        "details": row.details,
    }
    # A lone surrogate cannot come out of the database, but a damaged row must be found, not stumbled over.
    return hashlib.sha256(f"{previous}\n{canonical(columns)}".encode("utf-8", "surrogatepass")).hexdigest()


def text_hash(salt: str, text: str) -> str:
    """Return the hash that stands in a row for a text; without the salt a short text could be guessed from it."""
    return hashlib.sha256(f"{salt}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def rows(db: Database, after: int = 0) -> Iterator[AuditRow]:
    """Yield the rows in order, few at a time in memory; inside the caller's transaction."""
    found = db.execute(f"SELECT {COLUMNS} FROM audit WHERE number > ? ORDER BY number", (after,))  # noqa: S608 -- the column names are a constant
    return (AuditRow(*row) for row in found)


def head_of(db: Database) -> Head:
    """Return where the log ends now; inside the caller's transaction."""
    row = db.execute("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    return Head() if row is None else Head(*row)


def hash_at(db: Database, number: int) -> str:
    """Return the hash of a row as it is stored, empty when there is no such row."""
    if number == 0:
        return GENESIS
    row = db.execute("SELECT hash FROM audit WHERE number = ?", (number,)).fetchone()
    return "" if row is None else str(row[0])


class _Walk:
    """Goes through the rows once and remembers only the row before."""

    def __init__(self, db: Database, noted: Head | None) -> None:
        self._db = db
        self._noted = noted
        self._gap = 0
        self._latest = ""
        self.head = Head()
        self.clock_back = 0
        self.restored = 0

    def flaw(self) -> Flaw | None:
        for row in rows(self._db):
            kind = self._check(row)
            if kind is not None:
                return Flaw(row.number, kind)
            if self._gap and row.kind != RESTORED:
                return Flaw(self._gap, FlawKind.GAP)
            self.restored += bool(self._gap)
            self._gap = row.number if row.kind == GAP else 0
            if row.at < self._latest and not self.clock_back:
                self.clock_back = row.number
            self._latest = max(self._latest, row.at)
            self.head = Head(row.number, row.hash)
        if self._gap:
            return Flaw(self._gap, FlawKind.GAP)
        return self._flaw_at_end()

    def _check(self, row: AuditRow) -> FlawKind | None:
        if row.number != self.head.count + 1:
            return FlawKind.MISSING
        if row_hash(self.head.hash, row) != row.hash:
            return FlawKind.CHANGED
        if self._noted is not None and row.number == self._noted.count and row.hash != self._noted.hash:
            return FlawKind.NOT_THE_NOTED
        return self._check_text(row)

    def _check_text(self, row: AuditRow) -> FlawKind | None:
        if _TEXT_HASH not in row.details:
            return None
        expected = json.loads(row.details).get("text_sha256")
        kept = self._db.execute("SELECT salt, text FROM audit_texts WHERE number = ?", (row.number,)).fetchone()
        if kept is not None:
            return None if text_hash(*kept) == expected else FlawKind.TEXT_CHANGED
        gone = self._db.execute(
            "SELECT 1 FROM audit WHERE document = ? AND kind = ? AND number > ? LIMIT 1",
            (row.document, DELETED, row.number),
        ).fetchone()
        return None if gone is not None else FlawKind.TEXT_REMOVED

    def _flaw_at_end(self) -> Flaw | None:
        if self._noted is not None and self._noted.count > self.head.count:
            return Flaw(self.head.count + 1, FlawKind.CUT)
        guards = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        return None if guards >= set(GUARDS) else Flaw(0, FlawKind.UNGUARDED)


def verify(db: Database, noted: Head | None) -> Verdict:
    """Check every row against the one before, and the log against the head that was noted.

    Takes a few kilobytes of memory whatever the length; inside the caller's transaction. `noted` is `None` where
    no head is known.
    """
    walk = _Walk(db, noted)
    flaw = walk.flaw()
    unnoted = 0 if noted is None else max(0, walk.head.count - noted.count)
    return Verdict(walk.head, flaw, walk.clock_back, unnoted, walk.restored)
