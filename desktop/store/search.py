"""Finding documents of the history by their words and by what is known of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store import texts
from desktop.store.connection import OpenHistory
from desktop.store.excerpts import Match, excerpt, match, words_of
from desktop.store.faults import DamagedRowError
from desktop.store.rows import SUMMARY_COLUMNS, summary_of
from desktop.store.search_filter import any_of, condition_of
from desktop.store.search_index import PlaceKind, place_text
from desktop.store.search_plan import Candidate, Finder
from desktop.store.search_query import Hit, Order, SearchQuery

__all__ = ["HistorySearch", "Hit", "Order", "SearchQuery"]

# So many of the latest documents that fit are put in order by how well they fit.
RANKED = 300
# How many steps of SQLite's machine pass between two looks at whether the answer is still wanted.
_STEPS = 1000
# What stands in a section says more than what was put in, and a title is in the list anyway.
_RANKS = {PlaceKind.SECTION: 2, PlaceKind.FIELD: 1, PlaceKind.TITLE: 0}


def _wanted() -> bool:
    return False


class HistorySearch:
    """The search in an open history.

    `stopped` is asked now and then; once it is true, a search ends with a `StoreFault`. A word that stands in more
    than `search_plan.MOST_PLACES` places is looked for among the latest of them, unless a filter narrows the search.
    """

    def __init__(self, history: OpenHistory) -> None:
        """Search this history."""
        self._open = history
        self._stopped = _wanted

    def find(self, query: SearchQuery, stopped: Callable[[], bool] = _wanted) -> list[Hit]:
        """Return the documents that fit, one hit each, in the query's order."""
        words = words_of(query.text)
        with self._reading(stopped):
            if not words:
                return self._listed(query)
            ranked = query.order is Order.RELEVANCE
            most = query.offset + query.limit
            found = Finder(self._open.db, query, words, self._stop).newest(max(most, RANKED) if ranked else most)
            if not ranked:
                return [self._hit(one, words, query)[1] for one in found[query.offset : most]]
            scored = [self._hit(one, words, query) for one in found[:RANKED]]
            scored.sort(key=lambda one: -one[0])
            rest = [self._hit(one, words, query) for one in found[RANKED:most]]
            return [hit for _, hit in (scored + rest)[query.offset : most]]

    def count(self, query: SearchQuery, most: int = 1000, stopped: Callable[[], bool] = _wanted) -> int:
        """Return how many documents fit, `most` for as many or more."""
        words = words_of(query.text)
        with self._reading(stopped):
            if words:
                return min(most, len(Finder(self._open.db, query, words, self._stop).newest(most)))
            sql, values = self._list_sql(query)
            row = self._open.db.execute(f"SELECT count(*) FROM (SELECT 1 {sql} LIMIT ?)", (*values, most)).fetchone()  # noqa: S608 -- made of constants
            return int(row[0])

    @contextmanager
    def _reading(self, stopped: Callable[[], bool]) -> Iterator[None]:
        connection = self._open.db.conn
        with self._open.reading():
            self._stopped = stopped
            connection.set_progress_handler(stopped, _STEPS)
            try:
                yield
            finally:
                connection.set_progress_handler(None, 0)
                self._stopped = _wanted

    def _stop(self) -> None:
        """Raise what SQLite raises between two of its steps, where the work is ours."""
        if self._stopped():
            raise StoreFault(ErrorCode.STORE_FAILED, reason="SQLITE_INTERRUPT")

    def _list_sql(self, query: SearchQuery) -> tuple[str, list[str | int]]:
        condition = condition_of(query)
        if query.section_keys:
            condition.add(
                "EXISTS (SELECT 1 FROM places WHERE document_id = documents.id AND kind > 0"  # noqa: S608 -- made of constants
                f" AND {any_of('key', len(query.section_keys))})",
                *query.section_keys,
            )
        return f"FROM documents WHERE {condition.sql}", condition.values

    def _listed(self, query: SearchQuery) -> list[Hit]:
        sql, values = self._list_sql(query)
        rows = self._open.db.execute(
            f"SELECT {SUMMARY_COLUMNS} {sql} ORDER BY updated_at DESC, documents.id DESC LIMIT ? OFFSET ?",
            (*values, query.limit, query.offset),
        ).fetchall()
        return [Hit(summary_of(row)) for row in rows]

    def _hit(self, found: Candidate, words: tuple[str, ...], query: SearchQuery) -> tuple[float, Hit]:
        """Return a document's hit and how well it fits."""
        self._stop()
        summary = self._open.summary(found.document_id)
        best: tuple[tuple[int, int, int], str, str] = ((0, 0, 0), "", "")
        score = 0.0
        for kind, key, text in self._places(found, query):
            answer = match(text, words)
            score += _worth(kind, text, answer)
            best = max(best, ((answer.words, _RANKS[PlaceKind(kind)], answer.times), key, text))
        piece, marks = excerpt(best[2], words)
        return score, Hit(summary, best[1], piece, marks)

    def _places(self, found: Candidate, query: SearchQuery) -> Iterator[tuple[int, str, str]]:
        """Yield the places of a document that may hold the words; a damaged one is left out."""
        rows = self._open.db.execute(
            "SELECT places.id, kind, key, body FROM places LEFT JOIN texts ON texts.id = text_id"
            " WHERE document_id = ? ORDER BY places.id",
            (found.document_id,),
        ).fetchall()
        for number, kind, key, body in rows:
            if (query.section_keys and key not in query.section_keys) or (found.places and number not in found.places):
                continue
            try:
                yield kind, key, place_text(kind, texts.unpacked(body))
            except DamagedRowError:
                continue


def _worth(kind: int, text: str, answer: Match) -> float:
    """Return how much a place says for its document: words in a title weigh most, repetition in a long text little."""
    weight = 8.0 if kind == PlaceKind.TITLE else 2.0 if kind == PlaceKind.SECTION else 1.0
    return weight * float(answer.words + answer.times / (10.0 + math.sqrt(len(text))))
