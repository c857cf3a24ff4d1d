"""The inference process: takes requests from its private stdin, runs a backend, answers on its private stdout."""

from __future__ import annotations

import argparse
import faulthandler
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import IO

from desktop.core.errors import AssistantError, EngineFault, ErrorCode
from desktop.engine.backend import Backend, Cancellation
from desktop.engine.protocol import (
    MAX_ANSWER_BYTES,
    MAX_REQUEST_BYTES,
    Answer,
    Cancel,
    Count,
    Counted,
    DeviceList,
    Failure,
    Frame,
    Generate,
    Heartbeat,
    Hello,
    ListDevices,
    Load,
    Loaded,
    LoadProgress,
    ProtocolError,
    Request,
    Shutdown,
    decode_request,
    encode,
    read_line,
)
from desktop.engine.scripted import ScriptedBackend

HEARTBEAT_SECONDS = 1.0
NICENESS = 5  # what a person types into comes first; on Windows the program sets the priority at the start
EXIT_PROTOCOL = 64  # the program sent what is no message
EXIT_ORPHAN = 65  # the program went away
EXIT_NO_BACKEND = 66  # the library cannot run here; the program was told why


class Channel:
    """The way back to the program: whole lines, from any thread."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Write to `stream`, which must be unbuffered."""
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, request_id: int, body: Answer) -> None:
        """Send one message; a program that went away ends the process."""
        line = encode(Frame(request_id, body))
        if len(line) > MAX_ANSWER_BYTES:
            line = encode(Frame(request_id, Failure(user=False, code=ErrorCode.ENGINE_FAILED, fields={})))
        self.send_raw(line)

    def send_raw(self, data: bytes) -> None:
        """Write bytes as they are (the scripted backend's garbage goes here too)."""
        with self._lock:
            try:
                view = memoryview(data)
                while view:
                    view = view[self._stream.write(view) :]
            except OSError:
                os._exit(EXIT_ORPHAN)


class Worker:
    """Runs requests one after another in the main thread while two other threads listen and send heartbeats."""

    def __init__(self, source: IO[bytes], channel: Channel) -> None:
        """Take requests from `source`, answer on `channel`."""
        self._source = source
        self._channel = channel
        self._requests: queue.SimpleQueue[Frame[Request]] = queue.SimpleQueue()
        self._cancellation = Cancellation()

    def run(self, backend: Backend) -> None:
        """Greet and serve for ever; the process ends by `os._exit` in the listening thread."""
        self._channel.send(0, Hello(backend.protocol_version, backend.library))
        threading.Thread(target=self._listen, name="listen", daemon=True).start()
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        while True:
            frame = self._requests.get()
            try:
                self._serve(backend, frame)
            except AssistantError as fault:
                self._channel.send(frame.request_id, Failure.of(fault))
            except Exception as error:  # noqa: BLE001 -- whatever went wrong, the program must hear of it
                _print_frames(error)
                self._channel.send(frame.request_id, Failure.of(_unexpected(error)))

    def _serve(self, backend: Backend, frame: Frame[Request]) -> None:
        number, body = frame.request_id, frame.body
        self._cancellation.begin(number)
        if isinstance(body, Load):
            info = backend.load(body.spec, lambda fraction: self._channel.send(number, LoadProgress(fraction)))
            self._channel.send(number, Loaded(info))
        elif isinstance(body, Count):
            self._channel.send(number, Counted(backend.count_tokens(body.text)))
        elif isinstance(body, ListDevices):
            self._channel.send(number, DeviceList(backend.library, backend.devices()))
        elif isinstance(body, Generate):
            for event in backend.generate(body.request, self._cancellation):
                self._channel.send(number, event)

    def _listen(self) -> None:
        """Take requests as they come: a cancel and the program's end count at once, also during a computation."""
        while True:
            try:
                line = read_line(self._source, MAX_REQUEST_BYTES)
                if line is None:
                    os._exit(EXIT_ORPHAN)
                frame = decode_request(line)
            except (ProtocolError, OSError) as error:
                _print_frames(error)
                os._exit(EXIT_PROTOCOL)
            if isinstance(frame.body, Shutdown):
                os._exit(0)
            if isinstance(frame.body, Cancel):
                self._cancellation.cancel(frame.request_id)
            else:
                self._requests.put(frame)

    def _beat(self) -> None:
        """Say once a second that the process runs: the native library lets go of the interpreter while it computes."""
        pause = threading.Event()
        while not pause.wait(HEARTBEAT_SECONDS):
            self._channel.send(0, Heartbeat())


def _unexpected(error: Exception) -> EngineFault:
    return EngineFault(ErrorCode.ENGINE_FAILED, reason=type(error).__name__)


def _print_frames(error: BaseException) -> None:
    """Print where an error came from, without its message: that may quote what a person wrote."""
    print(f"{type(error).__name__} at", file=sys.stderr)  # noqa: T201 -- stderr is this process's crash report
    traceback.print_tb(error.__traceback__, file=sys.stderr)


def _claim_channels() -> tuple[IO[bytes], IO[bytes]]:
    """Move stdin and stdout to private descriptors: whatever native code prints then goes to stderr."""
    source, sink = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 -- exists on Windows only

        msvcrt.setmode(source, os.O_BINARY)
        msvcrt.setmode(sink, os.O_BINARY)
    return os.fdopen(source, "rb"), os.fdopen(sink, "wb", buffering=0)


def _make_backend(options: argparse.Namespace, channel: Channel) -> Backend:
    if options.backend == "scripted":
        return ScriptedBackend(options.script, channel.send_raw)
    try:
        from desktop.engine.llama import LlamaBackend  # noqa: PLC0415 -- only this process may load the native library
    except (ImportError, RuntimeError) as error:
        if fault := old_processor(error):
            raise fault from error
        raise
    return LlamaBackend()


def old_processor(error: Exception) -> EngineFault | None:
    """Return the fault when numpy refused the processor for want of instructions it was built with (SSE3 and up)."""
    _, found, missing = str(error).partition("your machine doesn't support")
    if not found:
        return None
    return EngineFault(ErrorCode.ENGINE_OLD_CPU, missing=missing.strip(" :\n().") or "?", report="")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the inference process until the program closes its stdin or says so."""
    source, sink = _claim_channels()
    # Ctrl+C in a console reaches the whole process group; the program itself decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable(file=sys.stderr)
    if sys.platform != "win32":
        os.nice(NICENESS)
    parser = argparse.ArgumentParser(prog="engine-worker")
    parser.add_argument("--backend", choices=("llama", "scripted"), required=True)
    parser.add_argument("--script", default="")
    options = parser.parse_args(arguments)
    channel = Channel(sink)
    # A library that cannot be loaded says why, on stderr; no person's text is here yet.
    try:
        backend = _make_backend(options, channel)
    except AssistantError as fault:
        channel.send(0, Failure.of(fault))
        sys.exit(EXIT_NO_BACKEND)
    sys.excepthook = lambda _kind, error, _frames: _print_frames(error)
    Worker(source, channel).run(backend)


if __name__ == "__main__":
    main()
