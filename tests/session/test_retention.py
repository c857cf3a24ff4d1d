"""Retention as a whole: what is due goes, from every file; what is held, open or changed stays."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import TextContent
from desktop.session.history_desk import HistoryDesk
from desktop.session.retention_desk import Purged, RetentionDesk
from desktop.settings.settings import Settings
from desktop.store.backup import make_backup
from desktop.store.database import inspect
from desktop.store.history import HistoryStore
from desktop.store.migrations import STEPS
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from desktop.store.search_index import pairs, spelled
from desktop.store.sqlite import sqlite3
from desktop.templates.library import builtin_templates

WAIT = 60
# Nothing of the program contains it, and nothing compresses it away.
WORDS = "鼎談窯跡蜻蛉羊歯"
OLD = dt.datetime(2019, 6, 1, tzinfo=dt.UTC)
NEW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)


def stamp(template_id: str = "minutes") -> TemplateStamp:
    found = next(one for one in builtin_templates() if one.id == template_id)
    return TemplateStamp(found.id, found.name, found.version, found.source)


def write(path: Path, at: dt.datetime, words: str, count: int = 1, template_id: str = "minutes") -> list[int]:
    """Write documents with everything a document can have."""
    numbers = []
    with HistoryStore.open(path, now=lambda: at) as store:
        for index in range(count):
            text = f"{words}{index}。" * (1 + 40 * index % 700)
            number = store.create_document(
                stamp(template_id), f"{words}の件{index}", Inputs({"source": text}, {"source": f"{words}.txt"})
            )
            store.begin_run(number, RunFacts("demo", "ab" * 32, "{}"))
            for step in (1, 2, 3):
                store.save_partial(
                    number, text[: len(text) * step // 3], {"decisions": (TextContent(text[: step * 50]), False)}
                )
            store.end_run(number, DocumentState.COMPLETE, text, {"decisions": (TextContent(text), True)})
            store.save_edit(number, "decisions", TextContent(f"{text}直し"))
            numbers.append(number)
    return numbers


def traces(folder: Path, words: str) -> dict[str, int]:
    """Return how often words stand in each raw file, database, log, index and backups alike."""
    found = {}
    for entry in folder.rglob("*"):
        if entry.is_file():
            raw = entry.read_bytes()
            found[entry.name] = raw.count(words.encode()) + raw.count(words.encode("utf-16-le"))
    return {name: count for name, count in found.items() if count}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


class Rules:
    """Settings that a test changes while the desk uses them."""

    now = Settings(retention_rules=("* = 5y fiscal",))

    def __call__(self) -> Settings:
        return self.now


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def desk(path: Path, rules: Rules) -> Iterator[HistoryDesk]:
    made = HistoryDesk(path, rules)
    made.retention = RetentionDesk(made._in_store, rules, lambda: TODAY)
    yield made
    made._close_history()


def opened(desk: HistoryDesk) -> HistoryDesk:
    desk.open().result(WAIT)
    return desk


def apply(desk: HistoryDesk, *, with_copies: bool = True) -> Purged:
    found = desk.retention.preview().result(WAIT)
    return desk.retention.apply(found.due, with_copies=with_copies).result(WAIT)


def test_only_what_a_rule_lets_go_is_shown_with_its_day_and_reason(path: Path, desk: HistoryDesk) -> None:
    (old,), (_new,) = write(path, OLD, "旧"), write(path, NEW, "新")
    (due,) = opened(desk).retention.preview().result(WAIT).due
    assert (due.id, due.changed, due.due, str(due.rule)) == (
        old,
        dt.date(2019, 6, 1),
        dt.date(2025, 4, 1),
        "* = 5y fiscal",
    )


def test_without_a_rule_nothing_is_ever_deleted(path: Path, desk: HistoryDesk, rules: Rules) -> None:
    write(path, OLD, "旧")
    rules.now = Settings(retention_automatic=True)
    assert opened(desk).retention.preview().result(WAIT).due == ()
    assert desk.retention.at_start().result(WAIT) == Purged(0)
    assert len(desk.history().result(WAIT)) == 1


def test_a_rule_of_a_category_counts_for_its_templates_only(path: Path, desk: HistoryDesk, rules: Rules) -> None:
    write(path, OLD, "会", template_id="minutes")
    write(path, OLD, "通", template_id="notice")
    rules.now = Settings(retention_rules=("category:minutes = 1y",))
    assert [one.template_name for one in opened(desk).retention.preview().result(WAIT).due] == [stamp("minutes").name]


def test_no_trace_of_deleted_documents_is_left_in_any_file(path: Path, desk: HistoryDesk) -> None:
    write(path, OLD, WORDS, count=25)
    write(path, NEW, "新しい文書", count=25)
    backup = make_backup(path, len(STEPS), NEW, lambda copy: inspect(copy, STEPS, 1))
    opened(desk)
    assert set(traces(path.parent, WORDS)) >= {path.name, backup.name}
    found = desk.retention.preview().result(WAIT)
    assert [(copy.path, copy.documents) for copy in found.copies] == [(backup, 25)]
    assert apply(desk) == Purged(25, 1)
    assert traces(path.parent, WORDS) == {}
    assert len(desk.history().result(WAIT)) == 25
    assert inspect(backup, STEPS, 1) == len(STEPS)
    with HistoryStore.open(backup, read_only=True) as store:
        assert len(store.list_documents()) == 25
    assert desk.audit.verify().result(WAIT).flaw is None


def test_no_row_of_a_deleted_document_is_left_in_any_table(path: Path, desk: HistoryDesk) -> None:
    (number,) = write(path, OLD, WORDS)
    apply(opened(desk))
    with closing(sqlite3.connect(path)) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table != "audit":
                names = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
                for column in ("document_id", "document"):
                    if column in names:
                        count = raw.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", (number,)).fetchone()  # noqa: S608 -- names from the schema
                        assert count == (0,), table


def test_text_that_the_audit_log_was_allowed_to_keep_goes_with_its_document(
    path: Path, desk: HistoryDesk, rules: Rules
) -> None:
    rules.now = Settings(retention_rules=("* = 5y",), audit_content=True)
    opened(desk)

    def old_draft(store: HistoryStore) -> None:
        object.__setattr__(store._open, "now", lambda: OLD)
        number = store.create_document(stamp(), "題", Inputs())
        store.begin_run(number, RunFacts("demo", "", "{}"))
        store.end_run(number, DocumentState.COMPLETE, "", {"decisions": (TextContent(WORDS), True)})

    desk._in_store(old_draft).result(WAIT)
    assert traces(path.parent, WORDS)
    assert apply(desk).documents == 1
    assert traces(path.parent, WORDS) == {}
    assert desk.audit.verify().result(WAIT).flaw is None


def test_backups_that_are_left_keep_the_text_and_are_named(path: Path, desk: HistoryDesk) -> None:
    write(path, OLD, WORDS)
    backup = make_backup(path, len(STEPS), NEW, lambda copy: inspect(copy, STEPS, 1))
    assert apply(opened(desk), with_copies=False) == Purged(1)
    assert set(traces(path.parent, WORDS)) == {backup.name}


def test_a_copy_that_cannot_be_read_is_named_and_not_touched(path: Path, desk: HistoryDesk) -> None:
    write(path, OLD, WORDS)
    aside = path.with_name("history.damaged-20261101.sqlite3")
    aside.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    found = opened(desk).retention.preview().result(WAIT)
    assert [(copy.path, copy.documents) for copy in found.copies] == [(aside, -1)]
    assert apply(desk).failed == (aside,)
    assert aside.stat().st_size == 5016


def test_a_document_on_hold_is_deleted_by_nothing(path: Path, desk: HistoryDesk) -> None:
    (number,) = write(path, OLD, "旧")
    found = opened(desk).retention.preview().result(WAIT)
    desk.retention.hold(number, "訴訟のため").result(WAIT)
    # The confirmation came from before the hold.
    assert desk.retention.apply(found.due, with_copies=True).result(WAIT) == Purged(0)
    held = desk.retention.preview().result(WAIT)
    assert (held.due, [(one.id, one.hold) for one in held.held]) == ((), [(number, "訴訟のため")])
    with pytest.raises(StoreFault):
        desk._in_store(lambda store: _delete_directly(store, number)).result(WAIT)
    desk.retention.release(number).result(WAIT)
    assert apply(desk).documents == 1


def _delete_directly(store: HistoryStore, number: int) -> None:
    with store._open.writing() as db:
        db.execute("DELETE FROM documents WHERE id = ?", (number,))


def test_a_document_changed_after_the_preview_stays(path: Path, desk: HistoryDesk) -> None:
    (number,) = write(path, OLD, "旧")
    found = opened(desk).retention.preview().result(WAIT)
    desk.save_edit(number, "decisions", TextContent("今日直した")).result(WAIT)
    assert desk.retention.apply(found.due, with_copies=False).result(WAIT) == Purged(0)


def test_the_open_document_is_spared(path: Path, desk: HistoryDesk) -> None:
    one, other = write(path, OLD, "旧", count=2)
    assert [due.id for due in opened(desk).retention.preview([one]).result(WAIT).due] == [other]


def test_what_is_due_goes_at_start_only_where_the_settings_order_it(
    path: Path, desk: HistoryDesk, rules: Rules
) -> None:
    write(path, OLD, "旧")
    assert opened(desk).retention.at_start().result(WAIT) == Purged(0)
    rules.now = Settings(retention_rules=("* = 5y",), retention_automatic=True)
    assert desk.retention.at_start().result(WAIT).documents == 1


def test_every_deletion_is_in_the_audit_log_with_its_rule(path: Path, desk: HistoryDesk) -> None:
    (number,) = write(path, OLD, "旧")
    apply(opened(desk))
    purged, deleted, *_ = desk.audit.latest().result(WAIT)
    assert (deleted.kind, deleted.document) == ("document_deleted", number)
    assert json.loads(deleted.details) == {"reason": "retention", "rule": "* = 5y fiscal"}
    assert json.loads(purged.details) == {"documents": 1, "copies": 0, "overwritten": 1}


def test_overwriting_that_another_reader_held_up_is_made_good_at_the_next_start(path: Path, desk: HistoryDesk) -> None:
    write(path, OLD, WORDS)
    opened(desk)
    desk._in_store(lambda store: store._db.execute("PRAGMA busy_timeout = 50")).result(WAIT)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM documents").fetchone()
        assert not apply(desk).overwritten
    assert desk.retention.at_start().result(WAIT).overwritten
    assert traces(path.parent, WORDS) == {}


def test_holding_a_document_that_does_not_exist_says_so(desk: HistoryDesk) -> None:
    with pytest.raises(StoreFault) as caught:
        opened(desk).retention.hold(7).result(WAIT)
    assert caught.value.code is ErrorCode.DOCUMENT_NOT_FOUND


def test_emptying_the_trash_is_logged_leaves_what_is_held_and_is_overwritten_at_the_next_start(
    path: Path, desk: HistoryDesk
) -> None:
    gone, kept = write(path, NEW, WORDS, count=2)
    opened(desk)
    desk.trash.put(gone).result(WAIT)
    desk.trash.put(kept).result(WAIT)
    desk.retention.hold(kept).result(WAIT)
    assert desk._in_store(lambda store: store.trash.empty()).result(WAIT) == 1
    kinds = [(row.kind, row.document) for row in desk.audit.latest(4).result(WAIT)]
    assert kinds == [
        ("document_deleted", gone),
        ("hold_set", kept),
        ("document_trashed", kept),
        ("document_trashed", gone),
    ]
    assert desk._in_store(lambda store: store.retention.scrubbing_wanted).result(WAIT)
    assert desk.retention.at_start().result(WAIT).overwritten
    assert not desk._in_store(lambda store: store.retention.scrubbing_wanted).result(WAIT)


def test_neither_compressed_texts_nor_words_of_the_search_index_are_left(path: Path, desk: HistoryDesk) -> None:
    write(path, OLD, WORDS, count=5)
    write(path, NEW, "新しい文書", count=5)
    old_texts = "SELECT body FROM texts WHERE id IN (SELECT text_id FROM section_versions WHERE document_id <= 5)"
    terms = "SELECT term FROM temp.terms"
    laid = "CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search_pairs, row)"
    with closing(sqlite3.connect(path)) as raw:
        bodies = [body for (body,) in raw.execute(old_texts) if len(body) > 16]
        raw.execute(laid)
        words = {term for (term,) in raw.execute(terms)} & set(pairs(spelled(WORDS)).split())
    assert bodies
    assert words
    apply(opened(desk))
    raws = [entry.read_bytes() for entry in path.parent.rglob("*") if entry.is_file()]
    assert not any(body in one for body in bodies for one in raws)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(laid)
        assert not words & {term for (term,) in raw.execute(terms)}
