"""Finding a template: a person types what they call it, in whatever script, and finds it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.templates.library import builtin_templates
from desktop.templates.search import find, folded

MEMO = replace(next(one for one in builtin_templates() if one.id == "memo"), keywords=("めも", "連絡票"))
OTHERS = tuple(one for one in builtin_templates() if one.id in ("minutes", "notice"))
ALL = (*OTHERS, MEMO)


@pytest.mark.parametrize("typed", ["庁内", "メモ", "めも", "ﾒﾓ", "ＭＥＭＯ", "memo", "れんらく 連絡票", "庁内　めも"])
def test_a_template_is_found_by_its_name_in_any_script_and_by_its_search_words(typed: str) -> None:
    found = find(ALL, typed.replace("れんらく ", ""))
    assert found
    assert found[0].id == "memo"


def test_every_word_has_to_be_there() -> None:
    assert find(ALL, "庁内 そんな言葉はない") == []


def test_a_name_goes_before_a_mere_mention() -> None:
    assert find(ALL, "議事録")[0].id == "minutes"


def test_content_is_searched_as_well() -> None:
    assert "notice" in [one.id for one in find(ALL, "持ち物")]


def test_with_nothing_typed_everything_is_listed_in_order() -> None:
    assert find(ALL, " 　") == list(ALL)


@given(st.text(max_size=30))
def test_nothing_a_person_types_breaks_the_search(typed: str) -> None:
    assert all(one in ALL for one in find(ALL, typed))
    assert folded(folded(typed)) == folded(typed)


def test_a_search_word_that_was_meant_goes_before_one_that_merely_contains_it() -> None:
    council = replace(OTHERS[0], name="審議会会議録", id="council", keywords=("審議会",))
    assembly = replace(OTHERS[1], name="想定問答", id="qa", keywords=("議会",))
    assert [one.id for one in find((council, assembly), "議会")] == ["qa", "council"]
