"""The console moves a history to another terminal, and says what came in."""

from __future__ import annotations

import json
from pathlib import Path

from desktop.cli.console import ExitCode
from desktop.core.sections import TextContent
from desktop.session.history_folder import HISTORY_NAME
from desktop.store.audit import AuditKind
from desktop.store.history import HistoryStore
from desktop.store.records import Inputs
from tests.cli.test_cli import run
from tests.support.histories import STAMP, everything


def history(home: Path) -> HistoryStore:
    return HistoryStore.open(home / "data" / "history.sqlite3")


def test_a_history_moves_out_and_in_from_the_console(tmp_path: Path) -> None:
    old, new, out = tmp_path / "old", tmp_path / "new", tmp_path / "out"
    with history(old) as store:
        number = store.create_document(STAMP, "定例会議", Inputs({"場所": "会議室"}))
        store.save_edit(number, "body", TextContent("本文"))
        expected = everything(store)
        # A window has the history open meanwhile.
        moved_out = run(old, "history", "move-out", str(out), "--json")
        assert store.audit.latest(1)[0].kind == AuditKind.HISTORY_EXPORTED
    assert moved_out.returncode == ExitCode.DONE, moved_out.stderr
    assert json.loads(moved_out.stdout)["documents"] == 1
    checked = run(new, "history", "import", str(out), "--check")
    assert (checked.returncode, "文書 1 件" in checked.stdout) == (ExitCode.DONE, True)
    moved_in = run(new, "history", "move-in", str(out))
    assert moved_in.returncode == ExitCode.DONE, moved_in.stderr
    assert "新しい文書 1 件" in moved_in.stdout
    with history(new) as store:
        assert everything(store) == expected
        assert store.audit.latest(1)[0].kind == AuditKind.HISTORY_IMPORTED
    again = run(new, "--language", "en", "history", "import", str(out / HISTORY_NAME), "--json")
    assert json.loads(again.stdout)["same"] == 1


def test_a_document_that_cannot_become_a_word_file_is_told_and_the_rest_is_written(tmp_path: Path) -> None:
    with history(tmp_path / "home") as store:
        store.save_edit(store.create_document(STAMP, "題", Inputs()), "body", TextContent("本文"))
    done = run(tmp_path / "home", "history", "export-all", str(tmp_path / "out"))
    assert done.returncode == ExitCode.USER
    assert "1 番は Word ファイルにできませんでした" in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [HISTORY_NAME, "index.csv"]
    no_word = run(tmp_path / "home", "history", "export-all", str(tmp_path / "plain"), "--no-word")
    assert no_word.returncode == ExitCode.DONE
    assert [path.name for path in (tmp_path / "plain").iterdir()] == [HISTORY_NAME]


def test_a_damaged_file_is_told_with_its_line_and_exit_code(tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    header = '{"format":"fumizukue-history","version":1,"program":"0","written_at":"2026-11-24T09:00:00.000000+00:00"}'
    bad.write_text(f"{header}\n{{}}\n", encoding="utf-8")
    done = run(tmp_path / "home", "history", "import", str(bad))
    assert done.returncode == ExitCode.USER
    assert "2 行目が壊れています" in done.stderr
