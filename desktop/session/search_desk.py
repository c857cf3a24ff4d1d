"""Searching the history, its trash and its tags from the window or the console, on the store's own thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from desktop.session.saving import InStore, Result
from desktop.store.history import HistoryStore
from desktop.store.search import Hit, SearchQuery
from desktop.store.trash import TrashedDocument


class SearchDesk:
    """Searches while somebody types: a newer question takes the place of an earlier one that has no answer yet.

    The future of the earlier one is cancelled, and its search, if it runs already, ends within some milliseconds.
    """

    def __init__(self, in_store: InStore) -> None:
        """`in_store` runs a call on the store's thread."""
        self._in_store = in_store
        self._lock = threading.Lock()
        self._asked: dict[str, Future[Any]] = {}

    def find(self, query: SearchQuery) -> Future[list[Hit]]:
        """Return the documents that fit."""
        return self._newest("find", lambda store, stopped: store.search.find(query, stopped))

    def count(self, query: SearchQuery, most: int = 1000) -> Future[int]:
        """Return how many documents fit, `most` for as many or more."""
        return self._newest("count", lambda store, stopped: store.search.count(query, most, stopped))

    def _newest(self, kind: str, search: Callable[[HistoryStore, Callable[[], bool]], Result]) -> Future[Result]:
        answer: Future[Result] = Future()
        with self._lock:
            earlier, self._asked[kind] = self._asked.get(kind), answer
        if earlier is not None:
            earlier.cancel()

        def work(store: HistoryStore) -> None:
            if answer.cancelled():
                return
            try:
                result = search(store, answer.cancelled)
            except Exception as error:  # noqa: BLE001 -- handed to whoever waits
                if answer.set_running_or_notify_cancel():
                    answer.set_exception(error)
            else:
                if answer.set_running_or_notify_cancel():
                    answer.set_result(result)

        def failed(done: Future[None]) -> None:
            # The history is not open: the call never came to the search.
            error = done.exception()
            if error is not None and answer.set_running_or_notify_cancel():
                answer.set_exception(error)

        self._in_store(work).add_done_callback(failed)
        return answer


class TrashDesk:
    """The trash; the futures resolve on the store's thread."""

    def __init__(self, in_store: InStore) -> None:
        """`in_store` runs a call on the store's thread."""
        self._in_store = in_store

    def put(self, document_id: int) -> Future[None]:
        """Put a document into the trash."""
        return self._in_store(lambda store: store.trash.put(document_id))

    def restore(self, document_id: int) -> Future[None]:
        """Bring a document back from the trash."""
        return self._in_store(lambda store: store.trash.restore(document_id))

    def listed(self) -> Future[list[TrashedDocument]]:
        """Return what lies in the trash, put there last first."""
        return self._in_store(lambda store: store.trash.listed())

    def empty(self, document_ids: Iterable[int] | None = None) -> Future[int]:
        """Delete what lies in the trash, or these of it, for good; the future gives how many there were."""
        chosen = None if document_ids is None else tuple(document_ids)
        return self._in_store(lambda store: store.trash.empty(chosen))


class TagDesk:
    """The tags of documents; the futures resolve on the store's thread."""

    def __init__(self, in_store: InStore) -> None:
        """`in_store` runs a call on the store's thread."""
        self._in_store = in_store

    def set_tags(self, document_id: int, tags: Iterable[str]) -> Future[tuple[str, ...]]:
        """Give a document exactly these tags; the future gives them as they are kept."""
        chosen = tuple(tags)
        return self._in_store(lambda store: store.tags.set_tags(document_id, chosen))

    def tags_of(self, document_id: int) -> Future[tuple[str, ...]]:
        """Return a document's tags."""
        return self._in_store(lambda store: store.tags.tags_of(document_id))

    def all_tags(self) -> Future[dict[str, int]]:
        """Return every tag with the number of documents that have it, the most used first."""
        return self._in_store(lambda store: store.tags.all_tags())
