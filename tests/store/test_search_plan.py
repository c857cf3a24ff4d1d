"""The search stays quick in a large history: no query reads all sections, and frequent words are found rightly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.store import search_plan
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState, Inputs, TemplateStamp
from desktop.store.search import SearchQuery

START = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
QUERIES = [
    SearchQuery(),
    SearchQuery("保"),
    SearchQuery("保育"),
    SearchQuery("保育料 改定"),
    SearchQuery("保育", template_ids=("memo",), since=dt.date(2024, 4, 1), until=dt.date(2025, 3, 31)),
    SearchQuery("保育", tags=("予算",), states=frozenset({DocumentState.COMPLETE}), section_keys=("body",)),
    SearchQuery(tags=("予算",), section_keys=("body",)),
    SearchQuery("保育", trashed=True),
]
LARGE = ("places", "section_versions", "texts", "inputs", "past_inputs", "runs", "version")


class Clock:
    """A clock that goes on a minute with every look."""

    moment = START

    def __call__(self) -> dt.datetime:
        self.moment += dt.timedelta(minutes=1)
        return self.moment


@pytest.fixture
def store(tmp_path: Path) -> Iterator[HistoryStore]:
    """Give a history in which words are more frequent than the search reads places."""
    with HistoryStore.open(tmp_path / "history.sqlite3", now=Clock()) as opened:
        for number in range(30):
            template = TemplateStamp("memo" if number % 10 == 3 else "minutes", "名", "1", "")
            text = "保育料の改定をする" if number % 2 else "保育料を据え置く"
            document = opened.create_document(template, f"文書{number}", Inputs({"source": text}))
            if number % 3 == 0:
                opened.tags.set_tags(document, ["予算"])
        yield opened


@pytest.mark.parametrize("frequent", [4000, 5])
@pytest.mark.parametrize("query", QUERIES)
def test_no_search_reads_all_sections(
    store: HistoryStore, query: SearchQuery, frequent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_plan, "MOST_PLACES", frequent)
    asked: list[tuple[str, Any]] = []
    store._db._tracer = lambda sql, values: asked.append((sql, values))
    store.search.find(query)
    store.search.count(query)
    store.list_documents(50)
    store._db._tracer = None
    plans = [
        store._db.execute(f"EXPLAIN QUERY PLAN {sql}", values or ()).fetchall()
        for sql, values in asked
        if "SELECT" in sql
    ]
    steps = [str(row[3]) for plan in plans for row in plan]
    assert steps
    for step in steps:
        scanned = step.split()[1] if step.startswith("SCAN") else ""
        assert scanned not in LARGE, step
        # Only the list itself is walked, in its order and no further than the page.
        assert scanned != "documents" or "USING INDEX" in step, step


@pytest.mark.parametrize("query", [one for one in QUERIES if one.text])
def test_a_frequent_word_finds_with_a_filter_what_a_rare_one_finds(
    store: HistoryStore, query: SearchQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = [hit.summary.id for hit in store.search.find(query)]
    monkeypatch.setattr(search_plan, "MOST_PLACES", 5)
    bounded = [hit.summary.id for hit in store.search.find(query)]
    if query.tags or query.template_ids or query.trashed or " " not in query.text:
        assert bounded == exact
    else:
        # Of words that all are frequent, the latest documents are looked at.
        assert bounded
        assert bounded == exact[: len(bounded)]
