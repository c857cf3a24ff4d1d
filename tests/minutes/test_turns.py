"""A record is cut into turns whichever way it marks who speaks, and nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.minutes.turns import Record, Turn, passages, read_record

SPOKEN = (("課長", "始めます。"), ("佐藤", "はい。資料です。"), ("課長", "では次へ。"), ("佐藤", "分かりました。"))
HEAD = "日時　令和8年11月10日\n場所：第2会議室\n"


@pytest.mark.parametrize(
    "line",
    ["{name}：{text}", "{name}: {text}", "{name}「{text}」", "【{name}】{text}", "○{name}\n　{text}", "{name}　{text}"],
)
def test_every_usual_way_to_mark_a_speaker_is_understood(line: str) -> None:
    record = read_record(HEAD + "\n".join(line.format(name=name, text=text) for name, text in SPOKEN))
    assert [(turn.speaker, turn.text) for turn in record.turns] == list(SPOKEN)
    assert [line[:2] for line in record.head] == ["日時", "場所"]
    assert record.speakers == ("課長", "佐藤")


def test_what_goes_on_in_the_next_line_belongs_to_the_speaker() -> None:
    record = read_record("森：一つ目です。\n二つ目です。\n林：はい。\n森：以上です。\n林：どうも。")
    assert record.turns[0] == Turn("森", "一つ目です。二つ目です。")


def test_a_label_keeps_the_office_in_brackets() -> None:
    record = read_record("会長（大塚）：はい。\n事務局（片桐）：はい。\n会長（大塚）：では。\n事務局（片桐）：以上。")
    assert record.speakers == ("会長（大塚）", "事務局（片桐）")


def test_notes_without_speakers_become_lines() -> None:
    record = read_record("・窓口は12月から\n\n・見積りは田中\n")
    assert record == Record((), (Turn("", "・窓口は12月から"), Turn("", "・見積りは田中")))


def test_an_empty_record_has_no_turns() -> None:
    assert read_record(" \n\n") == Record((), ())


turns = st.lists(
    st.builds(Turn, st.sampled_from(["森", "林"]), st.text("あいう。", min_size=1, max_size=80)), max_size=12
)


@given(turns, st.integers(10, 100))
def test_passages_lose_no_word_and_stay_small(spoken: list[Turn], size: int) -> None:
    groups = passages(Record((), tuple(spoken)), size)
    pieces = [turn for group in groups for turn in group]
    said = ["".join(turn.sentences) if len(turn.text) > size else turn.text for turn in spoken]
    assert "".join(turn.text for turn in pieces) == "".join(said)
    assert all(len(group) == 1 or sum(len(turn.text) for turn in group) <= size for group in groups)
