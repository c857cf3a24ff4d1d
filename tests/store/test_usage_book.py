"""The history counts finished documents by month and template, and asks about a document once in its life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store.history import HistoryStore
from desktop.store.migrations import STEPS
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from desktop.store.usage import MOST_MINUTES, TemplateCount
from tests.support.clock import Clock
from tests.support.old_histories import old_history

MEMO = TemplateStamp("memo", "庁内メモ", "1.0", "")


@pytest.fixture
def clock() -> Clock:
    """Return a clock that begins in October."""
    return Clock(dt.datetime(2026, 10, 15, 3, tzinfo=dt.UTC))


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[HistoryStore]:
    with HistoryStore.open(tmp_path / "history.sqlite3", now=clock) as opened:
        yield opened


def finished(store: HistoryStore, stamp: TemplateStamp = MEMO, state: DocumentState = DocumentState.COMPLETE) -> int:
    number = store.create_document(stamp, "住民の氏名", Inputs())
    store.begin_run(number, RunFacts("m", "", "{}"))
    store.end_run(number, state, "x", {})
    return number


def test_a_document_is_asked_about_once_even_after_a_restart(store: HistoryStore, tmp_path: Path) -> None:
    number = finished(store)
    assert store.usage.begin_asking(number)
    assert not store.usage.begin_asking(number)
    store.close()
    with HistoryStore.open(tmp_path / "history.sqlite3") as again:
        assert not again.usage.begin_asking(number)


def test_only_a_finished_document_is_asked_about(store: HistoryStore) -> None:
    number = finished(store, state=DocumentState.CANCELLED)
    assert not store.usage.begin_asking(number)
    with pytest.raises(StoreFault) as caught:
        store.usage.begin_asking(number + 1)
    assert caught.value.code is ErrorCode.DOCUMENT_NOT_FOUND


def test_counts_follow_months_templates_and_answers(store: HistoryStore, clock: Clock) -> None:
    for minutes in (30, 0, None):
        number = finished(store)
        store.usage.begin_asking(number)
        if minutes is not None:
            store.usage.answer(number, minutes)
    finished(store, state=DocumentState.INTERRUPTED)
    clock.moment = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    finished(store, TemplateStamp("memo", "メモ（新）", "2.0", ""))
    finished(store, TemplateStamp("mail", "メール", "1.0", ""))
    assert store.usage.own_usage().counts == (
        TemplateCount(dt.date(2026, 10, 1), "memo", "庁内メモ", 3, 2, 30),
        TemplateCount(dt.date(2026, 11, 1), "mail", "メール", 1, 0, 0),
        TemplateCount(dt.date(2026, 11, 1), "memo", "メモ（新）", 1, 0, 0),
    )


def test_an_answer_can_be_changed_and_has_bounds(store: HistoryStore) -> None:
    number = finished(store)
    with pytest.raises(StoreFault):
        store.usage.answer(number, 10)
    store.usage.begin_asking(number)
    store.usage.answer(number, 10)
    store.usage.answer(number, 60)
    assert store.usage.own_usage().counts[0].minutes == 60
    for wrong in (-1, MOST_MINUTES + 1):
        with pytest.raises(ValueError, match="range"):
            store.usage.answer(number, wrong)


def test_the_identity_stays_and_is_another_one_elsewhere(tmp_path: Path) -> None:
    seen = set()
    for name in ("a", "b", "a"):
        with HistoryStore.open(tmp_path / name / "history.sqlite3") as store:
            seen.add(store.usage.own_usage().identity)
    assert len(seen) == 2
    assert all(len(identity) == 32 for identity in seen)


def test_a_month_keeps_the_section_it_was_first_handed_on_under(store: HistoryStore) -> None:
    month = dt.date(2026, 10, 1)
    store.usage.keep_sections({month: "総務課"})
    store.usage.keep_sections({month: "税務課", dt.date(2026, 11, 1): "税務課"})
    assert store.usage.own_usage().sections == {month: "総務課", dt.date(2026, 11, 1): "税務課"}


def test_a_history_from_before_the_question_gets_an_identity(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    old_history(path, [step.__name__ for step in STEPS].index("answers_on_minutes_saved"))
    with HistoryStore.open(path) as store:
        assert store.usage.begin_asking(finished(store))
        assert len(store.usage.own_usage().identity) == 32
