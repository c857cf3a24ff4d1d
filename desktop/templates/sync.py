"""Bringing the local copy of the shared templates up to date, so that no state of the share can harm it.

A file takes the place of its last copy only when it was read whole, did not change meanwhile, is a valid template with
its Word file, and is signed where that is asked for. Until then the last copy stays in use, and its age is known.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from desktop.core.errors import AssistantError, ErrorCode, UserFault
from desktop.core.file_names import is_plain_file_name
from desktop.core.files import reason_of
from desktop.core.long_paths import reachable
from desktop.templates import signing
from desktop.templates.cache import Copy, Entry, Index, SharedCache, fault_fields
from desktop.templates.heading import Heading, heading_of
from desktop.templates.parse import MAX_BYTES, parse_template
from desktop.templates.reading import BadValue
from desktop.templates.shape import MAX_REFERENCE_BYTES
from desktop.templates.shared import (
    SIGNATURE_SUFFIX,
    FoundFile,
    Limits,
    Listing,
    TimeIsUpError,
    Watch,
    branch_of,
    names_in,
    normal,
    parent_of,
    scan,
)

# A file that was written this shortly ago may still be half of itself; clocks and shares are no finer than seconds.
FRESH_SECONDS = 3.0
SETTLE_SECONDS = 0.5
# Tools that keep sizes and times of what they change are rare, not unknown.
REREAD_SECONDS = 86_400
CHECKPOINT_SECONDS = 2.0
_NONE = -1


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a pass did, in files; `seconds` is how long it took."""

    read: int
    unchanged: int
    faulty: int
    removed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class FileKind:
    """Files of the share that are no templates: how many bytes one may have, and the check that one is whole and right.

    `check` takes text and key and raises `UserFault`.
    """

    most_bytes: int
    check: Callable[[str, str], Heading]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be brought up to date: the share, where its copies lie, the person's office, the keys to trust."""

    share: Path
    cache_folder: Path
    office: str = ""
    keys: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def cache(self) -> SharedCache:
        """The copies of this share."""
        return SharedCache(self.cache_folder, self.share)


def synchronise(
    task: Task,
    cancelled: Callable[[], bool] | None = None,
    beat: Callable[[str], None] | None = None,
    clock: Callable[[], float] = time.time,
    kinds: Mapping[str, FileKind] | None = None,
) -> SyncReport:
    """Copy what changed on the share and switch over to it; blocks, for minutes where the share is slow.

    `kinds` are the files that are no templates, by their folder (`shared.branch_of`); one of another kind is left as
    it is. `beat` is told before each step that may hang. Raises `UserFault` TEMPLATE_SHARE_UNREACHABLE (path, reason),
    TEMPLATE_SHARE_EMPTY (path), TEMPLATE_SYNC_BUSY, TEMPLATE_KEY_BAD (key), OUTPUT_NOT_WRITABLE (path, reason) for the
    cache, and `SyncCancelled`; the list in force is then what it was, and the next pass goes on where this one
    stopped. What is wrong with single files is in the index.
    """
    signing.check_keys(task.keys)
    with task.cache.updating():
        return _Pass(task, Watch(cancelled, beat, task.limits.seconds), clock, kinds or {}).run()


class _Pass:
    def __init__(self, task: Task, watch: Watch, clock: Callable[[], float], kinds: Mapping[str, FileKind]) -> None:
        self._task = task
        self._kinds = kinds
        self._root = reachable(task.share)
        self._cache = task.cache
        self._watch = watch
        self._clock = clock
        self._listing = Listing()
        self._index = self._cache.index()
        self._known = _latest(self._index, self._cache.unfinished())
        self._done: dict[str, Entry] = {}
        self._fresh: dict[str, list[tuple[Path, tuple[int, int]]]] = {}
        self._bytes = self._read = 0
        self._saved_at = self._started = time.monotonic()
        self._keys_stamp = ("keys:" + hashlib.sha256("\n".join(task.keys).encode()).hexdigest()[:16], 0, 0)

    def run(self) -> SyncReport:
        self._listing = scan(self._root, self._watch, self._task.limits, self._task.office)
        try:
            for file in self._known_files():
                self._done[file.key] = self._entry(file)
                self._checkpoint()
        except TimeIsUpError:
            self._limit("seconds", self._task.limits.seconds)
        self._settle()
        self._make_sure_of_the_share()
        return self._switch()

    def _known_files(self) -> list[FoundFile]:
        files = self._listing.templates.values()
        return [file for file in files if branch_of(file.key) in ("", *self._kinds)]

    def _entry(self, file: FoundFile) -> Entry:
        known = self._known.get(file.key, Entry(file.key))
        now = self._clock()
        if self._is_unchanged(known, file, now):
            return known if known.code else replace(known, seen_at=now)
        if self._bytes > self._task.limits.bytes:
            self._limit("bytes", self._task.limits.bytes)
            return known
        self._read += 1
        kind = self._kinds.get(branch_of(file.key))
        names = [file.key, file.key + SIGNATURE_SUFFIX]
        text = ""
        try:
            content = self._content(file, MAX_BYTES if kind is None else kind.most_bytes, file.key)
            text = _decoded(content, file.key)
            if kind is None:
                copy, reference = self._copy(file, content, text)
            else:
                copy, reference = self._plain_copy(kind, file, content, text), ""
        except UserFault as fault:
            reference = self._reference_key(file, heading_of(text).reference)
            names += [reference] if reference else []
            return self._faulty(known, fault, now, self._stamp(names), text)
        names += [reference] if reference else []
        return Entry(file.key, copy, seen_at=now, read_at=now, stamp=self._stamp(names))

    def _is_unchanged(self, known: Entry, file: FoundFile, now: float) -> bool:
        """Tell whether reading the file again would give what is known; a `changing` file has no stamp."""
        if not known.stamp or known.stamp[0] != self._keys_stamp or now - known.read_at > REREAD_SECONDS:
            return False
        if self._stamp([name for name, _, _ in known.stamp[1:]]) != known.stamp or known.stamp[1][0] != file.key:
            return False
        if any(mtime / 1e9 > known.read_at - FRESH_SECONDS for _, _, mtime in known.stamp):
            return False
        return known.copy is None or self._cache.has_all(known.copy)

    def _stamp(self, names: Sequence[str]) -> tuple[tuple[str, int, int], ...]:
        found = [self._listing.templates.get(name) or self._listing.others.get(name) for name in names]
        stamps = [(name, *(file.stamp if file else (_NONE, _NONE))) for name, file in zip(names, found, strict=True)]
        return (self._keys_stamp, *stamps)

    def _copy(self, file: FoundFile, content: bytes, text: str) -> tuple[Copy, str]:
        """Check everything about one file, and only then keep it; returns the key of its Word file as well."""
        template = parse_template(text, file.key)
        heading = heading_of(text)
        reference_key = self._reference_key(file, heading.reference)
        reference = self._reference(file, heading.reference, reference_key) if heading.reference else None
        pinned = template.layout.reference_sha256
        if reference is not None and pinned and hashlib.sha256(reference).hexdigest() != pinned.lower():
            raise UserFault(ErrorCode.TEMPLATE_REFERENCE_MISSING, file=file.key, reference=heading.reference)
        signature = self._signature(file)
        signing.check_signature(self._task.keys, file.key, content, reference, signature)
        copy = Copy(
            sha256=self._cache.put(content),
            id=template.id,
            name=template.name,
            version=template.version,
            author=heading.author,
            updated=heading.updated,
            reference="" if reference is None else self._cache.put(reference, heading.reference),
            reference_name=heading.reference,
            signature=signature,
        )
        return copy, reference_key

    def _plain_copy(self, kind: FileKind, file: FoundFile, content: bytes, text: str) -> Copy:
        """Check a file that is no template, and only then keep it."""
        heading = kind.check(text, file.key)
        return Copy(
            self._cache.put(content), heading.id, heading.name, heading.version, heading.author, heading.updated
        )

    def _reference_key(self, file: FoundFile, reference: str) -> str:
        """Return the key of the Word file of this name, whether it is there or not; nothing for a path."""
        name = normal(reference)
        if not is_plain_file_name(name):
            return ""
        key = f"{parent_of(file.key)}/{name}".lstrip("/")
        same = (other for other in self._listing.others if other.casefold() == key.casefold())
        return key if key in self._listing.others else next(same, key)

    def _reference(self, file: FoundFile, name: str, key: str) -> bytes:
        found = self._listing.others.get(key)
        if found is None:
            raise UserFault(ErrorCode.TEMPLATE_REFERENCE_MISSING, file=file.key, reference=name)
        return self._content(found, MAX_REFERENCE_BYTES, file.key)

    def _signature(self, file: FoundFile) -> str:
        found = self._listing.others.get(file.key + SIGNATURE_SUFFIX)
        if found is None:
            return ""
        return self._content(found, signing.MAX_BYTES, file.key).decode("ascii", "replace")

    def _content(self, file: FoundFile, most: int, owner: str) -> bytes:
        """Read a file; raises `UserFault` TEMPLATE_UNREADABLE (file, reason) or TEMPLATE_CHANGING (file)."""
        self._watch.step(file.key)
        try:
            with _open_no_link(file.path) as stream:
                before = os.fstat(stream.fileno())
                content = stream.read(most + 1)
                after = os.fstat(stream.fileno())
        except OSError as error:
            raise UserFault(ErrorCode.TEMPLATE_UNREADABLE, file=file.key, reason=reason_of(error)) from error
        self._bytes += len(content)
        if len(content) > most:
            raise UserFault(ErrorCode.TEMPLATE_UNREADABLE, file=file.key, reason=BadValue.TOO_LONG.value)
        stamp = (after.st_size, after.st_mtime_ns)
        if (before.st_size, before.st_mtime_ns) != stamp or len(content) != after.st_size:
            raise UserFault(ErrorCode.TEMPLATE_CHANGING, file=file.key)
        if after.st_mtime > self._clock() - FRESH_SECONDS:
            self._fresh.setdefault(owner, []).append((file.path, stamp))
        return content

    def _faulty(
        self, known: Entry, fault: UserFault, now: float, stamp: tuple[tuple[str, int, int], ...], text: str
    ) -> Entry:
        """Keep the last copy in use, and say why and who can mend it."""
        code, fields = fault_fields(fault)
        passing = fault.code in (ErrorCode.TEMPLATE_CHANGING, ErrorCode.TEMPLATE_UNREADABLE)
        mender = heading_of(text).author or (known.copy.author if known.copy else "")
        return replace(
            known, read_at=now, stamp=() if passing else stamp, code=code, fields=fields, mender=mender or known.mender
        )

    def _settle(self) -> None:
        """Look once more, a moment later, at what was written just now: half of a file can look whole."""
        if not self._fresh:
            return
        self._watch.tell("settle")
        time.sleep(SETTLE_SECONDS)
        for key, files in self._fresh.items():
            if key in self._done and not all(_is_still(path, stamp) for path, stamp in files):
                known = self._known.get(key, Entry(key))
                fault = UserFault(ErrorCode.TEMPLATE_CHANGING, file=key)
                self._done[key] = self._faulty(known, fault, self._clock(), (), "")

    def _make_sure_of_the_share(self) -> None:
        """Raise where the share went away meanwhile: what was not found then is not gone."""
        if not names_in(self._root) and self._index.entries:
            raise UserFault(ErrorCode.TEMPLATE_SHARE_EMPTY, path=str(self._task.share))

    def _switch(self) -> SyncReport:
        kept = {key: entry for key, entry in self._known.items() if key not in self._done and self._stays(key)}
        entries = {**self._done, **kept}
        faults = tuple(fault_fields(fault) for fault in self._listing.faults)
        self._cache.switch(Index(entries, self._clock(), faults))
        with contextlib.suppress(OSError):
            self._cache.sweep(self._clock())
        return SyncReport(
            read=self._read,
            unchanged=len(self._done) - self._read,
            faulty=sum(1 for entry in entries.values() if entry.code),
            removed=len(self._index.entries.keys() - entries.keys()),
            seconds=time.monotonic() - self._started,
        )

    def _stays(self, key: str) -> bool:
        """Tell whether an entry stays that this pass did not come to: its file is there, or could not be looked for."""
        return key in self._listing.templates or not self._listing.was_seen(key)

    def _checkpoint(self) -> None:
        if time.monotonic() - self._saved_at >= CHECKPOINT_SECONDS and self._read:
            # A fresh file is not sure yet, and is read again.
            sure = {key: entry for key, entry in self._done.items() if key not in self._fresh}
            self._cache.keep_unfinished(Index(sure))
            self._saved_at = time.monotonic()

    def _limit(self, what: str, most: float) -> None:
        path = str(self._task.share)
        fault = UserFault(ErrorCode.TEMPLATE_SHARE_LIMIT, path=path, what=what, most=int(most))
        if not any(one.fields == fault.fields for one in self._listing.faults):
            self._listing.faults.append(fault)


def _latest(index: Index, unfinished: Index) -> dict[str, Entry]:
    known = dict(index.entries)
    for key, entry in unfinished.entries.items():
        if key not in known or entry.read_at > known[key].read_at:
            known[key] = entry
    return known


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserFault(ErrorCode.TEMPLATE_UNREADABLE, file=file, reason="not_utf8") from error


def _open_no_link(path: Path) -> BinaryIO:
    """Open what was listed as a file, not what a link put there meanwhile leads to."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return os.fdopen(os.open(path, flags), "rb")


def _is_still(path: Path, stamp: tuple[int, int]) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == stamp


def listed_faults(index: Index) -> list[AssistantError]:
    """Return what a pass found wrong beyond single templates."""
    return [UserFault(ErrorCode(code), **fields) for code, fields in index.faults]
