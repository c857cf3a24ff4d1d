"""Fixtures of all tests: the real models, and the checks that no test leaves a thread or a child process behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

# Windows are drawn without a screen unless a test run asks for one.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

REPOSITORY = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 5.0


def _model(name: str) -> Path:
    path = Path(os.environ.get("FUMIZUKUE_TEST_MODELS", REPOSITORY / "models")) / name
    if not path.is_file():
        pytest.fail(f"{path} is missing: run `make models` (or `python models/fetch_demo.py`)")
    return path


@pytest.fixture(scope="session")
def small_model() -> Path:
    """Return the 0.5B model, the default of tests on a real model."""
    return _model("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf")


@pytest.fixture(scope="session")
def large_model() -> Path:
    """Return the 1.5B model of the demonstration."""
    return _model("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaks a thread or a child process."""
    threads_before = set(threading.enumerate())
    children_before = {child.pid for child in psutil.Process().children(recursive=True)}
    yield
    deadline = time.monotonic() + GRACE_SECONDS
    threads = [thread for thread in threading.enumerate() if thread not in threads_before]
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    leaked = [thread.name for thread in threads if thread.is_alive()]
    children = [child for child in psutil.Process().children(recursive=True) if child.pid not in children_before]
    _, alive = psutil.wait_procs(children, timeout=max(0.0, deadline - time.monotonic()))
    commands = [" ".join(child.cmdline()) for child in alive if child.is_running()]
    for child in alive:
        child.kill()
    assert not leaked, f"threads left running: {leaked}"
    assert not commands, f"child processes left running: {commands}"
