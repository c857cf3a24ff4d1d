"""llama-server as a rival for the time to the first token: its own process, asked over localhost by this test tool."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from desktop.engine.base import GenerateRequest
from tests.bench.native_tools import ToolMissing, tool
from tests.bench.setting import BUILD, Setting

START_SECONDS = 120.0
ANSWER_SECONDS = 600.0


@contextmanager
def server(setting: Setting, n_ctx: int) -> Iterator[int]:
    """Give the port of a running llama-server with the model loaded; raises `ToolMissing`."""
    port = _free_port()
    slices = ["-b", str(setting.n_batch), "-ub", str(setting.n_batch)]
    threads = ["-t", str(setting.threads), "-tb", str(setting.threads)]
    place = ["--host", "127.0.0.1", "--port", str(port), "-np", "1", "-c", str(n_ctx), "-fa", "auto"]
    # Nothing is kept from one prompt to the next: neither in the slot (see `first_token`) nor in memory.
    command = [str(tool("llama-server")), "-m", str(setting.model), *place, *slices, *threads, "--cache-ram", "0"]
    command += ["--no-repack"] if setting.without_amx else []
    log = BUILD / "logs" / "llama-server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w", encoding="utf-8") as said,
        subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT) as process,
    ):
        try:
            _wait(process, port)
            yield port
        finally:
            process.kill()


def first_token(port: int, request: GenerateRequest) -> float:
    """Return the seconds from the request to its first text; the prompt is read whole, whatever came before."""
    body: dict[str, object] = {
        "messages": [{"role": message.role.value, "content": message.content} for message in request.messages],
        "max_tokens": 4,
        "temperature": 0,
        "stream": True,
        "cache_prompt": False,
    }
    if request.schema:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "draft", "schema": request.schema}}
    began = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)) as connection:
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise ToolMissing(f"llama-server answered {answer.status}: {answer.read()[:200]!r}")
        first = 0.0
        for line in answer:
            if not first and _text(line):
                first = time.perf_counter() - began
    if not first:
        raise ToolMissing("llama-server wrote nothing")
    return first


def _text(line: bytes) -> str:
    """Return the text in one line of a streamed answer."""
    data = line.removeprefix(b"data:").strip()
    if not data.startswith(b"{"):
        return ""
    choices = json.loads(data).get("choices") or [{}]
    return choices[0].get("delta", {}).get("content") or ""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ToolMissing(f"llama-server ended with {process.returncode}")
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/health")
                if connection.getresponse().status == http.client.OK:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise ToolMissing("llama-server did not start")
