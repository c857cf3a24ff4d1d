"""Two hundred drafts in a row in one child: whether memory, open files, threads or snapshots grow, there or here."""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from desktop.engine.base import GenerateRequest
from desktop.engine.model_hash import model_sha256
from tests.bench.rows import Row, Target
from tests.bench.setting import MEGABYTE, Setting, engine, timed
from tests.bench.texts import asks_of, request_of, source, templates

CONTEXT = 4096
DRAFTS, WARM_UP = 200, 50
QUICK_DRAFTS, QUICK_WARM_UP = 16, 6
ANSWER_TOKENS = 24
SOURCE_CHARS = 300
# Allocators round: less than this, from the first quarter after the warm-up to the last, is no growth.
MEMORY_TARGET = Target(8, at_least=False, unit=" MB")
COUNT_TARGET = Target(0, at_least=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """One process after one draft: resident memory in bytes, open files, threads."""

    memory: int
    files: int
    threads: int

    @classmethod
    def of(cls, process: psutil.Process) -> Sample:
        """Look at a process."""
        with process.oneshot():
            return cls(process.memory_info().rss, process.num_fds(), process.num_threads())


@dataclass(frozen=True, slots=True)
class Growth:
    """What became of a figure after the warm-up: medians of the first and the last quarter, slope a draft."""

    before: float
    after: float
    slope: float

    @property
    def value(self) -> float:
        """How much it grew."""
        return self.after - self.before


def growth(values: Sequence[float]) -> Growth:
    """Return how a figure went; the slope is the median of all pairs' slopes, which single jumps do not move."""
    quarter = max(1, len(values) // 4)
    pairs = itertools.combinations(enumerate(values), 2)
    slopes = [(later - earlier) / (j - i) for (i, earlier), (j, later) in pairs]
    before, after = statistics.median(values[:quarter]), statistics.median(values[-quarter:])
    return Growth(before, after, statistics.median(slopes) if slopes else 0.0)


def measure(setting: Setting) -> Iterator[Row]:
    """Yield a line for each figure of the child and of this process."""
    drafts, warm_up = (QUICK_DRAFTS, QUICK_WARM_UP) if setting.quick else (DRAFTS, WARM_UP)
    with tempfile.TemporaryDirectory(prefix="fumizukue-bench-") as snapshots:
        spec = replace(
            setting.spec(), n_ctx=CONTEXT, sha256=model_sha256(setting.model), snapshots=snapshots, snapshot_bytes=10**9
        )
        with engine(spec) as child:
            assert child.pid
            pid = child.pid
            ours, theirs, kept = psutil.Process(os.getpid()), psutil.Process(pid), Path(snapshots)
            samples: list[tuple[Sample, Sample, int]] = []
            for request in itertools.islice(_requests(), drafts):
                timed(child, request)
                files = sum(1 for path in kept.rglob("*") if path.is_file())
                samples.append((Sample.of(theirs), Sample.of(ours), files))
            assert child.pid == pid
    settled = samples[warm_up:]
    note = f"{drafts} drafts, {warm_up} of them to warm up"
    for who, which in (("child", 0), ("program", 1)):
        yield from _rows(who, [sample[which] for sample in settled], note)  # type: ignore[misc]  # the first two are samples
    yield _row("snapshots on the disk", [float(sample[2]) for sample in settled], COUNT_TARGET, note)


def _requests() -> Iterator[GenerateRequest]:
    """Yield drafts of all templates in turn, from another source each time the turn comes round."""
    for number in itertools.count():
        for template in templates():
            # The meetings come round in eights; the place in the text moves on as well.
            text = source(SOURCE_CHARS + 10 * (number % 12), number)
            yield request_of(asks_of(template, text)[0], max_tokens=ANSWER_TOKENS)


def _rows(who: str, samples: Sequence[Sample], note: str) -> Iterator[Row]:
    yield _row(f"memory of the {who}", [one.memory / MEGABYTE for one in samples], MEMORY_TARGET, note)
    yield _row(f"open files of the {who}", [float(one.files) for one in samples], COUNT_TARGET, note)
    yield _row(f"threads of the {who}", [float(one.threads) for one in samples], COUNT_TARGET, note)


def _row(what: str, values: Sequence[float], target: Target, note: str) -> Row:
    grown = growth(values)
    said = "grows" if not target.reached(grown.value) else "does not grow"
    return Row(
        f"endurance, {what}: growth",
        f"{grown.after:.0f}{target.unit}",
        f"{grown.before:.0f}{target.unit} at first",
        grown.value,
        target,
        f"{said}; {grown.slope:+.4f}{target.unit} a draft; {note}",
        target.unit,
    )
