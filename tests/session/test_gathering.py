"""Minutes are asked for place by place: nothing is asked twice, nothing found is dropped, nothing is made up."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.sections import Content, ListContent, TableContent, TextContent
from desktop.engine.grammar import to_gbnf
from desktop.minutes.settle import TO_CHECK
from desktop.session.asks import Answers, Ask, Growth, Settled
from desktop.session.gathering import Gathering
from desktop.session.plan import FORM, Plan
from desktop.templates.library import builtin_templates
from desktop.templates.render import validate_inputs
from desktop.templates.samples import example_values

TEMPLATE = next(template for template in builtin_templates() if template.id == "minutes")
KEYS = [spec.key for spec in TEMPLATE.sections]
RECORD = """課長：消火器の話からです。去年は20本で足りませんでした。
原田：今年は30本にできます。
課長：では30本とすることに決めます。
原田：私が11月25日までに手配します。
課長：次回は12月8日の午後1時30分から、第2会議室で行います。
原田：分かりました。"""
NOTES = "消火器は足りない\n去年は二十本\n予算はある\n天気が心配"
DECISION = {"事項": "消火器", "内容": "消火器は30本とする。", "担当": "", "期限": ""}
TASK = {"担当": "原田", "内容": "消火器を手配する", "期限": "11月25日"}


def values(record: str) -> dict[str, str]:
    return {"会議名": "定例会議", "会議の記録": record}


def answer_of(ask: Ask) -> str:
    """Return a good answer to any question about the small record."""
    rules = ask.messages[0].content
    if "・決定事項：" in rules:
        return json.dumps(DECISION, ensure_ascii=False)
    if "・宿題：" in rules:
        return json.dumps(TASK, ensure_ascii=False)
    if "・次回：" in rules:
        return json.dumps({"次回": "12月8日 午後1時30分 第2会議室"}, ensure_ascii=False)
    key = "議題" if "・議題：" in rules else "主な意見"
    return json.dumps({key: ["消火器の本数", "消火器の本数"]}, ensure_ascii=False)


def draft(record: str, answers: Answers, pending: list[str]) -> tuple[list[Ask], dict[str, Content], set[str]]:
    """Answer every question; returns the questions, the contents and the finished sections."""
    contents: dict[str, Content] = {}
    asked: list[Ask] = []
    finished: set[str] = set()
    plan = Plan(TEMPLATE, values(record), contents, pending)
    for step in plan.asks(answers):
        if isinstance(step, Settled):
            growth: Growth = step.growth
        else:
            asked.append(step)
            answers.put(step.id, answer_of(step))
            growth = step.read(answers.get(step.id), True)
        contents.update({key: content for key, (content, _) in growth.items()})
        finished.update(key for key, (_, done) in growth.items() if done)
    return asked, contents, finished


def test_every_place_is_asked_about_once_and_the_agenda_comes_last() -> None:
    asked, contents, finished = draft(RECORD, Answers(), KEYS)
    sections = [next(key for key in KEYS if f"・{key}：" in ask.messages[0].content) for ask in asked]
    assert sections == ["主な意見", "決定事項", "宿題", "次回", "議題"]
    assert finished == set(KEYS)
    assert contents["決定事項"] == TableContent((("消火器", "消火器は30本とする。", "", ""),))
    assert contents["宿題"] == TableContent((("原田", "消火器を手配する", "11月25日"),))
    assert "30本" in asked[-1].messages[-1].content


def test_the_count_of_questions_is_known_before_the_first() -> None:
    asked, _, _ = draft(RECORD, Answers(), KEYS)
    assert Plan(TEMPLATE, values(RECORD), {}, KEYS).count == len(asked)


def test_who_and_by_when_are_bound_to_the_names_and_dates_of_the_place() -> None:
    asked, _, _ = draft(RECORD, Answers(), ["宿題"])
    properties = asked[0].schema["properties"]
    assert isinstance(properties, dict)
    assert properties["担当"] == {"type": "string", "enum": ["原田"]}
    assert properties["期限"] == {"type": "string", "enum": ["11月25日"]}


def test_what_was_answered_before_a_crash_is_not_asked_again() -> None:
    answers = Answers()
    asked, contents, _ = draft(RECORD, answers, KEYS)
    again, same, finished = draft(RECORD, Answers(answers.dumps()), KEYS)
    assert asked
    assert again == []
    assert same == contents
    assert finished == set(KEYS)


def test_an_answer_that_broke_off_is_continued_from_there() -> None:
    answers = Answers()
    asked, _, _ = draft(RECORD, answers, ["宿題"])
    half = answers.get(asked[0].id)[:20]
    broken = Answers()
    broken.put(asked[0].id, half)
    first = next(Plan(TEMPLATE, values(RECORD), {}, ["宿題"]).asks(Answers(broken.dumps())))
    assert isinstance(first, Ask)
    assert first.written == half


def test_a_record_that_was_corrected_meanwhile_is_asked_about_anew() -> None:
    answers = Answers()
    draft(RECORD, answers, ["宿題"])
    asked, _, _ = draft(RECORD.replace("25日", "26日"), Answers(answers.dumps()), ["宿題"])
    assert len(asked) == 1
    assert asked[0].written == ""


def test_a_meeting_that_names_no_next_one_is_marked_and_nothing_is_made_up() -> None:
    lines = [line for line in RECORD.splitlines() if "次回" not in line]
    asked, contents, finished = draft("\n".join(lines), Answers(), ["次回"])
    assert asked == []
    assert contents["次回"] == TextContent(TO_CHECK)
    assert finished == {"次回"}


def test_what_is_said_twice_stands_once_and_in_its_first_place() -> None:
    _, contents, _ = draft(RECORD, Answers(), ["主な意見"])
    assert isinstance(contents["主な意見"], ListContent)
    assert len(contents["主な意見"].items) == 1


def test_notes_in_which_nobody_speaks_are_read_as_a_whole() -> None:
    assert Gathering(TEMPLATE, values(NOTES)).keys == ()
    first = next(Plan(TEMPLATE, values(NOTES), {}, KEYS).asks(Answers()))
    assert isinstance(first, Ask)
    assert first.id == FORM
    assert NOTES in first.messages[-1].content


def test_a_record_longer_than_any_context_is_cut_into_small_questions() -> None:
    long = "\n".join(
        f"課長：{number}番の件です。{'話が続きます。' * 200}\n原田：分かりました。" for number in range(20)
    )
    asked, _, finished = draft(f"{RECORD}\n{long}", Answers(), KEYS)
    assert len(asked) > 20
    assert max(len(ask.messages[-1].content) for ask in asked) < 2000
    assert finished == set(KEYS)


lines = st.text(alphabet=st.characters(exclude_characters="\n\r\t", exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(st.text("0123456789abcdef", min_size=1, max_size=16), lines, max_size=5))
def test_answers_survive_the_history(given_answers: dict[str, str]) -> None:
    answers = Answers()
    for name, text in given_answers.items():
        answers.put(name, text)
    read = Answers(answers.dumps())
    assert {name: read.get(name) for name in given_answers} == given_answers


@pytest.mark.parametrize("raw", ["", '{"議題":["一', "\n\n", "a\n\tb"])
def test_a_raw_text_of_another_kind_is_no_answer(raw: str) -> None:
    assert Answers(raw).get(FORM) == ""


def sections_of(asked: list[Ask]) -> list[str]:
    return [next(key for key in KEYS if f"・{key}：" in ask.messages[0].content) for ask in asked]


def rows_of(content: Content) -> tuple[tuple[str, ...], ...]:
    assert isinstance(content, TableContent)
    return content.rows


ONE_DECISION = RECORD.replace("では30本", "では消火器は30本")
TWO_DECISIONS = ONE_DECISION.replace("次回は", "机は40台とすることに決めます。次回は")


def test_a_meeting_without_tasks_has_a_finished_table_of_none() -> None:
    lines = [line for line in RECORD.splitlines() if "手配" not in line]
    asked, contents, finished = draft("\n".join(lines), Answers(), KEYS)
    assert "宿題" not in sections_of(asked)
    assert contents["宿題"] == TableContent()
    assert "宿題" in finished


def test_every_decision_is_a_question_of_its_own_and_they_stand_in_the_order_of_the_record() -> None:
    asked, contents, _ = draft(TWO_DECISIONS, Answers(), ["決定事項"])
    assert sections_of(asked) == ["決定事項", "決定事項"]
    assert contents["決定事項"] == TableContent(
        (("消火器", "消火器は30本とする。", "", ""), ("", "机は40台とすることに決めます。", "", ""))
    )


def test_what_is_decided_twice_in_the_same_words_stands_once() -> None:
    again = "課長：では消火器は30本とすることに決めます。\n原田：分かりました。"
    twice = ONE_DECISION.replace("原田：分かりました。", again)
    asked, contents, _ = draft(twice, Answers(), ["決定事項"])
    assert len(asked) == 2
    assert len(rows_of(contents["決定事項"])) == 1


def test_a_table_grows_row_by_row_and_is_finished_with_the_last_one() -> None:
    answers = Answers()
    steps = Plan(TEMPLATE, values(TWO_DECISIONS), {}, ["決定事項"]).asks(answers)
    first = next(steps)
    assert isinstance(first, Ask)
    answers.put(first.id, answer_of(first))
    assert not first.read(answers.get(first.id), True)["決定事項"][1]
    second = next(steps)
    assert isinstance(second, Ask)
    growing, finished = second.read('{"事項": "机', False)["決定事項"]
    assert growing == TableContent((("消火器", "消火器は30本とする。", "", ""), ("机", "", "", "")))
    assert not finished
    assert second.read(answer_of(second), True)["決定事項"][1]


def test_a_number_the_record_has_not_is_taken_out_when_the_answer_has_ended() -> None:
    ask = next(Plan(TEMPLATE, values(RECORD), {}, ["決定事項"]).asks(Answers()))
    assert isinstance(ask, Ask)
    wrong = json.dumps({**DECISION, "内容": "消火器は50本とする。"}, ensure_ascii=False)
    (row,) = rows_of(ask.read(wrong, True)["決定事項"][0])
    assert row[1] == "30本とすることに決めます。"


@given(st.data())
def test_an_answer_that_broke_off_anywhere_is_continued_from_exactly_there(data: st.DataObject) -> None:
    whole = Answers()
    asked, contents, _ = draft(RECORD, whole, KEYS)
    broken = data.draw(st.sampled_from(asked))
    text = whole.get(broken.id)
    cut = data.draw(st.integers(1, len(text) - 1))
    whole.put(broken.id, text[:cut])
    again, same, finished = draft(RECORD, Answers(whole.dumps()), KEYS)
    assert [(ask.id, ask.written) for ask in again] == [(broken.id, text[:cut])]
    assert (same, finished) == (contents, set(KEYS))


def test_places_that_a_correction_does_not_touch_are_not_asked_about_again() -> None:
    answers = Answers()
    draft(RECORD, answers, KEYS)
    corrected = RECORD.replace("午後1時30分", "午後3時30分")
    asked, _, _ = draft(corrected, Answers(answers.dumps()), ["決定事項", "宿題", "次回"])
    assert sections_of(asked) == ["次回"]


def test_the_agenda_alone_is_made_from_what_stands_on_the_page() -> None:
    page: dict[str, Content] = {
        "主な意見": ListContent(("岡：ベンチがほしい。",)),
        "決定事項": TableContent((("ベンチ", "6基置く。", "", ""),)),
    }
    ask = next(Plan(TEMPLATE, values(RECORD), page, ["議題"]).asks(Answers()))
    assert isinstance(ask, Ask)
    assert "岡：ベンチがほしい。\nベンチ　6基置く。" in ask.messages[-1].content


def test_a_section_that_is_not_pending_is_not_asked_about() -> None:
    asked, contents, _ = draft(RECORD, Answers(), ["次回", "宿題"])
    assert sections_of(asked) == ["宿題", "次回"]
    assert set(contents) == {"宿題", "次回"}


def test_the_sample_meeting_takes_as_many_questions_as_it_was_said_to() -> None:
    record = example_values(TEMPLATE)["会議の記録"]
    asked, _, finished = draft(record, Answers(), KEYS)
    assert Plan(TEMPLATE, values(record), {}, KEYS).count == len(asked) > len(KEYS)
    assert finished == set(KEYS)


@pytest.mark.parametrize(
    "notes",
    [
        "消火器は30本とすることに決定。\n11月末までに見積りを取る。\n予算はある。",
        "・消火器は30本とする。\n・見積りは11月25日までに取ります。\n・天気が心配",
    ],
)
def test_notes_without_names_can_be_asked_about(notes: str) -> None:
    asked, _, finished = draft(notes, Answers(), KEYS)
    assert all(to_gbnf(ask.schema) for ask in asked)
    assert finished == set(KEYS)


def test_a_record_of_speeches_has_room_for_every_speech_and_a_choice_of_them_for_a_few() -> None:
    def most(identity: str, section: str) -> int:
        template = next(one for one in builtin_templates() if one.id == identity)
        plan = Plan(template, validate_inputs(template, example_values(template)), {}, [section])
        ask = next(plan.asks(Answers()))
        assert isinstance(ask, Ask)
        listed = ask.schema["properties"][section]  # type: ignore[index]  # a schema is plain JSON
        return int(listed["maxItems"])

    assert most("minutes-speech", "発言") > 10
    assert most("council", "経過") > 10
    assert most("minutes", "主な意見") == most("minutes-short", "要点") == 3
