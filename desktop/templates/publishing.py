"""Publishing a template to the share: one version after the other, the older ones kept, nobody's work overwritten."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.file_names import is_plain_file_name, safe_file_name
from desktop.core.files import reason_of, write_atomically
from desktop.core.locks import LockHeldError, lock_file
from desktop.core.long_paths import plain, reachable
from desktop.templates import signing
from desktop.templates.heading import Heading, heading_of, raised, with_heading, with_reference
from desktop.templates.library import MAX_FILES
from desktop.templates.merge import Merge, merge
from desktop.templates.parse import parse_template
from desktop.templates.reading import BadValue
from desktop.templates.shared import HISTORY, REFERENCE_SUFFIX, SIGNATURE_SUFFIX, SUFFIX, normal

FIRST_VERSION = "1.0"
# A colleague's publishing takes moments; a file that someone reads cannot be replaced on Windows for as long.
WAIT_SECONDS = 5.0
_PAUSE_SECONDS = 0.1
# How much of a name `write_atomically` puts into that of its temporary file.
_TEMPORARY_CHARS = 40
# More than any template or Word file may have; what is larger is something else.
_MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Edition:
    """What is to be published, where, by whom and why.

    `folder` is the level below the share (`""` for the whole city), `file` the file's name there (empty for one made
    from the name in `base`, or in `text` if it is new). `base` is the text that the editing began with, `None` for a
    new template. `version` is raised unless one is given here or was changed in the text. `reference` are the bytes of
    a new Word file, and `secret` a key to sign with.
    """

    share: Path
    folder: str
    text: str
    base: str | None
    author: str
    change: str
    file: str = ""
    version: str = ""
    reference: bytes | None = None
    secret: str = ""
    today: dt.date = field(default_factory=dt.date.today)


@dataclass(frozen=True, slots=True)
class Published:
    """The version that everybody gets now; `file` and `history` (the older version, or empty) are below the share."""

    file: str
    version: str
    text: str
    history: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Someone published first: the text that both began with, theirs (empty when they removed it), and mine.

    To go on, publish the merged text with `theirs` as its base.
    """

    file: str
    base: str
    theirs: str
    mine: str

    @property
    def their_heading(self) -> Heading:
        """Who published what they have, and why."""
        return heading_of(self.theirs)

    def merged(self) -> Merge:
        """Bring both changes together."""
        return merge(*(text.replace("\r\n", "\n") for text in (self.base, self.theirs, self.mine)))


def publish(edition: Edition) -> Published | Conflict:
    """Publish, unless someone else did since `base`; what is on the share is the old or the new version at any moment.

    Raises `UserFault`: what `parse_template` raises for the text; TEMPLATE_DUPLICATE_ID (file, other, id) where another
    file of the level has the identity; TEMPLATE_BEING_PUBLISHED (file); TEMPLATE_SHARE_NOT_WRITABLE (path, reason);
    TEMPLATE_SHARE_NO_LOCKS (path); TEMPLATE_KEY_BAD (key). Then the share is as it was. Blocks: not for the thread of
    the window.
    """
    root = reachable(edition.share)
    try:
        folder = make_level(root, edition.folder)
        name = _existing_name(folder, edition.file or f"{safe_file_name(_own_name(edition))}{SUFFIX}")
        with _alone(folder, name) as held:
            if not held:
                raise UserFault(ErrorCode.TEMPLATE_SHARE_NO_LOCKS, path=str(edition.share))
            return _Publication(edition, root, folder, name).run()
    except OSError as error:
        raise _not_writable(edition.share, error) from error


def _not_writable(path: Path, error: OSError) -> UserFault:
    return UserFault(ErrorCode.TEMPLATE_SHARE_NOT_WRITABLE, path=str(path), reason=reason_of(error))


def _own_name(edition: Edition) -> str:
    """Return the name that the template had when the editing began: a new name does not make a new file."""
    headings = [heading_of(text) for text in (edition.base or "", edition.text)]
    return next((name for heading in headings if (name := heading.name or heading.id)), "")


def make_level(root: Path, level: str) -> Path:
    """Return the level's folder, made if it is not there; a level cannot lead out of the share. Raises `OSError`."""
    # Without this, a share that is not connected would be made as an empty folder of the terminal.
    os.stat(root)  # noqa: PTH116 -- only the OSError matters
    folder = root
    for part in level.replace("\\", "/").split("/"):
        if part.strip(" ."):
            folder /= _existing_name(folder, safe_file_name(part))
            folder.mkdir(exist_ok=True)
    return folder


def _existing_name(folder: Path, name: str) -> str:
    """Return how a name is written in the folder already, whatever its case and its form of kana."""
    plain = name.removesuffix(SUFFIX)
    wanted = safe_file_name(plain) + name[len(plain) :]
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    same = [one for one in names if normal(one).casefold() == normal(wanted).casefold()]
    return next((one for one in same if normal(one) == normal(wanted)), next(iter(same), wanted))


@contextmanager
def _alone(folder: Path, name: str) -> Iterator[bool]:
    """Keep colleagues from publishing the same file; yields what `lock_file` yields."""
    lock = folder / f".{name[:60]}.lock"
    with contextlib.ExitStack() as held:
        yield _wait_for(lock, held, name)


def _wait_for(lock: Path, held: contextlib.ExitStack, name: str) -> bool:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return held.enter_context(lock_file(lock))
        except LockHeldError as error:
            if time.monotonic() > deadline:
                raise UserFault(ErrorCode.TEMPLATE_BEING_PUBLISHED, file=name) from error
            time.sleep(_PAUSE_SECONDS)


class _Publication:
    """The steps of one publishing, with the lock held."""

    def __init__(self, edition: Edition, root: Path, folder: Path, name: str) -> None:
        self._edition = edition
        self._root = root
        self._folder = folder
        self._path = folder / name
        self._key = self._below(self._path)

    def run(self) -> Published | Conflict:
        self._sweep()
        present = _bytes_of(self._path)
        edition = self._edition
        theirs = None if present is None else _text_of(present)
        if _unified(theirs) != _unified(edition.base):
            return Conflict(self._key, edition.base or "", theirs or "", edition.text)
        old = heading_of(theirs or "")
        text = self._text(old)
        template = parse_template(text, self._key)
        self._check_identity(template.id)
        history = "" if present is None else self._keep(present, old, replaces_reference=edition.reference is not None)
        self._put(text, present)
        self._drop_reference(old, heading_of(text))
        return Published(self._key, template.version, text, history)

    def _below(self, path: Path) -> str:
        return normal(path.relative_to(self._root).as_posix())

    def _sweep(self) -> None:
        """Remove what a publishing left that was broken off: with the lock held there is no other."""
        if len(self._path.name) > _TEMPORARY_CHARS:
            # Another template's temporary file may begin alike.
            return
        for rubbish in self._folder.glob(f".{_escaped(self._path.name)}.*.tmp"):
            with contextlib.suppress(OSError):
                rubbish.unlink()

    def _text(self, old: Heading) -> str:
        """Return the text with its new heading; raises `UserFault` where it is no template."""
        edition = self._edition
        # A fault is reported with the lines that the person sees.
        own = parse_template(edition.text, self._key).version
        version = edition.version or (raised(old.version) if own == old.version else own or FIRST_VERSION)
        text = with_heading(
            edition.text,
            {
                "version": version,
                "author": edition.author,
                "updated": edition.today.isoformat(),
                "change": edition.change,
            },
        )
        if edition.reference is not None:
            stem = self._path.name.removesuffix(SUFFIX)
            name = f"{stem}_v{safe_file_name(version)}{REFERENCE_SUFFIX}"
            text = with_reference(text, name, hashlib.sha256(edition.reference).hexdigest())
        return text

    def _headings(self) -> dict[str, Heading]:
        """Return the headings of the level's other templates by file name."""
        with os.scandir(self._folder) as entries:
            names = [entry.name for entry in entries if entry.name.lower().endswith(SUFFIX)]
        others = [name for name in sorted(names) if name != self._path.name and not name.startswith((".", "~"))]
        found = {}
        for name in others[:MAX_FILES]:
            with contextlib.suppress(OSError):
                found[name] = heading_of(_text_of((self._folder / name).read_bytes()))
        return found

    def _check_identity(self, identity: str) -> None:
        for name, heading in self._headings().items():
            if heading.id == identity:
                code = ErrorCode.TEMPLATE_DUPLICATE_ID
                raise UserFault(code, file=self._key, other=self._below(self._folder / name), id=identity)

    def _keep(self, present: bytes, old: Heading, *, replaces_reference: bool) -> str:
        """Copy the present version with what belongs to it into the history; returns its place below the share."""
        folder = self._folder / _existing_name(self._folder, HISTORY)
        folder.mkdir(exist_ok=True)
        stem = self._path.name.removesuffix(SUFFIX)
        day = "".join(sign for sign in old.updated if sign.isdigit())[:8] or _day_of(self._path)
        label = f"{stem}_v{safe_file_name(old.version or '0')}_{day}"
        kept = _write_new(folder, label, SUFFIX, present)
        belonging = {SUFFIX + SIGNATURE_SUFFIX: _bytes_of(self._signature_path())}
        if replaces_reference and is_plain_file_name(old.reference):
            belonging[REFERENCE_SUFFIX] = _bytes_of(self._folder / old.reference)
        for suffix, content in belonging.items():
            if content is not None:
                _write_new(folder, kept.name.removesuffix(SUFFIX), suffix, content)
        return self._below(kept)

    def _signature_path(self) -> Path:
        return self._path.with_name(f"{self._path.name}{SIGNATURE_SUFFIX}")

    def _put(self, text: str, present: bytes | None) -> None:
        """Write what belongs to the new version beside the present one, and replace that last and at once."""
        content = text.encode()
        reference, heading = self._edition.reference, heading_of(text)
        if reference is not None:
            _replace(self._folder / heading.reference, reference)
        elif self._edition.secret and is_plain_file_name(heading.reference):
            reference = _bytes_of(self._folder / heading.reference)
        if self._edition.secret:
            earlier = _text_of(_bytes_of(self._signature_path()) or b"")
            signature = signing.signed(self._edition.secret, content, reference, earlier)
            _replace(self._signature_path(), signature.encode())
        # Someone may have saved with an editor, which asks for no lock: their text is in the history only if it is
        # the one that was copied there.
        if _bytes_of(self._path) != present:
            raise UserFault(ErrorCode.TEMPLATE_BEING_PUBLISHED, file=self._key)
        _replace(self._path, content)

    def _drop_reference(self, old: Heading, new: Heading) -> None:
        """Remove the older Word file if publishing had made it and nobody else uses it: the history has it."""
        stem = self._path.name.removesuffix(SUFFIX)
        if old.reference == new.reference or not old.reference.startswith(f"{stem}_v"):
            return
        with contextlib.suppress(OSError):
            if old.reference not in {heading.reference for heading in self._headings().values()}:
                (self._folder / old.reference).unlink()


def _unified(text: str | None) -> str | None:
    return None if text is None else text.removeprefix("\ufeff").replace("\r\n", "\n")


def _text_of(content: bytes) -> str:
    """Return a file's text for comparing; what is not UTF-8 is shown as such, so that it can be mended."""
    return content.decode("utf-8-sig", "replace")


def _bytes_of(path: Path) -> bytes | None:
    """Return a file's bytes, or nothing where there is no file.

    Raises `OSError`, and `UserFault` TEMPLATE_UNREADABLE (file, reason) for one that is far too large.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(content) > _MOST_BYTES:
        raise UserFault(ErrorCode.TEMPLATE_UNREADABLE, file=path.name, reason=BadValue.TOO_LONG.value)
    return content


def _day_of(path: Path) -> str:
    return dt.datetime.fromtimestamp(path.stat().st_mtime).astimezone().strftime("%Y%m%d")


def _escaped(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _write_new(folder: Path, label: str, suffix: str, content: bytes) -> Path:
    """Write a file of the history under a name that is free; the same bytes are not kept twice."""
    for number in range(1, MAX_FILES):
        path = folder / f"{label}{'' if number == 1 else f'_{number}'}{suffix}"
        if _bytes_of(path) == content:
            return path
        if not path.exists():
            try:
                write_atomically(path, lambda stream: stream.write(content))
            except UserFault as fault:
                if fault.code is not ErrorCode.OUTPUT_EXISTS:
                    raise _as_share_fault(fault) from fault
            else:
                return path
    raise UserFault(ErrorCode.TEMPLATE_SHARE_NOT_WRITABLE, path=plain(str(folder)), reason=label)


def _replace(path: Path, content: bytes) -> None:
    """Replace a file at once, waiting a little where someone reads it: Windows then refuses."""

    def attempt() -> None:
        write_atomically(path, lambda stream: stream.write(content), overwrite=True)

    _patiently(attempt)


def _patiently(attempt: Callable[[], None]) -> None:
    deadline = time.monotonic() + (WAIT_SECONDS if os.name == "nt" else 0.0)
    while True:
        try:
            attempt()
        except UserFault as fault:
            if not isinstance(fault.__cause__, PermissionError) or time.monotonic() > deadline:
                raise _as_share_fault(fault) from fault
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _as_share_fault(fault: UserFault) -> UserFault:
    return UserFault(ErrorCode.TEMPLATE_SHARE_NOT_WRITABLE, **fault.fields)
