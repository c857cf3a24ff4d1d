"""What a draft is expected to take follows from what is asked and from how fast the model was."""

from __future__ import annotations

import pytest

from desktop.engine.base import Message, Role
from desktop.session.asks import Answers, Ask, Growth, Settled
from desktop.session.estimate import (
    CHARS_PER_TOKEN,
    MESSAGE_TOKENS,
    Cost,
    Question,
    Rates,
    costs_of,
    expected_chars,
    questions_of,
    rates_of,
    rounded,
)
from desktop.session.plan import FORM, Plan
from desktop.store.records import Speed
from desktop.templates.library import builtin_templates
from desktop.templates.render import validate_inputs
from desktop.templates.samples import example_values

HEAD = (Message(Role.SYSTEM, "あ" * 300), Message(Role.USER, "い" * 100))
TEXT = {"type": "string", "maxLength": 100}
SCHEMA = {"type": "object", "properties": {"件名": TEXT, "本文": {"type": "string", "maxLength": 300}}}


def ask(last: str, *, name: str = "x", written: str = "", head: tuple[Message, ...] = HEAD) -> Ask:
    def read(_text: str, _ended: bool) -> Growth:  # noqa: FBT001 -- the type of `Ask.read`
        return {}

    return Ask(name, (*head, Message(Role.USER, last)), SCHEMA, written, read, head=len(head))


def run(read: tuple[int, float], written: tuple[int, float], template: str = "memo", **more: int) -> Speed:
    return Speed(template, 1, *read, *written, **more)


@pytest.mark.parametrize(
    ("speeds", "expected"),
    [
        ([], None),
        ([run((100, 2.0), (0, 0.0))], None),
        ([run((0, 0.0), (10, 2.0))], None),
        ([run((100, 0.0), (10, 0.0))], None),
        ([run((100, 2.0), (10, 2.0))], (50.0, 5.0)),
        ([run((100, 2.0), (0, 0.0)), run((0, 0.0), (10, 2.0))], (50.0, 5.0)),
        # A long run counts more than the few tokens of a measurement.
        ([run((100, 1.0), (10, 1.0), ""), run((10_000, 200.0), (1_000, 200.0))], (50.4, 5.05)),
    ],
)
def test_speeds_come_from_what_runs_took(speeds: list[Speed], expected: tuple[float, float] | None) -> None:
    rates = rates_of(speeds, "memo")
    if expected is None:
        assert rates is None
    else:
        assert rates is not None
        assert (rates.read, rates.write) == pytest.approx(expected, rel=0.01)


def test_the_newest_run_counts_most() -> None:
    slow, fast = run((100, 10.0), (10, 10.0)), run((1000, 10.0), (100, 10.0))
    newest_slow, newest_fast = rates_of([slow, fast], "memo"), rates_of([fast, slow], "memo")
    assert newest_slow is not None
    assert newest_fast is not None
    assert newest_slow.read < newest_fast.read
    assert newest_slow.write < newest_fast.write


def test_how_long_answers_become_is_learnt_from_the_same_template_only() -> None:
    brief = run((100, 2.0), (50, 5.0), "memo", answer_chars=500)
    wordy = run((100, 2.0), (500, 50.0), "notice", answer_chars=500)
    memo, notice, other = (rates_of([brief, wordy], name) for name in ("memo", "notice", "minutes"))
    assert memo is not None
    assert notice is not None
    assert other is not None
    assert memo.tokens_per_answer_char == pytest.approx(0.1)
    assert notice.tokens_per_answer_char == pytest.approx(1.0)
    assert other.tokens_per_answer_char == pytest.approx(1 / CHARS_PER_TOKEN)


@pytest.mark.parametrize(
    ("schema", "chars"),
    [
        (TEXT, 42),
        ({"type": "string", "enum": ["佐藤", "総務課長"]}, 5),
        ({"type": "array", "maxItems": 8, "items": TEXT}, 86),
        ({"type": "array", "maxItems": 2, "items": TEXT}, 43),
        ({"type": "object", "properties": {"担当": TEXT}}, 48),
        ("no schema", 0),
    ],
)
def test_an_answer_nobody_has_seen_is_expected_by_its_limits(schema: object, chars: float) -> None:
    assert expected_chars(schema) == pytest.approx(chars)


@pytest.mark.parametrize(
    ("kept", "read_before", "chars"),
    [(False, False, [410, 20]), (True, False, [410, 20]), (True, True, [10, 20]), (False, True, [410, 20])],
)
def test_a_head_is_read_once_and_not_at_all_when_it_lies_on_the_disk(
    kept: bool,  # noqa: FBT001 -- a parameter of the table
    read_before: bool,  # noqa: FBT001 -- the same
    chars: list[int],
) -> None:
    asks: list[Ask | Settled] = [ask("う" * 10), Settled({}), ask("え" * 20)]
    found = questions_of(asks, kept=kept, read_before=read_before)
    assert [question.read_chars for question in found] == chars


def test_a_head_that_another_one_came_between_is_read_again_unless_heads_are_kept() -> None:
    other = (Message(Role.SYSTEM, "別" * 50),)
    asks = [ask("う"), ask("う", head=other), ask("え")]
    assert [question.read_chars for question in questions_of(asks, kept=False, read_before=False)] == [401, 51, 401]
    just_read = questions_of(asks, kept=False, read_before=False, before=asks[0].messages)
    assert [question.read_chars for question in just_read] == [0, 51, 401]
    assert [question.read_chars for question in questions_of(asks, kept=True, read_before=False)] == [401, 51, 1]


def test_what_is_written_already_is_not_expected_again() -> None:
    (whole,) = questions_of([ask("う", name=FORM)], kept=False, read_before=False)
    (rest,) = questions_of([ask("う", name=FORM, written='{"件名":"題","本文":')], kept=False, read_before=False)
    (odd,) = questions_of([ask("う", name=FORM, written="[")], kept=False, read_before=False)
    assert rest.parts == whole.parts[1:]
    assert odd.parts == whole.parts
    (place,) = questions_of([ask("う")], kept=False, read_before=False)
    assert place.parts == (whole.answer_chars,)


def test_seconds_follow_from_characters_and_rates() -> None:
    rates = Rates(read=50.0, write=5.0, chars_per_token=2.0, tokens_per_answer_char=0.5)
    (cost, unseen) = costs_of([Question(90, 1, (30.0, 10.0))], 2, rates)
    assert cost == Cost(read=(45 + MESSAGE_TOKENS) / 50.0, write=4.0, parts=(30.0, 10.0))
    assert (unseen.read, unseen.write, unseen.parts) == (cost.read, cost.write, (40.0,))
    assert costs_of([], 3, rates) == []


@pytest.mark.parametrize("template", builtin_templates(), ids=lambda template: template.id)
def test_looking_ahead_finds_nearly_every_question_and_changes_nothing(template: object) -> None:
    (found,) = [one for one in builtin_templates() if one == template]
    keys = [spec.key for spec in found.sections]
    plan = Plan(found, validate_inputs(found, example_values(found)), {}, keys)
    questions = questions_of(plan.asks(Answers()), kept=True, read_before=False)
    # Only what is made from other answers cannot be foreseen.
    assert plan.count - 1 <= len(questions) <= plan.count
    assert questions == questions_of(plan.asks(Answers()), kept=True, read_before=False)
    assert all(question.read_chars > 0 and question.answer_chars > 0 for question in questions)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, (10, False)), (14, (10, False)), (16, (20, False)), (54, (50, False)), (56, (1, True)), (170, (3, True))],
)
def test_an_estimate_is_told_in_tens_of_seconds_then_in_minutes(seconds: float, told: tuple[int, bool]) -> None:
    assert rounded(seconds) == told
