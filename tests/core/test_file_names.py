"""A file name from outside can never lead out of its folder."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.file_names import is_plain_file_name


@pytest.mark.parametrize(
    "name", ["市の様式.docx", "letter head (2).docx", "様式 第1号.docx", "か\u3099.docx", "console.docx"]
)
def test_an_ordinary_name_is_accepted(name: str) -> None:
    assert is_plain_file_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../a.docx",
        "..\\a.docx",
        "a/b.docx",
        "/etc/passwd",
        "C:\\a.docx",
        "C:a.docx",
        "\\\\server\\share\\a.docx",
        "//server/share/a.docx",
        "\\\\?\\C:\\a.docx",
        "\\\\.\\pipe\\a.docx",
        "file:///a.docx",
        "a.docx:stream",
        "a..docx",
        "a.docx.",
        "a.docx ",
        " a.docx",
        ".a.docx",
        "a*.docx",
        "a?.docx",
        "CON",
        "nul.docx",
        "NUL .docx",
        "com1.docx",
        "COM¹.docx",
        "ＣＯＮ.docx",
        "conin$.docx",
        "LPT9.a.docx",
        "a\x00.docx",
        "a\n.docx",
        "a\u202excod.docx",
        "a／b.docx",
        "a＼b.docx",
        "Ｃ：a.docx",
        "‥／a.docx",
        "%2e%2e%2fa.docx/",
        "長" * 81,
        "\ud800.docx",
    ],
)
def test_a_name_that_may_mean_another_place_is_refused(name: str) -> None:
    assert not is_plain_file_name(name)


@given(st.text(alphabet=st.sampled_from("aあ./\\:~ \x00‥／＼：?*ＣｏNcon1"), max_size=12))
def test_no_accepted_name_has_a_folder_a_drive_or_a_root_in_it(name: str) -> None:
    if is_plain_file_name(name):
        for path in (PureWindowsPath(name), PurePosixPath(name)):
            assert path.parts == (name,)
            assert path.anchor == ""
            assert path.name not in ("", ".", "..")
