"""From a request to the tokens of its prompt, and how many of them begin every prompt of its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.core.prefix import common_length
from desktop.engine.base import GenerateRequest, Message
from desktop.engine.llama_model import Model

# Two texts without a common beginning: what their prompts share does not depend on what a person wrote.
_STAND_INS = ("一", "A")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt's tokens; the first `head` of them are the same in every request of its kind."""

    tokens: list[int]
    head: int


def prompt_of(model: Model, request: GenerateRequest) -> Prompt:
    """Return the messages in the model's own format, then the answer as far as it is written."""
    tokens = _tokens(model, request.messages, request.prefill + request.constrained_prefill)
    fixed = request.messages[: request.head]
    if not fixed or request.head >= len(request.messages):
        return Prompt(tokens, 0)
    role = request.messages[request.head].role
    stand_ins = (_tokens(model, [*fixed, Message(role, text)], "") for text in _STAND_INS)
    return Prompt(tokens, common_length(tokens, *stand_ins))


def _tokens(model: Model, messages: Sequence[Message], written: str) -> list[int]:
    def render(foreign: Callable[[str], str]) -> str:
        shown = [Message(message.role, foreign(message.content)) for message in messages]
        return model.chat.render(shown) + foreign(written)

    return model.vocab.tokenize_prompt(render, model.template)
