"""The program finds its folders, keeps everything below one folder when asked, and creates nothing by looking."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import desktop
from desktop.core.errors import ErrorCode, StoreFault
from desktop.settings.folders import Folders

REPOSITORY = Path(desktop.__file__).resolve().parents[1]


def test_everything_stays_below_the_home_that_was_named(tmp_path: Path) -> None:
    home = tmp_path / "文机 の家"
    folders = Folders.discover({"FUMIZUKUE_HOME": str(home)})
    own = [folders.data, folders.config, folders.cache, folders.logs, folders.own_models]
    own += [folders.model_hashes, *filter(None, [folders.shared_models])]
    own += [folders.history_file, folders.settings_file]
    assert all(path.is_relative_to(home) for path in own)
    assert len(set(own)) == len(own)
    assert folders.history_file == home / "data" / "history.sqlite3"


def test_looking_for_the_folders_creates_none_and_ensure_creates_them_for_the_person_only(tmp_path: Path) -> None:
    folders = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path / "home")})
    assert list(tmp_path.iterdir()) == []
    folders.ensure()
    folders.ensure()
    for folder in (folders.data, folders.config, folders.cache, folders.logs, folders.own_models):
        assert folder.is_dir()
        assert folder.stat().st_mode & 0o077 == 0
    assert not folders.history_file.exists()


def test_a_home_that_cannot_hold_folders_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    folders = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path / "file")})
    with pytest.raises(StoreFault) as caught:
        folders.ensure()
    assert caught.value.code is ErrorCode.STORE_FOLDER_NOT_WRITABLE
    assert caught.value.fields["path"] == str(tmp_path / "file" / "data")


def test_models_are_looked_for_in_the_named_folders_then_the_persons_then_the_installations(tmp_path: Path) -> None:
    named = [tmp_path / "共有 モデル", tmp_path / "b"]
    listed = os.pathsep.join([str(named[0]), "", str(named[1]), str(named[0])])
    folders = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path / "home"), "FUMIZUKUE_MODELS": listed})
    home = tmp_path / "home"
    assert folders.models == (*named, home / "data" / "models", home / "shared" / "models", REPOSITORY / "models")


def test_two_people_of_a_terminal_have_one_folder_for_shared_models(tmp_path: Path) -> None:
    shared = tmp_path / "みんなの モデル"
    people = [
        Folders.discover({"FUMIZUKUE_HOME": str(tmp_path / name), "FUMIZUKUE_SHARED_MODELS": str(shared)})
        for name in ("a", "b")
    ]
    assert people[0].shared_models == people[1].shared_models == shared
    assert all(shared in person.models for person in people)
    assert people[0].own_models != people[1].own_models
    machine = Folders.discover({}).shared_models
    assert machine == Path("/var/lib/fumizukue/models")


def test_a_relative_home_keeps_its_meaning_when_the_working_folder_changes() -> None:
    folders = Folders.discover({"FUMIZUKUE_HOME": "here", "FUMIZUKUE_MODELS": "m"})
    assert folders.data == Path.cwd() / "here" / "data"
    assert folders.models[0] == Path.cwd() / "m"


def test_without_a_named_home_the_platforms_own_folders_are_used(tmp_path: Path) -> None:
    program = (
        "from desktop.settings.folders import Folders; f = Folders.discover(); print(f.history_file, f.settings_file)"
    )
    env = {key: value for key, value in os.environ.items() if not key.startswith(("FUMIZUKUE_", "XDG_"))}
    env["HOME"] = str(tmp_path)
    ended = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    history, settings = (Path(line) for line in ended.stdout.split())
    assert history == tmp_path / ".local/share/fumizukue/history.sqlite3"
    assert settings == tmp_path / ".config/fumizukue/settings.toml"
    assert list(tmp_path.iterdir()) == []
