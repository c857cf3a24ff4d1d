"""Tests of the threads that compute: they stay from token to token, and sleep when nothing is asked."""

from __future__ import annotations

import time

import psutil
import pytest

from desktop.engine.base import GenerateRequest, Message, Role, TextDelta
from desktop.engine.supervisor import ChildEngine

pytestmark = pytest.mark.model

POLLING_SECONDS = 1.0  # a thread looks out for work for a moment before it sleeps


def _threads_while_writing(engine: ChildEngine) -> list[set[int]]:
    """Return the child's threads at each piece of a text."""
    request = GenerateRequest((Message(Role.USER, "一から十まで数えてください。"),), max_tokens=24)
    process = psutil.Process(engine.pid)
    return [
        {thread.id for thread in process.threads()}
        for event in engine.generate(request)
        if isinstance(event, TextDelta)
    ]


def test_no_token_waits_for_a_thread_to_be_started(real_engine: ChildEngine) -> None:
    seen = _threads_while_writing(real_engine)
    assert len(seen) > 1
    assert all(threads == seen[0] for threads in seen)


def test_a_child_that_is_not_asked_anything_uses_no_processor(real_engine: ChildEngine) -> None:
    _threads_while_writing(real_engine)
    time.sleep(POLLING_SECONDS)
    process = psutil.Process(real_engine.pid)
    before = process.cpu_times()
    time.sleep(1)
    after = process.cpu_times()
    assert after.user + after.system - before.user - before.system < 0.1
