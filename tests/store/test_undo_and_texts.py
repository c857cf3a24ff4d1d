"""Undo goes back over a restart without losing anything, fields can be got back, and texts are kept once and whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from hashlib import sha256
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import TextContent
from desktop.store import texts
from desktop.store.faults import DamagedRowError
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState, Inputs, RunFacts, SectionVersion, TemplateStamp
from desktop.store.search import SearchQuery
from desktop.store.search_index import index_document
from tests.support.clock import START, Clock

STAMP = TemplateStamp("memo", "庁内メモ", "1", 'id = "memo"\n')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[HistoryStore]:
    with HistoryStore.open(path, now=clock) as opened:
        yield opened


def written(store: HistoryStore, clock: Clock, words: str) -> int:
    """Make a document whose section went through these one-character texts."""
    document = store.create_document(STAMP, "題", Inputs())
    for word in words:
        store.save_edit(document, "body", TextContent(word))
        clock.advance(minutes=6)
    return document


def word(version: SectionVersion | None) -> str:
    if version is None:
        return ""
    assert isinstance(version.content, TextContent)
    return version.content.text


def listed(store: HistoryStore, document: int) -> str:
    return "".join(word(version) for version in reversed(store.versions(document, "body")))


def test_undo_and_redo_walk_through_the_versions_over_a_restart(path: Path, clock: Clock) -> None:
    with HistoryStore.open(path, now=clock) as store:
        document = written(store, clock, "あいう")
        assert word(store.undo(document, "body")) == "い"
    with HistoryStore.open(path, now=clock) as store:
        assert word(store.undo(document, "body")) == "あ"
        assert store.undo(document, "body") is None
        assert store.undo_possible(document, "body") == (False, True)
        assert store.load(document).sections["body"].content == TextContent("あ")
        assert [word(store.redo(document, "body")) for _ in range(3)] == ["い", "う", ""]
        assert listed(store, document) == "あいう"


def test_what_was_undone_stays_when_something_new_is_written(store: HistoryStore, clock: Clock) -> None:
    document = written(store, clock, "あいう")
    store.undo(document, "body")
    store.undo(document, "body")
    store.save_edit(document, "body", TextContent("え"))
    assert listed(store, document) == "あいうあえ"
    assert store.redo(document, "body") is None
    assert word(store.undo(document, "body")) == "あ"
    assert store.undo(document, "body") is None
    assert word(store.redo(document, "body")) == "え"


def test_undo_of_a_section_that_has_no_version_does_nothing(store: HistoryStore) -> None:
    document = store.create_document(STAMP, "題", Inputs())
    assert (store.undo(document, "body"), store.redo(document, "body")) == (None, None)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["undo", "redo", "あ", "い", "う"]), max_size=25))
def test_no_text_ever_leaves_the_list_of_versions(store: HistoryStore, clock: Clock, steps: list[str]) -> None:
    document, seen = written(store, clock, "始"), {"始"}
    for step in steps:
        if step == "undo":
            store.undo(document, "body")
        elif step == "redo":
            store.redo(document, "body")
        else:
            store.save_edit(document, "body", TextContent(step))
            seen.add(step)
            clock.advance(minutes=6)
        assert seen == set(listed(store, document))
    while store.redo(document, "body"):
        pass
    back = {word(store.versions(document, "body")[0])}
    while (version := store.undo(document, "body")) is not None:
        back.add(word(version))
    assert back <= seen


def test_a_field_cleared_by_accident_can_be_got_back(store: HistoryStore, clock: Clock) -> None:
    document = store.create_document(STAMP, "題", Inputs({"source": "長い資料の本文です"}, {"source": "会議.docx"}))
    clock.advance(minutes=0.5)
    store.save_inputs(document, "題", Inputs({"source": ""}))
    (kept,) = store.fields.listed(document, "source")
    assert (kept.value, kept.file_name, kept.since) == ("長い資料の本文です", "会議.docx", START)
    store.fields.restore(document, "source", kept.id)
    assert store.load(document).inputs == Inputs({"source": "長い資料の本文です"}, {"source": "会議.docx"})
    with pytest.raises(LookupError):
        store.fields.restore(document, "source", 99)


def test_typing_in_a_field_leaves_one_earlier_value_every_five_minutes(store: HistoryStore, clock: Clock) -> None:
    document = store.create_document(STAMP, "題", Inputs())
    for text in ("道", "道路", "道路の", "道路の補修", "道路の補修を"):
        store.save_inputs(document, "題", Inputs({"title": text}))
        clock.advance(minutes=2)
    assert [one.value for one in store.fields.listed(document, "title")] == ["道路の"]
    store.save_inputs(document, "題", Inputs())
    assert [one.value for one in store.fields.listed(document, "title")] == ["道路の補修を", "道路の"]


@given(st.text(max_size=300))
def test_every_text_comes_back_from_its_compressed_form(text: str) -> None:
    assert texts.unpacked(texts.packed(text)) == texts.stored_text(text)


@given(data=st.data())
def test_a_changed_byte_of_a_compressed_text_is_noticed(data: st.DataObject) -> None:
    kept = bytearray(texts.packed("本日の会議では、市道の補修について決定しました。" * 3))
    at = data.draw(st.integers(0, len(kept) - 1))
    kept[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedRowError):
        texts.unpacked(bytes(kept))


def test_a_text_that_was_kept_with_the_sum_of_its_content_is_still_read() -> None:
    text = "本日の会議では、市道の補修について決定しました。" * 3
    body = texts.packed(text)[5:]
    assert texts.unpacked(b"\x01" + zlib.crc32(text.encode()).to_bytes(4, "big") + body) == text


@pytest.mark.parametrize(
    "kept", [b"", b"\x00", b"\x01abcd", b"\x02abcdef", None, "text", b"\x01" + zlib.compress(b"a")]
)
def test_anything_that_is_no_kept_text_is_damage(kept: object) -> None:
    with pytest.raises(DamagedRowError):
        texts.unpacked(kept)


def test_a_damaged_text_is_told_as_damage_and_the_other_documents_are_still_found(store: HistoryStore) -> None:
    bad = store.create_document(STAMP, "道路", Inputs())
    good = store.create_document(STAMP, "道路", Inputs())
    version = store.save_edit(bad, "body", TextContent("道路の補修"))
    assert version.number == 1
    store._db.execute("UPDATE texts SET body = x'0100' WHERE id = (SELECT text_id FROM section_versions)")
    with pytest.raises(StoreFault) as caught:
        store.load(bad)
    assert caught.value.code is ErrorCode.STORE_DAMAGED
    assert {hit.summary.id for hit in store.search.find(SearchQuery("道路"))} == {bad, good}


def test_the_dictionary_of_the_compressed_texts_is_the_one_they_were_written_with() -> None:
    kept = resources.files("desktop.resources").joinpath("text_dictionary_1.txt").read_bytes()
    assert sha256(kept).hexdigest() == "5bbc65984b4e2df2a30a1033dabc640e4cfd885751f3c3b871b687ef6eef3a2c"


def uses(db: Database) -> dict[int, int]:
    """Count who refers to each text."""
    tables = ("template_sources", "inputs", "past_inputs", "section_versions", "places")
    union = " UNION ALL ".join(f"SELECT text_id FROM {table} WHERE text_id IS NOT NULL" for table in tables)  # noqa: S608 -- fixed names
    return dict(db.execute(f"SELECT text_id, count(*) FROM ({union}) GROUP BY text_id").fetchall())  # noqa: S608 -- the same


def entries(db: Database) -> dict[str, set[tuple[str, tuple[object, ...], object]]]:
    """Return what the index holds, by the names of places instead of their numbers."""
    names = {number: tuple(rest) for number, *rest in db.execute("SELECT id, document_id, kind, key FROM places")}
    found = {}
    for table, detail in (("search_pairs", "instance"), ("search_letters", "instance")):
        db.execute(f"CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, {table}, {detail})")
        rows = db.execute("SELECT term, doc, offset FROM temp.seen").fetchall()
        found[table] = {(term, names[doc], offset) for term, doc, offset in rows}
        db.execute("DROP TABLE temp.seen")
    return found


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["new", "edit", "form", "run", "undo", "redo", "trash", "restore", "empty"]), st.integers(0, 3)
    ),
    max_size=20,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, words=st.lists(st.text(alphabet="あいｶﾞ㍻a ", max_size=6), min_size=20, max_size=20))
def test_the_index_and_the_counts_of_texts_are_as_if_made_anew(
    store: HistoryStore, clock: Clock, steps: list[tuple[str, int]], words: list[str]
) -> None:
    for (step, which), text in zip(steps, words, strict=False):
        known = [one.id for one in store.list_documents()] or [store.create_document(STAMP, text, Inputs())]
        document = known[which % len(known)]
        act(store, step, document, text)
        clock.advance(minutes=which * 2)
    db = store._db
    assert dict(db.execute("SELECT id, uses FROM texts").fetchall()) == uses(db)
    before = entries(db)
    with store._open.writing():
        db.execute("DELETE FROM places")
        for table in ("search_pairs", "search_letters"):
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")  # noqa: S608 -- fixed names
        for (number,) in db.execute("SELECT id FROM documents").fetchall():
            index_document(db, number)
    assert entries(db) == before
    assert uses(db) == dict(db.execute("SELECT id, uses FROM texts").fetchall())


def act(store: HistoryStore, step: str, document: int, text: str) -> None:
    """Take one step of the random walk."""
    if step == "new":
        store.create_document(STAMP, text, Inputs({"a": text}))
    elif step == "edit":
        store.save_edit(document, "body", TextContent(text))
    elif step == "form":
        store.save_inputs(document, text, Inputs({"a": text, "b": text[1:]}) if text else Inputs())
    elif step == "run":
        store.begin_run(document, RunFacts("m", "", "{}"))
        store.save_partial(document, text, {"body": (TextContent(text[:1]), False)})
        store.end_run(document, DocumentState.COMPLETE, text, {"body": (TextContent(text), True)})
    elif step == "undo":
        store.undo(document, "body")
    elif step == "redo":
        store.redo(document, "body")
    elif step == "trash":
        store.trash.put(document)
    elif step == "restore":
        for one in store.trash.listed():
            store.trash.restore(one.summary.id)
    else:
        store.trash.empty()
