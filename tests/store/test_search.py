"""Whatever stands in a document is found by any part of it, shown where it stands, and never after it is gone."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core.errors import StoreFault
from desktop.core.folding import PLAIN, Folded, fold
from desktop.core.sections import ListContent, TableContent, TextContent
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from desktop.store.search import Order, SearchQuery
from tests.support.clock import START, Clock

MEMO, MINUTES = TemplateStamp("memo", "庁内メモ", "1", ""), TemplateStamp("minutes", "議事録", "1", "")
FACTS = RunFacts("model", "", "{}")


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[HistoryStore]:
    with HistoryStore.open(tmp_path / "history.sqlite3", now=clock) as opened:
        yield opened


def found(store: HistoryStore, text: str, **rest: object) -> list[int]:
    return [hit.summary.id for hit in store.search.find(SearchQuery(text, **rest))]  # type: ignore[arg-type]  # the query's own fields


# What makes folding hard: half-width kana with marks, ligatures, squared words, marks that combine, variants, signs.
HARD = [
    "㍻",
    "ｶ",
    "ｷﾞ",
    "ﾊﾟ",
    "ﬁ",
    "か\u3099",
    "葛\U000e0100",
    "Ａ",
    "１",
    "①",
    "゛",
    "Straße",
    "é",
    "e\u0301",
    "각",
    "𠮷",
]
CLUSTERS = st.lists(st.sampled_from([*HARD, *"保育料の改定、。ーa1 \n*%'AND()"]), min_size=1, max_size=25)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clusters=CLUSTERS, data=st.data())
def test_a_text_is_found_by_each_of_its_parts_with_marks_where_they_stand(
    store: HistoryStore, clusters: list[str], data: st.DataObject
) -> None:
    for left in store.list_documents():
        store.trash.put(left.id)
    store.trash.empty()
    text = "".join(clusters)
    document = store.create_document(MEMO, "", Inputs())
    store.save_edit(document, "body", TextContent(text))
    first = data.draw(st.integers(0, len(clusters) - 1))
    last = data.draw(st.integers(first, len(clusters) - 1))
    part = "".join(clusters[first : last + 1])
    if fold(part).strip() and '"' not in part:
        hit = store.search.find(SearchQuery(f'"{part}"'))[0]
        assert (hit.summary.id, hit.key) == (document, "body")
        assert hit.excerpt in text
        assert hit.marks
        for start, end in hit.marks:
            # What is marked says what was asked for, once or several times side by side.
            assert fold(part.replace("\n", " ")) in fold(hit.excerpt[start:end].replace("\n", " "))
        assert [one[0] for one in hit.marks] == sorted(one[0] for one in hit.marks)
    store.save_edit(document, "body", TextContent(""))
    assert found(store, f'"{part}"') == ([document] if not fold(part).strip() else [])


def test_characters_that_are_called_plain_fold_to_themselves() -> None:
    plain = re.compile(f"[{PLAIN}]")
    for character in map(chr, range(0x20000)):
        if plain.fullmatch(character):
            assert unicodedata.normalize("NFKC", character).casefold() == character


@given(st.text(alphabet=st.sampled_from([*"".join(HARD), *"あいa "]), max_size=20))
def test_the_way_back_from_a_folded_text_covers_the_text_as_written(text: str) -> None:
    folded = Folded(text)
    ranges = [folded.written(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert ranges == sorted(ranges)


def test_titles_fields_lists_and_tables_are_found(store: HistoryStore) -> None:
    document = store.create_document(MEMO, "題名である", Inputs({"source": "資料の本文"}))
    store.save_edit(document, "items", ListContent(("第一の項目", "第二の項目")))
    store.save_edit(document, "rows", TableContent((("補修", "田中"),)))
    keys = {text: store.search.find(SearchQuery(text))[0].key for text in ("題名", "本文", "第二", "田中")}
    assert keys == {"題名": "", "本文": "source", "第二": "items", "田中": "rows"}


def test_all_words_must_occur_in_the_document_and_quotes_keep_words_together(store: HistoryStore) -> None:
    one = store.create_document(MEMO, "保育料", Inputs({"source": "来年度に改定する"}))
    store.create_document(MEMO, "保育料", Inputs({"source": "据え置く"}))
    assert found(store, "保育料　改定") == [one]
    assert found(store, "保育料 廃止") == []
    assert found(store, "「年度に改」") == [one]
    assert found(store, "「度 改」") == []


def test_filters_combine_with_words(store: HistoryStore, clock: Clock) -> None:
    memo = store.create_document(MEMO, "道路の補修", Inputs())
    clock.moment += dt.timedelta(days=40)
    minutes = store.create_document(MINUTES, "道路の会議", Inputs())
    store.begin_run(minutes, FACTS)
    store.end_run(minutes, DocumentState.COMPLETE, "", {"decisions": (TextContent("道路を直す"), True)})
    store.tags.set_tags(memo, ["土木"])
    assert found(store, "道路") == [minutes, memo]
    assert found(store, "道路", template_ids=("memo",)) == [memo]
    assert found(store, "道路", states=frozenset({DocumentState.COMPLETE})) == [minutes]
    assert found(store, "道路", until=START.astimezone().date()) == [memo]
    assert found(store, "道路", since=START.astimezone().date() + dt.timedelta(days=1)) == [minutes]
    assert found(store, "道路", tags=("土木",)) == [memo]
    assert found(store, "道路", section_keys=("decisions",)) == [minutes]
    assert found(store, "", template_ids=("minutes",)) == [minutes]
    assert found(store, "", section_keys=("decisions",)) == [minutes]
    assert store.search.count(SearchQuery("道路")) == 2
    assert store.search.count(SearchQuery("道路"), most=1) == 1
    assert found(store, "道路", limit=1, offset=1) == [memo]


def test_relevance_puts_a_document_that_is_about_the_word_before_a_newer_mention(store: HistoryStore) -> None:
    about = store.create_document(MEMO, "防災訓練", Inputs({"source": "防災訓練を行う。防災訓練の日程"}))
    mention = store.create_document(MEMO, "その他", Inputs({"source": "防災訓練は別紙のとおり"}))
    assert found(store, "防災訓練") == [mention, about]
    assert found(store, "防災訓練", order=Order.RELEVANCE) == [about, mention]


def test_a_trashed_document_is_found_in_the_trash_only_and_nowhere_after_it_is_deleted(store: HistoryStore) -> None:
    document = store.create_document(MEMO, "消す文書", Inputs())
    store.trash.put(document)
    assert (found(store, "消す"), found(store, "消す", trashed=True)) == ([], [document])
    store.trash.restore(document)
    assert found(store, "消す") == [document]
    assert store.trash.empty() == 0
    store.trash.put(document)
    assert store.trash.empty() == 1
    assert found(store, "消す", trashed=True) == []
    for table in ("places", "inputs", "texts", "document_tags"):
        assert store._db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608 -- fixed names


def test_what_the_model_writes_is_found_once_it_is_finished_also_after_a_crash(tmp_path: Path) -> None:
    with HistoryStore.open(tmp_path / "history.sqlite3") as store:
        document = store.create_document(MEMO, "", Inputs())
        store.begin_run(document, FACTS)
        store.save_partial(
            document, "x", {"done": (TextContent("書き終えた"), True), "open": (TextContent("書きかけ"), False)}
        )
        assert (found(store, "書き終えた"), found(store, "書きかけ")) == ([document], [])
    with HistoryStore.open(tmp_path / "history.sqlite3") as store:
        assert found(store, "書きかけ") == [document]


def test_a_search_that_is_no_longer_wanted_ends(store: HistoryStore) -> None:
    for number in range(300):
        store.create_document(MEMO, f"文書{number}", Inputs({"source": "本文" * 20}))
    with pytest.raises(StoreFault):
        store.search.find(SearchQuery("本文"), lambda: True)
    assert len(found(store, "本文")) == 50


@pytest.mark.parametrize(
    "text", ["", " ", '""', "「」", '"', "*", "AND", "NEAR(a b)", "a*", "-x", "\x00", "\ud800", "^あ", "\ufe0f"]
)
def test_no_question_breaks_the_search(store: HistoryStore, text: str) -> None:
    store.create_document(MEMO, "題", Inputs())
    store.search.find(SearchQuery(text))
    store.search.count(SearchQuery(text, trashed=True))
