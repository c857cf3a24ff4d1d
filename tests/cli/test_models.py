"""The console lists, cuts, adds and verifies models, in words and for scripts, and says what to do when it cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.cli import main, models
from desktop.cli.console import ExitCode
from desktop.settings.folders import Folders
from tests.support.models import gguf, sha256

CONTENT = gguf(weights=700_000)


def run(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `fumizukue-cli models` on a folder of its own."""
    env = {**os.environ, "FUMIZUKUE_HOME": str(home), "FUMIZUKUE_MODELS": str(home / "none")}
    command = [sys.executable, "-m", "desktop.cli", "models", *map(str, words)]
    return subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "庁内 モデル.gguf"
    path.write_bytes(CONTENT)
    return path


def test_the_whole_way_from_one_terminal_to_another_over_two_media(tmp_path: Path, model: Path) -> None:
    home, usb, second = tmp_path / "home", tmp_path / "usb", tmp_path / "usb 2"
    done = run(home, "pack", model, "--out", usb, "--part-size", "1MB", "--json")
    assert done.returncode == ExitCode.DONE, done.stderr
    packed = json.loads(done.stdout)
    assert [part["bytes"] for part in packed["parts"]] == [1_000_000, 1_000_000, len(CONTENT) - 2_000_000]
    second.mkdir()
    away = Path(packed["parts"][1]["name"])
    (usb / away).rename(second / away)
    missed = run(home, "add", usb)
    assert missed.returncode == ExitCode.USER
    assert away.name in missed.stderr
    assert "3 個のうち 2 番目" in missed.stderr
    listed = run(home, "list")
    assert "追加の途中" in listed.stdout
    added = run(home, "add", packed["manifest"], "--also", second, tmp_path, "--json")
    assert added.returncode == ExitCode.DONE, added.stderr
    said = json.loads(added.stdout)
    assert (said["sha256"], said["copied"], said["listed"]) == (sha256(CONTENT), True, False)
    assert Path(said["path"]).read_bytes() == CONTENT
    again = run(home, "add", model)
    assert "すでにあります" in again.stdout
    verified = run(home, "verify", model.stem)
    assert verified.returncode == ExitCode.DONE
    assert sha256(CONTENT) in verified.stdout


def test_a_shared_model_is_found_where_everyone_looks(tmp_path: Path, model: Path) -> None:
    said = json.loads(run(tmp_path / "home", "add", model, "--shared", "--json").stdout)
    shared = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path / "home")}).shared_models
    assert shared is not None
    assert Path(said["path"]).parent == shared
    # From now on models go there without being asked to.
    other = tmp_path / "second.gguf"
    other.write_bytes(gguf())
    assert Path(json.loads(run(tmp_path / "home", "add", other, "--json").stdout)["path"]).parent == shared


@pytest.mark.parametrize("size", ["", "2", "999KB", "2TB", "-1GB", "1.5GB", "lots", "9" * 20])
def test_a_size_that_cannot_be_meant_is_answered_with_what_to_write(tmp_path: Path, model: Path, size: str) -> None:
    done = run(tmp_path / "home", "pack", model, "--out", tmp_path / "usb", f"--part-size={size}")
    assert done.returncode == ExitCode.USAGE
    assert "--part-size" in done.stderr
    assert not (tmp_path / "usb").exists()


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("2GB", 2_000_000_000),
        ("700 mb", 700_000_000),
        ("4GiB", 4 * 2**30),
        ("4g", 4_000_000_000),
        ("1000000", 1_000_000),
    ],
)
def test_sizes_mean_what_is_printed_on_the_medium(size: str, expected: int) -> None:
    assert models.part_bytes(size) == expected


def test_a_pack_that_exists_is_not_replaced(tmp_path: Path, model: Path) -> None:
    words = ("pack", model, "--out", tmp_path / "usb")
    assert run(tmp_path / "home", *words).returncode == ExitCode.DONE
    again = run(tmp_path / "home", *words, "--json")
    assert again.returncode == ExitCode.USER
    assert json.loads(again.stdout)["error"] == "model_pack_exists"


def test_the_catalogue_says_plainly_what_was_not_tested_here(tmp_path: Path) -> None:
    japanese = run(tmp_path, "list", "--all").stdout
    assert "qwen3-4b-instruct-2507  【この開発では未試験】" in japanese
    assert "約 5.0 GB（推定）" in japanese
    english = run(tmp_path, "list", "--all", "--language", "en").stdout
    assert "qwen3-4b-instruct-2507  [not tested here]" in english
    catalogue = english[english.index("Models that are not on this terminal") :]
    assert not any("ぁ" <= sign <= "ヿ" or "一" <= sign <= "鿿" for sign in catalogue)
    entries = {entry["name"]: entry for entry in json.loads(run(tmp_path, "list", "--all", "--json").stdout)}
    assert entries["gemma-3-4b-it"]["tested"] is False
    assert entries["gemma-3-4b-it"]["memory_estimated"] is True
    assert "sha256" not in entries["gemma-3-4b-it"]
    untested = [name for name, entry in entries.items() if not entry["tested"]]
    assert all(f"{name}  【この開発では未試験】" in japanese or entries[name]["installed"] for name in untested)


def test_an_installed_model_is_listed_with_what_is_known_of_it(tmp_path: Path, model: Path) -> None:
    known = model.with_name("gemma-3-4b-it-Q4_K_M.gguf")
    known.write_bytes(gguf())
    for file in (model, known):
        assert run(tmp_path / "home", "add", file).returncode == ExitCode.DONE
    lines = {line.split("  ")[0].strip(): line for line in run(tmp_path / "home", "list").stdout.splitlines()}
    assert lines["gemma-3-4b-it"].endswith("【この開発では未試験】")
    assert lines[model.stem].endswith("（一覧にないモデル）")
    entries = {entry["name"]: entry for entry in json.loads(run(tmp_path / "home", "list", "--json").stdout)}
    assert entries["gemma-3-4b-it"]["installed"] is entries["gemma-3-4b-it"]["listed"] is True
    assert entries[model.stem]["bytes"] == len(CONTENT)


def test_stopping_an_addition_tells_that_it_can_go_on(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, usb = tmp_path / "home", tmp_path / "usb"
    packed = json.loads(run(home, "pack", model, "--out", usb, "--part-size", "1MB", "--json").stdout)
    (usb / packed["parts"][2]["name"]).unlink()
    assert run(home, "add", usb).returncode == ExitCode.USER

    def interrupted(*_words: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(models, "add_model", interrupted)
    monkeypatch.setenv("FUMIZUKUE_HOME", str(home))
    assert main(["models", "add", str(usb)]) == ExitCode.STOPPED
    assert "追加の途中" in capsys.readouterr().err
