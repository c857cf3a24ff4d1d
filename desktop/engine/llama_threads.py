"""Threads that stay: without a pool of its own llama.cpp starts new ones for each token and ends them after it.

On a machine that nothing else uses that costs nothing to speak of; on a busy one every new thread waits for its turn.
"""

from __future__ import annotations

import ctypes

from llama_cpp import llama_cpp as native

from desktop.engine import llama_library

_MOST_THREADS = 512  # GGML_MAX_N_THREADS


class _Params(ctypes.Structure):
    """The layout of ggml_threadpool_params; what it does not hold as expected is not used (see `_parameters`)."""

    _fields_ = (
        ("cpumask", ctypes.c_bool * _MOST_THREADS),
        ("n_threads", ctypes.c_int),
        ("prio", ctypes.c_int),
        ("poll", ctypes.c_uint32),
        ("strict_cpu", ctypes.c_bool),
        ("paused", ctypes.c_bool),
    )


class Threads:
    """The pool of one context; it stays attached until the context is freed. Close it after the context."""

    def __init__(self, context: native.llama_context_p, count: int) -> None:
        """Start `count` - 1 threads, which sleep whenever nothing is computed; none where the library has no pools."""
        self._free = llama_library.processor_function("ggml_threadpool_free", None, ctypes.c_void_p)
        start = llama_library.processor_function("ggml_threadpool_new", ctypes.c_void_p, ctypes.POINTER(_Params))
        params = _parameters(count)
        self._pool: int | None = start(ctypes.byref(params)) if start and self._free and params else None
        if self._pool:
            attach = llama_library.ggml_function("llama_attach_threadpool", None, *[ctypes.c_void_p] * 3)
            attach(context, self._pool, None)

    def close(self) -> None:
        """End the threads."""
        if self._pool and self._free:
            self._free(self._pool)
        self._pool = None


def _parameters(count: int) -> _Params | None:
    """Return the library's defaults, `None` when they do not lie where this module looks for them."""
    params = _Params()
    initialise = llama_library.ggml_function("ggml_threadpool_params_init", None, ctypes.POINTER(_Params), ctypes.c_int)
    initialise(ctypes.byref(params), count)
    as_expected = params.n_threads == count and not params.prio and 0 < params.poll <= 100 and not params.paused  # noqa: PLR2004 -- a percentage
    return params if count > 1 and as_expected else None
