"""What a draft asks of the model, one generation at a time, and the record of its answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from desktop.core.sections import Content
from desktop.engine.base import Message

Growth = Mapping[str, tuple[Content, bool]]
_SEPARATOR = "\t"


@dataclass(frozen=True, slots=True)
class Ask:
    """One generation.

    `id` names the question: the same question has the same id in a later run. `written` is the beginning of the
    answer that is there already. `read` turns the answer so far, and whether it has ended, into the content of the
    sections it belongs to and whether each is finished; it raises `ValueError` for a text that is no answer. `head`
    counts the messages that are the same for every document.
    """

    id: str
    messages: tuple[Message, ...]
    schema: Mapping[str, object]
    written: str
    read: Callable[[str, bool], Growth]
    head: int = 1


@dataclass(frozen=True, slots=True)
class Settled:
    """Sections whose content is known without asking; `was_asked` when an earlier run has put the question."""

    growth: Growth
    was_asked: bool = False


class Answers:
    """The model's answers of a run, by question: a line each in the history's raw text."""

    def __init__(self, raw_text: str = "") -> None:
        """Read what an earlier run of the document left."""
        lines = (line.partition(_SEPARATOR) for line in raw_text.split("\n"))
        self._texts = {name: text for name, separator, text in lines if separator}

    def get(self, name: str) -> str:
        """Return the answer to a question as far as it goes."""
        return self._texts.get(name, "")

    def without_open(self) -> Answers:
        """Return only the answers that have come to their end."""
        kept = Answers()
        kept._texts = {name: text for name, text in self._texts.items() if whole(text) is not None}
        return kept

    def put(self, name: str, text: str) -> None:
        """Keep an answer; a line break, which JSON needs nowhere, would end the line."""
        self._texts[name] = text.replace("\n", " ")

    def dumps(self) -> str:
        """Return all answers as text."""
        return "\n".join(f"{name}{_SEPARATOR}{text}" for name, text in self._texts.items())


def whole(answer: str) -> object | None:
    """Return the value of an answer that has come to its end."""
    try:
        return json.loads(answer, strict=False) if answer else None
    except ValueError:
        return None


Asks = Iterator[Ask | Settled]
