"""Small synthetic models: real GGUF files with one tensor."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop.engine.machine import this_machine

SHAPE_8B = {
    "context_length": 8192,
    "block_count": 32,
    "embedding_length": 4096,
    "attention.head_count": 32,
    "attention.head_count_kv": 8,
}


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def gguf(*, name: str = "Test", weights: int = 4096) -> bytes:
    """Return a small valid GGUF file with one F32 tensor of `weights` values."""
    pairs = [("general.architecture", "llama"), ("general.name", name), ("tokenizer.chat_template", "{{ messages }}")]
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs) + 1)
    for key, value in pairs:
        head += _string(key) + struct.pack("<I", 8) + _string(value)
    head += _string("llama.context_length") + struct.pack("<II", 4, 2048)
    head += _string("w") + struct.pack("<IQIQ", 1, weights, 0, 0)
    return head + bytes(-len(head) % 32) + (bytes(range(1, 256)) * (weights * 4 // 255 + 1))[: weights * 4]


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def sparse_gguf(path: Path, architecture: str, numbers: Mapping[str, int | Sequence[int]], size: int) -> Path:
    """Write a whole GGUF file whose one tensor makes it about `size` bytes long; almost none of them use the disk."""
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(numbers) + 1)
    head += _string("general.architecture") + struct.pack("<I", 8) + _string(architecture)
    for key, value in numbers.items():
        head += _string(f"{architecture}.{key}")
        if isinstance(value, int):
            head += struct.pack("<II", 4, value)
        else:
            head += struct.pack("<IIQ", 9, 4, len(value)) + struct.pack(f"<{len(value)}I", *value)
    head += _string("w") + struct.pack("<IQIQ", 1, size // 4, 0, 0)
    head += bytes(-len(head) % 32)
    with path.open("wb") as stream:
        stream.write(head)
        stream.truncate(len(head) + size // 4 * 4)
    return path


def too_large_model(path: Path) -> Path:
    """Write a model that has eight times the size of this machine's memory."""
    return sparse_gguf(path, "llama", SHAPE_8B, 8 * this_machine().total)
