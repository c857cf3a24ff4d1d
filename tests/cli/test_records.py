"""`audit` and `retention` on the console: what is wrong has its row and its exit code, and nothing goes by a slip."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from desktop.cli.console import ExitCode
from desktop.store.audit_head import read_head
from desktop.store.sqlite import sqlite3
from tests.cli.test_cli import run
from tests.session.test_retention import NEW, OLD, write


@pytest.fixture
def history(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    path = tmp_path / "data" / "history.sqlite3"
    write(path, OLD, "旧", count=2)
    write(path, NEW, "新")
    return path


def rules(home: Path, *lines: str) -> None:
    listed = ", ".join(f'"{line}"' for line in lines)
    (home / "config" / "settings.toml").write_text(f"retention_rules = [{listed}]\n", encoding="utf-8")


def test_a_sound_log_is_told_with_its_head_and_written_as_csv(history: Path, tmp_path: Path) -> None:
    head = read_head(history)
    assert head is not None
    noted = f"{head.count}:{head.hash}"
    assert noted in run(tmp_path, "audit", "head").stdout
    checked = run(tmp_path, "audit", "verify", "--head", noted)
    assert (checked.returncode, head.hash in checked.stdout) == (ExitCode.DONE, True)
    target = tmp_path / "audit.csv"
    assert noted in run(tmp_path, "audit", "export", "--out", str(target)).stdout
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert run(tmp_path, "audit", "export", "--out", str(target)).returncode == ExitCode.USER


def test_a_changed_row_is_named_and_ends_with_an_exit_code(history: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(history, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER audit_never_changed")
        raw.execute("UPDATE audit SET login = 'somebody' WHERE number = 2")
    checked = run(tmp_path, "--language", "en", "audit", "verify")
    assert checked.returncode == ExitCode.STORE
    assert "Row 2 was changed" in checked.stdout
    assert json.loads(run(tmp_path, "audit", "verify", "--json").stdout)["flaw"] == {"row": 2, "kind": "changed"}


def test_a_history_that_is_gone_is_a_fault_for_whoever_noted_its_head(tmp_path: Path) -> None:
    assert run(tmp_path, "audit", "verify").returncode == ExitCode.DONE
    assert run(tmp_path, "audit", "verify", "--head", f"3:{'a' * 64}").returncode == ExitCode.STORE
    assert run(tmp_path, "audit", "verify", "--head", "3").returncode == ExitCode.USAGE


def test_an_export_from_the_console_is_in_the_log(history: Path, tmp_path: Path) -> None:
    assert run(tmp_path, "history", "export", "1", "--out", str(tmp_path / "a.txt")).returncode == ExitCode.DONE
    with closing(sqlite3.connect(history)) as raw:
        last = raw.execute("SELECT kind, document, details FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    assert last == ("document_exported", 1, '{"format":"txt"}')
    assert run(tmp_path, "audit", "verify").returncode == ExitCode.DONE


def test_documents_go_only_after_yes_and_a_held_one_stays(history: Path, tmp_path: Path) -> None:
    assert history.exists()
    assert "規則" in run(tmp_path, "retention", "preview").stdout
    rules(tmp_path, "* = 5y fiscal")
    assert run(tmp_path, "retention", "hold", "2", "--reason", "訴訟").returncode == ExitCode.DONE
    found = json.loads(run(tmp_path, "retention", "preview", "--json").stdout)
    assert [one["id"] for one in found["due"]] == [1]
    assert found["held"][0]["reason"] == "訴訟"
    assert run(tmp_path, "retention", "apply").returncode == ExitCode.USAGE
    done = json.loads(run(tmp_path, "retention", "apply", "--yes", "--json").stdout)
    assert (done["documents"], done["overwritten"]) == (1, True)
    assert run(tmp_path, "retention", "release", "2").returncode == ExitCode.DONE
    shown = run(tmp_path, "retention", "preview").stdout
    assert "令和7年4月1日" in shown
    assert run(tmp_path, "audit", "verify").returncode == ExitCode.DONE


def test_a_rule_that_cannot_be_read_is_told_and_deletes_nothing(history: Path, tmp_path: Path) -> None:
    rules(tmp_path, "* = 5y fiscal", "minutes = immer")
    shown = run(tmp_path, "retention", "preview")
    assert "settings.toml" in shown.stderr
    assert "削除の対象：0件" in shown.stdout
    assert history.exists()
