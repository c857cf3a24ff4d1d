"""Drives llama-cpp-python's high-level API, `Llama.create_completion`, as its users do."""

from __future__ import annotations

from typing import Any

import llama_cpp

from tests.bench.drivers.loop import Decode, Prefill, Stamps, serve


def load(settings: dict[str, Any]) -> tuple[Prefill, Decode]:
    """Load the model; on a processor `auto`, which this API does not offer, is flash attention, too."""
    llama = llama_cpp.Llama(
        settings["model"],
        n_ctx=settings["n_ctx"],
        n_batch=settings["n_batch"],
        n_ubatch=settings["n_batch"],
        n_threads=settings["threads"],
        n_threads_batch=settings["threads"],
        flash_attn=True,
        verbose=False,
    )

    def run(prompt: str, tokens: int) -> Stamps:
        llama.reset()  # type: ignore[no-untyped-call]  # the binding has no annotation there
        stamps = Stamps()
        for chunk in llama.create_completion(prompt, max_tokens=tokens, temperature=0.0, stream=True):
            if isinstance(chunk, dict) and chunk["choices"][0]["text"]:
                stamps.add()
        return stamps

    def prefill(prompt: str, _tokens: int) -> dict[str, float]:
        return {"tokens": len(llama.tokenize(prompt.encode())), "seconds": run(prompt, 1).elapsed()}

    def decode(prompt: str, tokens: int) -> dict[str, float]:
        return run(prompt, tokens).decode()

    return prefill, decode


if __name__ == "__main__":
    serve(load)
