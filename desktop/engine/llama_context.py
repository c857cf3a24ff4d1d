"""A context: what the model has read so far, kept between requests as far as the next prompt begins the same."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence

import numpy as np
from llama_cpp import llama_cpp as native

from desktop.core.errors import EngineFault, ErrorCode
from desktop.engine import llama_library
from desktop.engine.llama_model import Model, context_failed
from desktop.engine.llama_sampling import Logits
from desktop.engine.machine import physical_cores

_ABORTED = 2  # llama_decode's return value


class Context:
    """One sequence of tokens with its KV cache. Close it before its model."""

    def __init__(self, model: Model) -> None:
        """Allocate the cache and the compute buffers; raises `EngineFault` MODEL_LOAD_FAILED."""
        self._model = model
        spec = model.spec
        cores = physical_cores()
        params = native.llama_context_default_params()
        params.n_ctx = model.context_size()
        params.n_batch = params.n_ubatch = min(spec.n_batch, params.n_ctx)
        params.n_threads = spec.n_threads or cores
        params.n_threads_batch = spec.n_threads_batch or spec.n_threads or cores
        # Sliding-window layers keep everything as well: otherwise the end of a text could not be taken back.
        params.swa_full = True
        llama_library.forget_errors()
        pointer = native.llama_init_from_model(model.pointer, params)
        if not pointer:
            raise context_failed(spec.path)
        self.pointer = pointer
        memory = native.llama_get_memory(pointer)
        assert memory
        self._memory = memory
        self._tokens: list[int] = []
        self._one = (native.llama_token * 1)()
        self._no_abort = native.ggml_abort_callback()
        self.n_batch = native.llama_n_batch(pointer)
        self.n_ctx = native.llama_n_ctx(pointer)

    def close(self) -> None:
        """Free the context."""
        native.llama_free(self.pointer)

    @property
    def length(self) -> int:
        """How many tokens the model has read."""
        return len(self._tokens)

    def keep_prefix(self, prompt: Sequence[int]) -> int:
        """Drop what does not begin `prompt` and return how many of its tokens need not be read again.

        The last token is always read again: its logits choose the first token of the answer. What is kept ends at a
        slice's end: the rounding of a computation depends on which tokens are read together, and the same prompt
        must give the same answer whether or not a part of it was in the cache.
        """
        common = 0
        for ours, theirs in zip(self._tokens, prompt[:-1], strict=False):
            if ours != theirs:
                break
            common += 1
        if self._model.can_forget:
            common -= common % self.n_batch
        self._cut(common)
        return self.length

    def next_slice(self, prompt: Sequence[int]) -> Sequence[int]:
        """Return the tokens of a prompt to read next; slices end at whole multiples of their length."""
        end = (self.length // self.n_batch + 1) * self.n_batch
        return prompt[self.length : end]

    def read(self, tokens: Sequence[int], stop: Callable[[], bool]) -> bool:
        """Read one slice of a prompt; false, and as if nothing had been read, when `stop` said so meanwhile."""
        buffer = (native.llama_token * len(tokens))(*tokens)
        # Asked between any two operations of the computation: cheap next to a slice, too dear for single tokens.
        callback = native.ggml_abort_callback(lambda _data: stop())
        before = self.length
        native.llama_set_abort_callback(self.pointer, callback, None)
        try:
            result = native.llama_decode(self.pointer, native.llama_batch_get_one(buffer, len(tokens)))
        finally:
            native.llama_set_abort_callback(self.pointer, self._no_abort, None)
        if result == _ABORTED:
            self._cut(before, force=True)
            return False
        self._check(result)
        self._tokens += tokens
        return True

    def step(self, token: int) -> None:
        """Read one token that the model has chosen."""
        self._one[0] = token
        self._check(native.llama_decode(self.pointer, native.llama_batch_get_one(self._one, 1)))
        self._tokens.append(token)

    def logits(self) -> Logits:
        """Return the scores of the next token; valid until the next token is read."""
        pointer = native.llama_get_logits_ith(self.pointer, -1)
        view: Logits = np.ctypeslib.as_array(
            ctypes.cast(pointer, ctypes.POINTER(ctypes.c_float)), (self._model.vocab.size,)
        )
        return view

    def forget_after(self, length: int) -> None:
        """Forget what was read after the first `length` tokens, also what was read without this object."""
        self._cut(length, force=True)

    def _cut(self, length: int, *, force: bool = False) -> None:
        """Keep the first `length` tokens, or nothing where the model's memory cannot be cut."""
        if length == self.length and not force:
            return
        kept = self._model.can_forget and native.llama_memory_seq_rm(self._memory, 0, length, -1)
        if not kept:
            native.llama_memory_clear(self._memory, True)
            length = 0
        del self._tokens[length:]

    def _check(self, result: int) -> None:
        if result != 0:
            self._cut(0, force=True)
            raise EngineFault(ErrorCode.ENGINE_FAILED, reason=f"decode {result}")
