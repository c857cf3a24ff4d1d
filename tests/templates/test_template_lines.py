"""Line numbers of TOML keys and values."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.templates.lines import locate

TEXT = '''# a comment with a [bracket] and a = sign
format = 1
"会議名" = "みどり = [市]"

[layout] # trailing
contact = [
  "一",  # first
  "二",
  """三
  の行""",
]
fact = [{ label = "日時", value = "{日}" },
  { label = "場所", value = "x" }]

[[section]]
key = "a"
instruction = """
一行目
二行目 key = "not a key"
[[section]]
"""

[[section.column]]
key = 'c1'

[[section.column]]
  key = "c2"

[[section]]
key = "b"

[[section.column]]
key = "c3"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("format",), 2),
        (("会議名",), 3),
        (("layout",), 5),
        (("layout", "contact"), 6),
        (("layout", "contact", 1), 8),
        (("layout", "contact", 2), 9),
        (("layout", "fact", 0, "value"), 12),
        (("layout", "fact", 1, "value"), 13),
        (("section", 0), 15),
        (("section", 0, "instruction"), 17),
        (("section", 0, "column", 0, "key"), 24),
        (("section", 0, "column", 1, "key"), 27),
        (("section", 1, "key"), 30),
        (("section", 1, "column", 0, "key"), 33),
    ],
)
def test_every_key_is_found_on_its_own_line(path: tuple[str | int, ...], line: int) -> None:
    # The text is given as Windows writes it.
    text = TEXT.replace("\n", "\r\n")
    tomllib.loads(text)

    assert locate(text).line(path) == line


def test_a_key_that_is_not_there_gets_the_line_of_its_table() -> None:
    positions = locate(TEXT)

    assert positions.line(("section", 1, "kind")) == positions.line(("section", 1))
    assert positions.line(("prompt", "user")) == 1


def test_a_word_inside_a_long_text_gets_its_own_line() -> None:
    assert locate(TEXT).line_of_text(("section", 0, "instruction"), "二行目") == 19


def test_quotation_marks_at_the_end_of_a_long_text_do_not_confuse_the_lines() -> None:
    text = 'a = """x""""\nb = \'\'\'y\'\'\'\'\'\nc = "\\""\nd = 1979-05-27 07:32:00 # when\ne.f = 2\n'
    tomllib.loads(text)
    positions = locate(text)

    assert [positions.line((key,)) for key in "abcd"] == [1, 2, 3, 4]
    assert positions.line(("e", "f")) == 5


STATEMENTS = (
    'a = "x"',
    "[t]",
    "[[t]]",
    "[t.u]",
    "[[t.u]]",
    'b = """',
    '"""',
    "c = '''",
    "'''",
    "d = [1, [2,",
    "]]",
    "e = { f = 1, g = { h = [] } }",
    '"鍵" = "\\""',
    "# [x]",
    "i.j = 2020-01-01 10:00:00",
)


@given(st.lists(st.sampled_from(STATEMENTS), max_size=8).map("\n".join))
def test_no_accepted_text_makes_the_search_for_lines_fail_or_hang(text: str) -> None:
    try:
        tomllib.loads(text)
    except ValueError:
        return
    positions = locate(text)
    assert all(1 <= positions.line(path) <= text.count("\n") + 1 for path in positions.keys)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ('"会議名"', "会議名"),
        ("'会議名'", "会議名"),
        ('"引用\\"符"', '引用"符'),
        ("'逆\\斜線'", "逆\\斜線"),
        ('"\\u4f1a"', "会"),
    ],
)
def test_the_line_of_a_quoted_key_is_found_under_the_key_that_was_meant(written: str, key: str) -> None:
    text = f"a = 1\n{written} = 2\n"
    assert key in tomllib.loads(text)
    assert locate(text).line((key,)) == 2
