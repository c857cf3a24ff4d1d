"""Who and by when can only be chosen from what stands in the record."""

from __future__ import annotations

import pytest

from desktop.minutes.choices import due_dates, people
from desktop.minutes.cues import Finding, Kind
from desktop.minutes.turns import Record, Turn

RECORD = Record((), tuple(Turn(name, "はい。") for name in ("課長", "宮本（学校施設係）", "市・長谷川", "市・吉田")))


def task(*turns: tuple[str, str], taken_on: bool = True) -> Finding:
    reading = tuple(Turn(name, text) for name, text in turns)
    return Finding(Kind.TASK, (), reading, reading[-1].text, taken_on)


def test_who_takes_work_on_does_it() -> None:
    assert people(RECORD, task(("市・吉田", "私が作ります。")))[0] == "市・吉田"
    asked = task(("課長", "宮本さん、出してもらえますか。"), ("宮本（学校施設係）", "はい、出します。"))
    assert people(RECORD, asked) == ("宮本（学校施設係）",)


def test_somebody_named_in_the_promise_can_be_chosen_instead() -> None:
    assert "市・長谷川" in people(RECORD, task(("市・吉田", "御案内は長谷川が作ります。")))
    assert "市民協働課" in people(RECORD, task(("市・吉田", "資料は市民協働課で作ります。")))


def test_who_is_asked_comes_before_who_asks() -> None:
    names = people(RECORD, task(("課長", "宮本さん、12月11日までに出してください。"), taken_on=False))
    assert names[0] == "宮本（学校施設係）"
    assert names[-1] == "課長"


def test_a_room_and_everybody_are_nobody() -> None:
    assert people(RECORD, task(("課長", "会議室で皆さんに私が話します。"))) == ("課長",)


def test_a_decision_names_nobody_unless_its_words_do() -> None:
    turn = Turn("課長", "来年は30本とします。")
    assert people(RECORD, Finding(Kind.DECISION, (), (turn,), turn.text)) == ()
    acting = Turn("課長", "判断は危機管理室がします。")
    assert people(RECORD, Finding(Kind.DECISION, (), (acting,), acting.text)) == ("危機管理室",)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("12月4日に聞いて、12月18日までに出します。", ("12月18日",)),
        ("今週中、11月20日にはお持ちします。", ("11月20日",)),
        ("12月4日の金曜日までに作ります。", ("12月4日",)),
        ("できしだい送ります。", ()),
    ],
)
def test_only_a_date_that_is_a_deadline_can_be_one(words: str, found: tuple[str, ...]) -> None:
    assert due_dates(task(("課長", words))) == found


def test_the_days_of_a_decision_are_no_deadline() -> None:
    turn = Turn("課長", "3月28日と4月4日に開けることに決定します。")
    assert due_dates(Finding(Kind.DECISION, (), (turn,), turn.text)) == ()
