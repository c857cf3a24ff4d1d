"""One inference process seen from the program: its pipes, its threads, its end."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import IO

from desktop.core.errors import EngineFault, ErrorCode
from desktop.core.own_process import own_command, own_environment
from desktop.engine import win_job
from desktop.engine.protocol import (
    MAX_ANSWER_BYTES,
    MAX_REQUEST_BYTES,
    Answer,
    Frame,
    Heartbeat,
    ProtocolError,
    Request,
    Shutdown,
    decode_answer,
    encode,
    read_line,
)

REPORT_BYTES = 8 * 1024
_EXIT_SECONDS = 2.0
_ILLEGAL_INSTRUCTION = 0xC000001D  # Windows' status for what POSIX calls SIGILL


class ChildGone(Exception):  # noqa: N818 -- it is an event of life, not a programming error
    """The process ended or spoke what is no message; `protocol` is the reason in the second case, else empty."""

    def __init__(self, protocol: str = "") -> None:
        """Keep the reason."""
        super().__init__(protocol)
        self.protocol = protocol


def worker_command(backend_args: Sequence[str]) -> list[str]:
    """Return the command line of an inference process: `backend_args` is the backend's name and its options."""
    name, *options = backend_args
    return [*own_command("engine-worker", "desktop.engine.worker"), "--backend", name, *options]


class Child:
    """A running inference process.

    Three threads serve it: one reads messages, one keeps the tail of its stderr, one writes requests (so that no
    caller ever waits for a process that does not read).
    """

    def __init__(self, command: Sequence[str]) -> None:
        """Start the process; raises `EngineFault` ENGINE_START_FAILED when there is nothing to start."""
        self._answers: queue.SimpleQueue[Frame[Answer] | ChildGone] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._report = b""
        self._gone: ChildGone | None = None
        self._finish_lock = threading.Lock()
        self._finished = False
        self.last_seen = time.monotonic()
        self._process = _spawn(command)
        self._job = win_job.hold(self._process)
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self._threads = [
            threading.Thread(target=self._read, args=(self._process.stdout,), name="engine-answers", daemon=True),
            threading.Thread(target=self._write, args=(self._process.stdin,), name="engine-requests", daemon=True),
            threading.Thread(target=self._keep_tail, args=(self._process.stderr,), name="engine-stderr", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs and its messages can be read."""
        return self._gone is None and self._process.poll() is None

    def send(self, request_id: int, body: Request) -> None:
        """Queue one request; never waits. Raises `EngineFault` ENGINE_PROTOCOL when it is larger than allowed."""
        line = encode(Frame(request_id, body))
        if len(line) > MAX_REQUEST_BYTES:
            raise EngineFault(ErrorCode.ENGINE_PROTOCOL, reason="request_too_large")
        self._outbox.put(line)

    def receive(self, timeout: float | None = None) -> Frame[Answer]:
        """Wait for the next message.

        Raises `queue.Empty` after `timeout` seconds and `ChildGone` once the process ended, each time it is asked.
        """
        if self._gone is not None and self._answers.empty():
            raise self._gone
        answer = self._answers.get(timeout=timeout)
        if isinstance(answer, ChildGone):
            raise answer
        return answer

    def kill(self) -> None:
        """End the process at once, whatever it does; the reader then reports it gone."""
        self._process.kill()

    def finish(self, *, shutdown: bool = False) -> None:
        """End the process and everything that serves it; asks first when `shutdown`. Safe to call twice."""
        with self._finish_lock:
            if self._finished:
                return
            self._finished = True
            if shutdown and self.alive:
                self.send(0, Shutdown())
                self._wait(_EXIT_SECONDS)
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
            self._outbox.put(None)
            for thread in self._threads:
                thread.join()
            for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
                assert stream
                _close(stream)
            win_job.release(self._job)

    def exit_name(self) -> str:
        """Return how the finished process ended: a signal's name, or its exit code."""
        return exit_name(self._process.returncode)

    def exit_hint(self) -> str:
        """Return `old_cpu` when it died of an instruction that this processor lacks, else the empty string."""
        code = self._process.returncode
        illegal = code == -signal.SIGILL or (code & 0xFFFFFFFF) == _ILLEGAL_INSTRUCTION
        return "old_cpu" if illegal else ""

    def report(self) -> str:
        """Return the last 8 KB of the finished process's stderr."""
        return self._report.decode("utf-8", "replace")

    def _wait(self, seconds: float) -> None:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return

    def _read(self, stream: IO[bytes]) -> None:
        reason = ""
        try:
            while (line := read_line(stream, MAX_ANSWER_BYTES)) is not None:
                frame = decode_answer(line)
                self.last_seen = time.monotonic()
                if not isinstance(frame.body, Heartbeat):
                    self._answers.put(frame)
        except ProtocolError as error:
            # What is left half a line by a process that died is no garbage.
            reason = "" if error.reason == "cut_line" else error.reason
        except OSError:
            reason = ""
        # First of all, so that `alive` is false from here on: kill() asks for the exit status, and while it does so
        # another thread's poll() does not get one.
        self._gone = ChildGone(reason)
        self._process.kill()
        self._answers.put(self._gone)

    def _write(self, stream: IO[bytes]) -> None:
        while (line := self._outbox.get()) is not None:
            try:
                stream.write(line)
                stream.flush()
            except (OSError, ValueError):
                return  # the process is gone; the reader says so

    def _keep_tail(self, stream: IO[bytes]) -> None:
        while chunk := os.read(stream.fileno(), REPORT_BYTES):
            self._report = (self._report + chunk)[-REPORT_BYTES:]


def exit_name(code: int) -> str:
    """Return a readable name of a process's return code."""
    if code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return f"0x{code:08X}" if code > 0xFFFF else str(code)  # noqa: PLR2004 -- Windows' status codes have 32 bits


def _spawn(command: Sequence[str]) -> subprocess.Popen[bytes]:
    flags = 0
    if sys.platform == "win32":
        # No console window flashes up, and typing stays fluent while the model computes.
        flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    try:
        return subprocess.Popen(  # noqa: S603 -- our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=flags,
            env=own_environment(),
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EngineFault(ErrorCode.ENGINE_START_FAILED, reason=reason, exit="", report="", hint="") from error


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        return  # what could not be written to a dead process is lost anyway
