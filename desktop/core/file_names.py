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


def safe_file_name(title: str) -> str:
    """Return a file name without suffix for a title: valid on Windows, at most 80 characters, NFC, never empty."""
    normal = unicodedata.normalize("NFC", title)
    kept = (character for character in normal if character.isspace() or unicodedata.category(character) not in _DROPPED)
    name = _trimmed(unicodedata.normalize("NFC", _SPACES.sub(" ", "".join(kept)).translate(_WIDE)))
    if _RESERVED.match(name):
        name = f"_{name}"
    return _trimmed(_shortened(name)) or _FALLBACK


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
