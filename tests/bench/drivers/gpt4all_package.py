"""Drives the PyPI package gpt4all, as its users do."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from tests.bench.drivers.loop import Decode, Prefill, Stamps, serve


def load(settings: dict[str, Any]) -> tuple[Prefill, Decode]:
    """Load the model; this package is no part of the project's environment, so it is imported by name."""
    path = Path(settings["model"])
    model = importlib.import_module("gpt4all").GPT4All(
        path.name,
        model_path=str(path.parent),
        allow_download=False,
        n_ctx=settings["n_ctx"],
        n_threads=settings["threads"],
        device="cpu",
        verbose=False,
    )

    def run(prompt: str, tokens: int) -> Stamps:
        stamps = Stamps()

        def came(_token: int, _text: str) -> bool:
            stamps.add()
            return True

        batch = settings["n_batch"]
        model.generate(prompt, max_tokens=tokens, temp=0, repeat_penalty=1.0, n_batch=batch, callback=came)
        return stamps

    def prefill(prompt: str, tokens: int) -> dict[str, float]:
        return {"tokens": tokens, "seconds": run(prompt, 1).elapsed()}

    def decode(prompt: str, tokens: int) -> dict[str, float]:
        return run(prompt, tokens).decode()

    return prefill, decode


if __name__ == "__main__":
    serve(load)
