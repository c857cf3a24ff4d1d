"""Results while typing: the newest question is answered, and earlier ones do not hold it up."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, StoreFault
from desktop.session.history_desk import HistoryDesk
from desktop.store.records import Inputs, TemplateStamp
from desktop.store.search import SearchQuery

STAMP = TemplateStamp("memo", "庁内メモ", "1", "")


def test_a_newer_question_ends_the_earlier_ones(tmp_path: Path) -> None:
    desk = HistoryDesk(tmp_path / "history.sqlite3")
    desk.open().result()
    document = desk._in_store(lambda store: store.create_document(STAMP, "道路の補修", Inputs())).result()
    go_on = threading.Event()
    desk._in_store(lambda _: go_on.wait(10))
    earlier = [desk.search.find(SearchQuery(text)) for text in ("道", "道路")]
    count = desk.search.count(SearchQuery("道路"))
    newest = desk.search.find(SearchQuery("道路の"))
    go_on.set()
    assert [hit.summary.id for hit in newest.result(10)] == [document]
    assert all(one.cancelled() for one in earlier)
    assert count.result(10) == 1
    desk._close_history()


def test_a_search_before_the_history_is_open_says_so(tmp_path: Path) -> None:
    desk = HistoryDesk(tmp_path / "history.sqlite3")
    asked: Future[int] = desk.search.count(SearchQuery("道"))
    with pytest.raises(StoreFault) as caught:
        asked.result(10)
    assert caught.value.code is ErrorCode.STORE_FAILED
    desk._close_history()


def test_trash_and_tags_work_from_the_desk(tmp_path: Path) -> None:
    desk = HistoryDesk(tmp_path / "history.sqlite3")
    desk.open().result()
    document = desk._in_store(lambda store: store.create_document(STAMP, "題", Inputs({"a": "値"}))).result()
    assert desk.tags.set_tags(document, ["予算", "　予算 ", ""]).result() == ("予算",)
    assert (desk.tags.tags_of(document).result(), desk.tags.all_tags().result()) == (("予算",), {"予算": 1})
    desk.trash.put(document).result()
    assert [one.summary.id for one in desk.trash.listed().result()] == [document]
    assert desk.tags.all_tags().result() == {}
    desk.trash.restore(document).result()
    assert [one.id for one in desk.history().result()] == [document]
    assert (desk.undo(document, "body").result(), desk.redo(document, "body").result()) == (None, None)
    desk.trash.put(document).result()
    assert desk.trash.empty([document + 1]).result() == 0
    assert desk.trash.empty([document]).result() == 1
    desk._close_history()
