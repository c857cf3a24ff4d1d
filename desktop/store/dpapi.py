"""Windows' own protection of small secrets (DPAPI): only the same person on the same terminal can undo it."""

from __future__ import annotations

import ctypes
import sys
from ctypes import (
    POINTER,
    Structure,
    byref,
    c_char,
    c_char_p,
    c_uint32,
    c_void_p,
    c_wchar_p,
    cast,
    create_string_buffer,
)

AVAILABLE = sys.platform == "win32"

# Keeps another program of the same person from undoing it by accident; it is no secret.
_ENTROPY = b"fumizukue.history.key.1"
# No dialog may come up: the call fails instead.
_UI_FORBIDDEN = 0x1


class _Blob(Structure):
    _fields_ = (("size", c_uint32), ("data", POINTER(c_char)))


def protect(secret: bytes) -> bytes:
    """Return `secret` as only this person can read it again; raises `OSError` when Windows refuses."""
    return _call("CryptProtectData", secret)


def unprotect(protected: bytes) -> bytes:
    """Return what was protected; raises `OSError` for another person, another terminal or changed bytes."""
    return _call("CryptUnprotectData", protected)


if sys.platform == "win32":

    def _blob(content: bytes) -> tuple[_Blob, ctypes.Array[c_char]]:
        """Return the structure and the memory it points to, which must outlive it."""
        memory = create_string_buffer(content, len(content))
        return _Blob(len(content), cast(memory, POINTER(c_char))), memory

    def _call(name: str, content: bytes) -> bytes:
        """Call one of the two functions, which have the same parameters (wincrypt.h)."""
        crypt, kernel = (ctypes.WinDLL(found, use_last_error=True) for found in ("crypt32", "kernel32"))
        function = crypt[name]
        blob = POINTER(_Blob)
        # The second parameter is a description: text when protecting, a place for a pointer when undoing it; unused.
        described = c_wchar_p if name == "CryptProtectData" else c_char_p
        function.argtypes = (blob, described, blob, c_void_p, c_void_p, c_uint32, blob)
        function.restype = ctypes.c_int
        kernel.LocalFree.argtypes = (c_void_p,)
        kernel.LocalFree.restype = c_void_p
        given, memory = _blob(content)
        entropy, entropy_memory = _blob(_ENTROPY)
        result = _Blob()
        if not function(byref(given), None, byref(entropy), None, None, _UI_FORBIDDEN, byref(result)):
            raise ctypes.WinError(ctypes.get_last_error())
        del memory, entropy_memory
        try:
            return ctypes.string_at(result.data, result.size)
        finally:
            ctypes.memset(result.data, 0, result.size)
            kernel.LocalFree(result.data)

else:

    def _call(name: str, content: bytes) -> bytes:
        """Refuse: there is no such function here."""
        raise OSError(f"{name} exists on Windows only, not for {len(content)} bytes here")
