"""The audit log: every row that is changed, removed, put in or moved is found, and so is a log cut short."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import TextContent
from desktop.store.audit import AuditKind, AuditTerms, carry_over
from desktop.store.audit_chain import FlawKind, Head
from desktop.store.audit_head import head_file, read_head
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from desktop.store.sqlite import sqlite3

STAMP = TemplateStamp("minutes", "会議録", "3", "[template]\n")
FACTS = RunFacts("demo", "ab" * 32, '{"temperature": 0.2}')
WRITTEN = "高橋課長の異動について"
Edit = Callable[[sqlite3.Connection], object]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[HistoryStore]:
    with HistoryStore.open(path) as opened:
        yield opened


def draft(store: HistoryStore) -> int:
    number = store.create_document(STAMP, WRITTEN, Inputs({"source": WRITTEN}))
    store.begin_run(number, FACTS)
    store.end_run(number, DocumentState.COMPLETE, WRITTEN, {"body": (TextContent(WRITTEN), True)})
    return number


def tamper(path: Path, *edits: Edit | str) -> None:
    """Change the file as somebody would who knows SQL and does not care for the guards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {trigger}")
        for edit in edits:
            raw.execute(edit) if isinstance(edit, str) else edit(raw)


def flaw(path: Path, noted: Head | None = None) -> tuple[int, FlawKind] | None:
    with HistoryStore.open(path, read_only=True) as store:
        found = store.audit.verify(noted).flaw
    return None if found is None else (found.row, found.kind)


def filled(path: Path, count: int) -> list[str]:
    """Fill a log with `count` rows and return their hashes."""
    with HistoryStore.open(path) as store, store._open.writing():
        for number in range(count):
            store.audit.add(AuditKind.HISTORY_EXPORTED, number % 3, documents=number)
    with HistoryStore.open(path, read_only=True) as store:
        return [row.hash for row in store.audit.after(0, count)]


def test_who_when_which_template_and_which_model_are_logged_with_a_draft(store: HistoryStore) -> None:
    store.audit.terms = lambda: AuditTerms("山田", "総務課")
    number = draft(store)
    ended, begun, created = store.audit.latest(10)
    assert [row.kind for row in (created, begun, ended)] == ["document_created", "draft_begun", "draft_ended"]
    assert json.loads(created.details) == {"template": "minutes", "template_version": "3"}
    assert json.loads(begun.details) == {
        "template": "minutes",
        "template_version": "3",
        "model": "demo",
        "model_sha256": "ab" * 32,
        "sampling": '{"temperature": 0.2}',
    }
    assert json.loads(ended.details)["state"] == "complete"
    assert {(row.person, row.section, row.document) for row in (begun, ended)} == {("山田", "総務課", number)}
    assert ended.login
    assert ended.terminal
    assert ended.at.endswith("+00:00")


def test_a_draft_that_a_crash_broke_off_is_logged_as_ended_at_the_next_start(path: Path) -> None:
    with HistoryStore.open(path) as store:
        store.begin_run(store.create_document(STAMP, "題", Inputs()), FACTS)
    with HistoryStore.open(path) as store:
        assert json.loads(store.audit.latest(1)[0].details) == {"error": "crash", "state": "interrupted"}
        assert store.audit.verify().flaw is None


def test_what_people_wrote_is_not_in_the_log(store: HistoryStore) -> None:
    draft(store)
    assert not any(WRITTEN in repr(row) for row in store.audit.latest(10))
    assert store._db.execute("SELECT count(*) FROM audit_texts").fetchone() == (0,)


def test_with_content_allowed_the_text_is_kept_and_a_change_of_it_is_found(path: Path) -> None:
    with HistoryStore.open(path) as store:
        store.audit.terms = lambda: AuditTerms(content=True)
        draft(store)
        assert WRITTEN in store._db.execute("SELECT text FROM audit_texts").fetchone()[0]
        assert store.audit.verify().flaw is None
    tamper(path, "UPDATE audit_texts SET text = replace(text, '高橋', '佐藤')")
    assert flaw(path) == (3, FlawKind.TEXT_CHANGED)
    tamper(path, "DELETE FROM audit_texts")
    assert flaw(path) == (3, FlawKind.TEXT_REMOVED)


def test_a_row_that_could_not_be_stored_with_its_matter_is_not_there_either(store: HistoryStore) -> None:
    with pytest.raises(LookupError):
        store.end_run(store.create_document(STAMP, "題", Inputs()), DocumentState.COMPLETE, "", {})
    assert [row.kind for row in store.audit.latest(10)] == ["document_created"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET person = 'x' WHERE number = 1",
        "DELETE FROM audit WHERE number = 1",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 1",
        "INSERT INTO audit SELECT number + 7, at, kind, '', '', '', '', document, details, hash FROM audit LIMIT 1",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(store: HistoryStore, sql: str) -> None:
    draft(store)
    with pytest.raises(sqlite3.IntegrityError, match="audit"):
        store._db.execute(sql)


def test_another_program_can_follow_the_chain_from_the_documentation(path: Path) -> None:
    hashes = filled(path, 5)
    previous = "0" * 64
    with closing(sqlite3.connect(path)) as raw:
        raw.row_factory = sqlite3.Row
        for row, expected in zip(raw.execute("SELECT * FROM audit ORDER BY number"), hashes, strict=True):
            fields = {key: row[key] for key in row.keys() if key != "hash"}  # noqa: SIM118 -- a Row iterates its values
            told = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            previous = hashlib.sha256(f"{previous}\n{told}".encode()).hexdigest()
            assert previous == expected == row["hash"]


CELLS = ("at", "kind", "person", "section", "login", "terminal", "document", "details", "hash")
ALL = ", ".join(CELLS)


def change_cell(raw: sqlite3.Connection, row: int, other: int, cell: str) -> int:
    if cell == "document":
        raw.execute("UPDATE audit SET document = document + 1 WHERE number = ?", (row,))
    elif cell == "hash":
        raw.execute("UPDATE audit SET hash = replace(hex(randomblob(32)), 'A', 'a') WHERE number = ?", (row,))
    else:
        raw.execute(f"UPDATE audit SET {cell} = {cell} || ? WHERE number = ?", (f"x{other}", row))  # noqa: S608 -- a column name of this file
    return row


def remove(raw: sqlite3.Connection, row: int, _other: int, _cell: str) -> int:
    raw.execute("DELETE FROM audit WHERE number = ?", (row,))
    return row


def remove_and_close_up(raw: sqlite3.Connection, row: int, _other: int, _cell: str) -> int:
    raw.execute("DELETE FROM audit WHERE number = ?", (row,))
    raw.execute("UPDATE audit SET number = -number WHERE number > ?", (row,))
    raw.execute("UPDATE audit SET number = -number - 1 WHERE number < 0")
    return row


def insert_copy(raw: sqlite3.Connection, row: int, other: int, _cell: str) -> int:
    raw.execute("UPDATE audit SET number = -number WHERE number > ?", (row,))
    raw.execute("UPDATE audit SET number = 1 - number WHERE number < 0")
    # A copy of the row that stands there anyway would only show one later.
    source = row if other <= row + 1 else other + 1
    raw.execute(
        f"INSERT INTO audit (number, {ALL}) SELECT ?, {ALL} FROM audit WHERE number = ?",  # noqa: S608 -- column names of this file
        (row + 1, source),
    )
    return row + 1


def swap(raw: sqlite3.Connection, row: int, other: int, _cell: str) -> int:
    if row == other:
        return change_cell(raw, row, other, "person")
    raw.execute("UPDATE audit SET number = 1000000 WHERE number = ?", (row,))
    raw.execute("UPDATE audit SET number = ? WHERE number = ?", (row, other))
    raw.execute("UPDATE audit SET number = ? WHERE number = 1000000", (other,))
    return min(row, other)


def cut(raw: sqlite3.Connection, row: int, _other: int, _cell: str) -> int:
    raw.execute("DELETE FROM audit WHERE number >= ?", (row,))
    return row


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([change_cell, remove, remove_and_close_up, insert_copy, swap, cut]),
    st.integers(1, 12),
    st.integers(1, 12),
    st.sampled_from(CELLS),
)
def test_whatever_is_changed_is_found_and_the_first_bad_row_is_named(
    mutate: Callable[[sqlite3.Connection, int, int, str], int], row: int, other: int, cell: str
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite3"
        # 12 rows: copied once and mutated here.
        path.write_bytes(_twelve_rows())
        head_file(path).write_bytes(_TWELVE["head"])
        expected: list[int] = []
        tamper(path, "PRAGMA ignore_check_constraints = ON", lambda raw: expected.append(mutate(raw, row, other, cell)))
        found = flaw(path)
    assert found is not None
    assert found[0] in (expected[0], expected[0] + 1)
    # A removed row shows at its place or, where its number is free, at the next one.
    if mutate is not remove:
        assert found[0] == expected[0]


_TWELVE: dict[str, bytes] = {}


def _twelve_rows() -> bytes:
    if not _TWELVE:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "history.sqlite3"
            filled(path, 12)
            _TWELVE.update(rows=path.read_bytes(), head=head_file(path).read_bytes())
    return _TWELVE["rows"]


def test_a_log_whose_guards_were_taken_away_is_told_of(path: Path) -> None:
    filled(path, 3)
    tamper(path)
    assert flaw(path) == (0, FlawKind.UNGUARDED)


def test_a_log_cut_short_stays_cut_short_after_the_program_was_opened_again(path: Path) -> None:
    filled(path, 6)
    trigger = "SELECT sql FROM sqlite_master WHERE name = 'audit_never_removed'"
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        guard = raw.execute(trigger).fetchone()[0]
        raw.execute("DROP TRIGGER audit_never_removed")
        raw.execute("DELETE FROM audit WHERE number > 4")
        raw.execute(guard)
    assert flaw(path) == (5, FlawKind.CUT)
    with HistoryStore.open(path) as store:
        draft(store)
        gap = store.audit.after(4, 1)[0]
    assert json.loads(gap.details)["noted"] == 6
    assert flaw(path) == (5, FlawKind.GAP)


def test_a_log_that_was_written_anew_does_not_fit_the_head_that_was_noted(path: Path, tmp_path: Path) -> None:
    filled(path, 3)
    noted = read_head(path)
    other = tmp_path / "other.sqlite3"
    filled(other, 4)
    assert flaw(other, noted) == (3, FlawKind.NOT_THE_NOTED)


def test_removing_the_noted_head_is_found(path: Path) -> None:
    filled(path, 3)
    head_file(path).unlink()
    assert flaw(path) == (4, FlawKind.CUT)
    with HistoryStore.open(path):
        pass
    assert flaw(path) == (4, FlawKind.GAP)


def test_a_head_older_than_the_log_as_a_crash_leaves_it_is_no_fault(path: Path) -> None:
    filled(path, 2)
    before = head_file(path).read_bytes()
    filled(path, 2)
    head_file(path).write_bytes(before)
    with HistoryStore.open(path, read_only=True) as store:
        verdict = store.audit.verify()
    assert (verdict.flaw, verdict.unnoted) == (None, 2)
    with HistoryStore.open(path):
        assert read_head(path) == verdict.head


def test_work_goes_on_when_the_head_cannot_be_noted(path: Path) -> None:
    with HistoryStore.open(path) as store:
        head_file(path).mkdir()
        draft(store)
        assert len(store.audit.latest(10)) == 3


def test_a_clock_that_went_back_is_seen(path: Path) -> None:
    moments = iter([dt.datetime(2026, 11, day, tzinfo=dt.UTC) for day in (24, 25, 23)])
    with HistoryStore.open(path) as store:
        for moment in moments:
            object.__setattr__(store._open, "now", lambda at=moment: at)
            store.audit.record(AuditKind.HISTORY_EXPORTED)
        verdict = store.audit.verify()
    assert (verdict.flaw, verdict.clock_back) == (None, 3)


def test_a_restored_backup_is_told_of_and_is_no_fault(path: Path) -> None:
    filled(path, 3)
    older = path.read_bytes()
    filled(path, 3)
    path.write_bytes(older)
    with HistoryStore.open(path) as store:
        store.audit.record(AuditKind.BACKUP_RESTORED, backup="b")
        verdict = store.audit.verify()
    assert (verdict.flaw, verdict.restored) == (None, 1)


def test_a_restored_backup_can_take_over_what_was_logged_since(path: Path, tmp_path: Path) -> None:
    filled(path, 3)
    older = tmp_path / "older.sqlite3"
    older.write_bytes(path.read_bytes())
    filled(path, 3)
    assert carry_over(older, path) == 3
    with HistoryStore.open(older, read_only=True) as store:
        assert store.audit.verify(read_head(path)).flaw is None
    with HistoryStore.open(older) as store:
        store.audit.record(AuditKind.BACKUP_RESTORED)
    assert carry_over(path, older) > 0
    filled(older, 1)
    filled(path, 2)
    assert carry_over(older, path) == 0


def test_an_export_from_the_console_is_logged_while_the_window_has_the_history_open(path: Path) -> None:
    with HistoryStore.open(path) as window:
        number = draft(window)
        with HistoryStore.open(path, read_only=True) as console:
            console.audit.record(AuditKind.DOCUMENT_EXPORTED, number, format="docx")
        draft(window)
        assert [row.kind for row in window.audit.after(3, 2)] == ["document_exported", "document_created"]
        assert window.audit.verify().flaw is None


def test_a_log_of_another_schema_is_not_written_beside_its_program(path: Path) -> None:
    filled(path, 1)
    with HistoryStore.open(path, read_only=True) as console:
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("PRAGMA user_version = 99")
        with pytest.raises(StoreFault) as caught:
            console.audit.record(AuditKind.DOCUMENT_EXPORTED)
    assert caught.value.code is ErrorCode.STORE_FAILED
