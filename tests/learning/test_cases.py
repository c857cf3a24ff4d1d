"""A case file is read whole or refused with its line; what a person wrote comes back sign by sign."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, UserFault
from desktop.learning.cases import (
    CASE,
    MAX_BODY,
    MAX_TEXT,
    Case,
    CaseReason,
    dump_case,
    matches,
    new_identity,
    parse_case,
)
from desktop.session.wording import LANGUAGES
from desktop.templates.toml_text import one_line, several_lines
from tests.support.cases import case

MESSAGES = Path(__file__).parents[2] / "desktop" / "resources" / "messages"
GOOD = dump_case(case())


def refusal(text: str) -> tuple[str, int, str]:
    with pytest.raises(UserFault) as caught:
        parse_case(text, "例.toml")
    assert caught.value.code is ErrorCode.CASE_BROKEN
    assert caught.value.fields["file"] == "例.toml"
    fields = caught.value.fields
    return str(fields["reason"]), int(fields["line"]), str(fields["key"])


def test_a_case_reads_back_as_it_was_written() -> None:
    whole = case(tips="一行目\n二行目", body='【本文】\n"""引用""" と \\ と\tタブ\n\n', author="田中")
    assert parse_case(dump_case(whole), "x.toml") == whole


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(TEXTS, TEXTS)
@example('"""', '\\"')
@example("a\r\nb\x00\x7f", '\n"')
def test_any_text_survives_in_the_file(first: str, second: str) -> None:
    text = f"a = {several_lines(first)}\nb = {one_line(second)}\n"
    assert tomllib.loads(text) == {"a": first, "b": second}


@pytest.mark.parametrize(
    ("change", "reason", "key"),
    [
        (("minutes_after = 40", 'minutes_after = "40"'), "wrong_type", "minutes_after"),
        (("minutes_after = 40", "minutes_after = -1"), "out_of_range", "minutes_after"),
        (("minutes_after = 40\n", ""), "missing_key", "minutes_after"),
        (("minutes_after", "minutes_later"), "unknown_key", "minutes_later"),
        (('template = "minutes"', 'template = "../../secret"'), "bad_name", "template"),
        (('template = "minutes"', 'template = "C:\\\\NUL"'), "bad_name", "template"),
        (("2026-11-24", "2026-11-31"), "not_a_date", "updated"),
        (("title = ", 'title = "あ\\nい" #'), "line_break", "title"),
        (("title = ", f'title = "{"長" * 61}" #'), "too_long", "title"),
        (("worked = ", f'worked = "{"長" * (MAX_TEXT + 1)}" #'), "too_long", "worked"),
        (("worked = ", 'worked = " " #'), "empty", "worked"),
        (("format = 1", "format = 2"), "format_unsupported", "format"),
        (("format = 1", "format = true"), "wrong_type", "format"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(change: tuple[str, str], reason: str, key: str) -> None:
    assert change[0] in GOOD
    found, line, named = refusal(GOOD.replace(*change, 1))
    assert (found, named) in ((reason, key), ("missing_key", "minutes_after"))
    assert line >= 1


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        GOOD + "x = " + "{a=" * 5_000,
        "a = " + "9" * 10_000,
        GOOD[: len(GOOD) // 2],
        "",
        "\x00",
    ],
)
def test_deep_endless_and_half_files_are_refused_and_never_crash(text: str) -> None:
    assert refusal(text)[0] in {reason.value for reason in CaseReason}


def test_a_huge_file_is_refused_before_it_is_read_as_toml() -> None:
    assert refusal(GOOD + "#" * 200_000)[0] == "too_long"


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    with pytest.raises(UserFault):
        parse_case(content.decode("utf-8", "replace"), "x")


def test_a_body_that_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(UserFault) as caught:
        dump_case(case(body="長" * (MAX_BODY + 1)))
    assert caught.value.fields["reason"] == "too_long"


def test_the_saving_is_never_less_than_nothing() -> None:
    assert case().minutes_saved == 140
    assert case(minutes_before=10, minutes_after=30).minutes_saved == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [("", True), ("議事録", True), ("ｷﾞｼﾞﾛｸ", False), ("ひょう", True), ("ﾋｮｳ　総務", True), ("議事録 福祉", False)],
)
def test_search_knows_no_difference_of_width_and_kana(query: str, found: bool) -> None:  # noqa: FBT001 -- a table
    assert matches(case(worked="ヒョウの担当と期限がそのまま残った。"), query) is found


def test_two_cases_of_one_day_have_different_identities() -> None:
    assert new_identity(dt.date(2026, 11, 24)) != new_identity(dt.date(2026, 11, 24))
    made = Case(**{**{key: getattr(case(), key) for key in Case.__slots__}, "id": new_identity(dt.date(2026, 11, 24))})
    assert parse_case(dump_case(made), "x").id.startswith("20261124-")


def test_every_reason_has_words_in_both_languages() -> None:
    for language in LANGUAGES:
        words = tomllib.loads((MESSAGES / f"details_{language}.toml").read_text("utf-8"))
        assert set(words["case_broken"]["reason"]) == {reason.value for reason in CaseReason}


def test_the_example_in_the_documentation_is_a_case_that_the_program_takes() -> None:
    documentation = (Path(__file__).parents[2] / "docs" / "cases.md").read_text("utf-8")
    example_file = documentation.split("```toml\n")[1].split("```")[0]
    shown = parse_case(example_file, "例.toml")
    assert (shown.template, shown.minutes_saved) == ("event", 50)
    assert all(f"`{key}`" in documentation for key in CASE)
