"""Who and by when can only be chosen from what stands in the record."""

from __future__ import annotations

import pytest

from desktop.minutes.choices import due_dates, people, speech
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


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("田中さん、11月20日までに案を作ってください。", "田中"),
        ("田中係長、11月20日までに案を作ってください。", "田中係長"),
        ("ヤマダさん、11月20日までに案を作ってください。", "ヤマダ"),
        ("危機管理室で11月20日までに案を作ってください。", "危機管理室"),
    ],
)
def test_somebody_who_does_not_speak_can_be_asked_by_name(words: str, name: str) -> None:
    assert people(RECORD, task(("課長", words), taken_on=False))[0] == name


def test_work_asked_of_nobody_by_name_may_fall_to_anybody_last_of_all_to_who_asks() -> None:
    names = people(RECORD, task(("課長", "誰か11月20日までに案を作ってください。"), taken_on=False))
    assert names == ("宮本（学校施設係）", "市・長谷川", "市・吉田", "課長")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("案内は市民協働課で出すことに決めます。", ("市民協働課",)),
        ("花壇は緑台自治会にお願いすることにします。", ("緑台自治会",)),
        ("宮本さんが机を買うことに決めます。", ("宮本（学校施設係）",)),
        ("会議は第2会議室でやることに決めます。", ()),
        ("花壇は自治会にお願いすることにします。", ("自治会",)),
        ("花壇はひだまり台自治会にお願いすることにします。", ("ひだまり台自治会",)),
    ],
)
def test_a_decision_names_whole_those_its_words_name(words: str, names: tuple[str, ...]) -> None:
    assert people(RECORD, Finding(Kind.DECISION, (), (Turn("課長", words),), words)) == names


@pytest.mark.parametrize("limit", ["までに", "（金）までに", "（金）の午前中までに", "が締切なので、それまでに"])
def test_of_several_dates_only_the_one_with_a_limit_is_due(limit: str) -> None:
    words = f"12月1日に届くので、12月11日{limit}資料を直します。"
    assert due_dates(task(("佐藤", words))) == ("12月11日",)


@pytest.mark.parametrize("joint", ["、", "の"])
def test_a_relative_day_is_dropped_where_the_date_explains_it(joint: str) -> None:
    assert due_dates(task(("佐藤", f"来週の金曜{joint}11月27日に資料を届けます。"))) == ("11月27日",)


def test_dates_that_may_both_be_meant_are_both_offered() -> None:
    assert due_dates(task(("佐藤", "私が12月1日と12月5日に届けます。"))) == ("12月1日", "12月5日")


def test_the_deadline_of_a_request_counts_for_the_answer_too() -> None:
    asked = task(("課長", "宮本さん、12月11日までに出してください。"), ("宮本（学校施設係）", "はい。"))
    assert due_dates(asked) == ("12月11日",)


def test_a_decision_is_due_on_a_day_that_limits_it() -> None:
    words = "机は12月11日までに買うことに決めます。"
    assert due_dates(Finding(Kind.DECISION, (), (Turn("課長", words),), words)) == ("12月11日",)


def test_turns_are_read_to_the_model_a_line_each_with_their_speakers() -> None:
    assert speech((Turn("課長", "始めます。"), Turn("", "柵の話。"))) == "課長：始めます。\n柵の話。"
