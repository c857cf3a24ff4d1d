"""The file a history moves in: a header line, a line for each document, and a last line by which a loss is noticed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of
from desktop.store.moved import MovedDocument, MovedVersion
from desktop.store.moved_json import (
    BadLineError,
    Fields,
    checked,
    document_of,
    document_value,
    line_of,
    sections_of,
    sections_value,
    value_of,
    version_value,
)
from desktop.store.rows import stored_time

FORMAT = "fumizukue-history"
VERSION = 1
# What is read of a line at most, in bytes: it is in memory as a whole.
MAX_LINE = 128 * 1024 * 1024
# The versions of a document go on in another line when one has so many bytes: what is written can be read again.
SPLIT_AT = 16 * 1024 * 1024
# How many bytes the lines of one document may have together.
MAX_DOCUMENT = 1024 * 1024 * 1024
# For how many bytes a line that goes on counts at least: ours are far longer.
LEAST_MORE = 1024 * 1024

Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a file holds."""

    documents: int = 0
    versions: int = 0

    def plus(self, document: MovedDocument) -> Counts:
        """Return the counts with one more document."""
        return Counts(self.documents + 1, self.versions + document.version_count)


def write_history(
    stream: BinaryIO, program: str, written_at: dt.datetime, documents: Iterable[MovedDocument]
) -> Counts:
    """Write all documents, one after the other; `program` is the version that writes. Returns what was written."""
    digest, counts = hashlib.sha256(), Counts()

    def put(value: object) -> None:
        line = line_of(value)
        digest.update(line)
        stream.write(line)

    put({"format": FORMAT, "version": VERSION, "program": program, "written_at": stored_time(written_at)})
    for document in documents:
        first, *more = _portions(document.sections)
        put(document_value(document, first))
        for sections in more:
            put({"continues": document.uid, "sections": sections_value(sections)})
        counts = counts.plus(document)
    end = {"documents": counts.documents, "versions": counts.versions, "sha256": digest.hexdigest()}
    stream.write(line_of({"end": end}))
    return counts


def _portions(sections: Mapping[str, Sequence[MovedVersion]]) -> list[dict[str, list[MovedVersion]]]:
    """Divide the versions of a document into what goes into one line each."""
    portions: list[dict[str, list[MovedVersion]]] = [{}]
    size = 0
    for key, versions in sections.items():
        for version in versions:
            length = len(line_of(version_value(version)))
            if size and size + length > SPLIT_AT:
                portions.append({})
                size = 0
            portions[-1].setdefault(key, []).append(version)
            size += length
    return portions


def documents_in(path: Path, watch: Watch) -> Iterator[MovedDocument]:
    """Yield the documents of a file; only when the last one was taken and nothing was raised, the file is whole.

    `watch` gets bytes read and in all, and may raise to stop. Raises `UserFault` HISTORY_FILE_UNREADABLE (path,
    reason), HISTORY_FILE_FOREIGN (path), HISTORY_FILE_FROM_FUTURE (found, known), HISTORY_FILE_DAMAGED (path; line,
    counted from 1; reason), HISTORY_FILE_CUT (path, line), HISTORY_FILE_ALTERED (path).
    """
    try:
        with path.open("rb") as stream:
            size = path.stat().st_size
            yield from _Reader(path, stream, lambda done: watch(done, size)).documents()
    except OSError as error:
        raise UserFault(ErrorCode.HISTORY_FILE_UNREADABLE, path=str(path), reason=reason_of(error)) from error


def counts_of(path: Path, watch: Watch) -> Counts:
    """Read a whole file and return what it holds; raises as `documents_in`."""
    counts = Counts()
    for document in documents_in(path, watch):
        counts = counts.plus(document)
    return counts


class _Reader:
    """Reads one file from its first line to its last."""

    def __init__(self, path: Path, stream: BinaryIO, watch: Callable[[int], None]) -> None:
        self._path = path
        self._stream = stream
        self._watch = watch
        self._digest = hashlib.sha256()
        self._line = 0
        self._done = 0
        self._counts = Counts()
        self._seen = set[bytes]()
        self._pending: MovedDocument | None = None
        self._bytes = 0

    def documents(self) -> Iterator[MovedDocument]:
        self._header()
        while True:
            before = self._digest.hexdigest()
            line = self._next()
            try:
                value = value_of(line)
                if value.keys() == {"end"}:
                    end = Fields(value["end"])
                    yield from self._finished()
                    self._end(end, before)
                    return
                if "continues" in value:
                    self._go_on(value, len(line))
                    continue
                document = document_of(value)
                yield from self._finished()
                self._begin(document, len(line))
            except BadLineError as error:
                raise self._damaged(error.reason) from error

    def _next(self) -> bytes:
        line = self._stream.readline(MAX_LINE + 1)
        self._line += 1
        if not line.endswith(b"\n"):
            if len(line) > MAX_LINE:
                raise self._damaged("too_long")
            raise UserFault(ErrorCode.HISTORY_FILE_CUT, path=str(self._path), line=self._line)
        self._digest.update(line)
        self._done += len(line)
        self._watch(self._done)
        return line

    def _header(self) -> None:
        foreign = UserFault(ErrorCode.HISTORY_FILE_FOREIGN, path=str(self._path))
        try:
            line = self._stream.readline(MAX_HEADER)
            value = value_of(line)
            if value.get("format") != FORMAT:
                raise foreign
            fields = Fields(value)
            fields.take("format")
            version = fields.count("version")
        except BadLineError as error:
            raise foreign from error
        if version > VERSION:
            raise UserFault(ErrorCode.HISTORY_FILE_FROM_FUTURE, found=version, known=VERSION)
        self._line = 1
        try:
            fields.text("program")
            fields.time("written_at")
            fields.end()
        except BadLineError as error:
            raise self._damaged(error.reason) from error
        self._digest.update(line)

    def _begin(self, document: MovedDocument, length: int) -> None:
        identity = bytes.fromhex(document.uid)
        if identity in self._seen:
            raise BadLineError("twice")
        self._seen.add(identity)
        self._pending, self._bytes = checked(document), length

    def _go_on(self, value: Mapping[str, object], length: int) -> None:
        """Take more versions of the document before."""
        fields = Fields(value)
        uid, more = fields.uid("continues"), sections_of(fields.items("sections"))
        fields.end()
        document = self._pending
        if document is None or document.uid != uid:
            raise BadLineError("order")
        # Many short lines would be put together anew for each of them.
        self._bytes += max(length, LEAST_MORE)
        if self._bytes > MAX_DOCUMENT:
            raise BadLineError("too_long")
        sections = dict(document.sections)
        for key, versions in more.items():
            sections[key] = (*sections.get(key, ()), *versions)
        self._pending = checked(replace(document, sections=sections))

    def _finished(self) -> Iterator[MovedDocument]:
        """Yield the document whose lines are all read."""
        document, self._pending = self._pending, None
        if document is not None:
            self._counts = self._counts.plus(document)
            yield document

    def _end(self, end: Fields, sha256: str) -> None:
        """Compare with what the last line says."""
        counts = Counts(end.count("documents"), end.count("versions"))
        told = end.text("sha256")
        end.end()
        if self._stream.read(1):
            raise BadLineError("after_end")
        if counts != self._counts or told != sha256:
            raise UserFault(ErrorCode.HISTORY_FILE_ALTERED, path=str(self._path))

    def _damaged(self, reason: str) -> UserFault:
        return UserFault(ErrorCode.HISTORY_FILE_DAMAGED, path=str(self._path), line=self._line, reason=reason)


# The first line of a file of ours is far shorter.
MAX_HEADER = 4096
