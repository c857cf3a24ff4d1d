"""What is put into the history comes out again, in the state a person expects to find it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import Content, ListContent, TableContent, TextContent
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from tests.support.clock import START, Clock
from tests.support.encryption import encrypt

STAMP = TemplateStamp("minutes", "議事録（要点筆記）", "1.2.0", 'id = "minutes"\n')
FACTS = RunFacts("qwen", "ab" * 32, '{"temperature": 0.2}')


@pytest.fixture(params=["plain", "encrypted"])
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / "文机 data" / "history.sqlite3"
    return encrypt(path) if request.param == "encrypted" else path


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[HistoryStore]:
    with HistoryStore.open(path, now=clock) as opened:
        yield opened


def test_a_whole_day_of_work_is_found_again_after_closing(path: Path, clock: Clock) -> None:
    table = TableContent((("補修", "田中", "令和8年12月1日"), ("", "", "")))
    with HistoryStore.open(path, now=clock) as store:
        inputs = Inputs({"title": "定例会議", "source": "一行目\r\n二行目\x00"}, {"source": "会議.docx"})
        document = store.create_document(STAMP, "定例会議", inputs)
        store.begin_run(document, FACTS)
        store.save_partial(document, '{"decisions":["A"', {"decisions": (ListContent(("A",)), False)})
        clock.advance(seconds=30)
        finished: dict[str, tuple[Content, bool]] = {
            "decisions": (ListContent(("A", "B")), True),
            "tasks": (table, True),
        }
        store.end_run(document, DocumentState.COMPLETE, '{"decisions":["A","B"]}', finished)
    with HistoryStore.open(path, now=clock) as store:
        record = store.load(document)
    assert record.summary.state is DocumentState.COMPLETE
    assert (record.summary.title, record.summary.template_name) == ("定例会議", "議事録（要点筆記）")
    assert (record.template_version, record.template_source) == ("1.2.0", 'id = "minutes"\n')
    assert (record.summary.created_at, record.summary.updated_at) == (START, clock.moment)
    assert record.inputs == inputs
    assert (record.run, record.raw_text, record.error_code) == (FACTS, '{"decisions":["A","B"]}', "")
    assert {key: version.content for key, version in record.sections.items()} == {
        "decisions": ListContent(("A", "B")),
        "tasks": table,
    }
    assert all(version.finished for version in record.sections.values())


def test_a_document_whose_form_is_only_begun_is_kept_too(store: HistoryStore) -> None:
    document = store.create_document(STAMP, "", Inputs({"title": ""}))
    record = store.load(document)
    assert record.summary.state is DocumentState.PREPARING
    assert record.inputs == Inputs({"title": ""})
    assert (record.run, record.raw_text, record.sections) == (None, "", {})


def test_a_field_that_was_emptied_or_removed_does_not_come_back(store: HistoryStore) -> None:
    document = store.create_document(STAMP, "a", Inputs({"title": "a", "place": "b"}, {"source": "x.txt"}))
    store.save_inputs(document, "新しい題", Inputs({"title": "", "source": "本文"}))
    record = store.load(document)
    assert record.inputs == Inputs({"title": "", "source": "本文"})
    assert record.summary.title == "新しい題"


def test_only_looking_at_a_document_does_not_move_it_to_the_top_of_the_history(
    store: HistoryStore, clock: Clock
) -> None:
    inputs = Inputs({"title": "a"}, {"source": "x.txt"})
    first = store.create_document(STAMP, "a", inputs)
    store.save_edit(first, "body", TextContent("本文"))
    clock.advance(minutes=1)
    second = store.create_document(STAMP, "b", Inputs())
    clock.advance(minutes=1)
    store.save_inputs(first, "a", inputs)
    store.save_edit(first, "body", TextContent("本文"))
    store.load(first)
    assert [line.id for line in store.list_documents()] == [second, first]
    store.save_edit(first, "body", TextContent("本文。"))
    assert [line.id for line in store.list_documents()] == [first, second]


def test_the_history_list_comes_page_by_page_newest_change_first(store: HistoryStore, clock: Clock) -> None:
    numbers = []
    for title in "abcde":
        numbers.append(store.create_document(STAMP, title, Inputs()))
        clock.advance(seconds=1)
    newest_first = numbers[::-1]
    assert [line.id for line in store.list_documents(2)] == newest_first[:2]
    assert [line.id for line in store.list_documents(2, 2)] == newest_first[2:4]
    assert [line.title for line in store.list_documents()] == list("edcba")


def test_a_draft_broken_off_by_a_crash_is_reported_at_the_next_start(path: Path, clock: Clock) -> None:
    with HistoryStore.open(path, now=clock) as store:
        numbers = [store.create_document(STAMP, title, Inputs()) for title in "abc"]
        for number in (numbers[0], numbers[2]):
            clock.advance(seconds=1)
            store.begin_run(number, FACTS)
            store.save_partial(number, '{"body":"途中', {"body": (TextContent("途中"), False)})
    with HistoryStore.open(path, now=clock) as store:
        assert store.recovered == (numbers[2], numbers[0])
        record = store.load(numbers[0])
        assert record.summary.state is DocumentState.INTERRUPTED
        assert record.raw_text == '{"body":"途中'
        assert not record.sections["body"].finished
        assert store.load(numbers[1]).summary.state is DocumentState.PREPARING
    with HistoryStore.open(path, now=clock) as store:
        assert store.recovered == ()


def test_a_continued_draft_that_dies_at_once_keeps_the_text_it_was_to_continue(store: HistoryStore) -> None:
    document = store.create_document(STAMP, "a", Inputs())
    store.begin_run(document, FACTS)
    store.end_run(document, DocumentState.CANCELLED, '{"body":"ここまで', {"body": (TextContent("ここまで"), False)})
    store.begin_run(document, FACTS, raw_text='{"body":"ここまで')
    assert store.load(document).summary.state is DocumentState.STREAMING
    store.end_run(document, DocumentState.INTERRUPTED, "", {}, error_code="engine_crashed")
    record = store.load(document)
    assert (record.raw_text, record.error_code) == ('{"body":"ここまで', "engine_crashed")
    assert record.summary.state is DocumentState.INTERRUPTED
    assert record.sections["body"].content == TextContent("ここまで")
    store.begin_run(document, FACTS, raw_text=record.raw_text)
    assert store.load(document).error_code == ""


def test_a_document_that_does_not_exist_is_said_so_by_every_method(store: HistoryStore) -> None:
    sections = {"body": (TextContent("x"), True)}
    calls = (
        lambda: store.load(99),
        lambda: store.load(10**30),
        lambda: store.load(-1),
        lambda: store.save_inputs(99, "", Inputs()),
        lambda: store.begin_run(99, FACTS),
        lambda: store.save_partial(99, "x", sections),
        lambda: store.end_run(99, DocumentState.COMPLETE, "x", sections),
        lambda: store.save_edit(99, "body", TextContent("x")),
        lambda: store.versions(99, "body"),
        lambda: store.restore_version(99, "body", 1),
    )
    for call in calls:
        with pytest.raises(StoreFault) as caught:
            call()
        assert caught.value.code is ErrorCode.DOCUMENT_NOT_FOUND
    assert store.list_documents() == []


def test_text_of_the_model_is_refused_before_a_run_was_noted(store: HistoryStore) -> None:
    document = store.create_document(STAMP, "a", Inputs())
    with pytest.raises(LookupError):
        store.save_partial(document, "x", {})
    with pytest.raises(ValueError, match="streaming"):
        store.end_run(document, DocumentState.STREAMING, "x", {})
    assert store.load(document).summary.state is DocumentState.PREPARING


def test_half_a_surrogate_pair_from_a_broken_paste_does_not_keep_the_rest_from_being_saved(
    store: HistoryStore,
) -> None:
    document = store.create_document(STAMP, "題\ud83d", Inputs({"source": "前\udc00後"}, {"source": "\udcff.txt"}))
    store.begin_run(document, FACTS)
    store.save_partial(document, "生\ud83d", {"body": (TextContent("本\udc00文"), False)})
    edited = store.save_edit(document, "items", ListContent(("一\ud83d", "二")))
    record = store.load(document)
    assert record.summary.title == "題�"
    assert record.inputs == Inputs({"source": "前�後"}, {"source": "�.txt"})
    assert (record.raw_text, record.sections["body"].content) == ("生�", TextContent("本�文"))
    assert record.sections["items"].content == edited.content == ListContent(("一�", "二"))


def test_closing_twice_is_harmless(path: Path) -> None:
    store = HistoryStore.open(path)
    store.close()
    store.close()
    HistoryStore.open(path).close()


TEXT = st.text(max_size=40)
MAPPING = st.dictionaries(TEXT, TEXT, max_size=4)


@given(title=TEXT, values=MAPPING, names=MAPPING, later=MAPPING)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_into_a_form_comes_back_exactly(
    store: HistoryStore, title: str, values: dict[str, str], names: dict[str, str], later: dict[str, str]
) -> None:
    document = store.create_document(STAMP, title, Inputs(values, names))
    assert store.load(document).inputs == Inputs(values, names)
    store.save_inputs(document, title[::-1], Inputs(later, names))
    record = store.load(document)
    assert (record.summary.title, record.inputs) == (title[::-1], Inputs(later, names))
