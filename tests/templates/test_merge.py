"""Two people change one template: what only one changed is taken, what both changed is shown, nothing is left out."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.templates.merge import END_MARK, MINE_MARK, Merge, Piece, PieceKind, merge

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "\n", "あ\r\n"]), max_size=12).map("".join)


def _side(found: Merge, side: str) -> str:
    return "".join(line for piece in found.pieces for line in getattr(piece, side))


@given(LINES, LINES)
def test_a_change_on_one_side_alone_is_taken_as_it_is(base: str, changed: str) -> None:
    assert merge(base, changed, base).text == changed
    assert merge(base, base, changed).text == changed
    assert merge(base, changed, changed).text == changed
    assert merge(base, changed, changed).conflicts == 0


@given(LINES, LINES, LINES)
def test_every_line_of_all_three_texts_is_in_the_pieces(base: str, theirs: str, mine: str) -> None:
    found = merge(base, theirs, mine)
    assert (_side(found, "base"), _side(found, "theirs"), _side(found, "mine")) == (base, theirs, mine)


@given(LINES, LINES, LINES)
def test_nothing_that_was_added_is_missing_in_the_merged_text(base: str, theirs: str, mine: str) -> None:
    found = merge(base, theirs, mine)
    for piece in found.pieces:
        changed = [side for side in (piece.theirs, piece.mine) if side != piece.base]
        for side in changed:
            assert "".join(side) in "".join(piece.lines)


@given(LINES, LINES, LINES)
def test_it_does_not_matter_who_was_first_except_for_the_order_in_a_conflict(base: str, theirs: str, mine: str) -> None:
    turned = {PieceKind.MINE: PieceKind.THEIRS, PieceKind.THEIRS: PieceKind.MINE}
    one, two = merge(base, theirs, mine), merge(base, mine, theirs)
    assert [piece.base for piece in one.pieces] == [piece.base for piece in two.pieces]
    assert [turned.get(piece.kind, piece.kind) for piece in one.pieces] == [piece.kind for piece in two.pieces]


def test_changes_in_different_places_come_together_without_a_question() -> None:
    base = "a = 1\nb = 2\nc = 3\nd = 4\n"
    found = merge(base, base.replace("a = 1", "a = 10"), base.replace("d = 4", "d = 40"))
    assert found.conflicts == 0
    assert found.text == "a = 10\nb = 2\nc = 3\nd = 40\n"


def test_a_contradiction_shows_both_sides_and_cannot_be_taken_for_a_template() -> None:
    found = merge("a = 1\nb = 2", "a = 1\nb = 3", "a = 1\nb = 4")
    assert found.conflicts == 1
    assert found.pieces[-1] == Piece(PieceKind.CONFLICT, ("b = 2",), ("b = 3",), ("b = 4",))
    assert f"{MINE_MARK}\nb = 4\n" in found.text
    assert "\nb = 3\n" in found.text
    assert found.text.endswith(f"{END_MARK}\n")
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(found.text)
