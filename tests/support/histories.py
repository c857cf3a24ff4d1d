"""Random histories, written through the store's real methods, and what tests compare of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import strategies as st

from desktop.core.sections import Content, ListContent, TableContent, TextContent
from desktop.store.history import HistoryStore
from desktop.store.moved import MovedDocument
from desktop.store.moved_file import documents_in, write_history
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from desktop.store.transfer import TakenIn
from tests.support.clock import START, Clock

STAMP = TemplateStamp("minutes", "議事録（要点筆記）", "1.2.0", 'id = "minutes"\n')
FACTS = RunFacts("qwen", "ab" * 32, '{"temperature": 0.2}')


TEXT = st.text(max_size=12)
KEY = st.sampled_from(["body", "decisions", "ほか"])
CONTENT: st.SearchStrategy[Content] = st.one_of(
    TEXT.map(TextContent),
    st.lists(TEXT, max_size=3).map(lambda items: ListContent(tuple(items))),
    st.lists(st.lists(TEXT, max_size=2).map(tuple), max_size=2).map(lambda rows: TableContent(tuple(rows))),
)
INPUTS = st.builds(Inputs, st.dictionaries(TEXT, TEXT, max_size=2), st.dictionaries(TEXT, TEXT, max_size=2))
GROWTH = st.dictionaries(KEY, st.tuples(CONTENT, st.booleans()), max_size=2)
ENDED = st.sampled_from([DocumentState.COMPLETE, DocumentState.CANCELLED, DocumentState.INTERRUPTED])

Do = Callable[[HistoryStore, int], object]


@dataclass(frozen=True)
class Action:
    """Something done to a document after a while; `which` chooses the document among those there are."""

    which: int
    after: float
    do: Do = field(repr=False)
    name: str = ""


def _run(growth: dict[str, tuple[Content, bool]], last: dict[str, tuple[Content, bool]], state: DocumentState) -> Do:
    def do(store: HistoryStore, number: int) -> None:
        store.begin_run(number, FACTS)
        store.save_partial(number, "途中", growth)
        store.end_run(number, state, "全部", last, error_code="engine_crashed")

    return do


def _restore(key: str) -> Do:
    def do(store: HistoryStore, number: int) -> None:
        found = store.versions(number, key)
        if found:
            store.restore_version(number, key, found[-1].number)

    return do


DOINGS: st.SearchStrategy[Do] = st.one_of(
    st.builds(lambda key, content: lambda store, number: store.save_edit(number, key, content), KEY, CONTENT),
    st.builds(lambda title, inputs: lambda store, number: store.save_inputs(number, title, inputs), TEXT, INPUTS),
    st.builds(_run, GROWTH, GROWTH, ENDED),
    st.builds(_restore, KEY),
    st.builds(lambda key: lambda store, number: store.undo(number, key), KEY),
    st.builds(lambda key: lambda store, number: store.redo(number, key), KEY),
    st.builds(lambda tags: lambda store, number: store.tags.set_tags(number, tags), st.lists(TEXT, max_size=2)),
    st.sampled_from([lambda store, number: store.trash.put(number), lambda store, number: store.trash.restore(number)]),
)
ACTIONS = st.lists(st.builds(Action, st.integers(0, 2), st.sampled_from([0.0, 1.0, 400.0, -30.0]), DOINGS), max_size=8)
# Two sides that went on at the same moments are those that are hard to bring into one order.
FORWARD = st.lists(st.builds(Action, st.integers(0, 1), st.sampled_from([1.0, 400.0]), DOINGS), min_size=2, max_size=6)
TITLES = st.lists(TEXT, max_size=3)


def live(store: HistoryStore, clock: Clock, titles: Sequence[str], actions: Sequence[Action]) -> None:
    """Begin documents and do the actions."""
    for title in titles:
        clock.advance(1)
        store.create_document(STAMP, title, Inputs({"題": title}))
    go_on(store, clock, actions)


def go_on(store: HistoryStore, clock: Clock, actions: Sequence[Action]) -> None:
    """Do the actions on the documents there are."""
    numbers = store.transfer.document_numbers()
    for action in actions if numbers else ():
        clock.advance(action.after)
        action.do(store, numbers[action.which % len(numbers)])


def everything(store: HistoryStore) -> list[MovedDocument]:
    """Return all documents of a history, whole."""
    return [store.transfer.read(number) for number in store.transfer.document_numbers()]


def comparable(store: HistoryStore) -> dict[str, MovedDocument]:
    """Return all documents by identity, whichever side was first: order of sections, tags, fields aside."""
    return {
        one.uid: replace(
            one,
            sections={
                key: tuple(replace(version, run=None, stands_for=None) for version in one.sections[key])
                for key in sorted(one.sections)
            },
            tags=tuple(sorted(one.tags)),
            past=tuple(sorted(one.past, key=lambda value: value.key)),
        )
        for one in everything(store)
    }


def export_to(store: HistoryStore, path: Path) -> Path:
    """Write a history into a file."""
    stream = io.BytesIO()
    write_history(stream, "0.1.0", START, everything(store))
    path.write_bytes(stream.getvalue())
    return path


def import_from(store: HistoryStore, path: Path) -> TakenIn:
    """Take a file into a history."""
    return store.transfer.take_in(documents_in(path, lambda _done, _all: None), lambda _done: None)
