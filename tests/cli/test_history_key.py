"""The history is encrypted, moved with its key and made plain again from the console."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.cli.console import ExitCode
from desktop.settings.folders import Folders
from desktop.settings.settings import load_settings
from desktop.store import dpapi, keys
from desktop.store.cipher import is_encrypted
from desktop.store.history import HistoryStore
from desktop.store.records import Inputs, TemplateStamp
from tests.support.encryption import PASSPHRASE


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folders]:
    monkeypatch.setenv("FUMIZUKUE_HOME", str(tmp_path / "home"))
    folders = Folders.discover({"FUMIZUKUE_HOME": str(tmp_path / "home")})
    with HistoryStore.open(folders.history_file) as store:
        store.create_document(TemplateStamp("memo", "庁内メモ", "1", ""), "堤防", Inputs({"source": "本文" * 3000}))
    keys.forget()
    yield folders
    keys.forget()


@pytest.fixture
def phrase(tmp_path: Path) -> str:
    file = tmp_path / "phrase.txt"
    file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return str(file)


def test_a_person_encrypts_exports_the_key_loses_it_imports_it_and_decrypts(
    folders: Folders, phrase: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    history, out = folders.history_file, tmp_path / "kept.key"
    assert main(["history", "encrypt", "--passphrase-file", phrase, "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == {"encrypted": True, "files": [str(history)], "left": []}
    assert is_encrypted(history)
    assert load_settings(folders.settings_file).settings.encrypt_history == "on"
    assert main(["history", "key", "export", str(out), "--passphrase-file", phrase]) == ExitCode.DONE
    assert main(["history", "key", "export", str(out), "--passphrase-file", phrase]) == ExitCode.USER
    keys.key_file_of(history).unlink()
    keys.forget()
    assert main(["history", "list"]) == ExitCode.STORE
    assert "history key import" in capsys.readouterr().err
    assert main(["history", "key", "import", str(out), "--passphrase-file", phrase]) == ExitCode.DONE
    keys.forget()
    if not dpapi.AVAILABLE:
        assert main(["history", "list"]) == ExitCode.STORE
    monkeypatch.setenv("FUMIZUKUE_PASSPHRASE_FILE", phrase)
    capsys.readouterr()
    assert main(["history", "list"]) == ExitCode.DONE
    assert "堤防" in capsys.readouterr().out
    assert main(["history", "decrypt"]) == ExitCode.DONE
    assert not is_encrypted(history)
    assert load_settings(folders.settings_file).settings.encrypt_history == "off"


def test_a_passphrase_file_that_is_not_there_is_named(folders: Folders, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "encrypt", "--passphrase-file", "nowhere.txt"]) == ExitCode.USER
    assert "nowhere.txt" in capsys.readouterr().err
    assert not is_encrypted(folders.history_file)
