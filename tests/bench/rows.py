"""The lines of the benchmark's table: what was measured, against what, whether the target was reached; kept as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Target:
    """What was promised: a value that is not to be fallen short of, or not to be exceeded."""

    bound: float
    at_least: bool
    unit: str = ""

    def reached(self, value: float) -> bool:
        """Tell whether a measured value keeps it."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        """Return it as the table shows it."""
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}{self.unit}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `ours` and `theirs` are for reading; `value` is what the target is about, in the target's unit."""

    what: str
    ours: str = ""
    theirs: str = ""
    value: float | None = None
    target: Target | None = None
    note: str = ""
    unit: str = ""

    @property
    def verdict(self) -> str:
        """Say whether the target was reached; empty where nothing was promised."""
        if self.target is None:
            return ""
        if self.value is None:
            return "not measured"
        return "reached" if self.target.reached(self.value) else "NOT reached"


@dataclass(frozen=True, slots=True)
class Result:
    """What one part of the benchmark found on one model, and on what: machine, date, version."""

    part: str
    model: str
    rows: tuple[Row, ...]
    conditions: str
    seconds: float


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return ours through theirs, round by round: what else the machine did in a round has hit both."""
    return [mine / other for mine, other in zip(ours, theirs, strict=True)]


def rounds_said(each: Sequence[float]) -> str:
    """Return how many rounds there were, with the smallest and the largest ratio."""
    return f"{len(each)} rounds, {min(each):.3f}–{max(each):.3f}" if len(each) > 1 else "1 round"


def paired(  # noqa: PLR0913 -- each is one cell of the line
    what: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    unit: str,
    *,
    target: Target | None = None,
    note: str = "",
) -> Row:
    """Return the line of two things measured in turn: their medians, and the median of the rounds' ratios."""
    each = ratios(ours, theirs)
    return Row(
        what,
        f"{statistics.median(ours):.4g} {unit}",
        f"{statistics.median(theirs):.4g} {unit}",
        statistics.median(each),
        target,
        "; ".join(filter(None, (rounds_said(each), note))),
    )


def save(result: Result, folder: Path) -> None:
    """Keep a result, replacing an earlier one of the same part and model."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.model}.{result.part}.json"
    path.write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1), encoding="utf-8")


def load(folder: Path, parts: Iterable[str], models: Iterable[str]) -> list[Result]:
    """Return the kept results of these models, in the order of the parts."""
    names = list(parts)
    paths = [folder / f"{model}.{part}.json" for model in models for part in names]
    return [_result(json.loads(path.read_text(encoding="utf-8"))) for path in paths if path.exists()]


def _result(value: dict[str, object]) -> Result:
    rows = value.pop("rows")
    assert isinstance(rows, list)
    return Result(**{**value, "rows": tuple(_row(row) for row in rows)})  # type: ignore[arg-type]  # written by `save`


def _row(value: dict[str, object]) -> Row:
    target = value.pop("target")
    return Row(**value, target=Target(**target) if isinstance(target, dict) else None)  # type: ignore[arg-type]  # written by `save`
