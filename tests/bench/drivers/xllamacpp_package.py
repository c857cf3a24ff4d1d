"""Drives the PyPI package xllamacpp, llama.cpp's server inside Python, as its users do."""

from __future__ import annotations

import importlib
from typing import Any

from tests.bench.drivers.loop import Decode, Prefill, Stamps, serve


def load(settings: dict[str, Any]) -> tuple[Prefill, Decode]:
    """Load the model; this package is no part of the project's environment, so it is imported by name."""
    package = importlib.import_module("xllamacpp")
    params = package.CommonParams()
    params.model.path = settings["model"]
    params.n_ctx = settings["n_ctx"]
    params.n_batch = params.n_ubatch = settings["n_batch"]
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings["threads"]
    params.cache_prompt = False
    server = package.Server(params)

    def run(prompt: str, tokens: int) -> tuple[Stamps, int]:
        stamps, read = Stamps(), 0

        def came(chunk: dict[str, Any]) -> bool:
            nonlocal read
            if chunk["choices"][0]["text"]:
                stamps.add()
            read = chunk.get("usage", {}).get("prompt_tokens", read)
            return False

        request = {"prompt": prompt, "max_tokens": tokens, "temperature": 0, "cache_prompt": False, "stream": True}
        server.handle_completions(request, came)
        return stamps, read

    def prefill(prompt: str, _tokens: int) -> dict[str, float]:
        stamps, read = run(prompt, 1)
        return {"tokens": read, "seconds": stamps.elapsed()}

    def decode(prompt: str, tokens: int) -> dict[str, float]:
        return run(prompt, tokens)[0].decode()

    return prefill, decode


if __name__ == "__main__":
    serve(load)
