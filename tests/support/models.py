"""Small synthetic models: real GGUF files with one tensor."""

from __future__ import annotations

import hashlib
import struct


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
