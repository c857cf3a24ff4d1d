"""What is known of a model's speed on this terminal: kept with the history, measured once where nothing is known."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing

from desktop.core.errors import AssistantError
from desktop.core.terminal import computer_name
from desktop.engine.base import Done, Engine, GenerateRequest, Message, Role, StopReason
from desktop.engine.machine import physical_cores
from desktop.session.estimate import rates_of
from desktop.session.saving import InStore
from desktop.store.records import Speed

# About a hundred tokens to read and a dozen to write: a few seconds on an old terminal.
WARM_UP = "市役所の窓口です。"
MEASURED_TEXT = (
    "市民課の窓口では、転入届の受付を午前八時三十分から午後五時十五分まで行っています。"
    "届出には、本人を確かめられる書類と、転出証明書をお持ちください。"
    "この案内を、そのまま写してください。"
)
MEASURED_TOKENS = 12
MEASURE_SECONDS = 10.0
_WHOLE = 100
# The answer is bound as a draft's is: choosing a token takes time as well.
_SCHEMA = {
    "type": "object",
    "properties": {"案内": {"type": "string", "minLength": 40, "maxLength": 120}},
    "required": ["案内"],
    "additionalProperties": False,
}


def terminal_name(threads: int, cpu_percent: int) -> str:
    """Return what tells this terminal, with what a draft may use of it, from another one with the same history."""
    capped = f" {cpu_percent}%" if cpu_percent < _WHOLE else ""
    return f"{computer_name()} {physical_cores()} {threads}{capped}"


class SpeedBook:
    """The speeds of one terminal's models. Nothing in it is worth a fault: without it, a draft has no estimate."""

    def __init__(self, in_store: InStore, engine: Engine, terminal: Callable[[], str]) -> None:
        """`in_store` runs a call on the store's thread; `engine` is asked from the thread that calls `measured`."""
        self._in_store = in_store
        self._engine = engine
        self._terminal = terminal
        self._tried: set[tuple[str, str]] = set()

    def known(self, model: str) -> list[Speed]:
        """Return what the history knows of a model, newest first."""
        terminal = self._terminal()
        try:
            return self._in_store(lambda store: store.speeds(terminal, model)).result()
        except AssistantError:
            return []

    def measured(self, model: str, begins: Callable[[], bool]) -> list[Speed]:
        """Return what is known of the loaded model, measured now when there is nothing yet.

        `begins` is called before a measurement and says whether to go on. One that fails is not tried again: the
        draft itself will show why.
        """
        found = self.known(model)
        place = (self._terminal(), model)
        if rates_of(found, "") is not None or place in self._tried or not begins():
            return found
        self._tried.add(place)
        speed = measure(self._engine)
        if speed is None:
            return found
        self.keep(model, speed)
        return [speed, *found]

    def keep(self, model: str, speed: Speed) -> None:
        """Keep what a run took."""
        terminal = self._terminal()
        try:
            self._in_store(lambda store: store.add_speed(terminal, model, speed)).result()
        except AssistantError:
            # A history that cannot be written says so where a person's text is at stake.
            return


def measure(engine: Engine) -> Speed | None:
    """Have the loaded model read and write a little; `None` when it fails or is not done within `MEASURE_SECONDS`."""
    clock = threading.Timer(MEASURE_SECONDS, engine.cancel)
    clock.name, clock.daemon = "measure", True
    clock.start()
    try:
        # The first token after loading fetches the model from the disk; it must not count.
        if _timed(engine, WARM_UP, 1) is None:
            return None
        return _timed(engine, MEASURED_TEXT, MEASURED_TOKENS)
    except AssistantError:
        return None
    finally:
        clock.cancel()
        clock.join()


def _timed(engine: Engine, text: str, tokens: int) -> Speed | None:
    request = GenerateRequest((Message(Role.USER, text),), max_tokens=tokens, schema=_SCHEMA, speculate=False)
    done: Done | None = None
    with closing(engine.generate(request)) as events:
        for event in events:
            done = event if isinstance(event, Done) else done
    if done is None or done.reason is StopReason.CANCELLED or not done.timings.generated_tokens:
        return None
    took = done.timings
    return Speed("", 0, took.evaluated_tokens, took.prefill_seconds, took.generated_tokens, took.decode_seconds)
