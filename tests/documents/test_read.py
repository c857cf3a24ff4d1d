"""Choosing a source file: every kind a person may drop in is read or refused with what to do next."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import docx
import pytest

from desktop.core.errors import ErrorCode, FieldValue, UserFault
from desktop.documents import base
from desktop.documents.kinds import CONVERT_KINDS, PICTURE_SUFFIXES, RECORDING_SUFFIXES
from desktop.documents.read import SUFFIXES, read_source


def _fault(path: Path, charset: str | None = None) -> tuple[ErrorCode, dict[str, FieldValue]]:
    with pytest.raises(UserFault) as caught:
        read_source(path, charset)
    assert caught.value.fields["name"] == path.name
    return caught.value.code, caught.value.fields


def _file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["会議.txt", "会議.TXT", "会議.md", "会議.csv", "会議.vtt", "会議.srt"])
def test_plain_text_is_read_whatever_the_case_of_its_suffix(tmp_path: Path, name: str) -> None:
    source = read_source(_file(tmp_path, name, "決定：試行する。\r\n".encode("cp932")))
    assert (source.text, source.name, source.charset, source.chars) == ("決定：試行する。\n", name, "cp932", 9)


def test_a_word_file_is_read_whatever_the_case_of_its_suffix(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("決定：試行する。")
    document.save(str(tmp_path / "会議.DOCX"))
    assert read_source(tmp_path / "会議.DOCX").text == "決定：試行する。"


def test_a_person_can_choose_the_charset(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.txt", "避難所の運営について".encode("euc_jp"))
    assert _fault(path)[0] is ErrorCode.SOURCE_CHARSET
    assert read_source(path, "euc_jp").text == "避難所の運営について"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", "　\n　".encode(), b"\xef\xbb\xbf", b"\x1a"])
def test_an_empty_text_is_refused(tmp_path: Path, data: bytes) -> None:
    assert _fault(_file(tmp_path, "a.txt", data))[0] is ErrorCode.SOURCE_EMPTY


def test_an_empty_word_file_is_refused(tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "a.docx"))
    assert _fault(tmp_path / "a.docx")[0] is ErrorCode.SOURCE_EMPTY
    assert _fault(_file(tmp_path, "b.docx", b""))[0] is ErrorCode.SOURCE_EMPTY


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.pdf", "a.xyz"])
def test_a_missing_file_is_called_missing_before_anything_else(tmp_path: Path, name: str) -> None:
    assert _fault(tmp_path / name)[0] is ErrorCode.SOURCE_NOT_FOUND


def test_a_folder_and_a_pipe_are_not_readable_and_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    for name in ("folder.txt", "pipe.txt"):
        code, fields = _fault(tmp_path / name)
        assert code is ErrorCode.SOURCE_NOT_READABLE
        assert fields["reason"] == "not a regular file"


def test_a_name_that_the_system_cannot_have_is_not_readable(tmp_path: Path) -> None:
    code, fields = _fault(tmp_path / ("長" * 200 + ".txt"))
    assert code is ErrorCode.SOURCE_NOT_READABLE
    assert fields["reason"]


def test_a_file_that_fails_while_it_is_read_is_not_readable(tmp_path: Path) -> None:
    # The memory of a process is a file whose first page nobody may read, whoever asks.
    (tmp_path / "a.txt").symlink_to("/proc/self/mem")
    code, fields = _fault(tmp_path / "a.txt")
    assert code is ErrorCode.SOURCE_NOT_READABLE
    assert fields["reason"] == os.strerror(errno.EIO)


def test_fifty_megabytes_of_text_are_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)  # a sparse file: were it read, its NULs would make it a binary file
    code, fields = _fault(path)
    assert code is ErrorCode.SOURCE_TOO_LARGE
    assert fields == {"name": "huge.txt", "bytes": 50 * 1024 * 1024, "limit": base.MAX_FILE_BYTES}


def test_a_text_of_too_many_characters_is_refused_with_the_numbers(tmp_path: Path) -> None:
    chars = base.MAX_TEXT_CHARS + 1
    code, fields = _fault(_file(tmp_path, "long.txt", b"a" * chars))
    assert code is ErrorCode.SOURCE_TOO_LARGE
    assert fields == {"name": "long.txt", "chars": chars, "limit": base.MAX_TEXT_CHARS}


@pytest.mark.parametrize("kind", CONVERT_KINDS)
def test_a_known_format_says_that_it_must_be_converted_and_which_it_is(tmp_path: Path, kind: str) -> None:
    for suffix in CONVERT_KINDS[kind]:
        code, fields = _fault(_file(tmp_path, f"会議{suffix.upper()}", b"anything"))
        assert code is ErrorCode.SOURCE_CONVERT_FIRST
        assert fields["kind"] == kind


@pytest.mark.parametrize("suffix", PICTURE_SUFFIXES)
def test_a_picture_is_not_said_to_need_saving_in_another_format(tmp_path: Path, suffix: str) -> None:
    assert _fault(_file(tmp_path, f"板書{suffix}", b"anything"))[0] is ErrorCode.SOURCE_PICTURE


@pytest.mark.parametrize("suffix", RECORDING_SUFFIXES)
def test_a_recording_is_told_to_need_a_transcript(tmp_path: Path, suffix: str) -> None:
    assert _fault(_file(tmp_path, f"会議{suffix}", b"anything"))[0] is ErrorCode.SOURCE_RECORDING


@pytest.mark.parametrize("name", ["a.xyz", "noname", "a.exe"])
def test_an_unknown_format_names_its_suffix(tmp_path: Path, name: str) -> None:
    code, fields = _fault(_file(tmp_path, name, b"text"))
    assert code is ErrorCode.SOURCE_TYPE_UNSUPPORTED
    assert fields["suffix"] == Path(name).suffix


def test_a_binary_file_named_txt_is_refused(tmp_path: Path) -> None:
    assert _fault(_file(tmp_path, "a.txt", b"\x7fELF" + bytes(200)))[0] is ErrorCode.SOURCE_BINARY


def test_no_suffix_is_both_read_and_refused() -> None:
    refused = {suffix for suffixes in (*CONVERT_KINDS.values(), PICTURE_SUFFIXES) for suffix in suffixes}
    refused |= set(RECORDING_SUFFIXES)
    assert not refused & set(SUFFIXES)
