"""Finding documents of the history by their words and by what is known of them."""

from __future__ import annotations

import unicodedata

from desktop.core.sections import ListContent, TextContent
from desktop.store.connection import OpenHistory
from desktop.store.records import DocumentSummary
from desktop.store.rows import SUMMARY_COLUMNS, summary_of
from desktop.store.search_query import Hit, Order, SearchQuery
from desktop.store.versions import latest_versions

__all__ = ["Hit", "HistorySearch", "Order", "SearchQuery"]


class HistorySearch:
    """The search in an open history."""

    def __init__(self, history: OpenHistory) -> None:
        """Search this history."""
        self._open = history

    def find(self, query: SearchQuery) -> list[Hit]:
        """Return the documents that fit, one hit each, in the query's order."""
        return self._all(query)[query.offset : query.offset + query.limit]

    def count(self, query: SearchQuery, most: int = 1000) -> int:
        """Return how many documents fit, `most` for as many or more."""
        return min(most, len(self._all(query)))

    def _all(self, query: SearchQuery) -> list[Hit]:
        with self._open.reading() as db:
            rows = db.execute(
                f"SELECT {SUMMARY_COLUMNS} FROM documents"  # noqa: S608 -- the column names are a constant
                " WHERE (trashed_at IS NOT NULL) = ? ORDER BY updated_at DESC, id DESC",
                (query.trashed,),
            ).fetchall()
            hits = (self._hit(query, summary_of(row)) for row in rows)
            return [hit for hit in hits if hit is not None]

    def _hit(self, query: SearchQuery, summary: DocumentSummary) -> Hit | None:
        changed = summary.updated_at.astimezone().date()
        if query.template_ids and summary.template_id not in query.template_ids:
            return None
        if query.states and summary.state not in query.states:
            return None
        if (query.since and changed < query.since) or (query.until and changed > query.until):
            return None
        tagged = self._open.db.execute("SELECT tag FROM document_tags WHERE document_id = ?", (summary.id,)).fetchall()
        if not set(query.tags) <= {tag for (tag,) in tagged}:
            return None
        wanted = unicodedata.normalize("NFKC", query.text).casefold().split()
        if not wanted:
            return Hit(summary)
        for key, text in self._places(summary):
            if query.section_keys and key not in query.section_keys:
                continue
            found = unicodedata.normalize("NFKC", text).casefold()
            if all(word in found for word in wanted):
                at = max(0, text.find(query.text.strip()))
                return Hit(summary, key, text, ((at, at + len(query.text.strip())),))
        return None

    def _places(self, summary: DocumentSummary) -> list[tuple[str, str]]:
        places = [("", summary.title)]
        places += self._open.db.execute(
            "SELECT field_key, value FROM inputs WHERE document_id = ? AND value IS NOT NULL", (summary.id,)
        ).fetchall()
        for version in latest_versions(self._open.db, summary.id):
            content = version.content
            if isinstance(content, TextContent):
                text = content.text
            elif isinstance(content, ListContent):
                text = "\n".join(content.items)
            else:
                text = "\n".join("\t".join(row) for row in content.rows)
            places.append((version.section_key, text))
        return places
