"""Which folder a model is added to: everyone's on the terminal, or the person's own."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from desktop.engine.intake import Shelf
from desktop.settings.folders import Folders


def shelf_of(folders: Folders, *, shared: bool = False) -> Shelf:
    """Return where to add a model: the shared folder when it is asked for, or there and open to the person."""
    common = folders.shared_models
    if common is not None and (shared or _writable(common)):
        # A copy in the person's own folder would be of no use to the others.
        search = tuple(folder for folder in folders.models if folder != folders.own_models)
        return Shelf(common, search, folders.model_hashes, for_all=True)
    return Shelf(folders.own_models, folders.models, folders.model_hashes)


def _writable(folder: Path) -> bool:
    """Try it: on Windows the rights alone do not tell."""
    probe = folder / f".probe-{os.getpid()}.tmp"
    with contextlib.suppress(OSError):
        probe.open("xb").close()
        probe.unlink()
        return True
    return False
