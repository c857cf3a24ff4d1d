"""The tags that a person gives to documents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from desktop.store.connection import OpenHistory
from desktop.store.rows import stored_text

LONGEST = 40


def tidy(tag: str) -> str:
    """Return a tag as it is kept: NFKC, inner white space as one space, at most `LONGEST` characters."""
    return " ".join(unicodedata.normalize("NFKC", stored_text(tag)).split())[:LONGEST].strip()


class Tags:
    """The tags of an open history. Tagging is no change of a document's text: its place in the list stays."""

    def __init__(self, history: OpenHistory) -> None:
        """Serve this history."""
        self._open = history

    def set_tags(self, document_id: int, tags: Iterable[str]) -> tuple[str, ...]:
        """Give a document exactly these tags and return them as they are kept. Raises DOCUMENT_NOT_FOUND (id)."""
        kept = tuple(tag for tag in dict.fromkeys(tidy(tag) for tag in tags) if tag)
        with self._open.changing(document_id):
            db = self._open.db
            db.execute("DELETE FROM document_tags WHERE document_id = ?", (document_id,))
            for tag in kept:
                db.execute("INSERT INTO document_tags (document_id, tag) VALUES (?, ?)", (document_id, tag))
        return kept

    def tags_of(self, document_id: int) -> tuple[str, ...]:
        """Return a document's tags in the order in which they were given. Raises DOCUMENT_NOT_FOUND (id)."""
        with self._open.reading_of(document_id):
            rows = self._open.db.execute(
                "SELECT tag FROM document_tags WHERE document_id = ? ORDER BY rowid", (document_id,)
            ).fetchall()
        return tuple(tag for (tag,) in rows)

    def all_tags(self) -> dict[str, int]:
        """Return every tag with the number of documents outside the trash that have it, the most used first."""
        with self._open.reading() as db:
            rows = db.execute(
                "SELECT tag, count(*) AS used FROM document_tags JOIN documents ON documents.id = document_id"
                " WHERE trashed_at IS NULL GROUP BY tag ORDER BY used DESC, tag"
            ).fetchall()
        return dict(rows)
