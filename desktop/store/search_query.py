"""What can be asked of the search in the history, and what it answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from desktop.store.records import DocumentState, DocumentSummary


class Order(StrEnum):
    """In which order documents are found."""

    RELEVANCE = "relevance"  # where the words stand often, or in the title, first
    DATE = "date"  # latest change first


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question. Words of `text`, parted by spaces, must all occur in the document; "…" and 「…」 keep words together.

    Several values in one filter mean any of them (of `tags`: all of them); an empty filter lets everything through.
    `since` and `until` are whole days in local time, compared with the document's last change. `trashed` searches
    the trash instead of the history.
    """

    text: str = ""
    template_ids: tuple[str, ...] = ()
    states: frozenset[DocumentState] = frozenset()
    since: dt.date | None = None
    until: dt.date | None = None
    tags: tuple[str, ...] = ()
    section_keys: tuple[str, ...] = ()
    trashed: bool = False
    order: Order = Order.DATE
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document with the best place in it.

    `key` is the section's or field's key, empty for the title. `marks` are ranges of characters in `excerpt`, which
    is a part of the text as it was written. Without words to look for, the excerpt is empty.
    """

    summary: DocumentSummary
    key: str = ""
    excerpt: str = ""
    marks: tuple[tuple[int, int], ...] = ()
