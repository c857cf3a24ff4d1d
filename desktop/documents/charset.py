"""Which charset a text file is in, decided by strict rules in a fixed order and never by statistics of a detector."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.kinds import is_known_binary
from desktop.documents.mojibake import looks_wrong_as_cp932, looks_wrong_as_unicode

# What a person may choose; Windows' own code page stands for Shift_JIS, because only it has ①, ㈱ and 髙.
CHARSETS = ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ISO2022_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\$\([DOQ]|\([BJI])")
# Bytes that a text has no use for: C0 controls except tab, line ends, form feed, escape, and DOS's end-of-file mark.
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\v\f\r\x1a\x1b") + b"\x7f"
_MAX_CONTROL_SHARE = 0.005
_END_MARKS = b"\x00\x1a"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the charset it was stored in (one of `CHARSETS`, or utf-32)."""

    text: str
    charset: str


def decode(data: bytes, name: str, charset: str | None = None) -> Decoded:
    """Decode a text file: BOM, ISO-2022-JP escape, strict UTF-8, cp932; or the `charset` that a person chose.

    Line ends become LF and NULs go; nothing else is changed. Raises `UserFault` SOURCE_BINARY when the bytes are no
    text, SOURCE_CHARSET when no charset fits or the result would be garbage (both with the field `name`).
    """
    if charset is not None:
        return _decoded(_decode_as(data, charset, name), charset)
    for bom, bom_charset in _BOMS:
        if data.startswith(bom):
            text = _decode_as(data, bom_charset, name)
            return _checked(text, bom_charset, name)
    data = data.rstrip(_END_MARKS)
    if is_binary(data):
        raise UserFault(ErrorCode.SOURCE_BINARY, name=name)
    if _ISO2022_ESCAPE.search(data) and data.isascii():
        return _checked(_decode_as(data, "iso2022_jp", name), "iso2022_jp", name)
    try:
        return _checked(data.decode("utf-8"), "utf-8", name)
    except UnicodeDecodeError:
        text = _decode_as(data, "cp932", name)
    if looks_wrong_as_cp932(text, data):
        raise UserFault(ErrorCode.SOURCE_CHARSET, name=name)
    return _checked(text, "cp932", name)


def is_binary(data: bytes) -> bool:
    """Tell whether bytes without a BOM are something else than text: a known format, a NUL, many control codes."""
    if is_known_binary(data) or b"\x00" in data:
        return True
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return controls > len(data) * _MAX_CONTROL_SHARE


def _checked(text: str, charset: str, name: str) -> Decoded:
    if looks_wrong_as_unicode(text):
        raise UserFault(ErrorCode.SOURCE_CHARSET, name=name)
    return _decoded(text, charset)


def _decoded(text: str, charset: str) -> Decoded:
    plain = text.removeprefix("\ufeff").replace("\x00", "").rstrip("\x1a")
    return Decoded(plain.replace("\r\n", "\n").replace("\r", "\n"), charset)


def _decode_as(data: bytes, charset: str, name: str) -> str:
    if charset not in (*CHARSETS, "utf-32"):
        raise UserFault(ErrorCode.SOURCE_CHARSET, name=name)
    try:
        if charset == "euc_jp":
            return _decode_euc(data)
        if charset == "iso2022_jp":
            return _decode_euc(_iso2022_to_euc(data))
        return data.decode(charset)
    except UnicodeDecodeError as error:
        raise UserFault(ErrorCode.SOURCE_CHARSET, name=name) from error


def _decode_euc(data: bytes) -> str:
    """Decode EUC-JP; Python's own table lacks ① and ㈱, which the JIS X 0213 table has in the same place."""
    try:
        return data.decode("euc_jp")
    except UnicodeDecodeError:
        return data.decode("euc_jis_2004")


def _iso2022_to_euc(data: bytes) -> bytes:
    """Turn the escape sequences of ISO-2022-JP into EUC-JP's high bits: one path for ① and half-width katakana."""
    result = bytearray()
    start, lead, high = 0, b"", False
    for escape in [*_ISO2022_ESCAPE.finditer(data), None]:
        end = len(data) if escape is None else escape.start()
        result += _to_euc_run(data[start:end], lead) if high else data[start:end]
        if escape is None:
            break
        mark = escape.group()[1:]
        start, high = escape.end(), mark[:1] == b"$" or mark == b"(I"
        lead = {b"(I": b"\x8e", b"$(D": b"\x8f"}.get(mark, b"")
    return bytes(result)


def _to_euc_run(run: bytes, lead: bytes) -> bytes:
    step = 1 if lead == b"\x8e" else 2
    result = bytearray()
    position = 0
    while position < len(run):
        if run[position] < 0x21:  # noqa: PLR2004 -- line ends and spaces stand for themselves in every set
            result.append(run[position])
            position += 1
            continue
        result += lead + bytes(byte | 0x80 for byte in run[position : position + step])
        position += step
    return bytes(result)
