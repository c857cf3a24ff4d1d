"""Bringing two changes of one text together line by line, and showing where they contradict each other."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

# A marked text is no TOML: it cannot be published before somebody has decided.
MINE_MARK = "<<<<<<< 自分の変更 / mine"
BASE_MARK = "||||||| もとの版 / before"
THEIRS_MARK = "======= 先に公開された版 / published"
END_MARK = ">>>>>>>"


class PieceKind(StrEnum):
    """Where the lines of a piece come from."""

    SAME = "same"  # nobody changed them
    THEIRS = "theirs"
    MINE = "mine"
    BOTH = "both"  # both made the same change
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of lines, with their breaks, as the three texts have it."""

    kind: PieceKind
    base: tuple[str, ...]
    theirs: tuple[str, ...]
    mine: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that the merged text takes; for a conflict, mine, the base and theirs between marks."""
        if self.kind is not PieceKind.CONFLICT:
            return self.mine if self.kind is PieceKind.MINE else self.theirs
        parts = ((MINE_MARK, self.mine), (BASE_MARK, self.base), (THEIRS_MARK, self.theirs))
        marked = [line for mark, lines in parts for line in (f"{mark}\n", *_ended(lines))]
        return (*marked, f"{END_MARK}\n")


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome: its pieces in order."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The merged text; conflicts stand in it between marks."""
        return "".join(line for piece in self.pieces for line in piece.lines)

    @property
    def conflicts(self) -> int:
        """How many places need a decision."""
        return sum(1 for piece in self.pieces if piece.kind is PieceKind.CONFLICT)


def merge(base: str, theirs: str, mine: str) -> Merge:
    """Merge two changes of `base`. What only one side changed is taken; nothing of either side is left out."""
    lines = [text.splitlines(keepends=True) for text in (base, theirs, mine)]
    return Merge(tuple(_pieces(*lines)))


def _pieces(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> Iterator[Piece]:
    at_base = at_theirs = at_mine = 0
    for start, end, start_theirs, start_mine in _common(base, theirs, mine):
        gap = (base[at_base:start], theirs[at_theirs:start_theirs], mine[at_mine:start_mine])
        if any(gap):
            yield _piece(*(tuple(part) for part in gap))
        if end > start:
            same = tuple(base[start:end])
            yield Piece(PieceKind.SAME, same, same, same)
        at_base, at_theirs, at_mine = end, start_theirs + end - start, start_mine + end - start


def _piece(base: tuple[str, ...], theirs: tuple[str, ...], mine: tuple[str, ...]) -> Piece:
    if theirs == mine:
        kind = PieceKind.BOTH
    elif theirs == base:
        kind = PieceKind.MINE
    elif mine == base:
        kind = PieceKind.THEIRS
    else:
        kind = PieceKind.CONFLICT
    return Piece(kind, base, theirs, mine)


def _common(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the stretches of the base that both sides kept: start, end, start in theirs, start in mine."""
    kept_by_them, kept_by_me = _matches(base, theirs), _matches(base, mine)
    one = two = 0
    while one < len(kept_by_them) and two < len(kept_by_me):
        base_one, other_one, size_one = kept_by_them[one]
        base_two, other_two, size_two = kept_by_me[two]
        start, end = max(base_one, base_two), min(base_one + size_one, base_two + size_two)
        if start < end:
            yield start, end, other_one + start - base_one, other_two + start - base_two
        if base_one + size_one < base_two + size_two:
            one += 1
        else:
            two += 1
    yield len(base), len(base), len(theirs), len(mine)


def _matches(base: Sequence[str], other: Sequence[str]) -> list[tuple[int, int, int]]:
    matcher = difflib.SequenceMatcher(None, base, other, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks()]


def _ended(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines with a break after the last one, so that a mark begins a line of its own."""
    return tuple(line if line.endswith(("\n", "\r")) else f"{line}\n" for line in lines)
