"""Saving a file: whole or not at all, never over another file without being told to."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import write_atomically


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_new_file_holds_what_was_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_atomically(tmp_path / "議事録.docx", lambda stream: stream.write(b"whole"))
    assert (tmp_path / "議事録.docx").read_bytes() == b"whole"
    assert _names(tmp_path) == ["議事録.docx"]


def test_an_existing_file_is_not_overwritten_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(UserFault) as caught:
        write_atomically(path, lambda stream: stream.write(b"new"))
    assert caught.value.code is ErrorCode.OUTPUT_EXISTS
    assert caught.value.fields == {"path": str(path)}
    assert path.read_bytes() == b"old"
    write_atomically(path, lambda stream: stream.write(b"new"), overwrite=True)
    assert path.read_bytes() == b"new"
    assert _names(tmp_path) == ["a.txt"]


def test_a_failure_while_writing_keeps_the_old_file_and_leaves_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fail(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_atomically(path, fail, overwrite=True)
    assert path.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.txt"]


def test_a_full_disk_is_reported_as_not_writable(tmp_path: Path) -> None:
    def copy_to_full_device(stream: BinaryIO) -> None:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, stream.fileno())
        os.close(full)
        stream.write(b"x" * 100_000)

    with pytest.raises(UserFault) as caught:
        write_atomically(tmp_path / "a.txt", copy_to_full_device)
    assert caught.value.code is ErrorCode.OUTPUT_NOT_WRITABLE
    assert "space" in str(caught.value.fields["reason"])
    assert _names(tmp_path) == []


def test_a_file_that_appears_while_ours_is_written_wins(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def write(stream: BinaryIO) -> None:
        path.write_bytes(b"colleague")
        stream.write(b"ours")

    with pytest.raises(UserFault) as caught:
        write_atomically(path, write)
    assert caught.value.code is ErrorCode.OUTPUT_EXISTS
    assert path.read_bytes() == b"colleague"
    assert _names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("name", ["missing/a.txt", "file/a.txt", "長" * 200 + ".txt"])
def test_a_place_that_cannot_be_written_is_named_with_the_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserFault) as caught:
        write_atomically(tmp_path / name, lambda stream: stream.write(b"x"))
    assert caught.value.code is ErrorCode.OUTPUT_NOT_WRITABLE
    assert caught.value.fields["path"] == str(tmp_path / name)
    assert caught.value.fields["reason"]
    assert _names(tmp_path) == ["file"]


def test_a_folder_in_the_place_of_the_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.mkdir()
    with pytest.raises(UserFault) as caught:
        write_atomically(path, lambda stream: stream.write(b"x"), overwrite=True)
    assert caught.value.code is ErrorCode.OUTPUT_NOT_WRITABLE
    assert path.is_dir()
    assert _names(tmp_path) == ["a.txt"]


def test_colleagues_can_read_the_saved_file_as_any_other(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    write_atomically(tmp_path / "a.txt", lambda stream: stream.write(b"x"))
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
