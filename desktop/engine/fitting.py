"""Fitting a model to a terminal: context, cache, batch and threads from the model's header, free memory and cores.

The sizes follow llama.cpp's own allocation (llama-kv-cache.cpp, llama-memory-recurrent.cpp); all are in bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.base import KvKind, ModelSpec
from desktop.engine.gguf import GgufHeader
from desktop.engine.machine import Machine

DEFAULT_CONTEXT = 8192
_GOOD_CONTEXT = 4096  # below this the memory is stretched by other means first
_SMALLEST_CONTEXT = 2048
_CONTEXTS = (24576, 16384, 12288, 8192, 6144, _GOOD_CONTEXT)
_SMALLEST_BATCH = 64
_CACHE_STEP = 256  # tokens; the library rounds a context up to this
_MIB = 1024 * 1024
_PROCESS = 128 * _MIB  # the interpreter, the library, the vocabulary
_MOST_SPARE = 512 * _MIB  # left free for what else a person works with, less on a small terminal
_FLOAT = 4
_MOST_COPIED_TWICE = 0.25  # of the weights
_MOST_LAYERS = 4096
# Models without grouped heads, the costliest, keep about 1/6000 of their 4-bit weights for each token, others far less.
_UNKNOWN_SHARE = 6000


_BLOCK = 32
# A quantized block has one factor of half precision.
_BLOCK_BYTES = {KvKind.F16: 64, KvKind.Q8_0: 34}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a header tells of the memory a model takes.

    `cached` counts the values that one token leaves in the cache, over all layers; `state` is the size of recurrent
    layers' memory. `repacked` bytes of the weights are copied in another order for a processor. Where `certain` is
    false the header lacks something, and `cached` is a cautious guess.
    """

    weights: int
    repacked: int
    context: int
    vocabulary: int
    width: int
    feed_forward: int
    cached: int
    state: int
    in_blocks: bool
    certain: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """How to run a model on this terminal, with the byte counts behind it.

    `needed` includes what is left free for other programs. `use_mmap` is false where the library copies much of the
    weights in another order, or the memory has no room for such a copy: the mapped original would count as well.
    """

    n_ctx: int
    n_batch: int
    n_threads: int
    n_threads_batch: int
    cache: KvKind
    use_mmap: bool
    weights: int
    cache_bytes: int
    compute: int
    needed: int


def facts_of(header: GgufHeader) -> Facts:
    """Return what counts for the memory."""
    number = _Numbers(header)
    layers, width = number("block_count"), number("embedding_length")
    certain = bool(layers and width and number.has("attention.head_count"))
    heads = number("attention.head_count")
    size = width // heads if heads else 0
    key = max(number("attention.key_length", size), number("attention.key_length_swa"))
    value = max(number("attention.value_length", size), number("attention.value_length_swa"))
    if number.has("attention.key_length_mla"):
        value = 0  # such a model computes the values from the compressed keys
    cached = sum(_cached_heads(number, layers)) * (key + value)
    return Facts(
        weights=max(header.size, header.expected_size),
        repacked=header.repacked,
        context=header.context_length,
        vocabulary=header.vocabulary or number("vocab_size"),
        width=width,
        feed_forward=max(number("feed_forward_length"), number("expert_feed_forward_length")),
        cached=cached if certain else header.size // _UNKNOWN_SHARE // 2,
        state=_state(number, layers, width),
        in_blocks=certain and key % _BLOCK == 0 and value % _BLOCK == 0,
        certain=certain,
    )


class _Way(NamedTuple):
    """One way to run a model."""

    n_ctx: int
    cache: KvKind
    n_batch: int


class _Numbers:
    """Reads an architecture's numbers; of a list, with one value for each layer, the largest."""

    def __init__(self, header: GgufHeader) -> None:
        self._header = header

    def __call__(self, key: str, default: int = 0) -> int:
        return max(self.listed(key), default=default)

    def has(self, key: str) -> bool:
        return bool(self.listed(key))

    def listed(self, key: str) -> tuple[int, ...]:
        """Return the values that are no nonsense; a single one as a list of one."""
        name = f"{self._header.architecture}.{key}"
        found = self._header.metadata.get(name)
        values = self._header.lists.get(name, ()) if found is None else (found,)
        return tuple(value for value in values if type(value) is int and 0 <= value < 1 << 31)


def _cached_heads(number: _Numbers, layers: int) -> tuple[int, ...]:
    """Return the number of key and value heads of each layer that keeps a cache.

    Layers that take another's cache and layers of linear attention keep none; layers with a sliding window keep all
    (`swa_full`).
    """
    listed = number.listed("attention.head_count_kv") or number.listed("attention.head_count")
    if len(listed) > 1:
        return listed[:layers]
    keeping = max(0, layers - number("attention.shared_kv_layers"))
    if interval := number("full_attention_interval"):
        keeping = -(-keeping // interval)
    return listed * min(keeping, _MOST_LAYERS)


def _state(number: _Numbers, layers: int, width: int) -> int:
    """Return the size of the recurrent layers' memory, as if every layer were one."""
    inner, kept = number("ssm.inner_size"), number("ssm.state_size")
    window = max(0, number("ssm.conv_kernel") - 1) * (inner + 2 * number("ssm.group_count") * kept)
    return _FLOAT * layers * (inner * kept + window + width * number("wkv.head_size"))


def fit(facts: Facts, machine: Machine, spec: ModelSpec) -> Fit:
    """Choose how to run a model; of several ways the first that the free memory has room for.

    The context is kept as asked (or 8192) or shrinks down to 4096; then the cache is halved in precision, then the
    context goes down to 2048. Raises `UserFault` MODEL_TOO_LARGE (name, needed, free; bytes) when nothing fits. What
    the header does not tell, or the system, is no reason to refuse.
    """
    free = machine.free
    best: Fit | None = None
    for way in _ways(facts, spec):
        best = _fit(facts, machine, spec, way)
        if not free or best.needed <= free:
            return best
    assert best
    if not facts.certain and best.needed - best.cache_bytes <= free:
        return best
    raise UserFault(ErrorCode.MODEL_TOO_LARGE, name=spec.path.name, needed=best.needed, free=free)


def _ways(facts: Facts, spec: ModelSpec) -> Iterator[_Way]:
    """Yield the ways, best first."""
    most = spec.n_ctx or DEFAULT_CONTEXT
    most = min(most, facts.context) if facts.context else most
    batch = min(spec.n_batch, most)
    good, least = min(most, _GOOD_CONTEXT), min(most, _SMALLEST_CONTEXT)
    for n_ctx in (most, *(size for size in _CONTEXTS if size < most)):
        yield _Way(n_ctx, spec.kv if facts.in_blocks else KvKind.F16, batch)
    smallest_type = KvKind.Q8_0 if facts.in_blocks else KvKind.F16
    yield _Way(good, smallest_type, batch)
    yield _Way(least, smallest_type, batch)
    yield _Way(least, smallest_type, min(batch, _SMALLEST_BATCH))


def _fit(facts: Facts, machine: Machine, spec: ModelSpec, way: _Way) -> Fit:
    cells = -(-way.n_ctx // _CACHE_STEP) * _CACHE_STEP
    cache_bytes = cells * facts.cached * _BLOCK_BYTES[way.cache] // _BLOCK + facts.state
    compute = _compute(facts, way.n_ctx, way.n_batch)
    spare = min(_MOST_SPARE, machine.total // 16) if machine.total else _MOST_SPARE
    needed = facts.weights + cache_bytes + compute + _PROCESS + spare
    n_threads, n_threads_batch = _threads(machine, spec)
    return Fit(
        n_ctx=way.n_ctx,
        n_batch=way.n_batch,
        n_threads=n_threads,
        n_threads_batch=n_threads_batch,
        cache=way.cache,
        use_mmap=_may_map(facts, machine, spec, needed),
        weights=facts.weights,
        cache_bytes=cache_bytes,
        compute=compute,
        needed=needed,
    )


def _may_map(facts: Facts, machine: Machine, spec: ModelSpec, needed: int) -> bool:
    """Tell whether the weights are better mapped than read: mapping is quicker, but doubles what is copied."""
    if not spec.device and facts.repacked > facts.weights * _MOST_COPIED_TWICE:
        return False
    return not machine.free or needed + facts.weights <= machine.free


def _compute(facts: Facts, n_ctx: int, n_batch: int) -> int:
    """Return the size of the buffers of a computation: the scores of a slice, what lies between layers, the mask."""
    between = facts.vocabulary + 6 * facts.width + 2 * facts.feed_forward
    return n_batch * (_FLOAT * between + 6 * n_ctx) + _FLOAT * facts.vocabulary


def _threads(machine: Machine, spec: ModelSpec) -> tuple[int, int]:
    """Return the threads for writing and for reading: what was asked, or the physical cores, within the share."""
    share = min(100, max(1, spec.cpu_percent))
    chosen = max(1, machine.physical * share // 100)
    most = max(1, machine.logical * share // 100)

    def asked(wish: int) -> int:
        return wish if share == 100 else min(wish, most)  # noqa: PLR2004 -- per cent: nothing is capped

    writing = asked(spec.n_threads) if spec.n_threads else chosen
    return writing, asked(spec.n_threads_batch) if spec.n_threads_batch else writing
