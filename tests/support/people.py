"""Being another person of the terminal for a while, to see what they may and may not do."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def another_person() -> Iterator[None]:
    """Act with another user's rights; only root can."""
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """Act as someone who may only read a folder: another person, or oneself with the right taken away."""
    if os.getuid() == 0:
        folder.chmod(0o755)
        with another_person():
            yield
        return
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


@contextmanager
def open_folder() -> Iterator[Path]:
    """Give a temporary folder that every person can reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="fumizukue-people-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder
