"""Recording what a real model answers, so that a scripted engine can give the same answers again at any pace."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from desktop.engine.base import Engine, Event, GenerateRequest, LoadProgress, ModelInfo, ModelSpec, TextDelta
from desktop.engine.scripted import Do, Rule, Script, Step


@dataclass(frozen=True, slots=True)
class Answer:
    """A question's last message and what the model wrote."""

    question: str
    text: str


class RecordingEngine:
    """An engine that passes everything on to another and keeps its answers."""

    def __init__(self, engine: Engine) -> None:
        """Record `engine`, which is closed with this one."""
        self._engine = engine
        self.answers: list[Answer] = []

    def load(self, spec: ModelSpec, progress: LoadProgress | None = None) -> ModelInfo:
        """Load a model."""
        return self._engine.load(spec, progress)

    def count_tokens(self, text: str) -> int:
        """Count tokens."""
        return self._engine.count_tokens(text)

    def generate(self, request: GenerateRequest) -> Generator[Event, None, None]:
        """Generate, and keep the text."""
        text = ""
        for event in self._engine.generate(request):
            if isinstance(event, TextDelta):
                text += event.text
            yield event
        self.answers.append(Answer(request.messages[-1].content, text))

    def cancel(self) -> None:
        """Cancel."""
        self._engine.cancel()

    def unload(self) -> None:
        """Unload."""
        self._engine.unload()

    def close(self) -> None:
        """Close."""
        self._engine.close()


def replay(
    answers: Sequence[Answer], first: Sequence[Step], *, count: int, every: float, breaks_at: int | None = None
) -> Script:
    """Return a script that gives the answers, `count` characters every `every` seconds.

    `first` comes before the first answer; at the answer number `breaks_at` the engine dies in the middle of it.
    """
    rules = []
    for number, answer in enumerate(answers):
        text = answer.text if number != breaks_at else answer.text[: len(answer.text) // 2]
        steps = [*(first if number == 0 else ()), Step(Do.TEXT, text, count=count, every=every)]
        if number == breaks_at:
            steps.append(Step(Do.ABORT))
        rules.append(Rule(tuple(steps), when=answer.question))
    return Script(tuple(rules))
