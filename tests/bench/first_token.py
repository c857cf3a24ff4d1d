"""Time to the first token of three templates: a cold child, a warm one, and llama-server without its cache."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.engine.base import GenerateRequest, ModelSpec
from desktop.engine.model_hash import model_sha256
from tests.bench.native_tools import ToolMissing
from tests.bench.rows import Row, Target, ratios, rounds_said
from tests.bench.server import first_token, server
from tests.bench.setting import First, Setting, engine, first_text, timed
from tests.bench.texts import asks_of, request_of, source, templates

CONTEXT = 8192  # the program's own choice for these models
SHORT, LONG = 300, 3000  # characters of the source
AGAINST_COLD = Target(0.25, at_least=False)
AGAINST_SERVER = Target(0.5, at_least=False)
ANSWER_TOKENS = 16  # of the earlier run: its answer does not matter


@dataclass(slots=True)
class Times:
    """Seconds to the first token, round by round, and the tokens of the prompt."""

    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    ahead: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    prompt: int = 0
    reused: int = 0


def measure(setting: Setting) -> Iterator[Row]:
    """Yield the lines of all templates, for a short and a long source."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fumizukue-bench-")))
        why, port = "", 0
        try:
            port = stack.enter_context(server(setting, CONTEXT))
        except ToolMissing as missing:
            why = f"llama-server not measured: {missing}"
        spec = replace(setting.spec(), n_ctx=CONTEXT, sha256=model_sha256(setting.model))
        for template in templates():
            others = [request_of(ask) for chars in (SHORT, LONG) for ask in asks_of(template, source(chars, 1))]
            kept = _earlier_run(spec, home / template.id, others)
            for chars in (SHORT, LONG):
                request = request_of(asks_of(template, source(chars))[0])
                rounds = setting.rounds if chars == SHORT else max(1, setting.rounds - 2)
                times = _times(spec, kept, request, port, rounds)
                yield from _rows(f"{template.name_en}, {chars} characters", times, why, short=chars == SHORT)


def _earlier_run(spec: ModelSpec, folder: Path, requests: list[GenerateRequest]) -> Path:
    """Return the snapshots that drafting from another source leaves behind."""
    folder.mkdir()
    with engine(replace(spec, snapshots=str(folder))) as child:
        # One question for each head: what stands before the source is all that can be kept.
        heads = {tuple(request.messages[: request.head]): request for request in requests}
        for request in heads.values():
            timed(child, replace(request, max_tokens=ANSWER_TOKENS))
    return folder


def _times(spec: ModelSpec, kept: Path, request: GenerateRequest, port: int, rounds: int) -> Times:
    times = Times()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="fumizukue-bench-") as empty:
            times.cold.append(_fresh(replace(spec, snapshots=empty), request).seconds)
        with tempfile.TemporaryDirectory(prefix="fumizukue-bench-") as copy:
            shutil.copytree(kept, copy, dirs_exist_ok=True)
            first = _fresh(replace(spec, snapshots=copy), request)
        times.ahead.append(_read_ahead(spec, request).seconds)
        times.warm.append(first.seconds)
        times.prompt, times.reused = first.prompt_tokens, first.reused_tokens
        if port:
            times.server.append(first_token(port, request))
    return times


def _fresh(spec: ModelSpec, request: GenerateRequest) -> First:
    """Time the first token in a child that has done nothing but load the model."""
    with engine(spec) as child:
        return first_text(child, request)


def _read_ahead(spec: ModelSpec, request: GenerateRequest) -> First:
    """Time the first token where the prompt was read while the form was filled in, as the window does it."""
    with engine(spec) as child:
        timed(child, replace(request, max_tokens=0, background=True))
        return first_text(child, request)


def _rows(what: str, times: Times, why: str, *, short: bool) -> Iterator[Row]:
    cold, warm = statistics.median(times.cold), statistics.median(times.warm)
    against = ratios(times.warm, times.cold)
    note = f"{rounds_said(against)}; prompt {times.prompt} tokens, {times.reused} from a snapshot"
    yield Row(
        f"first token, {what}: warm against cold",
        f"{warm:.2f} s",
        f"{cold:.2f} s",
        statistics.median(against),
        AGAINST_COLD if short else None,
        note,
    )
    ahead = ratios(times.ahead, times.cold)
    said = f"{rounds_said(ahead)}; the prompt was read while the form was filled in"
    name = f"first token, {what}: read ahead against cold"
    yield Row(name, f"{statistics.median(times.ahead):.2f} s", f"{cold:.2f} s", statistics.median(ahead), note=said)
    what = f"first token, {what}: warm against llama-server"
    target = AGAINST_SERVER if short else None
    if not times.server:
        yield Row(what, f"{warm:.2f} s", target=target, note=why)
        return
    against = ratios(times.warm, times.server)
    theirs = f"{statistics.median(times.server):.2f} s"
    note = f"{rounds_said(against)}; cache_prompt off"
    yield Row(what, f"{warm:.2f} s", theirs, statistics.median(against), target, note)
