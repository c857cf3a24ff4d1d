"""A model is run as the terminal allows, or refused with numbers; headers of usual models, terminals of usual sizes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.base import KvKind, ModelSpec
from desktop.engine.fitting import Facts, Fit, facts_of, fit
from desktop.engine.gguf import GgufHeader, read_header
from desktop.engine.machine import Machine
from tests.support.models import sparse_gguf

GB = 10**9
SPEC = ModelSpec(Path("model.gguf"))


def header(
    architecture: str, size: int, vocabulary: int, lists: dict[str, tuple[int, ...]] | None = None, **numbers: int
) -> GgufHeader:
    named = {f"{architecture}.{key.replace('__', '.')}": number for key, number in numbers.items()}
    return GgufHeader(
        architecture=architecture,
        name="",
        context_length=numbers.get("context_length", 0),
        has_chat_template=True,
        tensors=1,
        expected_size=size,
        metadata=named,
        lists={f"{architecture}.{key}": values for key, values in (lists or {}).items()},
        vocabulary=vocabulary,
        size=size,
    )


def usual(architecture: str, size: int, vocabulary: int, shape: tuple[int, int, int, int, int, int]) -> Facts:
    layers, width, feed_forward, heads, heads_kv, head_size = shape
    return facts_of(
        header(
            architecture,
            size,
            vocabulary,
            context_length=32768,
            block_count=layers,
            embedding_length=width,
            feed_forward_length=feed_forward,
            attention__head_count=heads,
            attention__head_count_kv=heads_kv,
            attention__key_length=head_size,
            attention__value_length=head_size,
        )
    )


MODELS = {
    "0.5B": usual("qwen2", 491_400_064, 151_936, (24, 896, 4864, 14, 2, 64)),
    "1.5B": usual("qwen2", 1_117_320_768, 151_936, (28, 1536, 8960, 12, 2, 128)),
    "4B": usual("qwen3", 2_500_000_000, 151_936, (36, 2560, 9728, 32, 8, 128)),
    "8B": usual("llama", 4_920_000_000, 128_256, (32, 4096, 14336, 32, 8, 128)),
}


def terminal(total: float, free: float, physical: int = 4, logical: int = 8) -> Machine:
    return Machine(int(free * GB), int(total * GB), physical, logical)


def refusal(facts: Facts, machine: Machine, spec: ModelSpec = SPEC) -> UserFault:
    with pytest.raises(UserFault) as caught:
        fit(facts, machine, spec)
    return caught.value


@pytest.mark.parametrize(
    ("model", "memory", "expected"),
    [
        ("0.5B", (4, 1.5), (8192, "f16", False)),
        ("0.5B", (8, 4.0), (8192, "f16", True)),
        ("1.5B", (4, 2.0), (8192, "f16", False)),
        ("1.5B", (4, 1.75), (4096, "f16", False)),
        ("1.5B", (4, 1.68), (4096, "q8_0", False)),
        ("1.5B", (4, 1.64), (2048, "q8_0", False)),
        ("1.5B", (8, 4.0), (8192, "f16", True)),
        ("4B", (8, 4.6), (8192, "f16", False)),
        ("4B", (8, 4.2), (6144, "f16", False)),
        ("4B", (8, 3.9), (4096, "f16", False)),
        ("4B", (8, 3.6), (4096, "q8_0", False)),
        ("4B", (8, 3.45), (2048, "q8_0", False)),
        ("4B", (16, 10.0), (8192, "f16", True)),
        ("8B", (16, 7.0), (8192, "f16", False)),
        ("8B", (16, 12.0), (8192, "f16", True)),
    ],
)
def test_a_model_gets_the_largest_context_that_the_terminal_has_room_for(
    model: str, memory: tuple[float, float], expected: tuple[int, str, bool]
) -> None:
    found = fit(MODELS[model], terminal(*memory), SPEC)
    assert (found.n_ctx, found.cache, found.use_mmap) == expected
    assert found.needed <= memory[1] * GB
    assert found.n_batch == 128


@pytest.mark.parametrize(
    ("model", "total", "free"), [("1.5B", 4, 1.3), ("4B", 4, 2.0), ("4B", 8, 3.0), ("8B", 8, 5.0), ("8B", 16, 5.0)]
)
def test_a_model_that_does_not_fit_is_refused_with_what_it_needs_and_what_is_free(
    model: str, total: float, free: float
) -> None:
    fault = refusal(MODELS[model], terminal(total, free))
    assert fault.code is ErrorCode.MODEL_TOO_LARGE
    assert (fault.fields["name"], fault.fields["free"]) == ("model.gguf", int(free * GB))
    needed = int(fault.fields["needed"])
    assert MODELS[model].weights < needed < MODELS[model].weights + 1.1 * GB
    assert fit(MODELS[model], dataclasses.replace(terminal(total, 0), free=needed), SPEC).needed == needed


def test_just_before_the_refusal_the_model_reads_in_smaller_slices() -> None:
    fault = refusal(MODELS["1.5B"], terminal(4, 1.0))
    found = fit(MODELS["1.5B"], dataclasses.replace(terminal(4, 0), free=int(fault.fields["needed"])), SPEC)
    assert (found.n_ctx, found.cache, found.n_batch) == (2048, "q8_0", 64)


def test_a_context_that_was_asked_for_is_kept_where_it_fits_and_never_exceeds_the_models_own() -> None:
    rich = terminal(64, 60)
    assert fit(MODELS["1.5B"], rich, dataclasses.replace(SPEC, n_ctx=20_000)).n_ctx == 20_000
    assert fit(MODELS["1.5B"], rich, dataclasses.replace(SPEC, n_ctx=100_000)).n_ctx == 32_768
    assert fit(MODELS["1.5B"], rich, dataclasses.replace(SPEC, n_ctx=100)).n_batch == 100
    assert fit(MODELS["4B"], terminal(8, 4.6), dataclasses.replace(SPEC, n_ctx=20_000)).n_ctx == 8192


def test_weights_that_are_copied_in_another_order_are_not_kept_twice() -> None:
    rich = terminal(64, 60)
    copied = dataclasses.replace(MODELS["4B"], repacked=MODELS["4B"].weights // 2)
    assert not fit(copied, rich, SPEC).use_mmap
    assert not fit(copied, Machine(0, 0, 4, 8), SPEC).use_mmap
    assert fit(copied, rich, dataclasses.replace(SPEC, device="Vulkan0")).use_mmap
    assert fit(dataclasses.replace(copied, repacked=copied.weights // 10), rich, SPEC).use_mmap


def test_where_the_system_does_not_tell_its_memory_nothing_is_refused() -> None:
    found = fit(MODELS["8B"], Machine(0, 0, 4, 8), SPEC)
    assert (found.n_ctx, found.cache, found.use_mmap) == (8192, "f16", True)


@pytest.mark.parametrize(
    ("percent", "physical", "threads"),
    [(100, 4, 4), (75, 4, 3), (50, 4, 2), (30, 4, 1), (1, 4, 1), (99, 2, 1), (50, 1, 1), (0, 4, 1), (500, 4, 4)],
)
def test_a_share_of_the_cores_leaves_the_rest_to_other_programs(percent: int, physical: int, threads: int) -> None:
    spec = dataclasses.replace(SPEC, cpu_percent=percent)
    found = fit(MODELS["0.5B"], terminal(8, 6, physical, 2 * physical), spec)
    assert (found.n_threads, found.n_threads_batch) == (threads, threads)


def test_asked_threads_count_and_stay_within_the_share() -> None:
    def threads(**wishes: int) -> tuple[int, int]:
        found: Fit = fit(MODELS["0.5B"], terminal(8, 6), dataclasses.replace(SPEC, **wishes))  # type: ignore[arg-type] # numbers only
        return found.n_threads, found.n_threads_batch

    assert threads(n_threads=3) == (3, 3)
    assert threads(n_threads=3, n_threads_batch=8) == (3, 8)
    assert threads(n_threads_batch=6) == (4, 6)
    assert threads(n_threads=8, cpu_percent=50) == (4, 4)


# -- headers that are not of the usual kind ----------------------------------------------------------------------------


def test_a_cache_has_two_bytes_for_each_key_and_value_and_half_of_it_in_eight_bits() -> None:
    found = fit(MODELS["4B"], terminal(64, 60), SPEC)
    assert found.cache_bytes == 8192 * 36 * 8 * (128 + 128) * 2
    poor = fit(MODELS["4B"], terminal(8, 3.6), SPEC)
    assert poor.cache is KvKind.Q8_0
    assert poor.cache_bytes == 4096 * 36 * 8 * (128 + 128) * 34 // 32


def test_layers_without_attention_keep_no_cache_but_a_state() -> None:
    hybrid = header(
        "jamba",
        GB,
        65_536,
        {"attention.head_count_kv": (0, 0, 0, 8, 0, 0, 0, 8)},
        block_count=8,
        embedding_length=4096,
        attention__head_count=32,
        ssm__inner_size=8192,
        ssm__state_size=16,
        ssm__conv_kernel=4,
    )
    facts = facts_of(hybrid)
    assert facts.cached == 2 * 8 * (128 + 128)
    assert facts.state == 8 * 4 * (8192 * 16 + 3 * 8192)
    assert facts.certain


def test_a_model_of_mostly_linear_attention_is_not_taken_for_four_times_its_cache() -> None:
    def cached(interval: int) -> int:
        numbers = header(
            "qwen35",
            GB,
            1000,
            block_count=32,
            embedding_length=2560,
            attention__head_count=16,
            attention__head_count_kv=4,
            full_attention_interval=interval,
        )
        return facts_of(numbers).cached

    assert cached(1) == 4 * cached(4)


def test_compressed_attention_keeps_keys_only() -> None:
    facts = facts_of(
        header(
            "deepseek2",
            GB,
            102_400,
            block_count=27,
            embedding_length=2048,
            attention__head_count=16,
            attention__head_count_kv=1,
            attention__key_length=576,
            attention__value_length=512,
            attention__key_length_mla=192,
            attention__value_length_mla=128,
        )
    )
    assert facts.cached == 27 * 576


def test_a_sliding_window_counts_in_full_and_shared_caches_once() -> None:
    facts = facts_of(
        header(
            "gemma4",
            GB,
            262_144,
            block_count=35,
            embedding_length=1536,
            attention__head_count=8,
            attention__head_count_kv=1,
            attention__key_length=512,
            attention__value_length=512,
            attention__key_length_swa=256,
            attention__value_length_swa=256,
            attention__sliding_window=512,
            attention__shared_kv_layers=20,
        )
    )
    assert facts.cached == 15 * 1024


def test_head_sizes_that_do_not_divide_into_blocks_keep_the_cache_in_sixteen_bits() -> None:
    odd = usual("phi2", GB, 51_200, (32, 2560, 10_240, 32, 32, 80))
    assert fit(odd, terminal(8, 2.4), SPEC).cache is KvKind.F16


def test_a_header_without_numbers_gets_a_cautious_guess_and_is_refused_for_its_weights_only() -> None:
    bare = facts_of(header("nonesuch", 4 * GB, 0))
    assert not bare.certain
    roomy = fit(bare, terminal(64, 60), SPEC)
    assert roomy.cache_bytes > 8192 * 500_000  # as much as an 8B model without grouped heads
    tight = fit(bare, terminal(8, 4.8), SPEC)
    assert (tight.n_ctx, tight.cache) == (2048, "f16")
    assert refusal(bare, terminal(8, 4.0)).code is ErrorCode.MODEL_TOO_LARGE


def test_nonsense_in_a_header_is_no_crash() -> None:
    for number in (-5, 0, 2**62):
        facts = facts_of(
            header(
                "llama",
                GB,
                0,
                {"attention.head_count_kv": (number,) * 3},
                block_count=number,
                embedding_length=number,
                attention__head_count=number,
            )
        )
        assert fit(facts, terminal(64, 60), SPEC).n_ctx == 8192


def test_numbers_for_each_layer_are_read_from_the_file(tmp_path: Path) -> None:
    numbers: dict[str, int | list[int]] = {
        "context_length": 4096,
        "block_count": 3,
        "embedding_length": 64,
        "attention.head_count": 2,
        "attention.head_count_kv": [2, 0, 1],
    }
    found = read_header(sparse_gguf(tmp_path / "layers.gguf", "lfm2", numbers, 10_000))
    assert found.lists == {"lfm2.attention.head_count_kv": (2, 0, 1)}
    assert facts_of(found).cached == 3 * (32 + 32)
    assert found.size == (tmp_path / "layers.gguf").stat().st_size
