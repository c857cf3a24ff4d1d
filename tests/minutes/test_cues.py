"""What a meeting decides, takes on and puts off is found in the words in which people say it."""

from __future__ import annotations

import pytest

from desktop.minutes.cues import Finding, Kind, find
from desktop.minutes.turns import Record, Turn


def said(*lines: str) -> tuple[Finding, ...]:
    """Return what is found in lines of the form 名前：本文."""
    turns = (line.partition("：") for line in lines)
    return find(Record((), tuple(Turn(name, text) for name, _, text in turns)))


def of_kind(kind: Kind, *lines: str) -> list[str]:
    return ["／".join(turn.written() for turn in found.reading) for found in said(*lines) if found.kind is kind]


@pytest.mark.parametrize(
    "words",
    [
        "12月14日から試行することに決めます。",
        "来年度は北中だけ、3,400万円で査定します。",
        "それでは、原案のとおり承認とします。",
        "今年は見送りましょう。",
        "給食費は据置きということで確認します。",
        "車での来場は禁止にしましょう。",
        "じゃあタブレットは今回なしで。",
        "じゃあ、切るのは西側の2本だけ、もう1本は支柱で残す。",
        "では、令和11年4月が妥当ということでご異議ございませんか。",
    ],
)
def test_a_decision_is_found_in_whatever_words_it_is_made(words: str) -> None:
    assert of_kind(Kind.DECISION, f"課長：{words}") == [f"課長：{words}"]


@pytest.mark.parametrize(
    "words",
    [
        "どうするか、きょう決めたいんです。",
        "今日の話は決まりでいいのか。",
        "去年は中止にしました。",
        "では議題2、土曜日の共同保育です。",
        "うちが据え置けば、県内で二番目になります。",
        "よろしいですか。",
    ],
)
def test_questions_reports_and_asides_are_no_decisions(words: str) -> None:
    assert of_kind(Kind.DECISION, f"課長：{words}") == []


def test_asking_for_consent_makes_the_sentence_before_it_the_decision() -> None:
    assert of_kind(Kind.DECISION, "西村：判断は当日の朝6時に危機管理室が行う。よろしいですね。") == [
        "西村：判断は当日の朝6時に危機管理室が行う。"
    ]


def test_a_proposal_is_a_decision_only_when_the_next_speaker_agrees() -> None:
    proposal = "菅：研修は1月19日と21日の計4回でいかがでしょうか。"
    assert of_kind(Kind.DECISION, proposal, "相沢：結構です。") == [f"{proposal}／相沢：結構です。"]
    assert of_kind(Kind.DECISION, proposal, "相沢：水曜は困ります。") == []


def test_a_short_decision_is_read_with_the_sentence_that_says_of_what() -> None:
    assert of_kind(Kind.DECISION, "大野：自動貸出機は新規でこの額だと無理です。認められません。") == [
        "大野：自動貸出機は新規でこの額だと無理です。認められません。"
    ]


def test_a_promise_with_its_deadline_in_the_next_sentence_is_one_task() -> None:
    words = "佐藤：案内文の案は私が作ります。11月20日までに皆さんに送ります。"
    assert of_kind(Kind.TASK, words) == [words]


def test_a_request_and_the_answer_that_takes_it_on_are_one_task() -> None:
    request, answer = "西村：手配は原田さん、お願いします。", "原田：はい、11月25日までに手配しておきます。"
    assert of_kind(Kind.TASK, request, answer) == [f"{request}／{answer}"]
    assert next(found for found in said(request, answer) if found.kind is Kind.TASK).taken_on


def test_two_deadlines_in_one_turn_are_two_tasks() -> None:
    words = "小林：チラシは11月13日までに届けます。米は12月5日までに運びます。"
    assert len(of_kind(Kind.TASK, words)) == 2


@pytest.mark.parametrize(
    "words",
    [
        "では田中さん、お願いします。",
        "資料1をご覧ください。",
        "隣の市では11月までに終えたそうです。",
        "去年は11月20日までに配りました。",
        "県の締切りが12月25日です。",
        "30本にさせてください。",
    ],
)
def test_giving_the_floor_reports_and_mere_dates_are_no_tasks(words: str) -> None:
    assert of_kind(Kind.TASK, f"課長：{words}", "田中：情報政策課です。") == []


def test_the_next_meeting_is_found_with_its_hour_and_place() -> None:
    lines = (
        "課長：次回ですが、12月8日の火曜日、午後1時30分から、第2会議室でどうでしょう。",
        "一同：結構です。",
        "課長：では次回は12月8日ということで終わります。",
    )
    (found,) = [found for found in said(*lines) if found.kind is Kind.NEXT]
    assert "午後1時30分" in found.said
    assert "第2会議室" in found.said


def test_an_hour_that_is_moved_right_after_is_part_of_the_next_meeting() -> None:
    lines = ("桑名：じゃあ次は12月19日の土曜。", "戸倉：7時じゃ遅いですよ。", "桑名：じゃあ6時半からにしましょう。")
    (found,) = [found for found in said(*lines) if found.kind is Kind.NEXT]
    assert "6時半" in found.words


def test_no_next_meeting_is_made_up() -> None:
    assert of_kind(Kind.NEXT, "西村：これは次の打合せで確認します。", "岡：次は炊き出しだ。") == []


def test_what_leads_to_a_decision_is_near_and_short() -> None:
    long = "岡：" + "去年のことを話します。" * 200
    (found,) = [found for found in said(long, "西村：では今年は30本に決めます。") if found.kind is Kind.DECISION]
    assert 0 < sum(len(turn.text) for turn in found.before) <= 500


def test_a_very_long_record_is_looked_through_to_its_end() -> None:
    lines = [f"課長：{number}番は11月20日までに作ります。" for number in range(5000)]
    assert len(of_kind(Kind.TASK, *lines)) == 5000
