"""A history moves whole, and two histories become one without a loss and without doubles."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import TextContent
from desktop.store.history import HistoryStore
from desktop.store.merging import version_identity
from desktop.store.moved import MovedVersion
from desktop.store.records import DocumentState, Inputs
from desktop.store.search import SearchQuery
from tests.support.clock import Clock
from tests.support.histories import (
    ACTIONS,
    FACTS,
    FORWARD,
    STAMP,
    TEXT,
    TITLES,
    Action,
    comparable,
    everything,
    export_to,
    go_on,
    import_from,
    live,
)


@contextmanager
def histories(*names: str) -> Iterator[tuple[Path, list[HistoryStore], Clock]]:
    """Open histories of these names in a folder of their own."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        stores = [HistoryStore.open(Path(folder) / f"{name}.sqlite3", now=clock) for name in names]
        try:
            yield Path(folder), stores, clock
        finally:
            for store in stores:
                store.close()


@given(titles=TITLES, actions=ACTIONS)
@settings(max_examples=60, deadline=None)
def test_whatever_a_history_holds_arrives_in_an_empty_one(titles: Sequence[str], actions: Sequence[Action]) -> None:
    with histories("old", "new") as (folder, (old, new), clock):
        live(old, clock, titles, actions)
        clock.advance(1000)
        taken = import_from(new, export_to(old, folder / "all.jsonl"))
        assert everything(new) == everything(old)
        assert (taken.new, taken.grown, taken.same) == (len(titles), 0, 0)
        assert import_from(new, folder / "all.jsonl").same == len(titles)
        assert everything(new) == everything(old)


@contextmanager
def forked(
    titles: Sequence[str], before: Sequence[Action], here: Sequence[Action], there: Sequence[Action]
) -> Iterator[tuple[Path, HistoryStore, HistoryStore]]:
    """Give two histories that were one until each went on by itself."""
    with histories("root") as (folder, (root,), clock):
        live(root, clock, titles, before)
        root.close()
        shutil.copy(folder / "root.sqlite3", folder / "one.sqlite3")
        shutil.copy(folder / "root.sqlite3", folder / "other.sqlite3")
        clocks = Clock(clock.moment), Clock(clock.moment)
        with (
            HistoryStore.open(folder / "one.sqlite3", now=clocks[0]) as one,
            HistoryStore.open(folder / "other.sqlite3", now=clocks[1]) as other,
        ):
            go_on(one, clocks[0], here)
            live(other, clocks[1], ["別の端末で"], there)
            yield folder, one, other


@given(titles=st.lists(TEXT, min_size=1, max_size=2), before=FORWARD, here=FORWARD, there=FORWARD)
@settings(max_examples=60, deadline=None)
def test_two_histories_become_the_same_one_whichever_takes_in_the_other_and_nothing_is_lost(
    titles: Sequence[str], before: Sequence[Action], here: Sequence[Action], there: Sequence[Action]
) -> None:
    with forked(titles, before, here, there) as (folder, one, other):
        was = comparable(one), comparable(other)
        files = export_to(one, folder / "one.jsonl"), export_to(other, folder / "other.jsonl")
        import_from(one, files[1])
        import_from(other, files[0])
        merged = comparable(one)
        assert sorted(merged) == sorted(comparable(other))
        for uid, document in comparable(other).items():
            for part in fields(document):
                assert getattr(merged[uid], part.name) == getattr(document, part.name), part.name
        for side in was:
            for uid, document in side.items():
                found = merged[uid]
                for key, versions in document.sections.items():
                    assert not Counter(versions_of(versions)) - Counter(versions_of(found.sections[key]))
                assert not Counter(document.runs) - Counter(found.runs)
                values = {(one.key, one.value) for one in (*found.form.fields, *found.past)}
                assert {(one.key, one.value) for one in (*document.form.fields, *document.past) if one.value} <= values
                assert set(document.tags) <= set(found.tags)
        for store, path in itertools.product((one, other), files):
            again = import_from(store, path)
            assert (again.new, again.grown, again.versions, again.values) == (0, 0, 0, 0)
        assert comparable(one) == merged


def versions_of(versions: Sequence[MovedVersion]) -> list[Hashable]:
    # When a version was last written may differ: it was changed and changed back.
    return [version_identity(version) for version in versions]


@pytest.fixture
def two(tmp_path: Path, clock: Clock) -> Iterator[tuple[HistoryStore, HistoryStore]]:
    with (
        HistoryStore.open(tmp_path / "a.sqlite3", now=clock) as one,
        HistoryStore.open(tmp_path / "b.sqlite3", now=clock) as other,
    ):
        yield one, other


def test_of_a_section_edited_on_two_terminals_the_later_text_stands_and_the_other_is_a_version(
    two: tuple[HistoryStore, HistoryStore], clock: Clock, tmp_path: Path
) -> None:
    one, other = two
    number = one.create_document(STAMP, "題", Inputs())
    one.save_edit(number, "body", TextContent("はじめ"))
    import_from(other, export_to(one, tmp_path / "first.jsonl"))
    clock.advance(1000)
    other.save_edit(1, "body", TextContent("窓口で直した"))
    clock.advance(1000)
    one.save_edit(number, "body", TextContent("席で直した"))
    taken = import_from(one, export_to(other, tmp_path / "second.jsonl"))
    assert (taken.new, taken.grown, taken.versions) == (0, 1, 1)
    found = [(version.number, version.content) for version in one.versions(number, "body")]
    assert found == [
        (3, TextContent("席で直した")),
        (2, TextContent("窓口で直した")),
        (1, TextContent("はじめ")),
    ]


def test_a_field_filled_in_differently_on_two_terminals_can_be_got_back(
    two: tuple[HistoryStore, HistoryStore], clock: Clock, tmp_path: Path
) -> None:
    one, other = two
    number = one.create_document(STAMP, "題", Inputs({"場所": "一階"}))
    import_from(other, export_to(one, tmp_path / "first.jsonl"))
    clock.advance(10)
    other.save_inputs(1, "題", Inputs({"場所": "二階"}))
    taken = import_from(one, export_to(other, tmp_path / "second.jsonl"))
    assert taken.values == 1
    assert one.load(number).inputs == Inputs({"場所": "二階"})
    (before,) = one.fields.listed(number, "場所")
    assert before.value == "一階"
    one.fields.restore(number, "場所", before.id)
    assert one.load(number).inputs == Inputs({"場所": "一階"})


def test_the_run_that_a_draft_goes_on_from_is_still_the_latest_after_older_ones_came_in(
    two: tuple[HistoryStore, HistoryStore], clock: Clock, tmp_path: Path
) -> None:
    one, other = two
    number = one.create_document(STAMP, "題", Inputs())
    import_from(other, export_to(one, tmp_path / "first.jsonl"))
    clock.advance(10)
    other.begin_run(1, FACTS)
    other.end_run(1, DocumentState.CANCELLED, "古い", {"body": (TextContent("古い"), False)})
    clock.advance(10)
    one.begin_run(number, FACTS)
    one.end_run(number, DocumentState.INTERRUPTED, "新しい", {"body": (TextContent("新しい"), False)})
    import_from(one, export_to(other, tmp_path / "second.jsonl"))
    assert one.load(number).raw_text == "新しい"
    held = one.transfer.read(number)
    assert [run.raw_text for run in held.runs] == ["古い", "新しい"]
    assert [version.run for version in held.sections["body"]] == [0, 1]


def test_a_document_put_into_the_trash_and_worked_on_elsewhere_after_that_is_there_again(
    two: tuple[HistoryStore, HistoryStore], clock: Clock, tmp_path: Path
) -> None:
    one, other = two
    number = one.create_document(STAMP, "題", Inputs())
    import_from(other, export_to(one, tmp_path / "first.jsonl"))
    clock.advance(10)
    one.trash.put(number)
    import_from(one, tmp_path / "first.jsonl")
    assert [found.summary.id for found in one.trash.listed()] == [number]
    clock.advance(10)
    other.save_edit(1, "body", TextContent("まだ要る"))
    import_from(one, export_to(other, tmp_path / "second.jsonl"))
    assert one.trash.listed() == []


def test_nothing_comes_in_while_the_model_writes(two: tuple[HistoryStore, HistoryStore], tmp_path: Path) -> None:
    one, other = two
    other.create_document(STAMP, "題", Inputs())
    number = one.create_document(STAMP, "題", Inputs())
    one.begin_run(number, FACTS)
    with pytest.raises(StoreFault) as caught:
        import_from(one, export_to(other, tmp_path / "all.jsonl"))
    assert caught.value.code is ErrorCode.HISTORY_BEING_WRITTEN
    assert len(everything(one)) == 1


def test_a_draft_that_is_just_being_written_leaves_as_broken_off(
    two: tuple[HistoryStore, HistoryStore], tmp_path: Path
) -> None:
    one, other = two
    one.begin_run(one.create_document(STAMP, "題", Inputs()), FACTS)
    import_from(other, export_to(one, tmp_path / "all.jsonl"))
    assert other.load(1).summary.state is DocumentState.INTERRUPTED


def test_a_person_who_stops_the_taking_in_finds_the_history_as_it_was(
    two: tuple[HistoryStore, HistoryStore],
) -> None:
    one, other = two
    for title in "abc":
        one.create_document(STAMP, title, Inputs())

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        other.transfer.take_in(everything(one), stop)
    assert everything(other) == []


def test_what_came_in_is_found_by_its_words(
    two: tuple[HistoryStore, HistoryStore], clock: Clock, tmp_path: Path
) -> None:
    one, other = two
    number = one.create_document(STAMP, "題", Inputs({"場所": "会議室"}))
    one.save_edit(number, "body", TextContent("市道の補修について"))
    import_from(other, export_to(one, tmp_path / "first.jsonl"))
    assert [hit.summary.id for hit in other.search.find(SearchQuery("補修"))] == [1]
    clock.advance(1000)
    one.save_edit(number, "body", TextContent("橋の点検について"))
    import_from(other, export_to(one, tmp_path / "second.jsonl"))
    assert [hit.summary.id for hit in other.search.find(SearchQuery("点検"))] == [1]
    assert other.search.find(SearchQuery("補修")) == []


def test_undo_goes_on_where_it_stood_on_the_other_terminal(
    two: tuple[HistoryStore, HistoryStore], clock: Clock, tmp_path: Path
) -> None:
    one, other = two
    number = one.create_document(STAMP, "題", Inputs())
    for text in ("一", "二", "三"):
        clock.advance(1000)
        one.save_edit(number, "body", TextContent(text))
    one.undo(number, "body")
    import_from(other, export_to(one, tmp_path / "all.jsonl"))
    again = other.redo(1, "body")
    assert again is not None
    assert again.content == TextContent("三")
