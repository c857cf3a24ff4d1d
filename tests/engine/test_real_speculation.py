"""Guessing ahead on real models: the answer is token for token that of plain decoding, however eagerly it guesses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from llama_cpp import llama_cpp as native

from desktop.core.errors import EngineFault, ErrorCode
from desktop.engine import llama
from desktop.engine.backend import Cancellation
from desktop.engine.base import (
    Done,
    GenerateRequest,
    KvKind,
    Message,
    ModelSpec,
    Role,
    Sampling,
    StopReason,
    TextDelta,
    Timings,
)
from desktop.engine.llama import LlamaBackend
from desktop.engine.llama_speculation import exact_groups
from desktop.engine.speculation import GROUPS, Acceptance, Governor

pytestmark = pytest.mark.model

MEETINGS = Path(__file__).resolve().parent.parent / "data" / "meetings"
CONTEXT = 768  # tokens
COPY = "次の文章を、一字も変えずにそのまま書き写してください。\n\n"
ADVICE = "\n以上を読んで、気がついたことを自由に書いてください。"
GREEDY = Sampling(temperature=0)
SAMPLED = Sampling(temperature=0.9, repeat_penalty=1.05, seed=7)
SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "原文": {"type": "array", "items": {"type": "string", "maxLength": 40}, "minItems": 2, "maxItems": 6},
        "種別": {"enum": ["通知", "依頼", "照会"]},
    },
}


class Eager(Governor):
    """Guesses wherever there is something to guess, whether or not it pays on the machine of the test."""

    def size(self, acceptance: Acceptance, streak: int, available: int) -> int:
        """Return the largest exact size."""
        del acceptance, streak
        sizes = GROUPS if self.sizes is None else self.sizes
        return max((size for size in sizes if size <= available + 1), default=1)


class Desk(LlamaBackend):
    """A backend in this process, with the eager governor."""

    def load_eagerly(self, spec: ModelSpec) -> None:
        """Load a model."""
        self.load(spec, lambda _fraction: None)
        self._governor = Eager()

    def sizes(self) -> tuple[int, ...]:
        """Return the groups found exact."""
        return self._governor.sizes or ()


@dataclass(frozen=True)
class Answer:
    """One answer: its text, all tokens the model has read then, how it ended, and what it took."""

    text: str
    tokens: tuple[int, ...]
    reason: StopReason
    timings: Timings


def answer(desk: Desk, request: GenerateRequest, stop_after: int = 10**6) -> Answer:
    """Run a generation, cancelled after so many pieces of text."""
    cancellation = Cancellation()
    cancellation.begin(1)
    pieces: list[str] = []
    for event in desk.generate(request, cancellation):
        if isinstance(event, TextDelta):
            pieces.append(event.text)
            if len(pieces) == stop_after:
                cancellation.cancel(1)
        if isinstance(event, Done):
            tokens = tuple(desk._loaded()[1]._tokens)
            return Answer("".join(pieces), tokens, event.reason, event.timings)
    raise AssertionError


def both(desk: Desk, request: GenerateRequest, stop_after: int = 10**6) -> tuple[Answer, Answer]:
    """Return the plain answer and the one that guesses, which must be equal."""
    plain = answer(desk, replace(request, speculate=False), stop_after)
    guessing = answer(desk, request, stop_after)
    assert (guessing.text, guessing.tokens, guessing.reason) == (plain.text, plain.tokens, plain.reason)
    assert guessing.timings.generated_tokens == plain.timings.generated_tokens
    assert plain.timings.drafted_tokens == 0
    assert guessing.timings.accepted_tokens <= guessing.timings.drafted_tokens
    return plain, guessing


def mixture(desk: Desk, seed: int, tokens: int = 550) -> str:
    """Return random sentences from the sample meetings, about so many tokens."""
    chance = random.Random(seed)  # noqa: S311 -- nothing secret
    lines = [line for path in sorted(MEETINGS.glob("*.txt")) for line in path.read_text("utf-8").splitlines() if line]
    text = ""
    while desk.count_tokens(text) < tokens:
        text += chance.choice(lines)[:60] + "\n"
    return text


def asking(text: str, sampling: Sampling = GREEDY, **more: object) -> GenerateRequest:
    more.setdefault("max_tokens", 40)
    return GenerateRequest((Message(Role.USER, text),), sampling, **more)  # type: ignore[arg-type]  # passed through


@pytest.fixture(scope="module")
def desk(small_model: Path) -> Iterator[Desk]:
    """Return the small model with a quantized KV cache, where groups of two and three at least are exact."""
    desk = Desk()
    desk.load_eagerly(ModelSpec(small_model, n_ctx=CONTEXT, kv=KvKind.Q8_0))
    yield desk
    desk._unload()


@pytest.mark.parametrize("seed", range(2))
def test_guessing_changes_no_token_of_any_answer(desk: Desk, seed: int) -> None:
    text = COPY + mixture(desk, seed)
    answers = [
        both(desk, asking(text)),
        both(desk, asking(text, SAMPLED)),
        both(desk, asking(text, schema=SCHEMA)),
        both(desk, asking(text, SAMPLED, schema=SCHEMA)),
    ]
    assert 2 in desk.sizes()
    assert answers[0][1].timings.accepted_tokens > 10
    assert sum(guessing.timings.accepted_tokens for _, guessing in answers[2:]) > 0
    assert any(guessing.timings.drafted_tokens > guessing.timings.accepted_tokens for _, guessing in answers)


def test_free_writing_is_the_same_as_well(desk: Desk) -> None:
    both(desk, asking(mixture(desk, 1) + ADVICE, SAMPLED))


def test_an_answer_ends_at_its_last_token_whatever_was_guessed_beyond(desk: Desk) -> None:
    text = COPY + mixture(desk, 1)
    for limit in (1, 16, 17):
        plain, _ = both(desk, asking(text, max_tokens=limit))
        assert plain.timings.generated_tokens == limit


def test_a_cancelled_answer_leaves_the_same_ground_for_the_next_one(desk: Desk) -> None:
    text = COPY + mixture(desk, 1)
    for stop in (14, 15):
        continued: list[Answer] = []
        for speculate in (False, True):
            first = answer(desk, asking(text, speculate=speculate), stop)
            assert first.reason is StopReason.CANCELLED
            request = asking(text, prefill=first.text, max_tokens=10, speculate=speculate)
            continued.append(answer(desk, request))
        assert continued[0].tokens == continued[1].tokens


def test_the_end_of_the_context_is_reached_at_the_same_token(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama, "SMALLEST_ANSWER", 16)
    plain, guessing = both(desk, asking(COPY + mixture(desk, 1, 650), max_tokens=2000))
    assert guessing.timings.accepted_tokens > 0
    assert (plain.reason, len(plain.tokens)) == (StopReason.LENGTH, CONTEXT)


def test_the_test_of_the_groups_leaves_what_was_read_as_it_was(desk: Desk) -> None:
    answer(desk, asking(COPY + mixture(desk, 1), max_tokens=5))
    context = desk._loaded()[1]
    before = context.state(), context.length
    assert context.room >= 2 * GROUPS[-1]
    assert {1, 2} <= set(exact_groups(context))
    assert (context.state(), context.length) == before


def test_a_guess_that_cannot_be_taken_back_is_an_error_and_not_a_wrong_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asking(COPY + mixture(desk, 1), max_tokens=8)
    right = answer(desk, request)
    context = desk._loaded()[1]
    context.step(right.tokens[0], right.tokens[:1])
    with monkeypatch.context() as patch:
        patch.setattr(native, "llama_memory_seq_rm", lambda *_: False)
        with pytest.raises(EngineFault) as caught:
            context.step(right.tokens[1])
    assert (caught.value.code, caught.value.fields) == (ErrorCode.ENGINE_FAILED, {"reason": "forget"})
    assert answer(desk, request).text == right.text


def test_nothing_is_guessed_in_the_background(desk: Desk) -> None:
    request = asking(COPY + mixture(desk, 1), max_tokens=30, background=True)
    assert answer(desk, request).timings.drafted_tokens == 0


def test_a_cache_in_half_precision_stays_exact_whatever_is_found_there(small_model: Path) -> None:
    desk = Desk()
    desk.load_eagerly(ModelSpec(small_model, n_ctx=CONTEXT))
    try:
        _, guessing = both(desk, asking(COPY + mixture(desk, 1)))
        assert bool(guessing.timings.drafted_tokens) == bool(desk.sizes())
    finally:
        desk._unload()


@pytest.mark.large_model
@pytest.mark.parametrize("kv", [KvKind.Q8_0, KvKind.F16])
def test_the_larger_model_answers_the_same(large_model: Path, kv: KvKind) -> None:
    desk = Desk()
    desk.load_eagerly(ModelSpec(large_model, n_ctx=CONTEXT, kv=kv))
    try:
        text = COPY + mixture(desk, 6)
        _, guessing = both(desk, asking(text))
        both(desk, asking(text, SAMPLED, schema=SCHEMA))
        assert bool(guessing.timings.accepted_tokens) == bool(desk.sizes())
        assert desk.sizes() or kv is KvKind.F16
    finally:
        desk._unload()
