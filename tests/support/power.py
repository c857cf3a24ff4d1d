"""What a disk holds after a power cut: replays what a program wrote, and drops what it had not yet synced.

`power_cut.c` records; see there for the form of the record.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "store" / "power_cut.c"
ROOT = Path(__file__).resolve().parent.parent.parent
SECTOR = 512


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done: W(rite), T(runcate), S(ync), R(ename), U(nlink), or A(cknowledge)."""

    kind: str
    path: str = ""
    at: int = 0
    data: bytes = b""
    other: str = ""


def build(folder: Path) -> Path:
    """Compile the recorder."""
    library = folder / "power_cut.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"], check=True, timeout=120)
    return library


def record(library: Path, load: str, history: Path, lines: int) -> list[Step]:
    """Let a program do a load until it has acknowledged so much, and return all it did to its folder."""
    log = history.parent.with_name("power.log")
    env = {
        **os.environ,
        "LD_PRELOAD": str(library),
        "POWER_CUT_LOG": str(log),
        "POWER_CUT_FOLDER": str(history.parent),
    }
    command = [sys.executable, "-m", "tests.support.kill_loads", load, str(history)]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.kill()
    return list(_steps(log.read_bytes()))


def _steps(content: bytes) -> Iterator[Step]:
    at = 0
    while (end := content.find(b"\n", at)) >= 0:
        kind, head = chr(content[at]), content[at + 1 : end].decode().split("\t")
        at = end + 1
        if kind == "W":
            size = int(head[2])
            yield Step("W", head[0], int(head[1]), content[at : at + size])
            at += size
        elif kind == "A":
            yield Step("A", data=content[at : at + int(head[0])])
            at += int(head[0])
        elif kind == "T":
            yield Step("T", head[0], int(head[1]))
        else:
            yield Step(kind, head[0], other=head[1] if len(head) > 1 else "")


class Disk:
    """Files as they are on the disk, and what a program has written to them since their last sync.

    Names (renames, removals) are taken to last at once, as a journalling file system keeps them in order.
    """

    def __init__(self, folder: Path) -> None:
        """Begin with the files as they lie there."""
        self._kept = {str(one): bytearray(one.read_bytes()) for one in folder.rglob("*") if one.is_file()}
        self._waiting: dict[str, list[Step]] = {}

    def do(self, step: Step) -> None:
        """Follow one step."""
        if step.kind in "WT":
            self._waiting.setdefault(step.path, []).append(step)
        elif step.kind == "S":
            for one in self._waiting.pop(step.path, []):
                _apply(self._kept.setdefault(step.path, bytearray()), one)
        elif step.kind == "R":
            self._kept[step.other] = self._kept.pop(step.path, bytearray())
            self._waiting[step.other] = self._waiting.pop(step.path, [])
        elif step.kind == "U":
            self._kept.pop(step.path, None)
            self._waiting.pop(step.path, None)

    def cut(self, before: Path, target: Path, chance: random.Random) -> None:
        """Lay out what is left when the power goes now: of what was not synced any part, in any order, torn at will."""
        for path in {*self._kept, *self._waiting}:
            if path.endswith(("-shm", ".lock")):
                continue
            content = bytearray(self._kept.get(path, b""))
            for step in self._waiting.get(path, ()):
                if chance.random() < 0.5:
                    continue
                torn = step
                if step.kind == "W" and chance.random() < 0.3:
                    torn = Step(
                        "W", step.path, step.at, step.data[: chance.randrange(len(step.data)) // SECTOR * SECTOR]
                    )
                _apply(content, torn)
            place = target / Path(path).relative_to(before)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def _apply(content: bytearray, step: Step) -> None:
    if step.kind == "T":
        del content[step.at :]
        content.extend(bytes(step.at - len(content)))
        return
    end = step.at + len(step.data)
    content.extend(bytes(max(0, end - len(content))))
    content[step.at : end] = step.data


def cuts(steps: Sequence[Step], folder: Disk, every: int) -> Iterator[tuple[Disk, str]]:
    """Yield the disk at every so many steps, with the last line that was acknowledged before."""
    told = b""
    for number, step in enumerate(steps):
        if step.kind == "A":
            told += step.data
        else:
            folder.do(step)
        if number % every == 0:
            whole = told.rpartition(b"\n")[0].rpartition(b"\n")[2]
            yield folder, whole.decode()
