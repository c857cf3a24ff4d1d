"""What a model writes about a place in a record cannot add a number to it, lose one, or speak of something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.figures import numbers
from desktop.core.sections import Column, Copy
from desktop.minutes.cues import Finding, Kind
from desktop.minutes.settle import TO_CHECK, same, settle_item, settle_row, settle_text
from desktop.minutes.turns import Turn

COLUMNS = (Column("事項", "事項", 24), Column("内容", "内容", 90), Column("期限", "期限", 30, Copy.DATES))
BEFORE = (Turn("田中", "機器は県から借ります。用紙で6万円ほどです。"),)
SAID = "では12月14日から1月15日まで、転入届に限って試行することに決めます。"
FOUND = Finding(Kind.DECISION, BEFORE, (Turn("課長", SAID),), SAID)
AS_SAID = SAID.removeprefix("では")


def row(content: str, topic: str = "転入届の試行") -> tuple[str, ...]:
    return settle_row(COLUMNS, (topic, content, ""), FOUND)


def test_a_faithful_row_stays_as_it_is() -> None:
    faithful = "転入届に限り、12月14日から1月15日まで試行する。"
    assert row(faithful) == ("転入届の試行", faithful, "")


@pytest.mark.parametrize(
    "content",
    [
        "転入届に限り、12月14日から試行する。",
        "転入届に限り、12月14日から1月15日まで95件を試行する。",
        "児童手当の窓口を12月14日から1月15日まで休止し、職員研修を実施する。",
    ],
)
def test_a_number_lost_or_made_up_or_another_topic_gives_way_to_the_records_words(content: str) -> None:
    assert row(content)[1] == AS_SAID


def test_a_made_up_number_in_a_small_cell_is_taken_out() -> None:
    assert row("転入届に限り、12月14日から1月15日まで試行する。", "第9号の試行")[0] == ""


def test_the_topic_of_an_earlier_part_of_the_meeting_is_not_put_over_a_decision() -> None:
    faithful = "転入届に限り、12月14日から1月15日まで試行する。"
    earlier = Finding(Kind.DECISION, (Turn("高橋", "広報の原稿を作ります。"), *BEFORE), FOUND.reading, SAID)
    assert settle_row(COLUMNS, ("広報の原稿", faithful, ""), earlier)[0] == ""
    assert settle_row(COLUMNS, ("用紙と機器", faithful, ""), earlier)[0] == "用紙と機器"


def test_kanji_and_arabic_digits_are_the_same_number() -> None:
    turn = Turn("吉田", "駐車場を三十五台とします。")
    text = "駐車場は35台とする。"
    assert settle_text(text, Finding(Kind.NEXT, (), (turn,), turn.text)) == text


def test_a_task_keeps_its_words_when_only_its_deadline_is_in_another_column() -> None:
    turn = Turn("佐藤", "案内文の案は私が作ります。11月20日までに送ります。")
    found = Finding(Kind.TASK, (), (turn,), turn.text, taken_on=True)
    columns = (
        Column("担当", "担当", 30, Copy.PEOPLE),
        Column("内容", "内容", 70),
        Column("期限", "期限", 30, Copy.DATES),
    )
    written = ("佐藤", "案内文の案を作って送る", "11月20日")
    assert settle_row(columns, written, found) == written


PASSAGE = (Turn("佐藤", "待ち時間は一番長い日で95分です。"), Turn("課長", "苦情も来ていましたか。"))


def test_an_opinion_stands_under_the_name_of_whoever_said_it() -> None:
    assert settle_item("課長：待ち時間は最長95分。", PASSAGE) == "佐藤：待ち時間は最長95分。"
    assert settle_item("佐藤：待ち時間は最長95分。", PASSAGE) == "佐藤：待ち時間は最長95分。"


@pytest.mark.parametrize("item", ["佐藤：待ち時間は120分。", "佐藤：公園の遊具を全部入れ替える。"])
def test_an_opinion_nobody_voiced_is_marked(item: str) -> None:
    assert settle_item(item, PASSAGE) == item + TO_CHECK


@pytest.mark.parametrize("answer", ["はい。", "はい、分かりました。", "承知しました。"])
def test_a_task_that_is_taken_on_with_a_mere_yes_never_loses_its_words(answer: str) -> None:
    turns = (Turn("課長", "佐藤さん、資料を直してください。"), Turn("佐藤", answer))
    found = Finding(Kind.TASK, (), turns, answer, taken_on=True)
    _, content = settle_row((COLUMNS[0], Column("内容", "内容", 70)), ("", "予算を3倍に増額する"), found)
    assert "資料" in content


@pytest.mark.parametrize(
    "text", ["２月１５日、第３会議室で行う。", "第3会議室で2月15日に行う。", "二月十五日、第3会議室で行う。"]
)
def test_a_text_that_says_the_same_in_other_digits_stays(text: str) -> None:
    said = "次回は2月15日に第3会議室で行います。"
    assert settle_text(text, Finding(Kind.NEXT, (), (Turn("課長", said),), said)) == text


@pytest.mark.parametrize("text", ["2月15日に行う。", "2月16日に第3会議室で行う。", "遊具の入替えは見送る。"])
def test_a_text_that_loses_or_changes_a_number_gives_way_to_the_records_words(text: str) -> None:
    said = "はい、では、次回は2月15日に第3会議室で行います。"
    settled = settle_text(text, Finding(Kind.NEXT, (), (Turn("課長", said),), said))
    assert settled == "次回は2月15日に第3会議室で行います。"


def test_an_opinion_in_kanji_digits_is_not_marked() -> None:
    item = "佐藤：待ち時間は九十五分。"
    assert settle_item(item, PASSAGE) == item


@given(st.text("0159件柵月日、。"), st.text("0159三十件転入届試行月日、。"))
def test_no_number_that_nobody_spoke_of_gets_into_a_row(topic: str, content: str) -> None:
    known = numbers(SAID + BEFORE[0].text)
    assert all(numbers(cell) <= known for cell in row(content, topic))


@pytest.mark.parametrize(("one", "other"), [("公園の柵、 ３件。", "公園の柵3件"), ("「柵」を直す", "柵を直す")])
def test_signs_spaces_and_widths_make_no_new_item(one: str, other: str) -> None:
    assert same(one) == same(other)
    assert same(one) != same("公園の柵を4件直す")
