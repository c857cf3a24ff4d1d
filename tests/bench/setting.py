"""What all parts of the benchmark share: the model and how it is run, our engine, and the memory of a process."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.engine.base import Done, GenerateRequest, ModelSpec, Started, StopReason, TextDelta, Timings
from desktop.engine.gguf import read_header
from desktop.engine.machine import physical_cores
from desktop.engine.supervisor import ChildEngine

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """One run: the model, how many paired rounds, and how it is run on every side."""

    model: Path
    rounds: int = 5
    quick: bool = False
    rivals: tuple[str, ...] = ()  # all when empty
    n_ctx: int = 4096
    n_batch: int = ModelSpec(Path()).n_batch

    @property
    def threads(self) -> int:
        """The threads on every side: the physical cores."""
        return physical_cores()

    @property
    def without_amx(self) -> bool:
        """Whether weights must not be repacked: on a processor with AMX tiles our engine does not (llama_model.py)."""
        return "amx_int8" in Path("/proc/cpuinfo").read_text(encoding="utf-8")

    def spec(self) -> ModelSpec:
        """Return the specification for our engine, without snapshots."""
        return ModelSpec(self.model, n_ctx=self.n_ctx, n_threads=self.threads, n_batch=self.n_batch)


@dataclass(frozen=True, slots=True)
class Run:
    """One generation as seen from outside, in seconds from the request; and the child's own figures."""

    first: float
    end: float
    reason: StopReason
    timings: Timings
    text: str

    @property
    def decode_rate(self) -> float:
        """Tokens per second after the first one, by the wall clock."""
        return (self.timings.generated_tokens - 1) / (self.end - self.first)

    @property
    def own_decode_rate(self) -> float:
        """The same by the child's clock, which also holds the choice of the first token."""
        return (self.timings.generated_tokens - 1) / self.timings.decode_seconds


@contextmanager
def engine(spec: ModelSpec) -> Iterator[ChildEngine]:
    """Give a fresh child with the model loaded."""
    with closing(ChildEngine()) as child:
        child.load(spec)
        yield child


def timed(child: ChildEngine, request: GenerateRequest) -> Run:
    """Run one generation to its end and time its text as it arrives."""
    began = time.perf_counter()
    first, end, pieces, done = 0.0, 0.0, [], None
    # To the very end: an iterator that is left before it is exhausted counts as a generation broken off.
    for event in child.generate(request):
        if isinstance(event, TextDelta):
            first = first or time.perf_counter() - began
            pieces.append(event.text)
        if isinstance(event, Done):
            done, end = event, time.perf_counter() - began
    assert done
    return Run(first, end, done.reason, done.timings, "".join(pieces))


@dataclass(frozen=True, slots=True)
class First:
    """The seconds from a request to its first text, and how much of its prompt had not to be read."""

    seconds: float
    prompt_tokens: int
    reused_tokens: int


def first_text(child: ChildEngine, request: GenerateRequest) -> First:
    """Run one generation as far as its first text and end it there."""
    began = time.perf_counter()
    prompt = reused = 0
    with closing(child.generate(request)) as events:
        for event in events:
            if isinstance(event, Started):
                prompt, reused = event.prompt_tokens, event.reused_tokens
            if isinstance(event, TextDelta):
                return First(time.perf_counter() - began, prompt, reused)
    raise SystemExit("The model wrote nothing: the time to its first text cannot be told.")


def memory(pid: int) -> dict[str, int]:
    """Return a process's memory in bytes, by the names of /proc/PID/status: VmHWM (the peak), RssAnon, RssFile."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return {
        name: int(amount) * 1024 for name, amount in re.findall(r"(VmHWM|VmRSS|RssAnon|RssFile):\s+(\d+) kB", status)
    }


def peak(child: ChildEngine) -> int:
    """Return the largest memory our child has had, in bytes."""
    assert child.pid
    return memory(child.pid)["VmHWM"]


def cache_bytes(model: Path, n_ctx: int) -> int:
    """Return the size of the KV cache in half precision for a context of so many tokens, from the model's header."""
    header = read_header(model)

    def number(key: str, default: int = 0) -> int:
        value = header.metadata.get(f"{header.architecture}.{key}", default)
        assert isinstance(value, int)
        return value

    heads = number("attention.head_count")
    groups = number("attention.head_count_kv", heads)
    width = number("attention.key_length", number("embedding_length") // heads)
    return 2 * 2 * number("block_count") * groups * width * n_ctx


def conditions(setting: Setting) -> str:
    """Say on what was measured: processor, threads, batch, load of the machine, day."""
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    name = cpu[1].strip() if cpu else "unknown processor"
    load = os.getloadavg()[0]
    day = time.strftime("%Y-%m-%d %H:%M")
    return f"{name}, {setting.threads} threads, batch {setting.n_batch}, load {load:.1f} at the end, {day}"
