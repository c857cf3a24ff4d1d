"""What was computed before a model is read is what the library takes afterwards, and what cannot fit is never read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from desktop.core.errors import AssistantError, ErrorCode, UserFault
from desktop.engine.base import GenerateRequest, KvKind, Message, ModelSpec, Role
from desktop.engine.fitting import Fit, facts_of, fit
from desktop.engine.gguf import read_header
from desktop.engine.machine import Machine, this_machine
from desktop.engine.supervisor import ChildEngine
from desktop.engine.worker import NICENESS
from tests.support.models import too_large_model

MIB = 1024 * 1024
SUPPORT = Path(__file__).resolve().parents[1] / "support"
_CACHE = re.compile(r"KV buffer size = +([\d.]+) MiB")
_COMPUTE = re.compile(r"compute buffer size = +([\d.]+) MiB")


def reported(pattern: re.Pattern[str], log: str) -> float:
    """Return the sum of the buffers of one kind that the library's log tells of, in MiB."""
    return sum(float(found) for found in pattern.findall(log))


def run_on_terminal(model: Path, free: int) -> tuple[dict[str, Any], str]:
    """Run the backend as on a terminal with this much free memory; return what it told, and the library's log."""
    command = [sys.executable, "-X", "utf8", str(SUPPORT / "fitted_child.py"), str(model), str(free)]
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT.parents[1])}
    done = subprocess.run(command, capture_output=True, env=environment, text=True, encoding="utf-8", check=True)
    return json.loads(done.stdout), done.stderr


def loaded(engine: ChildEngine, spec: ModelSpec) -> tuple[Fit, str, psutil.Process, int]:
    """Load and read a prompt; return the fit, the child's log, the child, and its memory."""
    engine.load(spec)
    list(engine.generate(GenerateRequest([Message(Role.USER, "会議の要点を書いてください。" * 60)], max_tokens=4)))
    assert engine.pid
    child = psutil.Process(engine.pid)
    assert engine._child
    log = engine._child.report()
    return fit(facts_of(read_header(spec.path)), this_machine(), spec), log, child, child.memory_info().rss


@pytest.mark.model
@pytest.mark.parametrize("n_ctx", [8192, 1000])
def test_a_real_model_takes_the_memory_that_was_computed_and_gives_way_to_other_programs(
    small_model: Path, n_ctx: int
) -> None:
    with closing(ChildEngine()) as engine:
        found, log, child, memory = loaded(engine, ModelSpec(small_model, n_ctx=n_ctx))
        assert child.nice() == psutil.Process().nice() + NICENESS
    print(f"\ncontext {n_ctx}: cache {found.cache_bytes / MIB:.2f} MiB, log {reported(_CACHE, log):.2f} MiB;")
    print(f"compute {found.compute / MIB:.1f} MiB, log {reported(_COMPUTE, log):.1f} MiB;")
    print(f"child {memory / MIB:.0f} MiB; weights {found.weights / MIB:.0f}, needed {found.needed / MIB:.0f} MiB")
    assert reported(_CACHE, log) == pytest.approx(found.cache_bytes / MIB, abs=0.01)
    assert 0 < reported(_COMPUTE, log) <= found.compute / MIB
    assert memory <= found.weights + found.cache_bytes + 300 * MIB


@pytest.mark.model
def test_a_model_whose_weights_are_copied_for_the_processor_is_not_kept_twice(large_model: Path) -> None:
    with closing(ChildEngine()) as engine:
        found, log, _, memory = loaded(engine, ModelSpec(large_model))
    assert not found.use_mmap
    copied = re.search(r"CPU_REPACK model buffer size = +([\d.]+) MiB", log)
    if copied:  # a processor without AVX2 copies nothing
        assert float(copied[1]) == pytest.approx(read_header(large_model).repacked / MIB, abs=0.1)
    assert memory <= found.weights + found.cache_bytes + 300 * MIB


@pytest.mark.model
def test_a_cache_of_eight_bits_takes_what_was_computed_and_writes_text(small_model: Path) -> None:
    facts, spec = facts_of(read_header(small_model)), ModelSpec(small_model)
    expected = next(
        found
        for free in range(1_100_000_000, 0, -1_000_000)
        if (found := fit(facts, Machine(free, 4 * 10**9, 2, 2), spec)).cache is KvKind.Q8_0
    )
    told, log = run_on_terminal(small_model, expected.needed)
    assert told["n_ctx"] == expected.n_ctx == 4096
    assert "K (q8_0)" in log
    assert "V (q8_0)" in log
    assert reported(_CACHE, log) == pytest.approx(expected.cache_bytes / MIB, abs=0.01)
    assert "日本の首都は" in told["text"]


@pytest.mark.skipif(sys.platform == "win32", reason="a long file without contents takes up the disk there")
def test_a_model_larger_than_the_memory_is_refused_at_once_with_numbers(tmp_path: Path) -> None:
    path = too_large_model(tmp_path / "巨大.gguf")
    with closing(ChildEngine()) as engine:
        with pytest.raises(AssistantError):
            engine.load(ModelSpec(tmp_path / "none.gguf"))  # the process is there before the clock runs
        began = time.monotonic()
        with pytest.raises(UserFault) as caught:
            engine.load(ModelSpec(path), lambda fraction: pytest.fail(f"read {fraction} of it"))
        assert time.monotonic() - began < 5
    assert caught.value.code is ErrorCode.MODEL_TOO_LARGE
    assert caught.value.fields["name"] == "巨大.gguf"
    assert path.stat().st_size < int(caught.value.fields["needed"])
    assert 0 < int(caught.value.fields["free"]) < this_machine().total


@pytest.mark.model
def test_a_real_model_is_refused_on_a_terminal_with_next_to_no_free_memory(small_model: Path) -> None:
    told, log = run_on_terminal(small_model, 300 * MIB)
    assert (told["refused"], told["free"]) == ("model_too_large", 300 * MIB)
    assert told["needed"] > small_model.stat().st_size
    assert "load_tensors" not in log
