"""A model's SHA-256: computed once, remembered beside the file or, where that is closed, in the person's folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

CHUNK = 4 * 1024 * 1024


def model_sha256(path: Path, own: Path | None = None) -> str:
    """Return a model's hash: the remembered one while size and time of the file are the same, else computed.

    `own` is the person's folder for hashes of models in folders that only others may write to. Raises `OSError`.
    """
    for place in _places(path, own):
        try:
            remembered = json.loads(place.read_text(encoding="utf-8"))
            if remembered["stamp"] == _stamp(path):
                return str(remembered["sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            # Nothing usable is remembered here.
            continue
    found = sha256_of(path)
    remember_hash(path, found, own)
    return found


def sha256_of(path: Path, step: Callable[[int], object] | None = None) -> str:
    """Compute a file's SHA-256; `step` is told the bytes of each piece, and may raise to stop. Raises `OSError`."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            if step is not None:
                step(len(chunk))
    return digest.hexdigest()


def remember_hash(path: Path, sha256: str, own: Path | None = None) -> None:
    """Keep the hash where it can be kept; where it cannot, that only costs the time to hash again."""
    with contextlib.suppress(OSError):
        content = json.dumps({"path": str(path), "sha256": sha256, "stamp": _stamp(path)}).encode()
        for place in _places(path, own):
            if _write(place, content, make_folder=place.parent == own):
                return


def _places(path: Path, own: Path | None) -> tuple[Path, ...]:
    beside = path.with_name(f"{path.name}.sha256.json")
    if own is None:
        return (beside,)
    key = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:32]
    return beside, own / f"{key}.json"


def _write(place: Path, content: bytes, *, make_folder: bool) -> bool:
    """Write and rename, so that nobody reads half of it; no `mkstemp`, which tries for seconds in a closed folder."""
    temporary = place.with_name(f".{place.name[:100]}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        if make_folder:
            place.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as stream:
            stream.write(content)
        temporary.replace(place)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        return False
    return True


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]
