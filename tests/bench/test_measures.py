"""Tests of what the benchmark computes from raw figures: a wrong reading would make every number of the table wrong."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.bench.endurance import growth
from tests.bench.native_tools import ToolMissing, cmake_options, locked, parse_bench, run
from tests.bench.rivals import started
from tests.bench.setting import Setting, cache_bytes, memory
from tests.bench.texts import asks_of, request_of, source, templates, text_of_tokens


def test_rate_of_llama_bench_comes_from_its_samples() -> None:
    output = json.dumps([{"n_prompt": 512, "n_gen": 0, "avg_ts": 1.0, "samples_ns": [2_000_000_000]}])
    assert parse_bench(output) == (512, 2.0)


@pytest.mark.parametrize("output", ["", "[]", '[{"n_prompt": 0, "n_gen": 0, "samples_ns": [5]}]'])
def test_output_of_llama_bench_without_a_measurement_is_no_rate(output: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_bench(output)


def test_tools_are_built_with_the_projects_own_options_for_the_binding() -> None:
    assert cmake_options()["GGML_OPENMP"] == "OFF"
    assert cmake_options()["CMAKE_BUILD_TYPE"] == "Release"
    assert len(locked().sha256) == 64


def test_failed_tool_says_why_in_its_own_words() -> None:
    with pytest.raises(ToolMissing, match="fetching it failed: no network here"):
        run([sys.executable, "-c", "raise SystemExit('no network here')"], "fetching it")
    with pytest.raises(ToolMissing, match="is not installed"):
        run(["fumizukue-no-such-program"], "fetching it")


def test_rival_that_cannot_load_the_model_is_told_as_missing_and_not_waited_for(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF")
    with pytest.raises(ToolMissing, match="llama-cpp-python ended with"), started("llama-cpp-python", Setting(broken)):
        pass


def test_memory_that_creeps_is_growth_and_a_single_jump_at_the_start_is_none() -> None:
    creeping = growth([100 + number for number in range(100)])
    assert creeping.slope == 1
    assert creeping.value == 75
    jumped = growth([50] + [100] * 99)
    assert jumped.slope == 0
    assert jumped.value == 0
    assert growth([7]).value == 0


def test_memory_of_a_process_is_read_in_bytes() -> None:
    used = memory(os.getpid())
    assert used["VmHWM"] >= used["RssAnon"] > 1_000_000


def test_cache_of_the_small_model_has_the_size_that_llama_cpp_allocates(small_model: Path) -> None:
    # 24 layers, 2 groups of keys and values, 64 wide, half precision: 96 MiB at 8192 tokens, as the library logs it.
    assert cache_bytes(small_model, 8192) == 96 * 1024 * 1024


def test_prompts_of_two_rounds_share_no_beginning_and_have_the_wanted_length() -> None:
    first, second = (text_of_tokens(200, number, len) for number in (1, 2))
    assert len(first) == len(second) == 200
    assert first[:2] != second[:2]


def test_requests_are_those_of_the_program_with_the_source_at_the_end() -> None:
    for template in templates():
        ours, other = (asks_of(template, source(300, turn))[0] for turn in (0, 1))
        request = request_of(ours)
        assert request.schema
        assert request.messages[: request.head] == other.messages[: request.head]
        assert request.messages[-1] != other.messages[-1]
