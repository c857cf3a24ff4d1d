"""Run the real backend on a terminal that has as much free memory as the command line says.

Usage: python fitted_child.py MODEL FREE_BYTES; prints what was loaded and written as JSON, the library's log on stderr.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from desktop.core.errors import UserFault
from desktop.engine.backend import Cancellation
from desktop.engine.base import GenerateRequest, Message, ModelSpec, Role, TextDelta
from desktop.engine.llama import LlamaBackend
from desktop.engine.machine import Machine


def main(model: str, free: str) -> None:
    """Load, write a few words, and tell."""
    backend = LlamaBackend(lambda: Machine(int(free), 4 * 10**9, 2, 2))
    try:
        info = backend.load(ModelSpec(Path(model)), lambda _fraction: None)
    except UserFault as fault:
        print(json.dumps({"refused": fault.code, **fault.fields}))
        return
    request = GenerateRequest([Message(Role.USER, "日本の首都はどこですか。一言で答えてください。")], max_tokens=16)
    cancellation = Cancellation()
    cancellation.begin(1)
    events = backend.generate(request, cancellation)
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    print(json.dumps({"n_ctx": info.n_ctx, "text": text}))


if __name__ == "__main__":
    main(*sys.argv[1:])
