"""Editing one key of a template leaves every other sign of the file alone."""

from __future__ import annotations

import difflib
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.templates.editing import value_at, with_value
from desktop.templates.lines import KeyPath

NOTICE = files("desktop").joinpath("resources", "templates", "notice.toml").read_text("utf-8")
SMALL = """\
# 先頭の説明
format = 1
name = "メモ"  # 一覧に出る名前
keywords = ["連絡", # いつもの言葉
  "共有"]

[[field]]
key = "件名" # 見出し
label = '件名'

[[section]]
key = "本文"

# 体裁
[layout]
kind = "memo"

[prompt]
system = \"\"\"
書いてください。
\"\"\"
"""


def changed(before: str, after: str) -> list[str]:
    """Return the lines that were taken away and added."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_a_new_name_changes_its_own_line_and_keeps_the_comment_there() -> None:
    after = with_value(SMALL, ("name",), "庁内メモ「新」")
    assert changed(SMALL, after) == ['-name = "メモ"  # 一覧に出る名前', '+name = "庁内メモ「新」"  # 一覧に出る名前']


def test_a_prompt_of_several_lines_stays_readable() -> None:
    after = with_value(SMALL, ("prompt", "system"), '短く。\n"""と\\も使う"\n')
    assert '"""\n短く。\n' in after
    assert value_at(after, ("prompt", "system")) == '短く。\n"""と\\も使う"\n'


def test_a_key_that_was_missing_comes_where_the_manual_has_it() -> None:
    after = with_value(SMALL, ("field", 0, "help"), "例：会議室の変更")
    assert changed(SMALL, after) == ['+help = "例：会議室の変更"']
    assert after.index("help =") > after.index("label =")
    after = with_value(SMALL, ("description",), "短いメモ")
    assert changed(SMALL, after) == ['+description = "短いメモ"']
    assert value_at(after, ("description",)) == "短いメモ"


def test_a_table_that_was_missing_is_added_at_the_end() -> None:
    after = with_value(SMALL, ("review", "profile"), "notice")
    assert after.startswith(SMALL)
    assert value_at(after, ("review", "profile")) == "notice"
    after = with_value(SMALL, ("example", "件名"), "会議室")
    assert tomllib.loads(after)["example"] == {"件名": "会議室"}


def test_emptying_what_is_not_there_changes_nothing() -> None:
    assert with_value(SMALL, ("field", 0, "help"), "") == SMALL
    assert with_value(SMALL, ("field", 0, "choices"), ()) == SMALL
    assert with_value(SMALL, ("field", 0, "required"), value=False) == SMALL


@pytest.mark.parametrize(
    "items",
    [
        ("連絡",),
        ("共有",),
        ("連絡", "共有", "会議"),
        ("会議", "連絡", "共有"),
        ("連絡", "お知らせ", "共有"),
        ("お知らせ", "共有"),
        ("連絡", "お知らせ"),
        (),
        ("長い" * 40, "言葉" * 40),
    ],
)
def test_an_item_of_a_list_can_be_changed_added_and_removed(items: tuple[str, ...]) -> None:
    after = with_value(SMALL, ("keywords",), items)
    assert value_at(after, ("keywords",)) == list(items)
    if "連絡" in items and "共有" in items:
        assert "# いつもの言葉" in after


def test_numbers_and_flags_are_written_as_such() -> None:
    after = with_value(with_value(NOTICE, ("section", 0, "max_chars"), 60), ("field", 0, "required"), value=True)
    assert changed(NOTICE, after) == ["+required = true", "-max_chars = 50", "+max_chars = 60"]


def test_windows_line_breaks_and_a_byte_order_mark_stay() -> None:
    text = "\ufeff" + SMALL.replace("\n", "\r\n")
    after = with_value(text, ("prompt", "system"), "一\n二\n")
    assert after == with_value(SMALL, ("prompt", "system"), "一\n二\n").replace("\n", "\r\n").join(["\ufeff", ""])


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("name = ", ("name",)),
        ('name = "x"\nlayout.kind = "memo"\n', ("layout", "title")),
        ('layout = { kind = "memo" }\n', ("layout", "title")),
        ('name = "x"\n', ("section", 3, "title")),
    ],
)
def test_what_cannot_be_changed_alone_is_refused_and_not_guessed(text: str, path: KeyPath) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- that it is refused is all there is to it
        with_value(text, path, "値")


_PATHS: list[KeyPath] = [
    ("name",),
    ("description",),
    ("prompt", "system"),
    ("prompt", "user"),
    ("field", 3, "help"),
    ("field", 8, "help"),
    ("field", 8, "default"),
    ("section", 1, "instruction"),
    ("layout", "note"),
]


@given(path=st.sampled_from(_PATHS), value=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_typed_into_the_form_comes_back_as_it_was_typed(path: KeyPath, value: str) -> None:
    after = with_value(NOTICE, path, value)
    assert (value_at(after, path) or "") == value
    assert with_value(after, path, str(value_at(NOTICE, path) or "")).count("\n") >= NOTICE.count("\n")
