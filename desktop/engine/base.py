"""The Engine protocol: what everything above inference speaks, whichever engine runs."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Role(StrEnum):
    """Who speaks in a chat prompt."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat prompt."""

    role: Role
    content: str


class KvKind(StrEnum):
    """How the KV cache stores its values: in half precision, or quantized in half the memory."""

    F16 = "f16"
    Q8_0 = "q8_0"


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Which model to load and how. Zero means: choose from the model and the machine.

    `n_ctx` is in tokens, `n_batch` the prefill slice in tokens (one progress event a slice): 128 tokens take a few
    seconds on an office terminal and are read nearly as fast as larger slices. `snapshots` is the folder in which the
    evaluated heads of prompts are kept, at most `snapshot_bytes` together; empty, or without the model's `sha256`,
    which names what a snapshot belongs to, nothing is kept. `cpu_percent` is the share of the cores that may be used.
    `device` is the name of a graphics device (see `Device`), empty for the CPU alone, and `gpu_layers` how many of the
    model's layers it holds, all when negative. `kv` is how the KV cache stores its values, at best.
    """

    path: Path
    n_ctx: int = 0
    n_threads: int = 0
    n_threads_batch: int = 0
    n_batch: int = 128
    sha256: str = ""
    snapshots: str = ""
    snapshot_bytes: int = 1_000_000_000
    kv: KvKind = KvKind.F16
    cpu_percent: int = 100
    device: str = ""
    gpu_layers: int = 0


@dataclass(frozen=True, slots=True)
class Device:
    """A graphics device that the engine's library can compute on; memory in bytes, as its driver says.

    `name` is the library's ("Vulkan0"), `description` the maker's; `driver` changes whenever the driver does, and is
    empty where it cannot be found out.
    """

    name: str
    description: str
    driver: str
    memory_free: int
    memory_total: int


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What was loaded, as the library reports it. `size` is in bytes, contexts in tokens.

    `device` describes the graphics device that computes, empty for the CPU. `device_fault` is why one was given up
    during this very load (a `DeviceFault`), empty otherwise: then the words of ENGINE_DEVICE_LOST are due.
    """

    name: str
    architecture: str
    n_ctx: int
    n_ctx_train: int
    n_vocab: int
    n_params: int
    size: int
    has_chat_template: bool
    library: str
    device: str = ""
    device_fault: str = ""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are chosen. Temperature 0 is greedy. `repeat_last_n` is in tokens."""

    temperature: float = 0.0
    top_p: float = 0.95
    min_p: float = 0.05
    top_k: int = 40
    repeat_penalty: float = 1.0
    repeat_last_n: int = 256
    seed: int = 42


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """One generation.

    The chat template is applied to `messages`; then `prefill` is put at the start of the assistant's answer as text
    that is already written. When `schema` (a JSON schema, see `engine/grammar.py` for the subset) is given, the
    output is bound to it; `constrained_prefill` continues `prefill` and is the part of the answer that the schema
    already covers (continuing an interrupted draft). Only newly generated text comes back as events.

    `head` counts the messages at the beginning that are the same in every request of this kind: their evaluation can
    be kept on disk. With `max_tokens` 0 the prompt is only read, so that a later request with the same beginning
    starts at once; `background` does so on fewer cores. `speculate` lets the engine guess ahead from the text so far,
    which changes the speed only.
    """

    messages: Sequence[Message]
    sampling: Sampling = field(default_factory=Sampling)
    max_tokens: int = 2048
    prefill: str = ""
    constrained_prefill: str = ""
    schema: Mapping[str, object] | None = None
    head: int = 0
    speculate: bool = True
    background: bool = False


class StopReason(StrEnum):
    """Why a generation ended."""

    STOP = "stop"  # the model ended its turn, or the schema is complete
    LENGTH = "length"  # max_tokens or the context is used up
    CANCELLED = "cancelled"
    LOOP = "loop"  # the text had begun to repeat itself


@dataclass(frozen=True, slots=True)
class Timings:
    """Counts in tokens, durations in seconds.

    `reused_tokens` of the prompt were already in the KV cache or in a snapshot. Of `drafted_tokens` that were guessed
    ahead, `accepted_tokens` were right.
    """

    prompt_tokens: int = 0
    reused_tokens: int = 0
    generated_tokens: int = 0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0
    first_token_seconds: float = 0.0
    drafted_tokens: int = 0
    accepted_tokens: int = 0

    @property
    def evaluated_tokens(self) -> int:
        """The part of the prompt that was really read."""
        return max(0, self.prompt_tokens - self.reused_tokens)

    @property
    def prefill_rate(self) -> float:
        """Tokens per second of the part of the prompt that was really evaluated."""
        return self.evaluated_tokens / self.prefill_seconds if self.prefill_seconds > 0 else 0.0

    @property
    def decode_rate(self) -> float:
        """Generated tokens per second."""
        return self.generated_tokens / self.decode_seconds if self.decode_seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Started:
    """The prompt fits and is about to be read; exact token counts."""

    prompt_tokens: int
    reused_tokens: int
    n_ctx: int


@dataclass(frozen=True, slots=True)
class PrefillProgress:
    """Tokens of the prompt read so far; `seconds_left` is `None` until it can be estimated."""

    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Newly generated text: whole characters only, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing, not even a heartbeat, has come from the engine for `seconds`; it may be stopped or gone.

    Sent at most once a few seconds; followed by an ordinary event when the engine answers again.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """The graphics device `device` failed before any text came; the CPU begins the request anew, and stays.

    Its words are those of ENGINE_DEVICE_LOST.
    """

    device: str


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of every generation that did not fail."""

    reason: StopReason
    timings: Timings


Event = Started | PrefillProgress | TextDelta | Silence | DeviceLost | Done
LoadProgress = Callable[[float], None]


class Engine(Protocol):
    """A model that can be loaded and asked.

    One call at a time, from any thread; only `cancel` may come from any thread at any moment.
    Every method raises `EngineFault` (or `UserFault` for a wrong model file or a prompt that does not fit).
    """

    def load(self, spec: ModelSpec, progress: LoadProgress | None = None) -> ModelInfo:
        """Load a model, replacing the one loaded; `progress` gets fractions from 0 to 1."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the exact number of tokens of `text` for the loaded model, without special tokens."""
        ...

    def generate(self, request: GenerateRequest) -> Generator[Event, None, None]:
        """Yield events until `Done`. Closing the iterator early cancels the generation.

        Raises `UserFault` PROMPT_TOO_LONG (fields tokens, n_ctx, room) when the prompt does not fit,
        `EngineFault` ENGINE_CRASHED (fields exit, report) when the process dies, ENGINE_GAVE_UP after two deaths on
        the same request.
        """
        ...

    def cancel(self) -> None:
        """Ask the running generation to end; a child that does not obey within two seconds is killed."""
        ...

    def unload(self) -> None:
        """Give the model's memory back; the next call needs a load. Does nothing where no model is loaded."""
        ...

    def close(self) -> None:
        """End the engine and everything it started; safe to call twice."""
        ...
