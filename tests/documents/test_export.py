"""Saving a draft: by suffix, whole or not at all, under a name that every system accepts."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.export import SUFFIXES, export, safe_file_name
from desktop.documents.read import read_source
from tests.support.sample_documents import memo, minutes, notice


@pytest.mark.parametrize("suffix", [".docx", ".txt", ".md", ".DOCX"])
@pytest.mark.parametrize("make", [minutes, notice, memo])
def test_what_was_saved_can_be_read_again_as_a_source(tmp_path: Path, suffix: str, make: object) -> None:
    assert callable(make)
    path = tmp_path / f"文書{suffix}"
    assert export(make(), path) == path
    read = read_source(path).text
    assert any(word in read for word in ("発券機", "防災訓練", "予約簿"))
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["a.pdf", "a.doc", "a", "a.docx.exe"])
def test_another_suffix_is_refused_with_its_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserFault) as caught:
        export(minutes(), tmp_path / name)
    assert caught.value.code is ErrorCode.OUTPUT_TYPE_UNSUPPORTED
    assert caught.value.fields == {"suffix": Path(name).suffix}
    assert not list(tmp_path.iterdir())


def test_an_existing_file_is_kept_until_a_person_agrees(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("mine")
    with pytest.raises(UserFault) as caught:
        export(minutes(), path)
    assert caught.value.code is ErrorCode.OUTPUT_EXISTS
    assert path.read_text() == "mine"
    export(minutes(), path, overwrite=True)
    assert path.read_text(encoding="utf-8").startswith("# 第3回")


def test_a_missing_folder_is_reported_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(UserFault) as caught:
        export(minutes(), tmp_path / "no" / "a.docx")
    assert caught.value.code is ErrorCode.OUTPUT_NOT_WRITABLE
    assert not (tmp_path / "no").exists()


def test_the_suffixes_on_offer_are_those_that_can_be_saved() -> None:
    assert SUFFIXES == (".docx", ".txt", ".md", ".markdown")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("第3回　検討会　議事録", "第3回 検討会 議事録"),
        ('a<b>c:d"e/f\\g|h?i*j', "a＜b＞c：d”e／f＼g｜h？i＊j"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1", "_com1"),
        ("LPT¹", "_LPT¹"),
        ("CONTACT", "CONTACT"),
        ("終わり. . ", "終わり"),
        ("..隠し", "隠し"),
        ("一\n二\t三\x00", "一 二 三"),
        ("", "文書"),
        (" 　..", "文書"),
        ("か\u3099", "が"),
        ("\u202eexe.txt", "exe.txt"),
    ],
)
def test_a_title_becomes_a_name_that_windows_accepts(title: str, name: str) -> None:
    assert safe_file_name(title) == name


def test_a_long_title_is_cut_between_letters() -> None:
    assert safe_file_name("長" * 200) == "長" * 80
    assert len(safe_file_name("𠮷" * 200).encode()) <= 240
    assert safe_file_name("長" * 79 + "\u845b\U000e0100") == "長" * 79


@given(st.text())
def test_any_title_at_all_gives_a_name_that_can_be_saved(title: str) -> None:
    name = safe_file_name(title)
    assert 0 < len(name) <= 80
    assert len(name.encode()) <= 240
    assert not set(name) & set('<>:"/\\|?*')
    assert all(unicodedata.category(character) not in {"Cc", "Cs"} for character in name)
    assert name == name.strip(" .")
    assert unicodedata.is_normalized("NFC", name)
    assert safe_file_name(name) == name
