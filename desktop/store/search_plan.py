"""How the words of a search are looked up, so that it stays quick at a million sections.

A rare word is read from the index to the end. Of a word that is nearly everywhere the index gives the latest places
only; where filters leave out most of the history, its documents are gone through instead, from the latest change on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from desktop.store import texts
from desktop.store.excerpts import match
from desktop.store.faults import DamagedRowError
from desktop.store.search_filter import condition_of
from desktop.store.search_index import fact, pairs, place_text
from desktop.store.search_query import SearchQuery

# So many places are read from the index for one word, and more only while too few documents came out of them.
MOST_PLACES = 2000
_MORE = 4
# So many documents are asked for at a time when they are gone through one by one.
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that fits, and the numbers of the places where words are known to stand; none when that is unknown."""

    document_id: int
    updated_at: str
    places: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Found:
    """The documents with a word, and whether these are all of them."""

    documents: dict[int, Candidate]
    complete: bool


class Finder:
    """Looks up one query; used inside one reading transaction."""

    def __init__(self, db: Database, query: SearchQuery, words: tuple[str, ...], stop: Callable[[], None]) -> None:
        """Look for these words, as `excerpts.words_of` gives them; there is at least one.

        `stop` is called before each document that has to be read, and may raise.
        """
        self._stop = stop
        self._db = db
        self._query = query
        self._words = words
        self._condition = condition_of(query)

    def newest(self, most: int) -> list[Candidate]:
        """Return the documents that fit, latest change first; more than `most` where they come for nothing."""
        found = {word: self._with(word) for word in self._words}
        complete = [one.documents for one in found.values() if one.complete]
        if not complete:
            return self._frequent(list(found.values()), most)
        open_words = tuple(word for word, one in found.items() if not one.complete)
        return _until(most, _sorted(_common(complete)), lambda one: self._holds(one.document_id, open_words))

    def _frequent(self, found: list[_Found], most: int) -> list[Candidate]:
        """Return the latest documents for words that all are frequent."""
        if self._condition.narrow:
            return _until(most, self._walk(), lambda one: self._holds(one.document_id, self._words))
        if len(found) == 1:
            return _sorted(self._until_enough(found[0], most))
        together = self._rows(" AND ".join(f'"{_tokens(word)}"' for word in self._words if len(word) > 1))
        apart = _common([one.documents for one in found])
        candidates = _sorted({**together.documents, **apart})
        return _until(
            most, candidates, lambda one: one.document_id in apart or self._holds(one.document_id, self._words)
        )

    def _until_enough(self, found: _Found, most: int) -> dict[int, Candidate]:
        """Read on for the only word while its latest places lie in too few documents."""
        bound = MOST_PLACES
        while not found.complete and len(found.documents) < most:
            bound *= _MORE
            found = self._with(self._words[0], bound)
        return found.documents

    def _with(self, word: str, bound: int = 0) -> _Found:
        return self._rows(f'"{_tokens(word)}"', "search_letters" if len(word) == 1 else "search_pairs", bound)

    def _rows(self, words: str, table: str = "search_pairs", bound: int = 0) -> _Found:
        """Return the documents with the latest places that match, in so far as they fit the filters."""
        if not words:
            return _Found({}, complete=False)
        bound = bound or MOST_PLACES
        facts = [_any_fact("t", self._query.template_ids), _any_fact("k", self._query.section_keys)]
        question = " AND ".join([*(one for one in facts if one), words])
        rows = self._db.execute(
            f"SELECT places.id, document_id, updated_at, {self._condition.sql} FROM"  # noqa: S608 -- made of constants
            f" (SELECT rowid AS place FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT {bound})"
            " CROSS JOIN places ON places.id = place CROSS JOIN documents ON documents.id = document_id",
            (*self._condition.values, question),
        ).fetchall()
        places: dict[int, list[int]] = {}
        changed: dict[int, str] = {}
        for place, document_id, updated_at, fits in rows:
            if fits:
                places.setdefault(document_id, []).append(place)
                changed[document_id] = updated_at
        documents = {one: Candidate(one, changed[one], frozenset(held)) for one, held in places.items()}
        return _Found(documents, complete=len(rows) < bound)

    def _walk(self) -> Iterator[Candidate]:
        """Yield the documents that fit the filters, latest change first."""
        last: tuple[str, int] = ("\uffff", 0)
        while rows := self._db.execute(
            f"SELECT id, updated_at FROM documents WHERE {self._condition.sql} AND (updated_at, id) < (?, ?)"  # noqa: S608 -- made of constants
            " ORDER BY updated_at DESC, id DESC LIMIT ?",
            (*self._condition.values, *last, _BATCH),
        ).fetchall():
            yield from (Candidate(number, updated_at) for number, updated_at in rows)
            last = (rows[-1][1], rows[-1][0])

    def _holds(self, document_id: int, words: tuple[str, ...]) -> bool:
        """Tell whether each of the words stands somewhere in a document's places, or in the sections asked for."""
        self._stop()
        if not words:
            return True
        rows = self._db.execute(
            "SELECT kind, key, body FROM places LEFT JOIN texts ON texts.id = text_id WHERE document_id = ?",
            (document_id,),
        )
        missing = words
        for kind, key, body in rows:
            if not self._query.section_keys or key in self._query.section_keys:
                missing = tuple(word for word in missing if not _stands(kind, body, word))
                if not missing:
                    return True
        return False


def _stands(kind: int, body: object, word: str) -> bool:
    try:
        return match(place_text(kind, texts.unpacked(body)), (word,)).words > 0
    except DamagedRowError:
        return False


def _tokens(word: str) -> str:
    """Return a word as the tokens of the index."""
    return word if len(word) == 1 else pairs(word)


def _any_fact(kind: str, values: tuple[str, ...]) -> str:
    return f"({' OR '.join(fact(kind, value) for value in values)})" if values else ""


def _sorted(documents: dict[int, Candidate]) -> list[Candidate]:
    return sorted(documents.values(), key=lambda one: (one.updated_at, one.document_id), reverse=True)


def _common(found: list[dict[int, Candidate]]) -> dict[int, Candidate]:
    """Return the documents that are in all, each with the places from all."""
    first, *others = sorted(found, key=len)
    shared = [number for number in first if all(number in other for other in others)]
    return {
        number: Candidate(number, first[number].updated_at, frozenset().union(*(one[number].places for one in found)))
        for number in shared
    }


def _until(
    most: int, candidates: Iterator[Candidate] | list[Candidate], fits: Callable[[Candidate], bool]
) -> list[Candidate]:
    """Return the first candidates that fit."""
    found: list[Candidate] = []
    for one in candidates:
        if len(found) >= most:
            break
        if fits(one):
            found.append(one)
    return found
