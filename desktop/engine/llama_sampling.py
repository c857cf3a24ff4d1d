"""Choosing the next token: a chain of samplers on the likeliest candidates, bound to a grammar when there is one."""

from __future__ import annotations

import ctypes
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from llama_cpp import llama_cpp as native

from desktop.core.errors import EngineFault, ErrorCode
from desktop.engine.base import Sampling
from desktop.engine.llama_vocab import Vocabulary

Logits = npt.NDArray[np.float32]

# The layout of llama_token_data.
_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
# The chain only ever looks at this many of the likeliest tokens; what is beyond has no chance after top-k, top-p and
# min-p, and looking at 150,000 candidates takes longer than it takes a small model to compute them.
_CANDIDATES = 256
_MORE_CANDIDATES = 8192
_CLOSERS = frozenset(b'}]"')


class Grammar:
    """A GBNF grammar that follows the text as it grows. Close it when done."""

    def __init__(self, vocab: Vocabulary, gbnf: str) -> None:
        """Compile; raises `EngineFault` GRAMMAR_UNSUPPORTED when the library refuses the grammar."""
        self._vocab = vocab
        self._end_token = min(vocab.end_tokens)
        sampler = native.llama_sampler_init_grammar(vocab.pointer, gbnf.encode(), b"root")
        if not sampler:
            raise EngineFault(ErrorCode.GRAMMAR_UNSUPPORTED, reason="gbnf")
        self._sampler = sampler
        self._one = _Candidates(1)

    def close(self) -> None:
        """Free the native grammar."""
        native.llama_sampler_free(self._sampler)

    def allows(self, token: int) -> bool:
        """Tell whether a token may come next."""
        self._one.fill(np.array([token], np.int32), np.zeros(1, np.float32))
        native.llama_sampler_apply(self._sampler, self._one.pointer)
        return bool(np.isfinite(self._one.data["logit"][0]))

    def accept(self, token: int) -> None:
        """Go on past a token that is allowed (the library ends the process at one that is not)."""
        native.llama_sampler_accept(self._sampler, token)

    def follow(self, text: str) -> None:
        """Go on past a text that is already written.

        Raises `EngineFault` GRAMMAR_UNSUPPORTED (reason prefill) when the grammar does not allow it.
        """
        for token in self._vocab.byte_tokens(text):
            if not self.allows(token):
                raise EngineFault(ErrorCode.GRAMMAR_UNSUPPORTED, reason="prefill")
            self.accept(token)

    def filter(self, ids: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Return those of the tokens that may come next."""
        candidates = _Candidates(len(ids))
        candidates.fill(ids, np.zeros(len(ids), np.float32))
        native.llama_sampler_apply(self._sampler, candidates.pointer)
        allowed: npt.NDArray[np.int32] = candidates.data["id"][np.isfinite(candidates.data["logit"])].copy()
        return allowed

    def is_complete(self) -> bool:
        """Tell whether the text is whole. Our grammars end with a closing sign, so nothing can follow then."""
        return self.allows(self._end_token)


class TokenPicker:
    """Picks tokens for one generation. Close it when done."""

    def __init__(self, vocab: Vocabulary, sampling: Sampling, grammar: Grammar | None) -> None:
        """Build the chain; the picker owns the grammar from now on."""
        self._vocab = vocab
        self._grammar = grammar
        self._greedy = sampling.temperature <= 0 and sampling.repeat_penalty == 1.0
        self._chain = _chain(vocab, sampling)
        self._candidates = _Candidates(min(_MORE_CANDIDATES, vocab.size))

    def close(self) -> None:
        """Free the native samplers."""
        native.llama_sampler_free(self._chain)
        if self._grammar:
            self._grammar.close()

    def remember(self, tokens: list[int]) -> None:
        """Count tokens that are already written as said, for the repetition penalty."""
        for token in tokens:
            native.llama_sampler_accept(self._chain, token)

    def pick(self, logits: Logits) -> int:
        """Choose the next token and go on past it.

        The pick is made first and checked against the grammar after: in most places the model follows the form by
        itself, and the check of one token costs nothing. Only a rejected pick makes the grammar look at more.
        """
        token = int(logits.argmax()) if self._greedy else self._choose(logits, _likeliest(logits, _CANDIDATES))
        if self._grammar:
            if not self._grammar.allows(token):
                token = self._choose(logits, self._allowed(logits))
            if not self._vocab.is_end(token):
                self._grammar.accept(token)
        native.llama_sampler_accept(self._chain, token)
        return token

    def is_complete(self, piece: bytes) -> bool:
        """Tell whether the schema's text is whole after `piece`."""
        return bool(self._grammar and piece and piece[-1] in _CLOSERS and self._grammar.is_complete())

    def _allowed(self, logits: Logits) -> npt.NDArray[np.int32]:
        """Return the likeliest tokens that the grammar allows, looking further only while there are none."""
        assert self._grammar
        for count in (_CANDIDATES, _MORE_CANDIDATES, len(logits)):
            allowed = self._grammar.filter(_likeliest(logits, count))
            if len(allowed):
                return _best(logits, allowed)
        raise EngineFault(ErrorCode.ENGINE_FAILED, reason="grammar_dead_end")

    def _choose(self, logits: Logits, ids: npt.NDArray[np.int32]) -> int:
        self._candidates.fill(ids, logits[ids])
        native.llama_sampler_apply(self._chain, self._candidates.pointer)
        return self._candidates.selected()


def _likeliest(logits: Logits, count: int) -> npt.NDArray[np.int32]:
    """Return the ids of the `count` largest logits, in no particular order."""
    if count >= len(logits):
        return np.arange(len(logits), dtype=np.int32)
    return np.argpartition(logits, len(logits) - count)[-count:].astype(np.int32)


def _best(logits: Logits, ids: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return the likeliest of `ids`, no more than the chain looks at."""
    return ids[_likeliest(logits[ids], _CANDIDATES)]


class _Candidates:
    """A reusable native candidate array."""

    def __init__(self, capacity: int) -> None:
        self._all = np.zeros(capacity, _CANDIDATE)
        self.data = self._all
        self._array = native.llama_token_data_array()
        self.pointer = ctypes.byref(self._array)
        self._pointer: Any = self._all.ctypes.data_as(ctypes.POINTER(native.llama_token_data))

    def fill(self, ids: npt.NDArray[np.int32], logits: Logits) -> None:
        """Set the candidates."""
        self.data = self._all[: len(ids)]
        self.data["id"] = ids
        self.data["logit"] = logits
        self.data["p"] = 0.0
        self._array.data = self._pointer
        self._array.size = len(ids)
        self._array.selected = -1
        self._array.sorted = False

    def selected(self) -> int:
        """Return the token that the chain has selected."""
        if not 0 <= self._array.selected < self._array.size:
            raise EngineFault(ErrorCode.ENGINE_FAILED, reason="no_candidate")
        return int(self._array.data[self._array.selected].id)


def _chain(vocab: Vocabulary, sampling: Sampling) -> native.llama_sampler_p:
    chain = native.llama_sampler_chain_init(native.llama_sampler_chain_default_params())
    links = []
    if sampling.repeat_penalty != 1.0 and sampling.repeat_last_n:
        links.append(
            native.llama_sampler_init_penalties(vocab.size, sampling.repeat_last_n, sampling.repeat_penalty, 0.0, 0.0)
        )
    if sampling.temperature <= 0:
        links.append(native.llama_sampler_init_greedy())
    else:
        if sampling.top_k > 0:
            links.append(native.llama_sampler_init_top_k(sampling.top_k))
        links += [
            native.llama_sampler_init_top_p(sampling.top_p, 1),
            native.llama_sampler_init_min_p(sampling.min_p, 1),
            native.llama_sampler_init_temp(sampling.temperature),
            native.llama_sampler_init_dist(sampling.seed & 0xFFFFFFFF),
        ]
    for link in links:
        native.llama_sampler_chain_add(chain, link)
    return cast("native.llama_sampler_p", chain)
