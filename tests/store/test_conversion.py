"""Encryption switched on or off loses nothing, leaves no plain text behind, and may be stopped or killed."""

from __future__ import annotations

import datetime as dt
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.sections import TextContent
from desktop.store import conversion, keys
from desktop.store.backup import make_backup
from desktop.store.cipher import connect_with, is_encrypted
from desktop.store.conversion import CancelledError, tidy
from desktop.store.database import inspect
from desktop.store.encryption import switch
from desktop.store.history import HistoryStore
from desktop.store.migrations import STEPS
from desktop.store.records import Inputs, TemplateStamp
from tests.support.encryption import PASSPHRASE, encrypt, put_key
from tests.support.old_histories import old_history

STAMP = TemplateStamp("memo", "庁内メモ", "1", "source")
SECRET = "堤防の補修は来年度とする。"  # noqa: S105 -- a text to look for
KEPT = {*(f"history.sqlite3{end}" for end in ("", ".lock", ".audit-head")), keys.KEY_FILE}
KILLS = int(os.environ.get("FUMIZUKUE_CONVERSION_KILLS", "4"))


def go_on(_done: float) -> bool:
    return True


def fill(path: Path, documents: int = 20) -> None:
    with HistoryStore.open(path) as store:
        for number in range(documents):
            document = store.create_document(STAMP, f"題{number} {SECRET}", Inputs({"source": SECRET * 300}))
            store.save_edit(document, "body", TextContent(SECRET))


def content(path: Path) -> list[object]:
    with HistoryStore.open(path) as store:
        return [store.load(line.id) for line in store.list_documents()]


def readable(folder: Path) -> list[str]:
    """Return the files in which the text stands readably."""
    pieces = [SECRET.encode(coding) for coding in ("utf-8", "utf-16-le")] + ["題1".encode()]
    files = [found for found in folder.rglob("*") if found.is_file()]
    return [found.name for found in files if any(piece in found.read_bytes() for piece in pieces)]


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    put_key(tmp_path)
    path = tmp_path / "history.sqlite3"
    fill(path)
    yield path
    put_key(tmp_path)


def test_both_directions_keep_every_document(path: Path) -> None:
    before = content(path)
    assert switch(path, encrypt=True, passphrase=None, progress=go_on).files == (path,)
    assert is_encrypted(path)
    assert content(path) == before
    assert switch(path, encrypt=True, passphrase=None, progress=go_on).files == ()
    assert switch(path, encrypt=False, passphrase=None, progress=go_on).files == (path,)
    assert not is_encrypted(path)
    assert content(path) == before
    assert {found.name for found in path.parent.iterdir()} == KEPT


def test_no_text_stands_readably_in_any_file_once_the_history_is_encrypted(path: Path) -> None:
    make_backup(path, len(STEPS), dt.datetime.now(dt.UTC), lambda copy: inspect(copy, STEPS, 1))
    (backup,) = (path.parent / "backups").iterdir()
    assert {path.name, backup.name} <= set(readable(path.parent))
    assert set(switch(path, encrypt=True, passphrase=None, progress=go_on).files) == {path, backup}
    with HistoryStore.open(path) as store:
        store.save_edit(1, "body", TextContent(SECRET * 50))
        store.save_inputs(1, SECRET, Inputs({"source": secrets.token_hex(30_000)}))
        assert path.with_name(f"{path.name}-wal").stat().st_size > 10_000
        assert readable(path.parent) == []
    assert readable(path.parent) == []
    with HistoryStore.open(backup, read_only=True) as old:
        assert len(old.list_documents()) == 20


def test_an_update_of_an_encrypted_history_makes_an_encrypted_backup(tmp_path: Path) -> None:
    path = tmp_path / "old" / "history.sqlite3"
    path.parent.mkdir()
    put_key(path.parent)
    old_history(path, 1)
    encrypt(path)
    with HistoryStore.open(path, read_only=True) as console:
        titles = [line.title for line in console.list_documents()]
    HistoryStore.open(path).close()
    (backup,) = (path.parent / "backups").iterdir()
    assert is_encrypted(backup)
    assert titles
    files = [found.read_bytes() for found in path.parent.rglob("*") if found.is_file()]
    assert not any(title.encode() in file for title in titles for file in files)


@pytest.mark.parametrize("stop_at", [0.0, 0.3, 0.6, 1.0])
def test_a_stopped_conversion_leaves_the_history_as_it_was(path: Path, stop_at: float) -> None:
    before = content(path)
    with pytest.raises(CancelledError):
        switch(path, encrypt=True, passphrase=None, progress=lambda done: done < stop_at)
    assert not is_encrypted(path)
    assert {found.name for found in path.parent.iterdir()} == KEPT
    assert content(path) == before


def test_a_copy_that_differs_does_not_take_the_place_of_the_history(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = conversion._export

    def lose_a_row(db: Database, fresh: Path, key: keys.HistoryKey | None, share: conversion._Share) -> None:
        real(db, fresh, key, share)
        with closing(connect_with(fresh, "rw", 1, key)) as new:
            new.execute("UPDATE inputs SET file_name = '別.txt' WHERE document_id = 7")

    monkeypatch.setattr(conversion, "_export", lose_a_row)
    with pytest.raises(StoreFault) as caught:
        switch(path, encrypt=True, passphrase=None, progress=go_on)
    assert (caught.value.code, caught.value.fields) == (
        ErrorCode.STORE_CONVERSION_FAILED,
        {"reason": "table inputs"},
    )
    assert not is_encrypted(path)
    assert len(content(path)) == 20


def test_a_damaged_history_is_not_converted_and_a_damaged_backup_does_not_hinder(path: Path) -> None:
    backups = path.parent / "backups"
    backups.mkdir()
    broken = backups / "broken.sqlite3"
    whole = path.read_bytes()
    broken.write_bytes(whole[:8192] + bytes(8192) + whole[16384:])
    report = switch(path, encrypt=True, passphrase=None, progress=go_on)
    assert (report.files, report.left) == ((path,), (broken,))
    assert len(content(path)) == 20
    path.write_bytes(broken.read_bytes())
    with pytest.raises(StoreFault) as caught:
        switch(path, encrypt=True, passphrase=None, progress=go_on)
    assert caught.value.code is ErrorCode.STORE_DAMAGED
    assert path.read_bytes() == broken.read_bytes()


def test_a_history_that_a_window_has_open_is_not_converted(path: Path) -> None:
    with HistoryStore.open(path), pytest.raises(StoreFault) as caught:
        switch(path, encrypt=True, passphrase=None, progress=go_on)
    assert caught.value.code is ErrorCode.STORE_LOCKED
    with HistoryStore.open(path, read_only=True) as console:
        assert len(console.list_documents()) == 20
        with pytest.raises(StoreFault) as caught:
            switch(path, encrypt=True, passphrase=None, progress=go_on)
    assert caught.value.code is ErrorCode.STORE_LOCKED
    assert not is_encrypted(path)


def test_an_original_left_by_a_kill_is_removed_only_beside_a_sound_successor(path: Path) -> None:
    retired = path.with_name(path.name + conversion.RETIRED)
    os.link(path, retired)
    tidy(path)
    assert not retired.exists()
    assert len(content(path)) == 20
    retired.write_bytes(path.read_bytes())
    encrypt_target = path.read_bytes()
    path.write_bytes(b"\x00" * 4096)
    tidy(path)
    assert retired.read_bytes() == encrypt_target
    path.unlink()
    tidy(path)
    assert path.read_bytes() == encrypt_target


def test_a_file_system_without_links_converts_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_paths: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    before = content(path)
    monkeypatch.setattr(os, "link", no_links)
    encrypt(path)
    assert content(path) == before
    assert readable(path.parent) == []


def test_killed_at_any_moment_the_old_or_the_new_history_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    put_key(tmp_path)
    fill(path, 60)
    before, seen = content(path), {"plain": 0, "encrypted": 0, "retired": 0, "converting": 0}
    dice = random.Random(20261124)  # noqa: S311 -- moments for kills
    command = [sys.executable, str(Path(__file__).parent / "convert_until_killed.py"), str(path), PASSPHRASE]
    for _ in range(KILLS):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "unlocked\n"
            time.sleep(dice.uniform(0.0, 0.5))
            process.kill()
        left = {found.name for found in tmp_path.iterdir()}
        seen["retired"] += path.name + conversion.RETIRED in left
        seen["converting"] += path.name + conversion.CONVERTING in left
        seen["encrypted" if is_encrypted(path) else "plain"] += 1
        assert content(path) == before
        assert list(tmp_path.glob(f"*{conversion.RETIRED}")) == []
    print(f"{KILLS} kills: {seen}")
