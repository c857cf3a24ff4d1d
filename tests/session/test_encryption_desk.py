"""The settings switch the encryption before the history opens; what hinders it does not shut the history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, StoreFault
from desktop.session.history_desk import HistoryDesk
from desktop.store import dpapi, keys
from desktop.store.cipher import is_encrypted
from desktop.store.history import HistoryStore
from desktop.store.records import Inputs, TemplateStamp
from tests.support.encryption import PASSPHRASE, encrypt, put_key

WAIT = 60


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "history.sqlite3"
    with HistoryStore.open(path) as store:
        store.create_document(TemplateStamp("memo", "庁内メモ", "1", ""), "題", Inputs({"source": "本文" * 5000}))
    yield path
    put_key(tmp_path)


@pytest.fixture
def desk(path: Path) -> Iterator[HistoryDesk]:
    desk = HistoryDesk(path)
    yield desk
    desk._close_history()


@pytest.mark.parametrize(("wanted", "encrypted"), [("on", True), ("off", False), ("keep", False)])
def test_the_settings_decide_what_the_history_is_after_opening(
    path: Path, desk: HistoryDesk, wanted: str, *, encrypted: bool
) -> None:
    put_key(path.parent)
    told: list[float] = []
    desk.encryption.wanted, desk.encryption.on_progress = wanted, told.append
    report = desk.open().result(WAIT).encryption
    assert (is_encrypted(path), bool(report.converted.files), bool(told)) == (encrypted,) * 3
    assert len(desk.history().result(WAIT)) == 1


def test_a_stopped_switch_opens_the_history_as_it_was(path: Path, desk: HistoryDesk) -> None:
    put_key(path.parent)
    desk.encryption.wanted = "on"
    desk.encryption.on_progress = lambda _done: desk.encryption.cancel()
    assert desk.open().result(WAIT).encryption.stopped
    assert not is_encrypted(path)
    assert len(desk.history().result(WAIT)) == 1


@pytest.mark.skipif(dpapi.AVAILABLE, reason="Windows needs no passphrase")
def test_without_a_passphrase_for_a_new_key_the_history_opens_plain_and_says_so(path: Path, desk: HistoryDesk) -> None:
    desk.encryption.wanted = "on"
    fault = desk.open().result(WAIT).encryption.fault
    assert fault is not None
    assert fault.code is ErrorCode.STORE_PASSPHRASE_NEEDED
    assert not is_encrypted(path)
    assert len(desk.history().result(WAIT)) == 1


@pytest.mark.skipif(dpapi.AVAILABLE, reason="Windows needs no passphrase")
def test_a_locked_history_opens_once_the_right_passphrase_is_given(path: Path, desk: HistoryDesk) -> None:
    encrypt(path)
    keys.forget()
    for given, code in ((None, ErrorCode.STORE_KEY_LOCKED), ("違う", ErrorCode.STORE_PASSPHRASE_WRONG)):
        if given:
            desk.encryption.unlock(given)
        with pytest.raises(StoreFault) as caught:
            desk.open().result(WAIT)
        assert caught.value.code is code
    desk.encryption.unlock(PASSPHRASE)
    desk.open().result(WAIT)
    assert len(desk.history().result(WAIT)) == 1
