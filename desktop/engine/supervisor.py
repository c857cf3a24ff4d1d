"""The engine as the program uses it: a child process that is started, asked, cancelled, killed and started again."""

from __future__ import annotations

import hashlib
import itertools
import queue
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from desktop.core.errors import AssistantError, EngineFault, ErrorCode, UserFault
from desktop.engine.base import (
    Done,
    Event,
    GenerateRequest,
    LoadProgress,
    ModelInfo,
    ModelSpec,
    PrefillProgress,
    Silence,
    Started,
    StopReason,
    TextDelta,
    Timings,
)
from desktop.engine.child import Child, ChildGone, worker_command
from desktop.engine.protocol import (
    PROTOCOL_VERSION,
    Answer,
    Cancel,
    Count,
    Counted,
    DeviceList,
    Failure,
    Frame,
    Generate,
    Hello,
    ListDevices,
    Load,
    Loaded,
    Request,
    encode,
)
from desktop.engine.protocol import LoadProgress as LoadProgressMessage

AnswerT = TypeVar("AnswerT", Counted, DeviceList)
_DEATHS_ALLOWED = 1  # on equal requests; the next one is the end


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds.

    For the greeting of a new process (a virus scanner may read the native libraries first), for a cancel to be
    obeyed, and for a sign of life before the silence is told.
    """

    hello: float = 60.0
    cancel: float = 2.0
    silence: float = 5.0


class ChildEngine:
    """The `Engine` protocol on a child process; see `engine/base.py` for the contract."""

    def __init__(self, backend: Sequence[str] = ("llama",), patience: Patience | None = None) -> None:
        """Keep what to run; the process starts at the first use."""
        self._patience = patience or Patience()
        self._command = worker_command(backend)
        self._child: Child | None = None
        self._spec: ModelSpec | None = None
        self._numbers = itertools.count(1)
        self._call = threading.Lock()  # one call at a time
        self._state = threading.Lock()  # guards what cancel() and close() look at
        self._running = 0  # the number of the running request, 0 between calls
        self._cancelled = False
        self._closed = False
        self._killer: threading.Timer | None = None
        self._deaths: tuple[bytes, int] = (b"", 0)

    @property
    def pid(self) -> int | None:
        """The inference process's number, `None` while there is none."""
        child = self._child
        return child.pid if child and child.alive else None

    def load(self, spec: ModelSpec, progress: LoadProgress | None = None) -> ModelInfo:
        """Load a model, replacing the one loaded; `progress` gets fractions from 0 to 1.

        A cancel meanwhile ends the process and raises `EngineFault` ENGINE_FAILED with reason "cancelled".
        """
        self._begin()
        try:
            self._deaths = (b"", 0)
            self._spec = None
            info = self._load(self._ready_child(), spec, progress)
            self._spec = spec
            return info
        finally:
            self._end()

    def count_tokens(self, text: str) -> int:
        """Return the exact number of tokens of `text` for the loaded model, without special tokens."""
        number = self._begin()
        try:
            return self._ask(self._loaded_child(), number, Count(text), Counted).tokens
        except ChildGone as gone:
            self._raise_death(gone)
        finally:
            self._end()

    def devices(self) -> DeviceList:
        """Return the graphics devices of the engine's library; a driver that dies of it is ENGINE_CRASHED."""
        number = self._begin()
        try:
            return self._ask(self._ready_child(), number, ListDevices(), DeviceList)
        except ChildGone as gone:
            self._raise_death(gone)
        finally:
            self._end()

    def generate(self, request: GenerateRequest) -> Generator[Event, None, None]:
        """Yield events until `Done`; see `Engine.generate`."""
        number = self._begin()
        child: Child | None = None
        began = time.monotonic()
        events = 0
        try:
            child = self._loaded_child()
            child.send(number, Generate(request))
            for event in self._events(child, number):
                events += isinstance(event, TextDelta)
                if isinstance(event, Done):
                    child = None  # whoever stops listening here has nothing left to cancel
                yield event
            self._deaths = (b"", 0)
        except ChildGone as gone:
            child = None
            if not self._was_cancelled():
                self._raise_death(gone, request)
            # Killed because it did not obey: what came is kept, and the next call starts a new process.
            self._discard_child()
            yield Done(StopReason.CANCELLED, Timings(generated_tokens=events, decode_seconds=time.monotonic() - began))
        except GeneratorExit:
            if child:
                self._drain(child, number)
            raise
        finally:
            self._end()

    def cancel(self) -> None:
        """Ask the running call to end; a child that does not obey within two seconds is killed. Never waits."""
        with self._state:
            number = self._running
            if not number or self._cancelled:
                return
            self._cancelled = True
            self._killer = threading.Timer(self._patience.cancel, self._kill_if_running, (number,))
            self._killer.daemon = True
            self._killer.start()
            if self._child:
                self._child.send(number, Cancel())

    def unload(self) -> None:
        """Give the model's memory back by ending its process; the next call needs a load. Does nothing without one."""
        self._begin()
        try:
            self._spec = None
            self._discard_child(shutdown=True)
        finally:
            self._end()

    def close(self) -> None:
        """End the engine and everything it started; safe to call twice, and from any thread."""
        with self._state:
            self._closed = True
            self._cancelled = True
            child = self._child
        if child:
            child.finish(shutdown=True)

    def _begin(self) -> int:
        """Enter a call and return its number; raises ENGINE_BUSY when another one runs."""
        if not self._call.acquire(blocking=False):
            raise EngineFault(ErrorCode.ENGINE_BUSY)
        with self._state:
            if self._closed:
                self._call.release()
                raise EngineFault(ErrorCode.ENGINE_FAILED, reason="closed")
            self._running = next(self._numbers)
            self._cancelled = False
            return self._running

    def _end(self) -> None:
        with self._state:
            self._running = 0
            killer, self._killer = self._killer, None
        if killer:
            killer.cancel()
            killer.join()
        self._call.release()

    def _kill_if_running(self, number: int) -> None:
        with self._state:
            child = self._child if self._running == number else None
        if child:
            child.kill()

    def _was_cancelled(self) -> bool:
        with self._state:
            return self._cancelled

    def _ready_child(self) -> Child:
        """Return a process that has said hello, starting one if there is none."""
        if self._child and self._child.alive:
            return self._child
        self._discard_child()
        child = Child(self._command)
        with self._state:
            self._child = child
            closed = self._closed
        if closed:
            child.finish()
        try:
            self._greet(child)
        except ChildGone as gone:
            self._raise_start_failure(child, gone.protocol)
        except queue.Empty:
            child.kill()
            self._raise_start_failure(child, "timeout")
        return child

    def _greet(self, child: Child) -> None:
        hello = child.receive(self._patience.hello).body
        if isinstance(hello, Failure):
            self._discard_child()
            raise hello.fault()
        if not isinstance(hello, Hello):
            raise ChildGone("no_hello")
        if hello.protocol != PROTOCOL_VERSION:
            self._discard_child()
            raise EngineFault(
                ErrorCode.ENGINE_PROTOCOL, reason="version", expected=PROTOCOL_VERSION, found=hello.protocol
            )

    def _loaded_child(self) -> Child:
        """Return a process with the model loaded, starting and loading again after a death."""
        if self._spec is None:
            raise UserFault(ErrorCode.MODEL_NONE)
        if self._child and self._child.alive:
            return self._child
        child = self._ready_child()
        try:
            self._load(child, self._spec, None)
        except EngineFault:
            if self._was_cancelled():
                raise ChildGone from None
            raise
        return child

    def _load(self, child: Child, spec: ModelSpec, progress: LoadProgress | None) -> ModelInfo:
        number = self._running
        try:
            child.send(number, Load(spec))
            while True:
                answer = self._receive(child, number)
                if isinstance(answer, LoadProgressMessage) and progress:
                    progress(answer.fraction)
                if isinstance(answer, Loaded):
                    return answer.info
        except ChildGone as gone:
            if self._was_cancelled():
                self._discard_child()
                raise EngineFault(ErrorCode.ENGINE_FAILED, reason="cancelled") from gone
            self._raise_load_death(gone, spec)

    def _ask(self, child: Child, number: int, request: Request, kind: type[AnswerT]) -> AnswerT:
        child.send(number, request)
        while not isinstance(answer := self._receive(child, number), kind):
            pass
        return answer

    def _receive(self, child: Child, number: int) -> Answer:
        """Return the next answer to a request; raises the fault it reports, `ChildGone`, `queue.Empty`."""
        while True:
            frame = child.receive()
            if _belongs(frame, number):
                return frame.body

    def _events(self, child: Child, number: int) -> Iterator[Event]:
        """Yield the events of a generation, and `Silence` while not even a heartbeat comes."""
        told = 0
        while True:
            wait = child.last_seen + self._patience.silence * (told + 1) - time.monotonic()
            try:
                frame = child.receive(max(0.05, wait))
            except queue.Empty:
                silent = time.monotonic() - child.last_seen
                told = int(silent / self._patience.silence)
                if told:
                    yield Silence(silent)
                continue
            told = 0
            if not _belongs(frame, number):
                continue
            if isinstance(frame.body, Started | PrefillProgress | TextDelta | Done):
                yield frame.body
            if isinstance(frame.body, Done):
                return

    def _drain(self, child: Child, number: int) -> None:
        """Cancel what nobody listens to any more and wait until it has ended, at the latest by being killed."""
        self.cancel()
        try:
            while not isinstance(self._receive(child, number), Done):
                pass
        except ChildGone:
            self._discard_child()
        except AssistantError:
            return

    def _discard_child(self, *, shutdown: bool = False) -> None:
        with self._state:
            child, self._child = self._child, None
        if child:
            child.finish(shutdown=shutdown)

    def _raise_start_failure(self, child: Child, reason: str) -> NoReturn:
        self._discard_child()
        if child.exit_hint():
            raise _old_cpu(child)
        raise EngineFault(
            ErrorCode.ENGINE_START_FAILED, reason=reason, exit=child.exit_name(), hint="", report=child.report()
        )

    def _raise_load_death(self, gone: ChildGone, spec: ModelSpec) -> NoReturn:
        child = self._child
        self._discard_child()
        assert child
        if gone.protocol:
            raise EngineFault(ErrorCode.ENGINE_PROTOCOL, reason=gone.protocol) from None
        if child.exit_hint():
            raise _old_cpu(child) from None
        ended, report = child.exit_name(), child.report()
        raise EngineFault(ErrorCode.MODEL_LOAD_FAILED, path=str(spec.path), reason=ended, report=report) from None

    def _raise_death(self, gone: ChildGone, request: GenerateRequest | None = None) -> NoReturn:
        child = self._child
        self._discard_child()
        assert child
        deaths = self._count_death(request) if request else 0
        if deaths > _DEATHS_ALLOWED:
            raise EngineFault(
                ErrorCode.ENGINE_GAVE_UP,
                deaths=deaths,
                exit=child.exit_name(),
                hint=child.exit_hint(),
                report=child.report(),
            ) from None
        if gone.protocol:
            raise EngineFault(ErrorCode.ENGINE_PROTOCOL, reason=gone.protocol, report=child.report()) from None
        raise EngineFault(
            ErrorCode.ENGINE_CRASHED, exit=child.exit_name(), hint=child.exit_hint(), report=child.report()
        ) from None

    def _count_death(self, request: GenerateRequest) -> int:
        """Return how many times in a row an equal request has killed its process."""
        key = _digest(Generate(request))
        known, deaths = self._deaths
        self._deaths = (key, deaths + 1 if key == known else 1)
        return self._deaths[1]


def _old_cpu(child: Child) -> EngineFault:
    """Return the fault of a process that died of an instruction before it had written anything."""
    return EngineFault(ErrorCode.ENGINE_OLD_CPU, missing=child.exit_name(), report=child.report())


def _belongs(frame: Frame[Answer], number: int) -> bool:
    """Tell whether a frame answers a request; raises the fault if it reports one."""
    if frame.request_id != number:
        return False
    if isinstance(frame.body, Failure):
        raise frame.body.fault()
    return True


def _digest(request: Request) -> bytes:
    return hashlib.sha256(encode(Frame(0, request))).digest()
