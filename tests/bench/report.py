"""The table of the benchmark, for the terminal and for docs/bench.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from desktop.core.files import write_atomically
from tests.bench.rows import Result, Row

_INTRODUCTION = Path(__file__).resolve().parent / "introduction.md"
_COLUMNS = (
    "測ったもの / what",
    "文机 / ours",
    "相手 / theirs",
    "比・値 / ratio",
    "目標 / target",
    "結果 / result",
    "条件 / conditions",
)
_VERDICTS = {"reached": "○ reached", "NOT reached": "**× not reached**", "not measured": "— not measured", "": ""}


def cells(row: Row) -> tuple[str, ...]:
    """Return a line's cells as text."""
    value = "" if row.value is None else f"{row.value:.3f}" if not row.unit else f"{row.value:.0f}{row.unit}"
    target = str(row.target) if row.target else ""
    return (row.what, row.ours, row.theirs, value, target, _VERDICTS[row.verdict], row.note)


def markdown_table(rows: Iterable[Row]) -> str:
    """Return rows as a Markdown table."""
    lines = [_COLUMNS, tuple("---" for _ in _COLUMNS), *(cells(row) for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def tally(rows: Iterable[Row]) -> str:
    """Say how many of the promised values were reached."""
    verdicts = [row.verdict for row in rows if row.target]
    reached, missing = verdicts.count("reached"), verdicts.count("not measured")
    said = f"{reached} of {len(verdicts)} targets reached"
    return said + (f", {missing} not measured" if missing else "")


def document(results: Sequence[Result], missing: Sequence[str] = ()) -> str:
    """Return the whole file: one table for each model, and on what each part was measured; `missing` was not."""
    parts = [_INTRODUCTION.read_text(encoding="utf-8")]
    if missing:
        parts.append("まだ測っていないもの / not measured yet: " + "; ".join(missing) + "\n")
    for model in dict.fromkeys(result.model for result in results):
        own = [result for result in results if result.model == model]
        rows = [row for result in own for row in result.rows]
        where = "\n".join(f"- {result.part}: {result.conditions}; {result.seconds / 60:.0f} min" for result in own)
        parts.append(f"## {model}\n\n{tally(rows)}.\n\n{markdown_table(rows)}\n\n{where}\n")
    return "\n".join(parts)


def plain(row: Row) -> str:
    """Return a line for the terminal."""
    what, ours, theirs, value, target, verdict, note = cells(row)
    numbers = f"{ours:>12} {theirs:>18} {value:>9} {target:>9}"
    return f"{what:<72} {numbers}  {verdict.replace('*', ''):<14} {note}".rstrip()


def write(results: Sequence[Result], path: Path, missing: Sequence[str] = ()) -> None:
    """Write the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, lambda stream: stream.write(document(results, missing).encode()), overwrite=True)
