"""What is made of an encrypted history is encrypted as well, whatever becomes of the history itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.sections import TextContent
from desktop.store.backup_purge import holding, purge
from desktop.store.cipher import CIPHER_PAGE, is_encrypted
from desktop.store.history import HistoryStore
from desktop.store.records import Inputs, TemplateStamp
from desktop.store.rescue import begin_anew, copies, rescue, restore
from desktop.store.rotation import make_daily_backup
from desktop.store.rows import stored_time
from tests.support.encryption import encrypt, put_key

NOW = dt.datetime(2026, 12, 1, 3, tzinfo=dt.UTC)
STAMP = TemplateStamp("memo", "庁内メモ", "1", "source")
WORDS = "堤防の補修"


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    put_key(tmp_path)
    path = tmp_path / "history.sqlite3"
    with HistoryStore.open(path) as store:
        for number in range(60):
            document = store.create_document(STAMP, f"{WORDS}{number}", Inputs({"source": WORDS * number}))
            store.save_edit(document, "body", TextContent(f"{WORDS}の第{number}回"))
    yield encrypt(path)
    put_key(tmp_path)


def readable(folder: Path) -> list[str]:
    return [one.name for one in folder.rglob("*") if one.is_file() and WORDS.encode() in one.read_bytes()]


def titles(path: Path) -> set[str]:
    with HistoryStore.open(path, read_only=True) as store:
        return {line.title for line in store.list_documents()}


def test_a_daily_backup_is_encrypted_and_can_be_gone_back_to(path: Path) -> None:
    backup = make_daily_backup(path, NOW)
    assert is_encrypted(backup.path)
    assert [one.documents for one in copies(path)] == [60]
    with HistoryStore.open(path) as store:
        store.trash.put(1)
    restore(path, backup.path, NOW)
    assert is_encrypted(path)
    assert len(titles(path)) == 60
    assert readable(path.parent) == []


def test_what_is_saved_of_a_damaged_one_is_encrypted_and_so_is_an_empty_one_in_its_place(path: Path) -> None:
    whole = titles(path)
    size = path.stat().st_size
    with path.open("r+b") as stream:
        stream.seek(size // CIPHER_PAGE // 2 * CIPHER_PAGE)
        stream.write(bytes(CIPHER_PAGE))
    saved = rescue(path, NOW)
    assert is_encrypted(path)
    assert saved.report is not None
    assert saved.report.documents >= 1
    assert titles(path) & whole
    assert readable(path.parent) == []
    begin_anew(path, NOW + dt.timedelta(days=1))
    assert is_encrypted(path)
    assert titles(path) == set()


def test_deleted_text_is_taken_out_of_encrypted_copies_and_histories_set_aside_as_well(path: Path) -> None:
    backup = make_daily_backup(path, NOW)
    restore(path, backup.path, NOW)
    with HistoryStore.open(path) as store:
        created = {line.id: stored_time(line.created_at) for line in store.list_documents() if line.id == 7}
    found = holding(path, created)
    assert sorted(one.path.parent.name for one in found) == ["backups", "set-aside"]
    assert [purge(one.path, created) for one in found] == [1, 1]
    assert holding(path, created) == ()
    assert all(is_encrypted(one.path) for one in found)
