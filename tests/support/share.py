"""A folder that plays the shared library, and the terminal that copies from it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from desktop.templates.library import builtin_templates
from desktop.templates.resolve import Library, resolve
from desktop.templates.sync import SyncReport, Task, synchronise

OFFICE = "総務部/総務課"
MEMO = files("desktop").joinpath("resources", "templates", "memo.toml").read_text("utf-8")


def template(identity: str = "memo", version: str = "1.0", **more: str) -> str:
    """Return the built-in memo under another identity and version; `more` are keys below the version."""
    lines = "".join(f'\n{key} = "{value}"' for key, value in more.items())
    text = MEMO.replace('id = "memo"', f'id = "{identity}"')
    return text.replace('version = "1.0"', f'version = "{version}"{lines}')


def with_reference(text: str, name: str) -> str:
    """Return a template that prints with a Word file beside it."""
    return text.replace('kind = "memo"\ntitle', f'kind = "memo"\nreference = "{name}"\ntitle')


@dataclass(frozen=True)
class Office:
    """A share and one terminal of the office."""

    share: Path
    task: Task

    @classmethod
    def at(cls, folder: Path) -> Office:
        """Make an empty share and a terminal that has never seen it."""
        share = folder / "share"
        share.mkdir()
        return cls(share, Task(share, folder / "cache", OFFICE))

    def put(self, key: str, content: str | bytes, *, old: bool = True) -> Path:
        """Write a file of the share; one that is not `old` was written just now."""
        path = self.share / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if old:
            self.age(path)
        return path

    def age(self, path: Path, seconds: float = 3600) -> None:
        """Have the file written that long ago."""
        then = time.time() - seconds
        os.utime(path, (then, then))

    def sync(self) -> SyncReport:
        """Bring the terminal up to date."""
        return synchronise(self.task)

    def library(self) -> Library:
        """Return what the person can use, from the copies alone."""
        return resolve(builtin_templates(), self.task.cache, self.task.office, self.task.keys)

    def shared(self) -> dict[str, str]:
        """Return identity and version of every template that the share provides."""
        return {one.template.id: one.origin.version for one in self.library().offered if one.origin.level}

    def troubles(self) -> dict[str, str]:
        """Return the code of every trouble by its file."""
        return {trouble.file: trouble.fault.code.value for trouble in self.library().troubles}

    def trusting(self, *keys: str) -> Office:
        """Return the same terminal with a policy of keys."""
        return replace(self, task=replace(self.task, keys=keys))
