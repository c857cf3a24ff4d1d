"""The rivals' side of the benchmark: a process for each, JSON lines on stdin, answers on a private pipe."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stamps:
    """When each piece of text came, in seconds; the clock starts with the object."""

    began: float = field(default_factory=time.perf_counter)
    times: list[float] = field(default_factory=list)

    def add(self) -> None:
        """Note that a token has come."""
        self.times.append(time.perf_counter())

    def elapsed(self) -> float:
        """Return the seconds until now: half a character is no text, so the end of an answer of one token counts."""
        return time.perf_counter() - self.began

    def decode(self) -> dict[str, float]:
        """Return how many tokens came after the first one, and in how many seconds."""
        return {"tokens": len(self.times) - 1, "seconds": self.times[-1] - self.times[0]}


# Reads a prompt of a stated number of tokens; writes so many tokens. Both return tokens and seconds.
Prefill = Callable[[str, int], dict[str, float]]
Decode = Callable[[str, int], dict[str, float]]


def serve(load: Callable[[dict[str, object]], tuple[Prefill, Decode]]) -> None:
    """Answer commands until stdin ends; native code prints to stdout, so that the answers take a pipe of their own."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    prefill, decode = load(json.loads(sys.argv[1]))

    def say(value: object) -> None:
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    say({"ready": True})
    for line in sys.stdin:
        command = json.loads(line)
        run = prefill if command["do"] == "prefill" else decode
        say(run(command["prompt"], command["tokens"]))
