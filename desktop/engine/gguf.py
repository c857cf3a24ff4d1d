"""Reading the header of a GGUF file with bounds: a model or anything else, a whole file or a cut one.

Format: the GGUF specification, versions 2 and 3 (little endian): magic, version, tensor count, metadata count, then
metadata pairs, tensor descriptions, padding, tensor data.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of

MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_MAX_PAIRS = 10_000
_MAX_TENSORS = 100_000
_MAX_STRING = 16 * 1024 * 1024
_MAX_ITEMS = 8_000_000
_MAX_LISTED = 4096  # a value for each layer; longer lists belong to the vocabulary
_MAX_NAME = 1024
_MAX_DIMENSIONS = 8
_MAX_HEADER = 512 * 1024 * 1024
_DEFAULT_ALIGNMENT = 32

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_INTEGERS = "BbHhIiQq?"
_STRING, _ARRAY = 8, 9
_TOKENS = "tokenizer.ggml.tokens"
_MAX_DEPTH = 4

# ggml tensor types: values in a block, and bytes of a block (ggml.c, type traits).
_BLOCKS = {
    0: (1, 4),  # F32
    1: (1, 2),  # F16
    2: (32, 18),  # Q4_0
    3: (32, 20),  # Q4_1
    6: (32, 22),  # Q5_0
    7: (32, 24),  # Q5_1
    8: (32, 34),  # Q8_0
    9: (32, 36),  # Q8_1
    10: (256, 84),  # Q2_K
    11: (256, 110),  # Q3_K
    12: (256, 144),  # Q4_K
    13: (256, 176),  # Q5_K
    14: (256, 210),  # Q6_K
    15: (256, 292),  # Q8_K
    16: (256, 66),  # IQ2_XXS
    17: (256, 74),  # IQ2_XS
    18: (256, 98),  # IQ3_XXS
    19: (256, 50),  # IQ1_S
    20: (32, 18),  # IQ4_NL
    21: (256, 110),  # IQ3_S
    22: (256, 82),  # IQ2_S
    23: (256, 136),  # IQ4_XS
    24: (1, 1),  # I8
    25: (1, 2),  # I16
    26: (1, 4),  # I32
    27: (1, 8),  # I64
    28: (1, 8),  # F64
    29: (256, 56),  # IQ1_M
    30: (1, 2),  # BF16
    34: (256, 54),  # TQ1_0
    35: (256, 66),  # TQ2_0
    39: (32, 17),  # MXFP4
}
# Q4_0, Q4_K, IQ4_NL, MXFP4: of matrices of these types the library makes a copy in another order on processors with
# AVX2, where eight rows lie together (ggml-cpu/repack.cpp).
_REPACKED = frozenset({2, 12, 20, 39})
_REPACKED_ROWS = 8
_EMBEDDING = "token_embd.weight"

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What the header says.

    `expected_size` is in bytes, the least the file must have, `size` what it has; context and `vocabulary` are in
    tokens. `lists` has the short lists of whole numbers, such as those with one value for each layer. `repacked` bytes
    of the tensors are copied in another order when a processor computes with them.
    """

    architecture: str
    name: str
    context_length: int
    has_chat_template: bool
    tensors: int
    expected_size: int
    metadata: Mapping[str, Scalar]
    lists: Mapping[str, tuple[int, ...]]
    vocabulary: int
    size: int
    repacked: int = 0


@dataclass(frozen=True, slots=True)
class _Array:
    """An array's length, and its values where they are few whole numbers."""

    count: int
    numbers: tuple[int, ...] = ()


class _Refused(Exception):  # noqa: N818 -- a signal inside this module
    """The bytes are not a GGUF header."""


def read_header(path: Path, called: str = "") -> GgufHeader:
    """Read and check the header; `called` is the name for faults where the file has only a temporary one.

    Raises `UserFault` MODEL_MISSING (name), MODEL_NOT_GGUF (name), MODEL_TRUNCATED (name, expected, found).
    """
    name = called or path.name
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            try:
                header = _Reader(stream).header(size)
            except _Refused as error:
                raise UserFault(ErrorCode.MODEL_NOT_GGUF, name=name, reason=str(error)) from error
            except EOFError as error:
                raise UserFault(ErrorCode.MODEL_TRUNCATED, name=name, expected=size + 1, found=size) from error
    except FileNotFoundError as error:
        raise UserFault(ErrorCode.MODEL_MISSING, name=name) from error
    except OSError as error:
        raise UserFault(ErrorCode.SOURCE_NOT_READABLE, name=name, reason=reason_of(error)) from error
    if size < header.expected_size:
        raise UserFault(ErrorCode.MODEL_TRUNCATED, name=name, expected=header.expected_size, found=size)
    return header


class _Reader:
    """Reads values one after another, never more than the bounds allow."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._read = 0
        self._repacked = 0

    def header(self, size: int) -> GgufHeader:
        if self._stream.read(4) != MAGIC:
            raise _Refused("magic")
        version = self._number("I")
        if version not in _VERSIONS:
            raise _Refused("version")
        tensors, pairs = self._number("Q"), self._number("Q")
        if tensors > _MAX_TENSORS or pairs > _MAX_PAIRS:
            raise _Refused("counts")
        metadata: dict[str, Scalar] = {}
        arrays: dict[str, _Array] = {}
        for _ in range(pairs):
            key = self._string(_MAX_NAME)
            value = self._value(self._number("I"))
            if isinstance(value, _Array):
                arrays[key] = value
            else:
                metadata[key] = value
        data_size = max((self._tensor_end() for _ in range(tensors)), default=0)
        alignment = metadata.get("general.alignment", _DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or alignment <= 0:
            raise _Refused("alignment")
        start = -(-self._stream.tell() // alignment) * alignment
        header = _header_of(metadata, arrays, tensors, start + data_size, size)
        return replace(header, repacked=self._repacked)

    def _bytes(self, count: int) -> bytes:
        self._read += count
        if self._read > _MAX_HEADER:
            raise _Refused("header size")
        found = self._stream.read(count)
        if len(found) < count:
            raise EOFError
        return found

    def _number(self, code: str) -> int:
        (value,) = struct.unpack(f"<{code}", self._bytes(struct.calcsize(f"<{code}")))
        assert isinstance(value, int)
        return value

    def _string(self, limit: int = _MAX_STRING) -> str:
        length = self._number("Q")
        if length > limit:
            raise _Refused("string length")
        return self._bytes(length).decode("utf-8", "replace")

    def _value(self, kind: int, depth: int = 0) -> Scalar | _Array:
        """Return a scalar; of arrays (the vocabulary, mostly) little more than the length."""
        if kind in _SCALARS:
            (value,) = struct.unpack(f"<{_SCALARS[kind]}", self._bytes(struct.calcsize(f"<{_SCALARS[kind]}")))
            assert isinstance(value, int | float | bool)
            return value
        if kind == _STRING:
            return self._string()
        if kind != _ARRAY or depth > _MAX_DEPTH:
            raise _Refused("value type")
        return self._array(depth)

    def _array(self, depth: int) -> _Array:
        kind, count = self._number("I"), self._number("Q")
        if count > _MAX_ITEMS:
            raise _Refused("array length")
        if kind in _SCALARS:
            code = _SCALARS[kind]
            found = self._bytes(count * struct.calcsize(f"<{code}"))
            listed = code in _INTEGERS and count <= _MAX_LISTED
            return _Array(count, tuple(map(int, struct.unpack(f"<{count}{code}", found))) if listed else ())
        for _ in range(count):
            self._value(kind, depth + 1)
        return _Array(count)

    def _tensor_end(self) -> int:
        """Return where this tensor's data end, in bytes from the start of the data."""
        name = self._string(_MAX_NAME)
        dimensions = self._number("I")
        if dimensions > _MAX_DIMENSIONS:
            raise _Refused("dimensions")
        shape = [self._number("Q") for _ in range(dimensions)]
        values = math.prod(shape)
        kind, offset = self._number("I"), self._number("Q")
        # A type this version does not know has at least its offset.
        per_block, block = _BLOCKS.get(kind, (1, 0))
        size = -(-values // per_block) * block
        is_computed = len(shape) == 2 and name != _EMBEDDING  # noqa: PLR2004 -- a matrix whose rows are not only looked up
        if kind in _REPACKED and is_computed and shape[1] % _REPACKED_ROWS == 0:
            self._repacked += size
        return offset + size


def _header_of(
    metadata: dict[str, Scalar], arrays: dict[str, _Array], tensors: int, expected_size: int, size: int
) -> GgufHeader:
    architecture = str(metadata.get("general.architecture", ""))
    context = metadata.get(f"{architecture}.context_length", 0)
    return GgufHeader(
        architecture=architecture,
        name=str(metadata.get("general.name", "")),
        context_length=int(context),
        has_chat_template=bool(metadata.get("tokenizer.chat_template")),
        tensors=tensors,
        expected_size=expected_size,
        metadata=metadata,
        lists={key: array.numbers for key, array in arrays.items() if array.numbers},
        vocabulary=arrays[_TOKENS].count if _TOKENS in arrays else 0,
        size=size,
    )
