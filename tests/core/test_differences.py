"""Comparing two texts: exact, in whole words, and quick on the worst of texts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.differences import Change, changed_places, compare

MARKS = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "[+{}+]"}
TEXTS = st.text(alphabet="会議受付窓口のはをします。、\n12ABｱ𠮟 　御ごお", max_size=80)


def marked(before: str, after: str) -> str:
    """Return the comparison with marks that can be read."""
    return "".join(MARKS[piece.change].format(piece.text) for piece in compare(before, after))


@given(TEXTS, TEXTS)
def test_no_character_of_either_text_is_lost_or_invented(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == after
    assert all(piece.text for piece in pieces)
    assert (changed_places(pieces) == 0) == (before == after)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("受付は12月14日から。", "受付は12月21日から。", "受付は12月[-14-][+21+]日から。"),
        ("田中が準備する。", "田中と佐藤が準備する。", "田中[+と佐藤+]が準備する。"),
        ("予算執行方針について", "予算執行計画について", "予算執行[-方針-][+計画+]について"),
        ("担当は田中です。", "担当は田村です。", "担当は[-田中-][+田村+]です。"),
        ("資料を行います。", "資料を行いました。", "資料を行[-います-][+いました+]。"),
        ("短くできるのではないか。", "短くできる。", "短くできる[-のではないか-]。"),
        ("担当課", "担当課長", "担当課[+長+]"),
        ("一つ目。\n二つ目。", "一つ目。\n間。\n二つ目。", "一つ目。\n[+間。\n+]二つ目。"),
        (
            "全く別の文章がここにある。",
            "明日は晴れるだろう。",
            "[-全く別の文章がここにある。-][+明日は晴れるだろう。+]",
        ),
        ("御連絡いたします。", "ご連絡いたします。", "[-御-][+ご+]連絡いたします。"),
        ("", "新しい", "[+新しい+]"),
        ("古い", "", "[-古い-]"),
    ],
)
def test_a_change_is_shown_in_words_that_can_be_read(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


def test_single_equal_characters_between_changes_do_not_stand_alone() -> None:
    shown = compare("窓口の受付は電話で行う予定。", "来庁の受付は郵送で行う予定。")
    same = [piece.text for piece in shown if piece.change is Change.SAME]
    assert all(len(text) > 2 or text in "。、" for text in same), same


@pytest.mark.parametrize(("before", "after"), [("あ。" * 9000, "い。あ。" * 3000), ("あ漢" * 900, "漢あ" * 1000)])
def test_a_text_that_repeats_itself_does_not_hold_the_window_up(before: str, after: str) -> None:
    started = time.process_time()
    compare(before, after)
    assert time.process_time() - started < 5
