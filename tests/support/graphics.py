"""Engines with a graphics device made up by a script, and a file that is enough of a model for them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from desktop.engine.base import Device, GenerateRequest, Message, Role
from desktop.engine.scripted import Do, Rule, Script, Step
from desktop.engine.supervisor import ChildEngine

GRAPHICS = Device("Vulkan0", "試験用グラフィックス", "1.0", 8_000_000_000, 8_000_000_000)
ANSWER = "41, 42, 43"
WRITING = Step(Do.TEXT, ANSWER, count=2)


def asking(text: str = "案内を書いてください") -> GenerateRequest:
    return GenerateRequest((Message(Role.USER, text),))


def new_engines(script: Script, started: list[ChildEngine] | None = None) -> Callable[[], ChildEngine]:
    """Return a function that makes engines on a script, and adds them to `started`."""

    def start() -> ChildEngine:
        engine = ChildEngine(script.arguments())
        if started is not None:
            started.append(engine)
        return engine

    return start


def computer(*on_device: Step, cpu: float = 0.02, load_on_device: tuple[Step, ...] = (), **more: object) -> Script:
    """Return a computer whose CPU needs `cpu` seconds before each of five pieces, and what its graphics device does."""
    rules = (Rule((Step(Do.TEXT, ANSWER, count=2, every=cpu),)),)
    values: dict[str, object] = {"devices": (GRAPHICS,), **more}
    return Script(rules, on_device=(Rule(on_device),), load_on_device=load_on_device, **values)  # type: ignore[arg-type]  # passed through


def model_file(path: Path, layers: int = 24) -> Path:
    """Write a GGUF header that states its layers, heads and widths."""
    pairs = [_text("general.architecture", "llama")]
    numbers = {"block_count": layers, "embedding_length": 896, "context_length": 8192}
    numbers |= {"attention.head_count": 14, "attention.head_count_kv": 2}
    pairs += [_string(f"llama.{name}") + struct.pack("<II", 4, value) for name, value in numbers.items()]
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs)) + b"".join(pairs) + bytes(64))
    return path


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def _text(key: str, value: str) -> bytes:
    return _string(key) + struct.pack("<I", 8) + _string(value)
