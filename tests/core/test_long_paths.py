"""Deep folders of a file server can be reached on Windows, whose old calls end at 260 characters."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.core.long_paths import extended, plain, reachable


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\市\\memo.toml", "\\\\?\\C:\\市\\memo.toml"),
        ("C:/市/memo.toml", "\\\\?\\C:\\市\\memo.toml"),
        ("C:\\市\\.\\総務部\\..\\memo.toml", "\\\\?\\C:\\市\\memo.toml"),
        ("\\\\server\\共有\\総務部", "\\\\?\\UNC\\server\\共有\\総務部"),
        ("//server/共有/総務部/../福祉部", "\\\\?\\UNC\\server\\共有\\福祉部"),
        ("\\\\?\\UNC\\server\\共有", "\\\\?\\UNC\\server\\共有"),
        ("\\\\?\\C:\\市", "\\\\?\\C:\\市"),
        ("\\\\.\\pipe\\x", "\\\\.\\pipe\\x"),
        ("総務部\\memo.toml", "総務部\\memo.toml"),
        ("C:memo.toml", "C:memo.toml"),
    ],
)
def test_a_path_is_brought_into_the_form_without_a_limit(path: str, expected: str) -> None:
    assert extended(path) == expected
    assert extended(extended(path)) == expected


@pytest.mark.parametrize("path", ["C:\\市\\memo.toml", "\\\\server\\共有\\総務部"])
def test_people_see_the_path_as_they_know_it(path: str) -> None:
    assert plain(extended(path)) == path
    assert plain(path) == path


def test_a_path_of_three_hundred_characters_keeps_every_sign() -> None:
    deep = "\\\\server\\共有\\" + "\\".join(["長い名前の課のフォルダー"] * 25)
    assert len(deep) > 260
    assert plain(extended(deep)) == deep


@pytest.mark.skipif(os.name == "nt", reason="other systems have no such limit")
def test_elsewhere_a_path_stays_as_it_is() -> None:
    assert reachable(Path("a/b")) == Path("a/b")
