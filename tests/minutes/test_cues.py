"""What a meeting decides, takes on and puts off is found in the words in which people say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.minutes.cues import Finding, Kind, find
from desktop.minutes.turns import Record, Turn, read_record


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


@pytest.mark.parametrize(
    "words",
    [
        "花壇の水やりは自治会に頼むことにします。",
        "2月15日の稼働でいきましょう。",
        "この案のとおり承認します。",
        "利用料は200円に据え置きます。",
        "開館時間は午後6時までとします。",
        "柵の色は緑に統一します。",
        "柵は今年は直さないことになります。",
        "受付はこれまでどおりで結構です。",
    ],
)
def test_a_decision_is_found_however_formal_its_words_are(words: str) -> None:
    assert of_kind(Kind.DECISION, f"課長：{words}") == [f"課長：{words}"]


@pytest.mark.parametrize(
    "question", ["よろしいですか。", "これでいいですね。", "よろしゅうございますか。", "ご異議ありませんか。"]
)
def test_consent_is_asked_for_in_several_ways(question: str) -> None:
    words = "課長：柵の修理費は30万円以内です。"
    assert of_kind(Kind.DECISION, words + question, "佐藤：はい。") == [words]


@pytest.mark.parametrize(
    ("proposal", "answer"),
    [
        ("柵の色は緑でいいですか。", "いいですよ。"),
        ("柵の色は緑に塗り替えたいと思います。", "賛成です。"),
        ("柵の修理は来年まで延ばしませんか。", "異議なし。"),
    ],
)
def test_of_the_answer_to_a_proposal_only_the_consent_is_read(proposal: str, answer: str) -> None:
    found = of_kind(Kind.DECISION, f"課長：{proposal}", f"佐藤：{answer}次は花壇の話です。")
    assert found == [f"課長：{proposal}／佐藤：{answer}"]


@pytest.mark.parametrize("answer", ["いや、反対です。", "青の方がいいのでは。", "いくらですか。"])
def test_a_refused_proposal_is_no_decision(answer: str) -> None:
    assert of_kind(Kind.DECISION, "課長：柵の色は緑ではいかがでしょうか。", f"佐藤：{answer}") == []


def test_nobody_agrees_to_their_own_proposal() -> None:
    assert of_kind(Kind.DECISION, "課長：柵の色は緑ではいかがでしょうか。", "課長：結構です。") == []


@pytest.mark.parametrize(
    "words",
    [
        "会場を変えることにしますか。",
        "会場はいつまでに決めますか。",
        "先週、会場を変えることに決めました。",
        "会場を変えることに決めたと聞いています。",
        "利用者は毎年300人ほどです。",
    ],
)
def test_what_is_asked_or_is_past_is_no_decision(words: str) -> None:
    assert of_kind(Kind.DECISION, f"課長：{words}", "佐藤：そうですね。") == []


def test_the_reason_that_follows_a_decision_is_read_with_it() -> None:
    words = "課長：遊具の入替えは今年は見送りましょう。予算がないためです。"
    assert of_kind(Kind.DECISION, words) == [words]


def test_two_decisions_in_one_speech_are_two() -> None:
    first, second = "柵は緑に塗ることに決めます。", "遊具の入替えは見送りましょう。"
    assert of_kind(Kind.DECISION, f"課長：{first}{second}") == [f"課長：{first}", f"課長：{second}"]


def test_what_the_same_speaker_said_before_leads_to_the_decision() -> None:
    (found,) = said("佐藤：柵は7件壊れました。", "課長：費用は30万円ですね。柵は8月3日から直すことに決めます。")
    assert found.before == (Turn("佐藤", "柵は7件壊れました。"), Turn("課長", "費用は30万円ですね。"))


@pytest.mark.parametrize(
    "words",
    ["図面はうちで作って配ります。", "数字を確認しておきます。", "この件は持ち帰ります。", "11月末までに資料を直す。"],
)
def test_work_that_somebody_takes_on_is_a_task(words: str) -> None:
    assert of_kind(Kind.TASK, f"佐藤：{words}") == [f"佐藤：{words}"]


def test_a_promise_is_a_task_even_when_it_begins_with_looking_at_something() -> None:
    words = "佐藤：私が図面を見て、12月11日までに直します。"
    assert of_kind(Kind.TASK, words) == [words]


def test_a_request_with_a_date_is_a_task_even_when_nobody_answers_it() -> None:
    request = "課長：佐藤さん、11月20日までに見積りを取ってください。"
    assert of_kind(Kind.TASK, request, "佐藤：去年は高かったです。") == [request]
    assert not next(found.taken_on for found in said(request) if found.kind is Kind.TASK)


def test_a_request_without_a_date_that_nobody_takes_on_is_no_task() -> None:
    request = "課長：佐藤さん、見積りを取ってもらえますか。"
    assert of_kind(Kind.TASK, request, "佐藤：去年は高かったです。") == []
    assert of_kind(Kind.TASK, request, "課長：はい、分かりました。") == []


@pytest.mark.parametrize(
    "words",
    [
        "では、佐藤さんから説明をお願いします。",
        "ご意見をお願いします。",
        "少しお待ちください。",
        "私から説明させてください。",
        "11月10日は祝日です。",
        "窓口の混雑は11月10日からひどくなっています。",
        "昨日、見積りを取りました。",
        "見積りは取りません。",
        "いつまでに取りますか。",
    ],
)
def test_courtesies_and_information_are_no_tasks(words: str) -> None:
    assert of_kind(Kind.TASK, f"課長：{words}", "佐藤：はい、佐藤です。柵は7件壊れました。") == []


def test_a_period_that_is_decided_is_a_decision_and_no_task() -> None:
    assert [found.kind for found in said("課長：プールは4月1日まで休むことに決めます。")] == [Kind.DECISION]


def test_what_an_answer_promises_beyond_the_request_is_a_task_of_its_own() -> None:
    request = "課長：佐藤さん、見積りを取ってもらえますか。"
    promise, more = "佐藤：はい。11月20日までに取ります。", "12月3日までに図面も作ります。"
    assert of_kind(Kind.TASK, request, promise + more) == [f"{request}／{promise}", f"佐藤：{more}"]


@pytest.mark.parametrize(
    "words",
    [
        "次回は12月3日の午後2時から第2会議室です。",
        "次の打合せは来週の金曜の10時に開きます。",
        "では、次は来週の金曜、10時に集まりましょう。",
        "2回目の説明会は1月20日です。",
    ],
)
def test_the_next_meeting_is_neither_a_decision_nor_a_task(words: str) -> None:
    (found,) = said("課長：柵は以上です。", f"課長：{words}", "佐藤：はい。")
    assert (found.kind, found.said) == (Kind.NEXT, words)


def test_the_next_meeting_in_the_coming_month_is_found() -> None:
    assert len(of_kind(Kind.NEXT, "課長：次の会議は来月10日に開きます。")) == 1


def test_a_day_that_is_changed_later_is_read_to_its_last_word() -> None:
    lines = ("課長：次回は11月20日でどうですか。", "佐藤：出張です。", "課長：では次回は11月27日にします。")
    (found,) = [found for found in said(*lines) if found.kind is Kind.NEXT]
    assert found.reading[-1] == Turn("課長", "では次回は11月27日にします。")


@pytest.mark.parametrize(
    "words", ["次回は未定です。", "次の議題に移ります。柵は11月10日に直します。", "柵の修理は12月3日に始めます。"]
)
def test_a_day_for_something_else_is_no_next_meeting(words: str) -> None:
    assert of_kind(Kind.NEXT, f"課長：{words}", "佐藤：はい。") == []


MEETING = """課長：公園の柵は去年7件も壊れましたね。
佐藤：8月に3週間あれば直せます。費用は30万円ほどです。
課長：では柵は8月3日から、30万円以内で直すことに決めます。
課長：佐藤さん、業者の見積りを取ってもらえますか。
佐藤：はい、5月9日までに取ります。
鈴木：花壇の水やりは4人で毎日2時間かかります。
"""


def test_everything_is_found_in_a_record_of_200_000_characters() -> None:
    times = 200_000 // len(MEETING)
    kinds = [found.kind for found in find(read_record(MEETING * times))]
    assert kinds == [Kind.DECISION] * times + [Kind.TASK] * times


@given(st.lists(st.sampled_from(MEETING.splitlines()), max_size=12), st.text())
def test_what_is_found_stands_in_the_record(lines: list[str], text: str) -> None:
    spoken = [without_space(line.partition("：")[2]) for line in [*lines, f"岡：{text}"]]
    for found in said(*lines, f"岡：{text}"):
        assert found.said
        assert all(any(without_space(turn.text) in one for one in spoken) for turn in found.reading)


def without_space(text: str) -> str:
    return "".join(text.split())


def test_a_deadline_added_as_an_afterthought_belongs_to_the_promise() -> None:
    words = "能勢：私が署に行ってきます。来週の金曜、28日までには。"
    assert of_kind(Kind.TASK, words) == [words]
