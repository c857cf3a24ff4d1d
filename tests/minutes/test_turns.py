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


STYLES = [
    "{name}：{text}",
    "{name}: {text}",
    "{name}「{text}」",
    "【{name}】{text}",
    "[{name}] {text}",
    "［{name}］{text}",
    "○{name}\n　{text}",
    "◎{name}　{text}",
    "{name}　{text}",
    "{name}\t{text}",
]
NAMES = ("課長", "佐藤", "宮本（学校施設係）")
speeches = st.lists(
    st.text("あいえ柵費7件、", min_size=1, max_size=40).map(lambda text: f"は{text}。"), min_size=1, max_size=12
).map("".join)
meetings = st.lists(st.builds(Turn, st.sampled_from(NAMES), speeches), max_size=12).map(tuple)


@pytest.mark.parametrize("style", STYLES)
@given(spoken=meetings)
def test_whatever_is_said_is_read_back_word_for_word(style: str, spoken: tuple[Turn, ...]) -> None:
    whole = (*(Turn(name, "はい。") for name in NAMES * 2), *spoken)
    lines = "\n".join(style.format(name=turn.speaker, text=turn.text) for turn in whole)
    assert read_record(HEAD + lines).turns == whole


@pytest.mark.parametrize("style", STYLES)
def test_lines_without_a_speaker_go_on_with_the_one_before_in_every_style(style: str) -> None:
    lines = "\n".join(style.format(name=name, text=text) for name, text in SPOKEN)
    record = read_record(lines + "\n　運搬費もあります。\n\n  足場代もです。")
    assert record.turns[-1] == Turn("佐藤", "分かりました。運搬費もあります。足場代もです。")


def test_a_quotation_over_several_lines_is_one_speech() -> None:
    text = "課長「始めます。\n柵です。」\n佐藤「はい。」\n課長「以上」\n佐藤「はい」"
    assert read_record(text).turns[:2] == (Turn("課長", "始めます。柵です。"), Turn("佐藤", "はい。"))


def test_a_quotation_inside_a_speech_keeps_its_closing_bracket() -> None:
    text = "課長：看板の文字は「ようこそ」\n佐藤：はい。\n課長：以上です。\n佐藤：はい。"
    assert read_record(text).turns[0].text == "看板の文字は「ようこそ」"


def test_an_hour_or_a_label_inside_a_speech_is_no_new_speaker() -> None:
    text = "課長：10：30から始めます。\n佐藤：場所：第2会議室です。\n課長：はい。\n佐藤：以上です。"
    assert read_record(text).turns[:2] == (Turn("課長", "10：30から始めます。"), Turn("佐藤", "場所：第2会議室です。"))


def test_somebody_who_speaks_only_once_is_a_speaker_too() -> None:
    record = read_record("課長：始めます。\n鈴木：一つだけ。\n課長：はい。\n佐藤：私も。\n課長：以上です。")
    assert record.speakers == ("課長", "鈴木", "佐藤")


def test_a_record_saved_with_windows_line_ends_is_the_same() -> None:
    text = HEAD + "\n".join(f"{name}：{words}" for name, words in SPOKEN)
    assert read_record(text.replace("\n", "\r\n")) == read_record(text)


def test_labels_of_a_form_that_never_come_back_are_no_speakers() -> None:
    assert read_record("日時：11月10日\n場所：会議室\n議題：柵").speakers == ()


def test_speech_is_cut_after_full_stops_and_questions_but_not_before_a_closing_bracket() -> None:
    parts = ("本当ですか？", "はい！", "柵は直します（来年）。", "「賛成です。」", "と言いました。", "以上")
    assert Turn("課長", "".join(parts)).sentences == parts


@given(meetings, st.integers(1, 300))
def test_a_turn_that_fits_into_a_passage_is_never_cut(spoken: tuple[Turn, ...], size: int) -> None:
    pieces = iter([turn for group in passages(Record((), spoken), size) for turn in group])
    assert all(turn in pieces for turn in spoken if len(turn.text) <= size)


@given(meetings, st.integers(1, 300))
def test_only_a_sentence_longer_than_a_passage_makes_a_longer_one(spoken: tuple[Turn, ...], size: int) -> None:
    for group in passages(Record((), spoken), size):
        assert sum(len(turn.text) for turn in group) <= size or [len(turn.sentences) for turn in group] == [1]


@given(st.text())
def test_any_text_is_read_without_a_failure(text: str) -> None:
    record = read_record(text)
    assert all(line.strip() for line in record.head)
    assert all(passages(record, 50))
