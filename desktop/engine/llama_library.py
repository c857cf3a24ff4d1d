"""The native library: loading its processor variants, and its log."""

from __future__ import annotations

import collections
import ctypes
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llama_cpp
from llama_cpp import llama_cpp as native
from llama_cpp._ctypes_extensions import load_shared_library

from desktop.core.errors import EngineFault, ErrorCode

_LEVEL_DEBUG, _LEVEL_ERROR, _LEVEL_CONTINUED = 1, 4, 5
_KEPT_ERRORS = 20
_DEVICE_CPU = 0  # ggml_backend_dev_type

_recent_errors: collections.deque[str] = collections.deque(maxlen=_KEPT_ERRORS)
_last_level = 0


def _log(level: int, text: bytes, _user_data: object) -> None:
    """Pass the library's log to stderr, where the crash report is taken from, and remember its errors."""
    global _last_level  # noqa: PLW0603 -- the library has one log, and a continued line has the level of its start
    level = _last_level if level == _LEVEL_CONTINUED else level
    _last_level = level
    if level == _LEVEL_DEBUG:
        return
    os.write(2, text)
    if level == _LEVEL_ERROR:
        _recent_errors.append(text.decode("utf-8", "replace").strip())


# The library keeps the pointer only: the callback must live as long as the process.
_log_callback = native.llama_log_callback(_log)


def start() -> None:
    """Take over the log, load what backends lie beside the library, and start it; call once a process.

    Raises `EngineFault` ENGINE_OLD_CPU when no processor variant fits this machine, ENGINE_START_FAILED when the
    installation has none at all.
    """
    native.llama_log_set(_log_callback, ctypes.c_void_p(0))
    # A build with one file for each kind of processor has none linked in. The search is bound to the library's own
    # folder: the library's default also looks into the current one, where anybody may have put a file.
    ggml_function("ggml_backend_load_all_from_path", None, ctypes.c_char_p)(os.fsencode(folder()))
    if not _has_processor():
        raise missing_processor(folder())
    native.llama_backend_init()


def folder() -> Path:
    """Return the folder that the library was loaded from: the binding's own, or what LLAMA_CPP_LIB_PATH names."""
    return Path(native._base_path)  # noqa: SLF001 -- the binding says it in no other way


def missing_processor(libraries: Path) -> EngineFault:
    """Return the fault of an installation without a variant for this processor: too old a machine, or files gone."""
    variants = sum("ggml-cpu" in path.name for path in libraries.iterdir())
    if variants:
        return EngineFault(ErrorCode.ENGINE_OLD_CPU, missing=f"0/{variants} ggml-cpu", report="")
    return EngineFault(ErrorCode.ENGINE_START_FAILED, reason="no ggml-cpu library", exit="", hint="", report="")


def _has_processor() -> bool:
    """Tell whether one of the loaded backends computes on the processor."""
    count = ggml_function("ggml_backend_dev_count", ctypes.c_size_t)
    get = ggml_function("ggml_backend_dev_get", ctypes.c_void_p, ctypes.c_size_t)
    kind = ggml_function("ggml_backend_dev_type", ctypes.c_int, ctypes.c_void_p)
    return any(kind(get(index)) == _DEVICE_CPU for index in range(count()))


def ggml_function(name: str, result: type | None, *arguments: type) -> Callable[..., Any]:
    """Return a function of the ggml library that llama.cpp itself uses.

    A wheel holds the same library under several names; on Linux only a look-up through llama.cpp's own handle is
    sure to find the copy that it is linked to. Windows looks up no further than one library, but has one copy only.
    """
    library: ctypes.CDLL = native._lib  # noqa: SLF001 -- the binding offers the handle in no other way
    for other in ("ggml", "ggml-base"):
        if hasattr(library, name):
            break
        library = _ggml(other)
    function: Callable[..., Any] = getattr(library, name)
    function.restype, function.argtypes = result, list(arguments)  # type: ignore[attr-defined]  # ctypes has no public type
    return function


def processor_function(name: str, result: type | None, *arguments: type) -> Callable[..., Any] | None:
    """Return a function of the backend that computes on the processor, whatever file it is in; `None` when it has none.

    The processor's functions are not linked in where each kind of processor has its own file: the backend is asked.
    """
    device = ggml_function("ggml_backend_dev_by_type", ctypes.c_void_p, ctypes.c_int)(_DEVICE_CPU)
    backend = ggml_function("ggml_backend_dev_backend_reg", ctypes.c_void_p, ctypes.c_void_p)(device)
    look_up = ggml_function("ggml_backend_reg_get_proc_address", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)
    address = look_up(backend, name.encode())
    return ctypes.CFUNCTYPE(result, *arguments)(address) if address else None


@functools.cache
def _ggml(name: str) -> ctypes.CDLL:
    """Return a ggml library of the folder in use; the binding's own handle is always of the binding's folder."""
    library: ctypes.CDLL = load_shared_library(name, folder())
    return library


def version() -> str:
    """Return the names and versions of the binding and of the library."""
    return f"llama-cpp-python {llama_cpp.__version__}, llama.cpp {native.llama_version().decode()}"


def identity() -> str:
    """Return what tells this library, with the processor features it uses, from any other."""
    return f"{version()}, {native.llama_print_system_info().decode('utf-8', 'replace')}"


def forget_errors() -> None:
    """Forget the errors logged so far."""
    _recent_errors.clear()


def recent_errors() -> list[str]:
    """Return the error lines logged since `forget_errors`, oldest first."""
    return list(_recent_errors)


def has_amx() -> bool:
    """Tell whether the library would use AMX tiles."""
    return b"AMX_INT8 = 1" in native.llama_print_system_info()
