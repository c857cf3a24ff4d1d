"""How long a draft will take on this terminal: from what is asked and how fast the model was, to seconds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop.core.prefix import common_length
from desktop.engine.base import Message
from desktop.session.asks import Ask, Settled
from desktop.session.partial_json import read_object
from desktop.session.plan import FORM
from desktop.store.records import Speed

# The default rule for answers nobody has seen yet: texts reach two fifths of their limit, lists a quarter of theirs.
TEXT_SHARE = 0.4
LIST_SHARE = 0.25
# Of Japanese office text, in the vocabularies of the models offered.
CHARS_PER_TOKEN = 1.4
# What the chat template puts around a message, in tokens.
MESSAGE_TOKENS = 5
# How much less a run counts than the one after it.
FADING = 0.85
# Below this an estimate is told in tens of seconds, from here on in minutes.
_MINUTE = 60
_MINUTE_FROM = 55
# Quotes, colon and comma around a member, in characters.
_MARKS = 4


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a model is: tokens a second read and written, and what the texts are in tokens."""

    read: float
    write: float
    chars_per_token: float = CHARS_PER_TOKEN
    tokens_per_answer_char: float = 1 / CHARS_PER_TOKEN


@dataclass(frozen=True, slots=True)
class Question:
    """What one question takes: `read_chars` in `messages` that are new to the model, and its answer's expected parts.

    `parts` are the expected lengths, in characters by the default rule, of what the answer consists of.
    """

    read_chars: int
    messages: int
    parts: tuple[float, ...]

    @property
    def answer_chars(self) -> float:
        """The expected length of the whole answer."""
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one question is expected to take, in seconds; `parts` are the answer's parts in characters."""

    read: float
    write: float
    parts: tuple[float, ...] = ()

    @property
    def seconds(self) -> float:
        """Reading and writing together."""
        return self.read + self.write


def rates_of(speeds: Sequence[Speed], template_id: str) -> Rates | None:
    """Return the rates that earlier runs show, newest first; `None` when they do not tell both speeds.

    A run counts by its tokens, and the less the more came after it. How long answers become is taken from runs of the
    same template only.
    """
    weighted = [(speed, FADING**age) for age, speed in enumerate(speeds)]
    read = _ratio((speed.read_tokens, speed.read_seconds, weight) for speed, weight in weighted)
    write = _ratio((speed.written_tokens, speed.written_seconds, weight) for speed, weight in weighted)
    if read is None or write is None:
        return None
    text = _ratio((speed.text_chars, speed.text_tokens, weight) for speed, weight in weighted)
    same = [(speed, weight) for speed, weight in weighted if speed.template_id == template_id and speed.asks]
    answer = _ratio((speed.written_tokens, speed.answer_chars, weight) for speed, weight in same)
    chars_per_token = text or CHARS_PER_TOKEN
    return Rates(read, write, chars_per_token, answer or 1 / chars_per_token)


def _ratio(pairs: Iterable[tuple[float, float, float]]) -> float | None:
    """Return what the weighted sums of both give; `None` when there is nothing to divide."""
    above = below = 0.0
    for upper, lower, weight in pairs:
        if upper > 0 and lower > 0:
            above += upper * weight
            below += lower * weight
    return above / below if below > 0 and math.isfinite(above / below) else None


def questions_of(
    asks: Iterable[Ask | Settled], *, kept: bool, read_before: bool, before: Sequence[Message] = ()
) -> list[Question]:
    """Return what the questions take; the model has just read `before`.

    What a question has in common with the one before it costs nothing. With `kept` heads, a head is read once, and
    not at all when an earlier run has `read_before`.
    """
    found: list[Question] = []
    heads: set[tuple[Message, ...]] = set()
    for ask in asks:
        if isinstance(ask, Settled):
            continue
        head = ask.messages[: ask.head]
        known = common_length(before, ask.messages)
        if kept and (read_before or head in heads):
            known = max(known, ask.head)
        heads.add(head)
        fresh = ask.messages[known:]
        read = sum(len(message.content) for message in fresh) + len(ask.written)
        found.append(Question(read, len(fresh), _parts(ask)))
        before = ask.messages
    return found


def _parts(ask: Ask) -> tuple[float, ...]:
    """Return the expected lengths of what is not written yet: by section for a form, else in one."""
    properties = ask.schema.get("properties")
    members = properties if isinstance(properties, Mapping) else {}
    try:
        done = read_object(ask.written).finished if ask.written else frozenset[str]()
    except ValueError:
        done = frozenset[str]()
    lengths = tuple(len(key) + _MARKS + expected_chars(member) for key, member in members.items() if key not in done)
    return lengths if ask.id == FORM else (sum(lengths),)


def expected_chars(schema: object) -> float:
    """Return how long a value of a schema is expected to be, by the default rule, in characters of its JSON."""
    if not isinstance(schema, Mapping):
        return 0.0
    if "enum" in schema:
        options = [str(option) for option in schema["enum"]]
        return sum(map(len, options)) / max(1, len(options)) + 2
    if schema.get("type") == "object":
        members: Mapping[str, object] = schema["properties"]
        return sum(len(key) + _MARKS + expected_chars(member) for key, member in members.items())
    if schema.get("type") == "array":
        items = max(1.0, LIST_SHARE * float(schema["maxItems"]))
        return items * (expected_chars(schema["items"]) + 1)
    return float(TEXT_SHARE * schema.get("maxLength", 0)) + 2


def costs_of(questions: Sequence[Question], count: int, rates: Rates) -> list[Cost]:
    """Return what `count` questions take; those that cannot be foreseen yet take what the others do on average."""
    costs = [
        Cost(
            (question.read_chars / rates.chars_per_token + MESSAGE_TOKENS * question.messages) / rates.read,
            question.answer_chars * rates.tokens_per_answer_char / rates.write,
            tuple(part * rates.tokens_per_answer_char * rates.chars_per_token for part in question.parts),
        )
        for question in questions[:count]
    ]
    if not costs:
        return []
    mean = Cost(
        sum(cost.read for cost in costs) / len(costs),
        sum(cost.write for cost in costs) / len(costs),
        (sum(sum(cost.parts) for cost in costs) / len(costs),),
    )
    return costs + [mean] * (count - len(costs))


def rounded(seconds: float) -> tuple[int, bool]:
    """Return an estimate as roughly as it can be known: a count, and whether it is of minutes or of seconds."""
    if seconds < _MINUTE_FROM:
        return max(10, round(seconds / 10) * 10), False
    return max(1, round(seconds / _MINUTE)), True
