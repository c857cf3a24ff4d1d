"""The pace of one run: what it is expected to take before it begins, and what it took when it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from desktop.core.errors import AssistantError
from desktop.engine.base import Engine, Message, Timings
from desktop.session.asks import Answers, Ask, Settled
from desktop.session.estimate import Cost, costs_of, questions_of, rates_of
from desktop.session.plan import Plan
from desktop.session.speed_book import SpeedBook
from desktop.store.records import Speed
from desktop.templates.model import Template
from desktop.templates.render import validate_inputs

# So much of the texts at hand tells how long their tokens are, in characters.
_SAMPLE_CHARS = 4000


class Pace:
    """Foresees one run of a model, whose name here is its hash where it is known."""

    def __init__(  # noqa: PLR0913 -- what each run of the desk has at hand
        self,
        book: SpeedBook,
        engine: Engine,
        model: str,
        template_id: str,
        *,
        heads_kept: bool,
        read: Sequence[Message] = (),
    ) -> None:
        """`heads_kept` tells that evaluated heads of prompts stay on the disk; `read` was read while nobody waited."""
        self._book = book
        self._engine = engine
        self._model = model
        self._template_id = template_id
        self._heads_kept = heads_kept
        self._read = read
        self._answer_chars = 0.0
        self._text = (0, 0)  # characters, tokens

    def costs(self, plan: Plan, raw_text: str, measuring: Callable[[], bool]) -> list[Cost]:
        """Return what each question still to be put will take; nothing when it cannot be said.

        The model has to be loaded. Where nothing is known of it, it is measured, and `measuring` is called before and
        says whether to.
        """
        speeds = self._book.measured(self._model, measuring)
        asks = list(plan.asks(Answers(raw_text)))
        self._count("".join(ask.messages[-1].content for ask in asks if isinstance(ask, Ask))[:_SAMPLE_CHARS])
        here = Speed("", 0, 0, 0.0, 0, 0.0, 0, *self._text)
        return self._costs(asks, plan.count, [here, *speeds])

    def foreseen(self, template: Template, values: Mapping[str, str]) -> float | None:
        """Return the seconds a whole draft will take, without the model: `None` before its first run.

        Raises `UserFault` for values that are not complete.
        """
        plan = Plan(template, validate_inputs(template, values), {}, tuple(spec.key for spec in template.sections))
        costs = self._costs(list(plan.asks(Answers())), plan.count, self._book.known(self._model))
        return sum(cost.seconds for cost in costs) if costs else None

    def _costs(self, asks: Sequence[Ask | Settled], planned: int, speeds: Sequence[Speed]) -> list[Cost]:
        count = planned - sum(ask.was_asked for ask in asks if isinstance(ask, Settled))
        known = any(speed.template_id == self._template_id for speed in speeds)
        questions = questions_of(asks, kept=self._heads_kept, read_before=known, before=self._read)
        if questions:
            self._answer_chars = sum(question.answer_chars for question in questions) / len(questions) * count
        rates = rates_of(speeds, self._template_id)
        return costs_of(questions, count, rates) if rates is not None else []

    def _count(self, text: str) -> None:
        if text:
            try:
                self._text = len(text), self._engine.count_tokens(text)
            except AssistantError:
                # The first question will meet the same fault and tell it.
                self._text = 0, 0

    def keep(self, took: Timings, asks: int) -> None:
        """Keep what the run took to answer its `asks` questions."""
        read = (took.evaluated_tokens, took.prefill_seconds)
        written = (took.generated_tokens, took.decode_seconds)
        speed = Speed(self._template_id, asks, *read, *written, round(self._answer_chars), *self._text)
        if asks:
            self._book.keep(self._model, speed)
