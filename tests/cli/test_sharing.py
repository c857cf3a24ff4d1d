"""The console copies, publishes and signs the office's templates, and says in words what stands in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.cli.console import ExitCode
from desktop.settings.folders import Folders
from desktop.settings.settings import Settings, save_settings
from desktop.templates.share_watch import child_command
from desktop.templates.sync import Task
from desktop.templates.sync_child import task_to_json
from tests.support.share import MEMO, OFFICE, template


def run(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `fumizukue-cli templates` on a folder of its own."""
    env = {**os.environ, "FUMIZUKUE_HOME": str(home)}
    command = [sys.executable, "-m", "desktop.cli", "templates", *map(str, words)]
    return subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    settings = Settings(shared_templates=str(tmp_path / "share"), office=OFFICE)
    save_settings(Folders.discover({"FUMIZUKUE_HOME": str(tmp_path / "home")}).settings_file, settings)
    return tmp_path / "home"


def _file(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


WHO = ("--level", OFFICE, "--author", "総務課 田中", "--note", "直した")


def test_a_template_goes_from_one_leader_to_every_terminal(home: Path, tmp_path: Path) -> None:
    first = _file(tmp_path / "first.toml", MEMO)
    done = run(home, "publish", first, *WHO)
    assert done.returncode == ExitCode.DONE, done.stderr
    assert "庁内メモ.toml（1.0 版）" in done.stdout
    listed = run(home, "sync")
    assert listed.returncode == ExitCode.DONE, listed.stderr
    assert "総務部/総務課/庁内メモ.toml、1分以内に確認） 総務課 田中" in listed.stdout
    assert "（文机に付属）" in listed.stdout
    found = json.loads(run(home, "sync", "--json").stdout)
    memo = next(one for one in found["templates"] if one["id"] == "memo")
    assert (memo["level"], memo["version"], memo["overridden"]) == (3, "1.0", [""])


def test_whoever_is_second_gets_both_changes_in_one_file(home: Path, tmp_path: Path) -> None:
    share = tmp_path / "share" / OFFICE / "庁内メモ.toml"
    run(home, "publish", _file(tmp_path / "a.toml", MEMO), *WHO)
    base = _file(tmp_path / "base.toml", share.read_text("utf-8"))
    hers = _file(tmp_path / "hers.toml", base.read_text("utf-8").replace('title = "用件"', 'title = "件名"'))
    his = _file(tmp_path / "his.toml", base.read_text("utf-8").replace('title = "備考"', 'title = "他"'))
    assert run(home, "publish", hers, "--base", base, *WHO).returncode == ExitCode.DONE
    merged = tmp_path / "merged.toml"
    refused = run(home, "publish", his, "--base", base, "--merged", merged, *WHO)
    assert refused.returncode == ExitCode.USER
    assert "1.1 版、総務課 田中" in refused.stderr
    assert "人が決める所：0 か所" in refused.stderr
    again = run(home, "publish", merged, "--base", share, *WHO, "--json")
    assert json.loads(again.stdout)["version"] == "1.2"
    assert 'title = "件名"' in share.read_text("utf-8")
    assert 'title = "他"' in share.read_text("utf-8")


def test_without_the_share_the_copies_are_listed_and_the_reason_is_told(home: Path, tmp_path: Path) -> None:
    run(home, "publish", _file(tmp_path / "a.toml", MEMO), *WHO)
    run(home, "sync")
    (tmp_path / "share").rename(tmp_path / "gone")
    listed = run(home, "sync")
    assert listed.returncode == ExitCode.USER
    assert "総務部/総務課/庁内メモ.toml" in listed.stdout
    assert "前に写したひな形を使います" in listed.stderr


def test_a_broken_file_is_told_with_who_can_mend_it(home: Path, tmp_path: Path) -> None:
    text = template("x", author="福祉課 佐藤").replace('category = "memo"', "category = 1")
    _file(tmp_path / "share" / "x.toml", text)
    listed = run(home, "sync")
    assert listed.returncode == ExitCode.DONE
    assert "直せる人：福祉課 佐藤" in listed.stderr
    assert json.loads(run(home, "sync", "--json").stdout)["troubles"][0]["file"] == "x.toml"


def test_with_a_key_only_what_is_signed_is_used(home: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    made = run(home, "keygen", "--out", key)
    public = made.stdout.strip()
    assert public.startswith("fumizukue-public:")
    assert key.stat().st_mode & 0o077 == 0
    assert run(home, "keygen", "--out", key).returncode == ExitCode.USER
    settings = Settings(shared_templates=str(tmp_path / "share"), office=OFFICE, template_keys=(public,))
    save_settings(Folders.discover({"FUMIZUKUE_HOME": str(home)}).settings_file, settings)
    by_hand = _file(tmp_path / "share" / "x.toml", template("x"))
    assert "署名がない" in run(home, "sync").stderr
    assert run(home, "sign", by_hand, "--key", key).returncode == ExitCode.DONE
    run(home, "publish", _file(tmp_path / "a.toml", MEMO), *WHO, "--key", key)
    found = json.loads(run(home, "sync", "--json").stdout)
    assert found["troubles"] == []
    assert {one["id"] for one in found["templates"] if one["level"]} == {"x", "memo"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["sync", "--share", "{tmp}/none"], ExitCode.USER, "開けません"),
        (["publish", "{tmp}/none.toml", *WHO], ExitCode.USER, "ひな形"),
        (["publish", "{tmp}/memo.toml", *WHO, "--reference", "{tmp}/none.docx"], ExitCode.USER, "見つかりません"),
        (["publish", "{tmp}/memo.toml", *WHO, "--reference", "{tmp}"], ExitCode.USER, "読めません"),
        (["publish", "{tmp}/memo.toml", *WHO, "--key", "{tmp}/memo.toml"], ExitCode.USER, "鍵"),
        (["sign", "{tmp}/memo.toml", "--key", "{tmp}/none"], ExitCode.USER, "見つかりません"),
        (["keygen", "--out", "{tmp}/none/key"], ExitCode.USER, "保存できません"),
    ],
)
def test_what_cannot_be_done_is_said(home: Path, tmp_path: Path, words: list[str], code: ExitCode, said: str) -> None:
    _file(tmp_path / "memo.toml", MEMO)
    done = run(home, *(word.replace("{tmp}", str(tmp_path)) for word in words))
    assert done.returncode == code
    assert said in done.stderr


def test_without_a_share_the_console_says_how_to_set_one(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "sync")
    assert done.returncode == ExitCode.USAGE
    assert "shared_templates" in done.stderr


def test_the_frozen_program_s_own_command_synchronises(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "memo.toml").write_text(MEMO, "utf-8")
    task = Task(tmp_path / "share", tmp_path / "cache")
    command = [sys.executable, "-m", "desktop.cli", "template-sync"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        # The end of its input would stop it.
        process.stdin.write(task_to_json(task))
        process.stdin.flush()
        assert "report" in json.loads(process.stdout.readlines()[-1])
    assert task.cache.index().entries.keys() == {"memo.toml"}


def test_the_frozen_program_runs_its_console_twin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "fumizukue.exe"))
    assert child_command() == [str(tmp_path / "fumizukue-cli.exe"), "template-sync"]
