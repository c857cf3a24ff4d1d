"""File names that Windows, the file server and a person can live with."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARS = 80
MAX_BYTES = 240  # room for a suffix within the 255 bytes that a Linux file server allows
_FALLBACK = "文書"

# Forbidden in Windows; the full-width form says the same to a reader.
_WIDE = str.maketrans('<>:"/\\|?*', "＜＞：”／＼｜？＊")
_SPACES = re.compile(r"[\s\u2028\u2029]+")
# Controls, format characters that turn or hide text, private use, lone surrogates.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?=\.|$)", re.IGNORECASE)
# Windows sees a device behind spaces as well: "NUL .docx" opens NUL.
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(?:COM|LPT)[0-9¹²³])[ .:]*(?:\..*)?", re.IGNORECASE)


def safe_file_name(title: str) -> str:
    """Return a file name without suffix for a title: valid on Windows, at most 80 characters, NFC, never empty."""
    normal = unicodedata.normalize("NFC", title)
    kept = (character for character in normal if character.isspace() or unicodedata.category(character) not in _DROPPED)
    name = _trimmed(unicodedata.normalize("NFC", _SPACES.sub(" ", "".join(kept)).translate(_WIDE)))
    if _RESERVED.match(name):
        name = f"_{name}"
    return _trimmed(_shortened(name)) or _FALLBACK


def is_plain_file_name(name: str) -> bool:
    """Tell whether a name can only mean a file of the folder it is looked up in, on Windows and elsewhere.

    No separators, drives, streams, wildcards, devices or controls, nothing that Windows drops or that turns text.
    """
    unsafe = any(sign in '<>:"/\\|?*' or unicodedata.category(sign) in _DROPPED for sign in name)
    if unsafe or not name or len(name) > MAX_CHARS or len(name.encode("utf-8")) > MAX_BYTES:
        return False
    # Compatibility forms (NFKC) must not become a separator or a dot on the way through a file server.
    folded = unicodedata.normalize("NFKC", name)
    if any(sign in "/\\:" for sign in folded) or name != name.strip(" .　") or ".." in folded:
        return False
    return not _DEVICE.fullmatch(folded)


def _trimmed(name: str) -> str:
    """Drop what Windows drops at the end, and dots at the start, which hide a file elsewhere."""
    return name.strip(" .　")


def _shortened(name: str) -> str:
    end = min(len(name), MAX_CHARS)
    while len(name[:end].encode("utf-8")) > MAX_BYTES:
        end -= 1
    # A mark belongs to the letter before it: half a letter would be another one.
    while 0 < end < len(name) and unicodedata.category(name[end]).startswith("M"):
        end -= 1
    return name[:end]
