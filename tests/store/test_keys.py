"""The key of a history: what is missing or wrong is said, and the key itself shows nowhere."""

from __future__ import annotations

import json
import os
import pickle
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store import cipher, dpapi, keys
from desktop.store.encryption import export_key, import_key
from desktop.store.history import HistoryStore
from desktop.store.keys import HistoryKey
from desktop.store.records import Inputs, TemplateStamp
from tests.support.encryption import PASSPHRASE, encrypt, put_key


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "history.sqlite3"
    with HistoryStore.open(path) as store:
        store.create_document(TemplateStamp("memo", "メモ", "1", ""), "題", Inputs({"source": "本文" * 5000}))
    yield encrypt(path)
    put_key(tmp_path)


def fault_of_opening(path: Path, *, read_only: bool = False) -> StoreFault:
    with pytest.raises(StoreFault) as caught:
        HistoryStore.open(path, read_only=read_only)
    return caught.value


def test_a_missing_key_is_said_and_the_history_left_alone(path: Path) -> None:
    before, key_file = path.read_bytes(), keys.key_file_of(path)
    key_file.unlink()
    for read_only in (False, True):
        fault = fault_of_opening(path, read_only=read_only)
        assert (fault.code, fault.fields["path"]) == (ErrorCode.STORE_KEY_MISSING, str(key_file))
    assert path.read_bytes() == before


def test_a_wrong_key_is_told_from_a_missing_one_and_shows_in_no_trace(path: Path) -> None:
    before, other = path.read_bytes(), HistoryKey.fresh()
    keys.store(other, keys.key_file_of(path), PASSPHRASE)
    fault = fault_of_opening(path)
    assert (fault.code, fault.fields["path"]) == (ErrorCode.STORE_WRONG_KEY, str(path))
    told = "".join(traceback.format_exception(fault)) + repr(other) + str(fault)
    assert other.raw.hex() not in told
    assert path.read_bytes() == before
    with pytest.raises(TypeError):
        pickle.dumps(other)


def test_a_locked_key_asks_for_the_passphrase_and_a_wrong_one_is_said(path: Path) -> None:
    keys.forget()
    assert fault_of_opening(path).code is ErrorCode.STORE_KEY_LOCKED
    with pytest.raises(StoreFault) as caught:
        keys.unlock(path, "違う合言葉を入れてみる")
    assert caught.value.code is ErrorCode.STORE_PASSPHRASE_WRONG
    keys.unlock(path, PASSPHRASE)
    with HistoryStore.open(path) as store:
        assert len(store.list_documents()) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"wrapped": "!"},
        {"salt": "AA=="},
        {"operations": "many"},
        {"memory": 2**62},
        {"identity": "another"},
        {"format": 99},
        {"protected_by": "dpapi"},
    ],
)
def test_a_changed_key_file_is_said_to_be_unusable(path: Path, change: dict[str, object]) -> None:
    key_file = keys.key_file_of(path)
    key_file.write_text(json.dumps({**json.loads(key_file.read_text()), **change}))
    keys.forget()
    with pytest.raises(StoreFault) as caught:
        keys.unlock(path, PASSPHRASE)
    assert caught.value.code is ErrorCode.STORE_KEY_UNUSABLE
    key_file.write_text("[")
    assert fault_of_opening(path).code is ErrorCode.STORE_KEY_UNUSABLE


def test_without_the_cipher_library_an_encrypted_history_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "HAS_CIPHER", False)
    assert fault_of_opening(path).code is ErrorCode.STORE_CIPHER_MISSING


@pytest.mark.parametrize(("at", "code"), [(100, ErrorCode.STORE_WRONG_KEY), (3 * 4096 + 50, ErrorCode.STORE_DAMAGED)])
def test_changed_bytes_of_an_encrypted_history_are_found(path: Path, at: int, code: ErrorCode) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    assert fault_of_opening(path).code is code
    path.write_bytes(bytes(content)[:-1000])
    assert fault_of_opening(path).code is ErrorCode.STORE_DAMAGED
    path.write_bytes(bytes(len(content)))
    assert fault_of_opening(path).code is ErrorCode.STORE_DAMAGED


def test_an_exported_key_opens_the_history_on_another_terminal(path: Path, tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "kept.key", tmp_path / "new" / "history.sqlite3"
    export_key(path, out, "保管庫に入れる合言葉です")
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(path.read_bytes())
    keys.forget()
    # The key of the folder above would be found; this terminal has none.
    keys.key_file_of(path).unlink()
    assert fault_of_opening(elsewhere).code is ErrorCode.STORE_KEY_MISSING
    import_key(elsewhere, out, "保管庫に入れる合言葉です")
    with HistoryStore.open(elsewhere) as store:
        assert len(store.list_documents()) == 1
    if os.name == "posix":
        assert (elsewhere.parent / keys.KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_a_key_of_another_history_is_not_taken(path: Path, tmp_path: Path) -> None:
    before, other = keys.key_file_of(path).read_bytes(), tmp_path / "other.key"
    keys.store(HistoryKey.fresh(), other, PASSPHRASE)
    with pytest.raises(StoreFault) as caught:
        import_key(path, other, PASSPHRASE)
    assert caught.value.code is ErrorCode.STORE_WRONG_KEY
    assert keys.key_file_of(path).read_bytes() == before


def test_a_key_is_not_kept_without_protection(tmp_path: Path) -> None:
    with pytest.raises(StoreFault) as caught:
        keys.store(HistoryKey.fresh(), tmp_path / "k", "短い")
    assert caught.value.code is ErrorCode.STORE_PASSPHRASE_SHORT
    if not dpapi.AVAILABLE:
        with pytest.raises(StoreFault) as caught:
            keys.store(HistoryKey.fresh(), tmp_path / "k", None)
        assert caught.value.code is ErrorCode.STORE_PASSPHRASE_NEEDED
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreFault) as caught:
        keys.store(HistoryKey.fresh(), tmp_path / "file" / "k", PASSPHRASE)
    assert caught.value.code is ErrorCode.STORE_FOLDER_NOT_WRITABLE
    assert not (tmp_path / "k").exists()


@pytest.mark.skipif(not dpapi.AVAILABLE, reason="DPAPI exists on Windows only")
def test_windows_gives_back_what_it_protected() -> None:
    secret = os.urandom(32)
    protected = dpapi.protect(secret)
    assert secret not in protected
    assert dpapi.unprotect(protected) == secret
    with pytest.raises(OSError, match="WinError"):
        dpapi.unprotect(protected[:-4] + b"\x00\x00\x00\x00")


@pytest.mark.skipif(dpapi.AVAILABLE, reason="elsewhere than on Windows")
def test_elsewhere_a_key_of_windows_is_said_to_be_unusable() -> None:
    with pytest.raises(OSError, match="on Windows only"):
        dpapi.protect(b"x")
