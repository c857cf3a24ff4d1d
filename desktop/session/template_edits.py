"""Unsaved edits of templates: kept on the terminal while a person types, and found again after a crash."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of, write_atomically

FOLDER = "template-edits"


@dataclass(frozen=True, slots=True)
class Edits:
    """A template in work: its text now, and the text `began` that the editing began with.

    `key` is the identity under which it was opened. `folder` and `file` say where on the share it belongs, `on_share`
    whether `began` is what the share held there. While two changes are being brought together `theirs` is the text
    that was published meanwhile and `merged` how far the person has come. `kept_at` is a local time in ISO form,
    empty for what is not kept.
    """

    key: str
    text: str
    began: str
    folder: str = ""
    file: str = ""
    on_share: bool = False
    theirs: str = ""
    merged: str = ""
    kept_at: str = ""

    @property
    def changed(self) -> bool:
        """Whether there is anything to lose."""
        return self.text != self.began or bool(self.merged)

    def at(self, folder: str) -> tuple[str | None, str]:
        """Return the base and the file's name for publishing to a folder of the share."""
        if folder.casefold() != self.folder.casefold():
            return None, ""
        return (self.began if self.on_share else None), self.file


class EditsBook:
    """The kept edits: one small file for each template. Every method reads or writes the disk."""

    def __init__(self, data: Path) -> None:
        """Keep them below the program's data folder; nothing is created yet."""
        self._folder = data / FOLDER

    def _path(self, key: str) -> Path:
        # The prefix makes an identity such as `con` a name that Windows accepts.
        return self._folder / f"edit-{key}.json"

    def keep(self, edits: Edits) -> None:
        """Write the edits, whole or not at all; raises `UserFault` OUTPUT_NOT_WRITABLE (path, reason)."""
        stamp = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        content = json.dumps({**asdict(edits), "kept_at": stamp}, ensure_ascii=False).encode("utf-8", "replace")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise _not_writable(self._folder, error) from error
        write_atomically(self._path(edits.key), lambda stream: stream.write(content), overwrite=True)

    def found(self, key: str) -> Edits | None:
        """Return the kept edits of a template; a file that cannot be understood is put aside, not overwritten."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        edits = _read(content)
        if edits is None or edits.key != key:
            stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S%fZ")
            path.replace(path.with_name(f"{path.name}.broken-{stamp}"))
            return None
        return edits

    def forget(self, key: str) -> None:
        """Remove the kept edits; raises `UserFault` OUTPUT_NOT_WRITABLE (path, reason)."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise _not_writable(self._path(key), error) from error


def _read(content: bytes) -> Edits | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or set(value) != {field.name for field in fields(Edits)}:
        return None
    flag = value.pop("on_share")
    if not isinstance(flag, bool) or not all(isinstance(held, str) for held in value.values()):
        return None
    return Edits(**value, on_share=flag)


def _not_writable(path: Path, error: OSError) -> UserFault:
    return UserFault(ErrorCode.OUTPUT_NOT_WRITABLE, path=str(path), reason=reason_of(error))
