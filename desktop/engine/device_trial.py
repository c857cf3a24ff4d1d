"""Trying a graphics device: the same prompts on the CPU and on it, each in a process of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol

from desktop.core.errors import AssistantError
from desktop.engine.base import Done, Engine, GenerateRequest, Message, ModelSpec, Role, TextDelta
from desktop.engine.devices import DeviceFault, Rates, Record
from desktop.engine.protocol import DeviceList

_WARM_UP_TOKENS, _TOKENS = 4, 12
_CPU_SECONDS = 900.0  # on the slowest terminal; after that there is nothing to compare with
_LEAST_SECONDS, _TIMES_CPU = 60.0, 4.0  # a driver compiles its programs at first use; beyond, it is just too slow


class TrialEngine(Engine, Protocol):
    """An engine that knows its graphics devices; `ChildEngine` is one."""

    def devices(self) -> DeviceList:
        """Return the graphics devices; a driver that dies of it raises `EngineFault` ENGINE_CRASHED."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run wrote, how fast, and how many seconds it all took, loading included."""

    text: str
    rates: Rates
    seconds: float


class _Failed(Exception):  # noqa: N818 -- a result inside this module
    """The run gave no sample."""

    def __init__(self, fault: DeviceFault) -> None:
        """Keep the reason."""
        super().__init__(fault)
        self.fault = fault


class TrialStopped(Exception):  # noqa: N818 -- what was asked for, not an error
    """The person cancelled, or the program is closing; nothing was learnt of the device."""


class Trials:
    """Runs trials. `stop` may come from any thread; everything else from one."""

    def __init__(self, new_engine: Callable[[], TrialEngine], least_seconds: float = _LEAST_SECONDS) -> None:
        """Start every run with `new_engine`; a device has `least_seconds`, or longer where the CPU takes longer."""
        self._new_engine = new_engine
        self._least_seconds = least_seconds
        self._lock = threading.Lock()
        self._engine: TrialEngine | None = None
        self._stopped = False

    def devices(self) -> DeviceList:
        """List the devices in a process of its own; raises as `TrialEngine.devices`."""
        with closing(self._start()) as engine:
            return engine.devices()

    def on_cpu(self, spec: ModelSpec) -> Sample | None:
        """Run on the CPU; `None` when not even that works, and the person will hear of it when the model is loaded."""
        try:
            return self._sample(spec, _CPU_SECONDS)
        except _Failed:
            return None

    def on_device(self, spec: ModelSpec, cpu: Sample) -> Record:
        """Run on the device that `spec` names and hold the tokens against the CPU's."""
        try:
            sample = self._sample(spec, max(self._least_seconds, _TIMES_CPU * cpu.seconds))
        except _Failed as failed:
            return Record(cpu.rates, fault=failed.fault)
        fault = "" if sample.text == cpu.text else DeviceFault.WRONG
        return Record(cpu.rates, sample.rates, fault)

    def stop(self, *, wait: bool = False) -> None:
        """End the running trial and every later one: they raise `TrialStopped`. Its process is gone after `wait`."""
        with self._lock:
            self._stopped = True
            engine = self._engine
        if engine and wait:
            engine.close()
        elif engine:
            engine.cancel()

    def _start(self) -> TrialEngine:
        with self._lock:
            if self._stopped:
                raise TrialStopped
            self._engine = self._new_engine()
            return self._engine

    def _sample(self, spec: ModelSpec, seconds: float) -> Sample:
        """Load and write, within `seconds`; raises `_Failed` with the reason, `TrialStopped`."""
        late = threading.Event()
        with closing(self._start()) as engine:
            timer = threading.Timer(seconds, _end, (late, engine))
            timer.start()
            fault = DeviceFault.LOAD
            began = time.monotonic()
            try:
                engine.load(spec)
                self._raise_if_stopped()
                fault = DeviceFault.CRASH
                first, _ = _write(engine, counting(1), _WARM_UP_TOKENS)
                self._raise_if_stopped()
                text, rates = _write(engine, counting(201), _TOKENS)
            except AssistantError:
                self._raise_if_stopped()
                raise _Failed(DeviceFault.TIMEOUT if late.is_set() else fault) from None
            finally:
                timer.cancel()
                timer.join()
        self._raise_if_stopped()
        if late.is_set():
            raise _Failed(DeviceFault.TIMEOUT)
        return Sample(f"{first}\n{text}", rates, time.monotonic() - began)

    def _raise_if_stopped(self) -> None:
        with self._lock:
            if self._stopped:
                raise TrialStopped


def counting(start: int) -> GenerateRequest:
    """Return a prompt that any model continues in one way only, so that rounding does not change a token.

    The start is told first: nothing of one prompt can be reused for another.
    """
    numbers = ", ".join(str(number) for number in range(start, start + 40))
    return GenerateRequest((Message(Role.USER, f"{start}, {start + 1}, ..."),), prefill=numbers + ",", speculate=False)


def _end(late: threading.Event, engine: Engine) -> None:
    late.set()
    engine.close()


def _write(engine: Engine, request: GenerateRequest, tokens: int) -> tuple[str, Rates]:
    text, rates = "", Rates()
    for event in engine.generate(replace(request, max_tokens=tokens)):
        if isinstance(event, TextDelta):
            text += event.text
        elif isinstance(event, Done):
            rates = Rates(event.timings.prefill_rate, event.timings.decode_rate)
    return text, rates
