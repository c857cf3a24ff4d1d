"""The child's peak memory in an ordinary draft from a long source, against weights, KV cache and a fixed allowance."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace

from desktop.engine.base import GenerateRequest, ModelSpec
from desktop.engine.model_hash import model_sha256
from tests.bench.rows import Row, Target
from tests.bench.setting import MEGABYTE, Setting, cache_bytes, memory
from tests.bench.setting import engine as fresh
from tests.bench.texts import asks_of, request_of, rewriting, source, templates

CONTEXT = 8192
ALLOWANCE = Target(300, at_least=False, unit=" MB")
SOURCE_CHARS = 3000


def requests(setting: Setting) -> list[GenerateRequest]:
    """Return one request of each template from a long source, and a task that speculation helps."""
    tokens = 32 if setting.quick else 160
    asks = [asks_of(template, source(SOURCE_CHARS))[0] for template in templates()]
    return [*(request_of(ask, max_tokens=tokens) for ask in asks), rewriting(tokens)]


def measure(setting: Setting) -> Iterator[Row]:
    """Yield the child's peak, and what is in it."""
    with tempfile.TemporaryDirectory(prefix="fumizukue-bench-") as snapshots:
        spec = replace(_program(setting), snapshots=snapshots)
        with fresh(spec) as child:
            for request in requests(setting):
                for _ in child.generate(request):
                    pass
            assert child.pid
            used = memory(child.pid)
    weights, cache = setting.model.stat().st_size, cache_bytes(setting.model, CONTEXT)
    over = (used["VmHWM"] - weights - cache) / MEGABYTE
    own, mapped = used["RssAnon"] / MEGABYTE, used["RssFile"] / MEGABYTE
    yield Row(
        "peak memory of the child beyond weights and KV",
        f"{used['VmHWM'] / MEGABYTE:.0f} MB",
        f"{weights / MEGABYTE:.0f} + {cache / MEGABYTE:.0f} MB",
        over,
        ALLOWANCE,
        f"context {CONTEXT}; at the end {own:.0f} MB of its own, {mapped:.0f} MB of mapped files",
        " MB",
    )


def _program(setting: Setting) -> ModelSpec:
    return replace(setting.spec(), n_ctx=CONTEXT, sha256=model_sha256(setting.model))
