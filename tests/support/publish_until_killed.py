"""A program that publishes one version after the other, or adds its own lines beside others who do the same."""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop.core.errors import ErrorCode, UserFault
from desktop.templates.publishing import Conflict, Edition, Published, publish
from tests.support.share import MEMO


def main() -> None:
    """Publish until killed, or until three lines of one's own are in."""
    parser = argparse.ArgumentParser()
    parser.add_argument("share", type=Path)
    parser.add_argument("folder")
    parser.add_argument("--lines", default="")
    options = parser.parse_args()
    if options.lines:
        _add_lines(options.share, options.folder, options.lines)
    else:
        _raise_for_ever(options.share, options.folder)


def _present(share: Path, folder: str) -> str | None:
    path = share / folder / "庁内メモ.toml"
    return path.read_text("utf-8") if path.exists() else None


def _raise_for_ever(share: Path, folder: str) -> None:
    while True:
        base = _present(share, folder)
        text = base or MEMO.replace('version = "1.0"', 'version = "1"')
        publish(Edition(share, folder, text, base, "田中", "直した"))
        print("published", flush=True)


def _add_lines(share: Path, folder: str, name: str) -> None:
    if _present(share, folder) is None:
        _patiently(Edition(share, folder, MEMO, None, name, "作った"))
    for turn in range(3):
        base = _present(share, folder) or ""
        # Each at a place of their own, as people change different parts; two may still meet at one.
        lines = base.splitlines(keepends=True)
        lines.insert(random.Random(name + str(turn)).randrange(20, len(lines)), f"# {name}-{turn}\n")  # noqa: S311 -- no secret
        edition = Edition(share, folder, "".join(lines), base, name, "足した")
        while isinstance(found := _patiently(edition), Conflict):
            merged = found.merged()
            text = "".join(line for piece in merged.pieces for line in _decided(piece.theirs, piece.mine, piece.lines))
            edition = Edition(share, folder, text, found.theirs, name, "足した")


def _patiently(edition: Edition) -> Published | Conflict:
    """Publish, again and again where colleagues are at it, as the message asks a person to."""
    while True:
        try:
            return publish(edition)
        except UserFault as fault:
            if fault.code is not ErrorCode.TEMPLATE_BEING_PUBLISHED:
                raise


def _decided(theirs: tuple[str, ...], mine: tuple[str, ...], lines: tuple[str, ...]) -> tuple[str, ...]:
    """Decide a conflict as a person would: both lines are wanted."""
    if not lines or not lines[0].startswith("<<<<<<<"):
        return lines
    return (*theirs, *(line for line in mine if line not in theirs))


if __name__ == "__main__":
    main()
