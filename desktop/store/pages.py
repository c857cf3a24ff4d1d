"""The pages of a damaged database, read without SQLite: the file, with the log of what was written last laid over it.

Source of every offset: https://www.sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

HEADER = 100
DEFAULT_PAGE_SIZE = 4096

_PAGE_SIZE_AT, _RESERVED_AT, _FREE_LIST_AT, _VERSION_AT = 16, 20, 32, 60
_LOG_HEADER, _FRAME_HEADER = 32, 24
_LOG_MAGIC = (0x377F0682, 0x377F0683)
_SMALLEST, _LARGEST = 512, 65536


@dataclass(frozen=True, slots=True)
class Frame:
    """One page in the log, whose frames count from 1.

    `commit` is the database's size in pages after the transaction that the frame ends, 0 where it ends none. `sound`
    tells, where it was asked, whether the frame's sum is right.
    """

    number: int
    page: int
    commit: int
    offset: int
    sound: bool = True


def log_frames(log: Path, *, check: bool = False) -> tuple[int, list[Frame]]:
    """Return a log's page size and the frames that belong to its present round, whether or not their sums are right.

    SQLite reads a log up to the first frame with a wrong sum; what was committed behind it is still there.
    """
    try:
        with log.open("rb") as stream:
            head = stream.read(_LOG_HEADER)
            if len(head) < _LOG_HEADER or struct.unpack(">I", head[:4])[0] not in _LOG_MAGIC:
                return 0, []
            size, salt = struct.unpack(">I", head[8:12])[0], head[16:24]
            if not _is_page_size(size):
                return 0, []
            if not check:
                return size, list(_frames(stream, size, salt))
            order = ">" if head[3] & 1 else "<"
            return size, [_checked(stream, size, frame, order) for frame in _frames(stream, size, salt)]
    except OSError:
        return 0, []


def _frames(stream: BinaryIO, size: int, salt: bytes) -> Iterator[Frame]:
    at, end, number = _LOG_HEADER, stream.seek(0, 2), 0
    while at + _FRAME_HEADER + size <= end:
        number += 1
        stream.seek(at)
        head = stream.read(_FRAME_HEADER)
        if head[8:16] == salt:
            page, commit = struct.unpack(">II", head[:8])
            yield Frame(number, page, commit, at + _FRAME_HEADER)
        at += _FRAME_HEADER + size


def _checked(stream: BinaryIO, size: int, frame: Frame, order: str) -> Frame:
    """Hold a frame's sum against the one that the frame before it has, so that each frame answers for itself."""
    before = _LOG_HEADER - 8 if frame.number == 1 else frame.offset - 2 * _FRAME_HEADER - size + 16
    stream.seek(before)
    first, second = struct.unpack(">II", stream.read(8))
    stream.seek(frame.offset - _FRAME_HEADER)
    head, page = stream.read(_FRAME_HEADER), stream.read(size)
    words = struct.unpack(f"{order}{(8 + size) // 4}I", head[:8] + page)
    for index in range(0, len(words), 2):
        first = (first + words[index] + second) & 0xFFFFFFFF
        second = (second + words[index + 1] + first) & 0xFFFFFFFF
    return replace(frame, sound=(first, second) == struct.unpack(">II", head[16:24]))


def _is_page_size(size: int) -> bool:
    return _SMALLEST <= size <= _LARGEST and size & (size - 1) == 0


class Pages:
    """Gives pages by their number, from 1; also those that no part of the database refers to any more."""

    def __init__(self, path: Path) -> None:
        """Open the file, which may lack its beginning or be missing beside its log. Raises `OSError`."""
        self._file = path.open("rb") if path.is_file() else None
        log = Path(f"{path}-wal")
        log_size, frames = log_frames(log, check=True)
        self._log = log.open("rb") if frames else None
        head = self._read(self._file, 0, HEADER)
        found = int.from_bytes(head[_PAGE_SIZE_AT : _PAGE_SIZE_AT + 2], "big")
        found = _LARGEST if found == 1 else found
        self.size = log_size or (found if _is_page_size(found) else DEFAULT_PAGE_SIZE)
        ends = [index for index, frame in enumerate(frames) if frame.commit]
        committed = frames[: ends[-1] + 1] if ends else []
        length = self._file.seek(0, 2) if self._file is not None else 0
        in_file = -(-length // self.size)
        self._in_log: dict[int, int] = {}
        # Where a frame has gone bad, the page is taken from it all the same, and from where it was before as well.
        self.broken_frames = sum(not frame.sound for frame in committed)
        self._before: list[tuple[int, int]] = []
        for frame in committed:
            if not frame.sound:
                self._before.append((frame.page, self._in_log.get(frame.page, -1)))
                if not self._plausible(frame.offset):
                    continue
            if frame.page:
                self._in_log[frame.page] = frame.offset
        # A page number gone bad must not make a file look endless.
        most = max([in_file, *(frame.commit for frame in committed if frame.commit <= in_file + len(frames))])
        self._in_log = {page: at for page, at in self._in_log.items() if page <= most}
        self.count = most
        self.usable = self.size - self.page(1)[_RESERVED_AT] if self.count else self.size
        if self.usable < _SMALLEST - 32:
            self.usable = self.size

    def _plausible(self, offset: int) -> bool:
        """Tell whether a frame gone bad still begins like a page of a tree."""
        page = self._read(self._log, offset, self.size)
        count, content = struct.unpack(">HH", page[3:7])
        return page[0] in (2, 5, 10, 13) and 8 + 2 * count <= (content or _LARGEST) <= self.size

    def before_damage(self) -> Iterator[bytes]:
        """Yield the pages as they were before a frame of the log that has gone bad."""
        for page, at in self._before:
            if at >= 0:
                yield self._read(self._log, at, self.size)
            elif page:
                yield self._read(self._file, (page - 1) * self.size, self.size)

    def close(self) -> None:
        """Close the files."""
        for stream in (self._file, self._log):
            if stream is not None:
                stream.close()

    @staticmethod
    def _read(stream: BinaryIO | None, offset: int, size: int) -> bytes:
        """Read, with zeros in the place of what is not there or cannot be read."""
        if stream is None:
            return bytes(size)
        try:
            stream.seek(offset)
            return stream.read(size).ljust(size, b"\0")
        except OSError:
            return bytes(size)

    def page(self, number: int) -> bytes:
        """Return a page, the latest committed state of it."""
        at = self._in_log.get(number)
        if at is not None:
            return self._read(self._log, at, self.size)
        return self._read(self._file, (number - 1) * self.size, self.size)

    @property
    def schema_number(self) -> int:
        """The number of the schema as the header has it."""
        return int.from_bytes(self.page(1)[_VERSION_AT : _VERSION_AT + 4], "big") if self.count else 0

    def free(self) -> set[int]:
        """Return the pages on the list of free ones, as far as it can be followed."""
        found: set[int] = set()
        trunk = int.from_bytes(self.page(1)[_FREE_LIST_AT : _FREE_LIST_AT + 4], "big") if self.count else 0
        while 0 < trunk <= self.count and trunk not in found:
            found.add(trunk)
            page = self.page(trunk)
            following, count = struct.unpack(">II", page[:8])
            room = self.usable // 4 - 2
            leaves = struct.unpack(f">{min(count, room)}I", page[8 : 8 + 4 * min(count, room)])
            found.update(leaf for leaf in leaves if 0 < leaf <= self.count)
            trunk = following
        return found
