"""What a file is by its suffix and by its first bytes, as far as that decides how to read or refuse it."""

from __future__ import annotations

TEXT_SUFFIXES = (".txt", ".text", ".md", ".markdown", ".csv", ".tsv", ".log", ".vtt", ".srt")
DOCX_SUFFIXES = (".docx", ".docm", ".dotx", ".dotm")

# Formats that are known and not read: the message for each kind says how to save the file as .docx or .txt.
CONVERT_KINDS = {
    "doc": (".doc", ".dot", ".wri"),
    "jtd": (".jtd", ".jtt", ".jtdc", ".jttc", ".jsw", ".jfw"),
    "rtf": (".rtf",),
    "pdf": (".pdf", ".xdw", ".xbd", ".xps", ".oxps"),
    "odt": (".odt", ".ott", ".fodt"),
    "xlsx": (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
    "pptx": (".pptx", ".pptm", ".ppt", ".ppsx", ".odp"),
    "html": (".html", ".htm", ".mht", ".mhtml"),
    "eml": (".eml", ".msg"),
}
# What holds no text at all: saving it in another format does not help.
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic")
RECORDING_SUFFIXES = (
    *(".mp3", ".m4a", ".wav", ".wma", ".ogg", ".flac", ".aac"),
    *(".mp4", ".m4v", ".mov", ".avi", ".wmv"),
)
_KIND_OF_SUFFIX = {suffix: kind for kind, suffixes in CONVERT_KINDS.items() for suffix in suffixes}

CFB_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
_MAGICS = (
    CFB_MAGIC,
    ZIP_MAGIC,
    b"PK\x05\x06",
    b"%PDF-",
    b"{\\rtf",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
    b"\x1f\x8b",
    b"BZh",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\xfd7zXZ\x00",
    b"GGUF",
    b"SQLite format 3\x00",
    b"\x7fELF",
    b"ID3\x03",
    b"ID3\x04",
    b"OggS\x00",
)
# Names of streams inside the compound file format, stored as UTF-16, that tell its users apart.
_CFB_STREAMS = (
    ("EncryptedPackage", "protected"),
    ("WordDocument", "doc"),
    ("DocumentText", "jtd"),
    ("Workbook", "xlsx"),
    ("PowerPoint Document", "pptx"),
    ("__substg1.0_", "eml"),
)


def convert_kind(suffix: str) -> str | None:
    """Return the kind of a known format that must be converted first, `None` for any other suffix (lower case)."""
    return _KIND_OF_SUFFIX.get(suffix)


def is_known_binary(data: bytes) -> bool:
    """Tell whether the bytes begin like a format that is not text."""
    return data.startswith(_MAGICS)


def compound_file_kind(data: bytes) -> str | None:
    """Return what a compound file holds: `protected`, a kind of `CONVERT_KINDS`, or `None` when it is not known.

    Only the names of its streams are looked for; the file is not parsed.
    """
    for stream, kind in _CFB_STREAMS:
        if stream.encode("utf-16-le") in data:
            return kind
    return None
