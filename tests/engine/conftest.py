"""What the engine's tests share: engines on scripts, and one real model for a whole file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.engine.base import ModelSpec
from desktop.engine.scripted import Script
from desktop.engine.supervisor import ChildEngine, Patience

StartScripted = Callable[..., ChildEngine]


@pytest.fixture
def scripted() -> Iterator[StartScripted]:
    """Return a function that starts a scripted engine with its model loaded; all are closed after the test."""
    engines: list[ChildEngine] = []

    def start(script: Script, patience: Patience | None = None) -> ChildEngine:
        engine = ChildEngine(script.arguments(), patience)
        engines.append(engine)
        engine.load(ModelSpec(Path("sample.gguf")))
        return engine

    yield start
    for engine in engines:
        engine.close()


@pytest.fixture(scope="module")
def real_engine(small_model: Path) -> Iterator[ChildEngine]:
    """Return an engine with the 0.5B model, shared by the tests of one file."""
    with closing(ChildEngine()) as engine:
        engine.load(ModelSpec(small_model, n_ctx=4096))
        yield engine
