"""The built-in templates on a real, small model: their prompts fit its context, and what it writes has their form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.sections import is_empty
from desktop.engine.base import Done, GenerateRequest, Message, ModelSpec, Role, Sampling, StopReason, TextDelta
from desktop.engine.supervisor import ChildEngine
from desktop.session.partial_json import read_draft
from desktop.templates.library import builtin_templates
from desktop.templates.model import Template
from desktop.templates.render import build_document, draft_schema, render_prompt
from desktop.templates.samples import example_values

pytestmark = pytest.mark.model

CONTEXT = 8192
# The longest draft of a worked example takes about half of this.
ROOM_FOR_ANSWER = 2500
MARKS_OF_A_MESSAGE = 10
# One template of each layout, and of those that are not letters: about two minutes on two cores.
TRIED = (
    "notice", "water-outage", "report", "approval", "assembly-qa", "greeting", "mail", "press", "survey",
    "plain-japanese",
)  # fmt: skip
FEW_TOKENS = 110


@pytest.fixture(scope="module")
def engine(small_model: Path) -> Iterator[ChildEngine]:
    """Load the model once: this file asks it one question after the other."""
    running = ChildEngine()
    running.load(ModelSpec(small_model, n_ctx=CONTEXT))
    yield running
    running.close()


def messages(template: Template) -> tuple[Message, Message]:
    """Return what is asked when the whole draft is written in one go."""
    system, user = render_prompt(template, example_values(template))
    return Message(Role.SYSTEM, system), Message(Role.USER, user)


def test_every_template_with_its_example_leaves_room_for_the_answer(engine: ChildEngine) -> None:
    needed = {
        template.id: sum(engine.count_tokens(one.content) + MARKS_OF_A_MESSAGE for one in messages(template))
        for template in builtin_templates()
    }
    assert max(needed.values()) + ROOM_FOR_ANSWER <= CONTEXT, needed


@pytest.mark.parametrize("identity", TRIED)
def test_a_small_model_writes_the_form_of_a_template_from_its_example(engine: ChildEngine, identity: str) -> None:
    template = next(one for one in builtin_templates() if one.id == identity)
    request = GenerateRequest(
        messages(template), Sampling(temperature=0.0), max_tokens=FEW_TOKENS, schema=draft_schema(template), head=1
    )
    events = list(engine.generate(request))
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    done = events[-1]
    assert isinstance(done, Done)
    assert done.reason in (StopReason.LENGTH, StopReason.STOP)
    draft = read_draft(text, template.sections)
    first = template.sections[0]
    assert not is_empty(draft.contents[first.key])
    assert build_document(template, example_values(template), draft.contents).title
