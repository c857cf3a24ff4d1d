"""The rivals: each is installed under build/bench, runs in a process of its own, and is asked for the same figures."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.bench import native_tools
from tests.bench.native_tools import ToolMissing, run
from tests.bench.setting import BUILD, ROOT, Setting, memory

DRIVERS = Path(__file__).resolve().parent / "drivers"
PYTHON_PACKAGES = {"gpt4all": "2.8.2", "xllamacpp": "2026.10.11549"}
NODE_PACKAGE, NODE_VERSION = "node-llama-cpp", "3.22.1"
NODE_BINARIES = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}


@dataclass(frozen=True, slots=True)
class Measured:
    """So many tokens in so many seconds."""

    tokens: int
    seconds: float

    @property
    def rate(self) -> float:
        """Tokens per second."""
        return self.tokens / self.seconds


class Rival(Protocol):
    """One contender, started."""

    def prefill(self, prompt: str, tokens: int) -> Measured:
        """Read a prompt of so many tokens that shares no beginning with an earlier one."""
        ...

    def decode(self, prompt: str, tokens: int) -> Measured:
        """Write so many tokens."""
        ...

    @property
    def peak(self) -> int:
        """The largest memory the process has had, in bytes."""
        ...


class LlamaBench:
    """llama.cpp's own benchmark: a process for each measurement, random tokens, no sampling, no text."""

    def __init__(self, setting: Setting) -> None:
        """Keep how to run it."""
        self._setting = setting
        self._peak = 0

    def prefill(self, prompt: str, tokens: int) -> Measured:  # noqa: ARG002 -- it makes up its own prompt
        """Read so many random tokens."""
        return self._run(native_tools.bench(self._setting, prompt=tokens))

    def decode(self, prompt: str, tokens: int) -> Measured:  # noqa: ARG002 -- it starts from nothing
        """Read so many random tokens one by one."""
        return self._run(native_tools.bench(self._setting, generate=tokens))

    def _run(self, done: native_tools.BenchRun) -> Measured:
        self._peak = max(self._peak, done.peak)
        return Measured(done.tokens, done.seconds)

    @property
    def peak(self) -> int:
        """The largest memory of its runs, in bytes."""
        return self._peak


class Driven:
    """A rival behind one of the scripts in `drivers`: commands in, answers out, a line of JSON each."""

    def __init__(self, process: subprocess.Popen[str], name: str) -> None:
        """Wait until the model is loaded; raises `ToolMissing` when the process ends instead."""
        self._process, self._name = process, name
        self._answer()

    def prefill(self, prompt: str, tokens: int) -> Measured:
        """Read the prompt, by the wall clock inside its process."""
        return self._ask("prefill", prompt, tokens)

    def decode(self, prompt: str, tokens: int) -> Measured:
        """Write tokens, from the first one to the last."""
        return self._ask("decode", prompt, tokens)

    @property
    def peak(self) -> int:
        """The largest memory of the process, in bytes."""
        return memory(self._process.pid)["VmHWM"]

    def _ask(self, do: str, prompt: str, tokens: int) -> Measured:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": do, "prompt": prompt, "tokens": tokens}) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        return Measured(int(answer["tokens"]), answer["seconds"])

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise ToolMissing(f"{self._name} ended with {self._process.wait()}; see {_log(self._name)}")
        answer: dict[str, float] = json.loads(line)
        return answer


RIVALS = ("llama-bench", "llama-cpp-python", *PYTHON_PACKAGES, NODE_PACKAGE)


def label(name: str) -> str:
    """Return a rival's name with its version."""
    binding = native_tools.locked().version
    versions = {**PYTHON_PACKAGES, NODE_PACKAGE: NODE_VERSION, "llama-cpp-python": f"{binding} Llama()"}
    return f"{name} {versions[name]}" if name in versions else name


@contextmanager
def started(name: str, setting: Setting) -> Iterator[Rival]:
    """Give a rival, installed and with the model loaded; raises `ToolMissing` where it cannot be had."""
    if name == "llama-bench":
        native_tools.tool("llama-bench")
        yield LlamaBench(setting)
        return
    command, environment = _command(name, setting)
    _log(name).parent.mkdir(parents=True, exist_ok=True)
    with (
        _log(name).open("w", encoding="utf-8") as log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, env=environment
        ) as process,
    ):
        try:
            yield Driven(process, name)
        finally:
            process.kill()


def install(name: str) -> None:
    """Make a rival ready, downloading what is missing; raises `ToolMissing`."""
    if name == "llama-bench":
        native_tools.tool(name)
    elif name == NODE_PACKAGE:
        _node_folder()
    elif name in PYTHON_PACKAGES:
        _python_folder(name)


def _log(name: str) -> Path:
    return BUILD / "logs" / f"{name}.log"


def _command(name: str, setting: Setting) -> tuple[list[str], dict[str, str]]:
    values = {"model": str(setting.model.resolve()), "n_ctx": setting.n_ctx, "n_batch": setting.n_batch}
    settings = json.dumps({**values, "threads": setting.threads})
    if name == NODE_PACKAGE:
        return ["node", str(DRIVERS / "node_llama_cpp.mjs"), settings, str(_node_folder())], dict(os.environ)
    script = {"llama-cpp-python": "high_level"}.get(name, f"{name}_package")
    paths = [str(ROOT)] + ([str(_python_folder(name))] if name in PYTHON_PACKAGES else [])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    return [sys.executable, "-m", f"tests.bench.drivers.{script}", settings], environment


def _python_folder(name: str) -> Path:
    """Return the folder a package is installed in, apart from the project's environment."""
    version = PYTHON_PACKAGES[name]
    folder = BUILD / f"{name}-{version}"
    if not (folder / name).is_dir():
        native_tools.pip_install(folder, f"{name}=={version}", f"installing {name}", "--only-binary", ":all:")
    return folder


def _node_folder() -> Path:
    """Return the folder the npm package is installed in: its own binaries, no scripts, nothing compiled."""
    binaries = NODE_BINARIES.get(platform.machine())
    if not shutil.which("npm") or binaries is None:
        raise ToolMissing("node and npm are not installed" if binaries else f"no binaries for {platform.machine()}")
    folder = BUILD / f"{NODE_PACKAGE}-{NODE_VERSION}"
    if not (folder / "node_modules" / NODE_PACKAGE).is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--prefix", str(folder), "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"]
        packages = [f"{NODE_PACKAGE}@{NODE_VERSION}", f"@node-llama-cpp/{binaries}@{NODE_VERSION}"]
        run(["npm", "install", *options, *packages], f"installing {NODE_PACKAGE}")
    return folder
