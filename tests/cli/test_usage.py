"""The console hands usage on and shows what a folder has collected, and nothing of fewer than five people."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.cli.console import ExitCode
from desktop.core.wareki import fiscal_year
from desktop.store.history import HistoryStore
from desktop.store.records import DocumentState, Inputs, RunFacts, TemplateStamp
from tests.support.usage_data import department, put


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FUMIZUKUE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def with_one_document(home: Path) -> Path:
    path = home / "data" / "history.sqlite3"
    with HistoryStore.open(path) as store:
        number = store.create_document(TemplateStamp("memo", "庁内メモ", "1", ""), "秘密の題名", Inputs())
        store.begin_run(number, RunFacts("m", "", "{}"))
        store.end_run(number, DocumentState.COMPLETE, "x", {})
    return path


def test_a_preview_prints_the_file_and_writes_nothing(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_one_document(home)
    share = tmp_path / "share"
    share.mkdir()
    assert main(["usage", "export", "--preview", "--json"]) == ExitCode.DONE
    [file] = json.loads(capsys.readouterr().out)
    assert file["content"]["templates"][0]["documents"] == 1
    assert list(share.iterdir()) == []
    assert main(["usage", "export", str(share)]) == ExitCode.DONE
    assert [path.name for path in share.iterdir()] == [file["file"]]


def test_figures_are_handed_on_while_a_window_is_open(home: Path, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    with HistoryStore.open(with_one_document(home)):
        assert main(["usage", "export", str(share)]) == ExitCode.DONE
    assert len(list(share.iterdir())) == 1


def test_without_a_folder_the_console_says_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_one_document(home)
    assert main(["usage", "export"]) == ExitCode.USER
    assert "フォルダー" in capsys.readouterr().err


def test_a_department_is_shown_by_section_and_year(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "share", department(dt.date(2025, 4, 1), 12))
    assert main(["usage", "show", str(tmp_path / "share"), "--year", "2025"]) == ExitCode.DONE
    shown = capsys.readouterr().out
    assert "令和7年度" in shown
    assert "総務部/総務課" in shown
    assert "秘書室" not in shown
    assert "そのほかの課" in shown
    assert main(["usage", "show", str(tmp_path / "share"), "--section", "総務部/総務課", "--json"]) == ExitCode.DONE
    [year] = json.loads(capsys.readouterr().out)["years"]
    assert [view["section"] for view in year["views"]] == ["総務部/総務課"]
    assert main(["usage", "show", str(tmp_path / "share"), "--section", "総務部/秘書室"]) == ExitCode.USAGE


def test_four_people_are_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    uses = list(department(dt.date(2025, 4, 1), 12))
    four = sorted({use.person for use in uses})[:4]
    put(tmp_path / "share", [use for use in uses if use.person in four])
    assert main(["usage", "show", str(tmp_path / "share")]) == ExitCode.DONE
    assert "5人未満" in capsys.readouterr().out
    assert fiscal_year(dt.date(2026, 3, 31)) == 2025


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["usage", "show", str(tmp_path / "gone"), "--language", "en"]) == ExitCode.USER
    assert "cannot be opened" in capsys.readouterr().err
