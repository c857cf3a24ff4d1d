"""Publishing changes version, author, date and note in a template's text, and no other sign of it."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.templates.heading import heading_of, raised, with_heading, with_reference
from tests.support.share import MEMO

VALUES = {"version": "1.1", "author": "総務課　田中", "updated": "2026-11-24", "change": "様式を直した"}


def test_comments_order_and_everything_else_stay() -> None:
    changed = with_heading(MEMO, VALUES)
    new = 'version = "1.1"\nauthor = "総務課　田中"\nupdated = "2026-11-24"\nchange = "様式を直した"'
    assert changed == MEMO.replace('version = "1.0"', new)
    again = with_heading(changed, {**VALUES, "version": "1.2"})
    assert again == changed.replace('"1.1"', '"1.2"')


def test_a_comment_behind_a_value_and_windows_line_breaks_and_a_bom_stay() -> None:
    text = "\ufeffformat = 1\r\nversion = '1' # 版\r\n# 説明\r\nname = \"a\"\r\n"
    changed = with_heading(text, {"version": "2", "author": "a"})
    assert changed == '\ufeffformat = 1\r\nversion = "2" # 版\r\nauthor = "a"\r\n# 説明\r\nname = "a"\r\n'


def test_what_looks_like_a_key_inside_a_text_is_left_alone() -> None:
    text = 'version = "1"\nnote = """\nversion = "1"\nauthor = "x"\n"""\n[example]\nauthor = "y"'
    assert with_heading(text, {"version": "2"}) == text.replace('version = "1"', 'version = "2"', 1)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_whatever_a_person_writes_as_a_note_is_a_valid_text_afterwards(note: str) -> None:
    changed = with_heading(MEMO, {"change": note})
    assert (
        heading_of(changed).change.split()
        == "".join(
            sign if sign.isprintable() or sign == "\u3000" or sign in "\t\n\v\f\r\x85\u2028\u2029" else ""
            for sign in note
        ).split()
    )
    assert {**tomllib.loads(changed), "change": ""} == {**tomllib.loads(MEMO), "change": ""}


def test_a_reference_is_named_where_the_layout_is() -> None:
    first = with_reference(MEMO, "memo_v2.docx", "00")
    assert first == MEMO.replace('kind = "memo"\ntitle', 'kind = "memo"\nreference = "memo_v2.docx"\ntitle')
    pinned = first.replace('"memo_v2.docx"', '"memo_v2.docx"\nreference_sha256 = "aa"')
    again = with_reference(pinned, "memo_v3.docx", "bb")
    assert again == pinned.replace("memo_v2.docx", "memo_v3.docx").replace('"aa"', '"bb"')


@pytest.mark.parametrize("text", ["version = ", 'name = "a"\n'])
def test_a_text_without_a_place_for_it_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        with_heading(text, {"author": "a"})


@pytest.mark.parametrize(
    ("version", "after"),
    [
        ("1.0", "1.1"),
        ("1.9", "1.10"),
        ("3", "4"),
        ("2026-09", "2026-10"),
        ("1.2版", "1.3版"),
        ("試行", "試行.1"),
        ("", "1"),
    ],
)
def test_a_version_is_raised_at_its_last_number(version: str, after: str) -> None:
    assert raised(version) == after


def test_the_author_of_a_broken_file_is_found_all_the_same() -> None:
    assert heading_of('format = 1\nauthor = "総務課 田中"\nname = "').author == "総務課 田中"
    assert heading_of("nonsense").author == ""
    assert heading_of("author = 1\nupdated = 2026-11-24\n").updated == "2026-11-24"
