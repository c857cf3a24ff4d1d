"""The systems section checks, copies, restores and saves a history from the console."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli.console import ExitCode
from desktop.settings.folders import Folders
from desktop.store.history import HistoryStore
from tests.cli.test_cli import run
from tests.support.damage import fill


@pytest.fixture
def history(tmp_path: Path) -> Path:
    folders = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path)})
    folders.ensure()
    fill(folders.history_file, 4)
    return folders.history_file


def damage(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:8192] + bytes(4096) + content[12288:])


def test_a_sound_history_is_said_to_be_sound_and_a_damaged_one_is_not(tmp_path: Path, history: Path) -> None:
    checked = run(tmp_path, "history", "check", "--full")
    assert (checked.returncode, checked.stdout.strip()) == (ExitCode.DONE, "履歴は壊れていません。")
    damage(history)
    checked = run(tmp_path, "--language", "en", "history", "check", "--json")
    assert checked.returncode == ExitCode.STORE
    assert json.loads(checked.stdout)["error"] == "store_damaged"


def test_a_copy_is_made_listed_and_gone_back_to(tmp_path: Path, history: Path) -> None:
    made = json.loads(run(tmp_path, "history", "backup", "--json").stdout)
    listed = run(tmp_path, "history", "backups")
    assert made["path"] in listed.stdout
    assert "文書 4件" in listed.stdout
    damage(history)
    restored = run(tmp_path, "history", "restore-backup", made["path"])
    assert restored.returncode == ExitCode.DONE, restored.stderr
    assert "set-aside" in restored.stdout
    assert run(tmp_path, "history", "check", "--full").returncode == ExitCode.DONE
    found = json.loads(run(tmp_path, "history", "backups", "--json").stdout)
    assert sorted((one["set_aside"], one["fault"]) for one in found) == [(False, None), (True, "store_damaged")]


def test_one_document_is_taken_out_of_a_copy(tmp_path: Path, history: Path) -> None:
    made = json.loads(run(tmp_path, "history", "backup", "--json").stdout)
    taken = run(tmp_path, "history", "restore-backup", made["path"], "--document", "2", "--json")
    assert json.loads(taken.stdout) == {"id": 5}
    missing = run(tmp_path, "history", "restore-backup", made["path"], "--document", "99")
    assert missing.returncode == ExitCode.STORE
    with HistoryStore.open(history) as store:
        assert store.load(5).inputs == store.load(2).inputs


def test_salvage_tells_in_numbers_what_was_saved_and_what_was_not(tmp_path: Path, history: Path) -> None:
    damage(history)
    saved = run(tmp_path, "history", "salvage", "--json")
    assert saved.returncode == ExitCode.DONE, saved.stderr
    report = json.loads(saved.stdout)
    assert report["salvaged"]["saved"]["documents"] == 4
    assert report["salvaged"]["broken_pages"] >= 1
    assert Path(report["set_aside"]).exists()
    said = run(tmp_path, "history", "salvage").stdout
    assert "失われたものは見つかりませんでした" in said


def test_what_changes_the_history_is_refused_while_a_window_has_it_open(tmp_path: Path, history: Path) -> None:
    made = json.loads(run(tmp_path, "history", "backup", "--json").stdout)
    with HistoryStore.open(history):
        back = ("restore-backup", made["path"])
        for words in (("salvage",), back, (*back, "--document", "1")):
            refused = run(tmp_path, "history", *words, "--json")
            assert refused.returncode == ExitCode.STORE
            assert json.loads(refused.stdout)["error"] == "store_locked"
        assert run(tmp_path, "history", "check").returncode == ExitCode.DONE
        assert run(tmp_path, "history", "backup").returncode == ExitCode.DONE


def test_a_copy_that_is_not_there_is_named(tmp_path: Path, history: Path) -> None:
    assert history.exists()
    refused = run(tmp_path, "history", "restore-backup", "nowhere.sqlite3", "--json")
    assert refused.returncode == ExitCode.STORE
    assert json.loads(refused.stdout)["error"] == "store_backup_gone"


def test_without_a_history_there_is_nothing_to_do_and_nothing_is_made(tmp_path: Path) -> None:
    for words in (("check",), ("backup",), ("backups",), ("salvage",)):
        assert run(tmp_path, "history", *words).returncode == ExitCode.DONE
    assert not (tmp_path / "data" / "history.sqlite3").exists()
