"""A context: what the model has read so far, kept between requests as far as the next prompt begins the same."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
from llama_cpp import llama_cpp as native

from desktop.core.errors import EngineFault, ErrorCode
from desktop.core.prefix import common_length
from desktop.engine import llama_library
from desktop.engine.base import KvKind
from desktop.engine.llama_model import Model, context_failed
from desktop.engine.llama_sampling import Logits
from desktop.engine.llama_threads import Threads
from desktop.engine.speculation import GROUPS

LARGEST_GROUP = GROUPS[-1]  # tokens
_LAST = -1  # the last row of scores
_ABORTED = 2  # llama_decode's return value
# The cache is looked at in blocks. A group that begins in one and ends in the next computes its first tokens over more
# cells than each would see alone: the same values for the usual kernels, but not promised.
_CACHE_BLOCK = 256


class Context:
    """One sequence of tokens with its KV cache. Close it before its model."""

    def __init__(self, model: Model) -> None:
        """Allocate the cache and the compute buffers; raises `EngineFault` MODEL_LOAD_FAILED."""
        self._model = model
        params = native.llama_context_default_params()
        fit = model.fit
        params.n_ctx = fit.n_ctx
        params.n_batch = params.n_ubatch = fit.n_batch
        params.n_threads, params.n_threads_batch = fit.n_threads, fit.n_threads_batch
        if fit.cache is KvKind.Q8_0:
            params.type_k = params.type_v = native.GGML_TYPE_Q8_0
            params.flash_attn_type = native.LLAMA_FLASH_ATTN_TYPE_ENABLED  # values can be quantized with it only
        # Sliding-window layers keep everything as well: otherwise the end of a text could not be taken back.
        params.swa_full = True
        llama_library.forget_errors()
        pointer = native.llama_init_from_model(model.pointer, params)
        if not pointer:
            raise context_failed(model.spec.path)
        self.pointer = pointer
        self._params = params
        self._threads = Threads(pointer, max(params.n_threads, params.n_threads_batch))
        memory = native.llama_get_memory(pointer)
        assert memory
        self._memory = memory
        self._tokens: list[int] = []
        self._ends: list[int] = []  # where the slices of the prompt ended
        self._has_logits = False
        self._guesses: deque[int] = deque()  # read already, but not chosen yet
        self._row = _LAST  # of the scores that the last computation has left
        self._group: native.llama_batch | None = None
        self._one = (native.llama_token * 1)()
        self._no_abort = native.ggml_abort_callback()
        self.n_batch: int = native.llama_n_batch(pointer)
        self.n_ctx: int = native.llama_n_ctx(pointer)

    def close(self) -> None:
        """Free the context."""
        if self._group is not None:
            native.llama_batch_free(self._group)
        native.llama_free(self.pointer)
        self._threads.close()

    def give_way(self, *, background: bool) -> None:
        """Use half of the threads for what nobody waits for, and all of them again otherwise."""
        share = 2 if background else 1
        reading, writing = (max(1, n // share) for n in (self._params.n_threads_batch, self._params.n_threads))
        native.llama_set_n_threads(self.pointer, writing, reading)

    def identity(self) -> str:
        """Return the parameters that a kept state depends on."""
        params = self._params
        kinds = (params.type_k, params.type_v, params.flash_attn_type, params.swa_full)
        return f"ctx {self.n_ctx} batch {self.n_batch} kinds {kinds}"

    @property
    def length(self) -> int:
        """How many tokens the model has read."""
        return len(self._tokens)

    def keep_prefix(self, prompt: Sequence[int], head: int = 0) -> int:
        """Drop what does not begin `prompt` and return how many of its tokens need not be read again.

        The last token is read again unless its logits, which choose the first token of the answer, are still there.
        What is kept ends where a slice of this prompt ends: the rounding of a computation depends on which tokens are
        read together, and the same prompt must give the same answer whether or not a part of it was in the cache.
        """
        common = common_length(self._tokens, prompt)
        if self._has_logits and common == self.length == len(prompt):
            return common
        common = min(common, len(prompt) - 1)
        self._cut(self._last_end(common, head) if self._model.can_forget else common)
        return self.length

    def _last_end(self, common: int, head: int) -> int:
        """Return the last slice's end within `common` up to which this prompt would be read in the same slices.

        The last slice of the prompt before and what was written after it count as well: they are what an interrupted
        answer is continued from.
        """
        position = 0
        for end in self._ends[:-1]:
            if slice_end(position, head, self.n_batch) != end or end > common:
                return position
            position = end
        while (end := slice_end(position, head, self.n_batch)) <= common:
            position = end
        return position

    def next_slice(self, prompt: Sequence[int], head: int = 0) -> Sequence[int]:
        """Return the tokens of a prompt to read next; one slice ends where the head ends."""
        return prompt[self.length : slice_end(self.length, head, self.n_batch)]

    def state(self) -> bytes:
        """Return what the model has read, in the library's own form."""
        self._drop_guesses()
        size = native.llama_state_seq_get_size(self.pointer, 0)
        buffer = (ctypes.c_uint8 * size)()
        written = native.llama_state_seq_get_data(self.pointer, buffer, size, 0)
        return bytes(memoryview(buffer)[:written])

    def restore(self, head: Sequence[int], state: bytes) -> bool:
        """Take over what `state` returned after exactly the tokens of `head`; false, and empty, when it cannot be."""
        self._cut(0, force=True)
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if native.llama_state_seq_set_data(self.pointer, buffer, len(state), 0) != len(state):
            self._cut(0, force=True)
            return False
        self._tokens = list(head)
        while not self._ends or self._ends[-1] < len(head):
            self._ends.append(slice_end(self._ends[-1] if self._ends else 0, len(head), self.n_batch))
        return True

    def read(self, tokens: Sequence[int], stop: Callable[[], bool]) -> bool:
        """Read one slice of a prompt; false, and as if nothing had been read, when `stop` said so meanwhile."""
        self._drop_guesses()
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
        self._ends.append(self.length)
        self._has_logits, self._row = True, _LAST
        return True

    def step(self, token: int, guesses: Sequence[int] = ()) -> None:
        """Read one token that the model has chosen, and along with it what may be chosen next.

        When the next token is the first of the guesses, its step costs nothing more, and so on. Together they are no
        more than `room`, `n_batch` and `LARGEST_GROUP`.
        """
        if self.expects(token):
            self._guesses.popleft()
            self._row += 1
        else:
            self._drop_guesses()
            self._check(native.llama_decode(self.pointer, self._batch(token, guesses)))
            self._guesses.extend(guesses)
            self._row = 0 if guesses else _LAST
        self._tokens.append(token)
        self._has_logits = True

    def expects(self, token: int) -> bool:
        """Tell whether a token was guessed and read already."""
        return bool(self._guesses) and self._guesses[0] == token

    @property
    def room(self) -> int:
        """How many tokens the context and the current block of its cache still take."""
        return min(self.n_ctx - self.length, _CACHE_BLOCK - self.length % _CACHE_BLOCK)

    @property
    def can_guess(self) -> bool:
        """Whether guesses can be taken back, and the tokens of a group be computed as if each were alone.

        Of a mixture of experts it depends on the text which tokens are computed together.
        """
        return self._model.can_forget and not self._model.is_mixture

    def last(self, count: int) -> Sequence[int]:
        """Return the last tokens read."""
        return self._tokens[-count:]

    def _batch(self, token: int, guesses: Sequence[int]) -> native.llama_batch:
        if not guesses:
            self._one[0] = token
            single: native.llama_batch = native.llama_batch_get_one(self._one, 1)
            return single
        if self._group is None:
            self._group = native.llama_batch_init(LARGEST_GROUP, 0, 1)
        batch = self._group
        batch.n_tokens = 1 + len(guesses)
        for row, each in enumerate((token, *guesses)):
            batch.token[row], batch.pos[row], batch.logits[row] = each, self.length + row, True
            batch.n_seq_id[row], batch.seq_id[row][0] = 1, 0
        return batch

    def _drop_guesses(self) -> None:
        """Take back what was read but not chosen; the scores of what was chosen stay."""
        if self._guesses:
            self._guesses.clear()
            if not native.llama_memory_seq_rm(self._memory, 0, self.length, -1):
                self._cut(0, force=True)
                raise EngineFault(ErrorCode.ENGINE_FAILED, reason="forget")

    def logits(self) -> Logits:
        """Return the scores of the next token; valid until the next token is read."""
        pointer = native.llama_get_logits_ith(self.pointer, self._row)
        view: Logits = np.ctypeslib.as_array(
            ctypes.cast(pointer, ctypes.POINTER(ctypes.c_float)), (self._model.vocab.size,)
        )
        return view

    def forget_after(self, length: int) -> None:
        """Forget what was read after the first `length` tokens, also what was read without this object."""
        self._cut(length, force=True)

    def _cut(self, length: int, *, force: bool = False) -> None:
        """Keep the first `length` tokens, or nothing where the model's memory cannot be cut."""
        self._drop_guesses()
        if length == self.length and not force:
            return
        kept = self._model.can_forget and native.llama_memory_seq_rm(self._memory, 0, length, -1)
        if not kept:
            native.llama_memory_clear(self._memory, True)
            length = 0
        del self._tokens[length:]
        self._ends = [end for end in self._ends if end <= length]
        self._has_logits = False

    def _check(self, result: int) -> None:
        if result != 0:
            self._cut(0, force=True)
            raise EngineFault(ErrorCode.ENGINE_FAILED, reason=f"decode {result}")


def slice_end(position: int, head: int, length: int) -> int:
    """Return where the slice that begins at `position` ends: after `length` tokens, or where the head ends."""
    if position < head:
        return min((position // length + 1) * length, head)
    return head + ((position - head) // length + 1) * length
