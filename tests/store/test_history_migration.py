"""An update of the program takes the history along, or leaves it as it was."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import ListContent, TextContent
from desktop.store.history import HistoryStore
from desktop.store.migrations import STEPS, Step
from desktop.store.records import DocumentState, Inputs, Origin
from desktop.store.search import SearchQuery

HERE = Path(__file__).resolve().parent
FIRST = STEPS[:1]
NOW = dt.datetime(2026, 12, 1, 8, 30, tzinfo=dt.UTC)


def add_retention(db: Database) -> None:
    """Add a column, as a later schema may."""
    db.execute("ALTER TABLE documents ADD COLUMN retention TEXT NOT NULL DEFAULT ''")


def rebuild_runs(db: Database) -> None:
    """Rebuild a table that others refer to."""
    db.table("runs").transform(rename={"model_name": "model_name"}, defaults={"settings": ""})


def write_then_fail(db: Database) -> None:
    """Change data and then fail."""
    db.execute("DELETE FROM section_versions")
    db.execute("DELETE FROM nowhere")


def orphan_the_inputs(db: Database) -> None:
    """Leave rows whose document is gone."""
    db.execute("DELETE FROM documents WHERE id = 1")


def die_in_the_middle(db: Database) -> None:
    """Change data and then die as if the power went."""
    db.execute("DELETE FROM section_versions")
    os.kill(os.getpid(), signal.SIGKILL)


def later(*steps: Step) -> Sequence[Step]:
    return (*STEPS, *steps)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a history as schema 1 left it on a terminal."""
    found = tmp_path / "history.sqlite3"
    with closing(sqlite3.connect(found, isolation_level=None)) as db:
        db.executescript((HERE / "history_schema_1.sql").read_text(encoding="utf-8"))
        db.execute("PRAGMA journal_mode = WAL")
    return found


def check_content(store: HistoryStore) -> None:
    """Compare with what history_schema_1.sql holds."""
    minutes = store.load(1)
    assert (minutes.summary.title, minutes.summary.state) == ("定例会議", DocumentState.COMPLETE)
    source = "課長: 始めます。\n主査: はい。"
    assert minutes.inputs == Inputs({"title": "定例会議", "source": source}, {"source": "会議.docx"})
    assert minutes.template_source == 'id = "minutes"\n'
    assert minutes.run is not None
    assert minutes.run.model_sha256 == "cdcdcdcd"
    versions = [(v.content, v.origin) for v in store.versions(1, "decisions")]
    assert versions == [
        (ListContent(("市道を補修する",)), Origin.PERSON),
        (ListContent(("補修する",)), Origin.MODEL),
    ]
    memo = store.load(2)
    assert memo.sections["body"].content == TextContent("とち")
    assert memo.raw_text == '{"body":"とち'


def backups(path: Path) -> list[Path]:
    return sorted((path.parent / "backups").glob("*"))


def fault_of_opening(path: Path, steps: Sequence[Step], now: dt.datetime = NOW) -> StoreFault:
    with pytest.raises(StoreFault) as caught:
        HistoryStore.open(path, steps=steps, now=lambda: now)
    return caught.value


def check_old(path: Path) -> None:
    """Look, by a copy that is brought up to date, whether a history of schema 1 still holds everything."""
    with HistoryStore.open(path, read_only=True) as store:
        check_content(store)


def schema(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").fetchall()
    return [(name, " ".join(sql.split())) for name, sql in rows]


def test_step_1_still_makes_the_schema_that_terminals_have(path: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.sqlite3"
    HistoryStore.open(fresh, steps=FIRST).close()
    assert schema(fresh) == schema(path)


def test_a_history_of_the_oldest_schema_opens_with_all_its_content(path: Path) -> None:
    with HistoryStore.open(path) as store:
        assert store.recovered == (2,)
        check_content(store)
        assert store.speeds("terminal", "model") == []


def test_a_history_of_schema_2_opens_with_all_its_content_and_its_text_is_found(tmp_path: Path) -> None:
    found = tmp_path / "history.sqlite3"
    with closing(sqlite3.connect(found, isolation_level=None)) as db:
        db.executescript((HERE / "history_schema_2.sql").read_text(encoding="utf-8"))
        db.execute("PRAGMA journal_mode = WAL")
    fresh = tmp_path / "fresh.sqlite3"
    HistoryStore.open(fresh, steps=STEPS[:2]).close()
    assert schema(fresh) == schema(found)
    with HistoryStore.open(found) as store:
        check_content(store)
        assert [speed.read_tokens for speed in store.speeds("pc", "qwen")] == [100]
        asked = ("定例", "主査", "市道", "とち", "補", "途中")
        hits = {text: [hit.summary.id for hit in store.search.find(SearchQuery(text))] for text in asked}
        assert hits == {"定例": [1], "主査": [1], "市道": [1], "とち": [2], "補": [1], "途中": [2]}


@pytest.mark.parametrize("steps", [(add_retention,), (rebuild_runs,), (add_retention, rebuild_runs)])
def test_an_update_takes_the_content_along_and_backs_it_up_first(path: Path, steps: tuple[Step, ...]) -> None:
    with HistoryStore.open(path, steps=later(*steps), now=lambda: NOW) as store:
        check_content(store)
        store.save_edit(2, "body", TextContent("直した"))
    (backup,) = backups(path)
    assert backup.name == "history-v1-20261201T083000000000Z.bak.sqlite3"
    check_old(backup)
    with HistoryStore.open(path, steps=later(*steps)) as store:
        assert store.load(2).sections["body"].content == TextContent("直した")
    assert fault_of_opening(path, STEPS).fields == {"found": len(STEPS) + len(steps), "known": len(STEPS)}
    assert fault_of_opening(path, FIRST).fields == {"found": len(STEPS) + len(steps), "known": 1}


def test_an_up_to_date_history_is_not_backed_up_at_every_start(path: Path) -> None:
    HistoryStore.open(path).close()
    before = backups(path)
    HistoryStore.open(path).close()
    assert backups(path) == before


def test_text_that_only_stood_in_the_log_is_in_the_backup_too(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as tool:
        # A second connection keeps the log from being copied into the database at every closing.
        tool.execute("SELECT count(*) FROM documents").fetchall()
        with HistoryStore.open(path) as store:
            store.save_edit(2, "body", TextContent("直前の修正"))
        assert path.with_name(path.name + "-wal").stat().st_size > 0
        HistoryStore.open(path, steps=later(add_retention)).close()
    with HistoryStore.open(backups(path)[-1]) as old:
        assert old.load(2).sections["body"].content == TextContent("直前の修正")


@pytest.mark.parametrize("step", [write_then_fail, orphan_the_inputs])
def test_a_failed_update_leaves_the_history_as_it_was_and_says_where_the_backup_is(path: Path, step: Step) -> None:
    before = path.read_bytes()
    fault = fault_of_opening(path, later(add_retention, step))
    assert fault.code is ErrorCode.STORE_MIGRATION_FAILED
    assert [str(found) for found in backups(path)] == [fault.fields["backup"]]
    assert path.read_bytes() == before
    check_old(path)


def test_an_update_killed_half_way_leaves_the_history_as_it_was(path: Path) -> None:
    program = (
        "import sys, importlib.util, pathlib\n"
        "spec = importlib.util.spec_from_file_location('steps', sys.argv[1])\n"
        "steps = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(steps)\n"
        "steps.HistoryStore.open(pathlib.Path(sys.argv[2]), steps=steps.later(steps.die_in_the_middle))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, __file__, str(path)], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert len(backups(path)) == 1
    check_old(path)
    with HistoryStore.open(path, steps=later(add_retention)) as store:
        check_content(store)


def test_no_update_without_a_backup(path: Path) -> None:
    (path.parent / "backups").write_text("in the way")
    before = path.read_bytes()
    fault = fault_of_opening(path, later(add_retention))
    assert fault.code is ErrorCode.STORE_FOLDER_NOT_WRITABLE
    assert fault.fields["path"] == str(path.parent / "backups")
    assert path.read_bytes() == before
    check_old(path)


def test_the_five_newest_backups_stay_and_other_files_are_not_touched(path: Path) -> None:
    (path.parent / "backups").mkdir()
    strange = path.parent / "backups" / "history-v1-copy of the section chief.sqlite3"
    strange.write_text("mine")
    for hours in range(7):
        fault_of_opening(path, later(write_then_fail), NOW + dt.timedelta(hours=hours))
    names = [found.name for found in backups(path) if found != strange]
    assert names == [f"history-v1-20261201T{8 + hours:02}3000000000Z.bak.sqlite3" for hours in range(2, 7)]
    assert strange.read_text() == "mine"


def test_an_update_waits_for_no_one_and_says_that_the_history_is_in_use(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreFault) as caught:
            HistoryStore.open(path, steps=later(add_retention), busy_seconds=0.2)
        assert caught.value.code is ErrorCode.STORE_LOCKED
        other.execute("ROLLBACK")
    assert backups(path) == []


def test_the_console_reads_an_older_history_without_updating_it(path: Path) -> None:
    before = path.read_bytes()
    with HistoryStore.open(path, steps=later(add_retention), read_only=True) as store:
        check_content(store)
        assert store.load(2).summary.state is DocumentState.STREAMING
    assert path.read_bytes() == before
    assert backups(path) == []


def test_a_backup_put_in_the_place_of_the_history_works_as_the_history(path: Path) -> None:
    HistoryStore.open(path, steps=later(add_retention)).close()
    backups(path)[0].replace(path)
    with HistoryStore.open(path) as store:
        check_content(store)
        mode = store._db.execute("PRAGMA journal_mode").fetchone()[0]
    assert mode == "wal"
