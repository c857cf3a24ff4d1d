"""The native library: loading its processor variants, and its log."""

from __future__ import annotations

import collections
import ctypes
import os
from pathlib import Path
from typing import Any

import llama_cpp
from llama_cpp import llama_cpp as native
from llama_cpp._ggml import libggml

_LEVEL_DEBUG, _LEVEL_ERROR, _LEVEL_CONTINUED = 1, 4, 5
_KEPT_ERRORS = 20

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
    """Take over the log, load what backends lie beside the library, and start it; call once a process."""
    native.llama_log_set(_log_callback, ctypes.c_void_p(0))
    # A build with one file for each kind of processor has none linked in. The search is bound to the library's own
    # folder: the library's default also looks into the current one, where anybody may have put a file.
    if load_all := _ggml_function("ggml_backend_load_all_from_path"):
        folder = Path(llama_cpp.__file__).parent / "lib"
        load_all.argtypes, load_all.restype = [ctypes.c_char_p], None
        load_all(os.fsencode(folder))
    native.llama_backend_init()


def _ggml_function(name: str) -> Any:  # noqa: ANN401 -- ctypes functions have no public type
    """Return a function of the ggml library that llama.cpp itself uses.

    A wheel holds the same library under several names; on Linux only a look-up through llama.cpp's own handle is
    sure to find the copy that it is linked to. Windows looks up no further than one library, but has one copy only.
    """
    for library in (native._lib, libggml):  # noqa: SLF001 -- the binding offers the handle in no other way
        if hasattr(library, name):
            return getattr(library, name)
    return None


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
