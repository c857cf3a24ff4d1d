"""`fumizukue-cli draft`: a document from a template and sources, with progress, on the console."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from functools import partial
from pathlib import Path
from typing import TypeVar

from desktop.cli.console import Console, ExitCode, Json, exit_code
from desktop.core.errors import EngineFault, ErrorCode
from desktop.core.sections import Content, Gather, ListContent, Section, TextContent, plain_text
from desktop.session.desk import Desk
from desktop.session.estimate import rounded
from desktop.session.events import (
    Asked,
    DeviceGivenUp,
    DraftEvent,
    Ended,
    Expected,
    Loading,
    Measuring,
    Reading,
    SectionGrew,
    Stalled,
    TimeLeft,
)
from desktop.session.letterhead import Exported
from desktop.session.wording import describe
from desktop.store.records import DocumentState, Inputs
from desktop.templates.model import FieldType, Template
from desktop.templates.samples import example_values

Result = TypeVar("Result")

# On Windows a wait without a limit cannot be interrupted by Ctrl+C.
WAIT_SECONDS = 0.5


class UsageError(Exception):
    """The command line is not complete; the message says what to write."""


def wait(future: Future[Result]) -> Result:
    """Return the future's result; Ctrl+C comes through as `KeyboardInterrupt`."""
    while True:
        try:
            return future.result(WAIT_SECONDS)
        except FutureTimeoutError:
            if future.done():
                raise


def run(arguments: argparse.Namespace, desk: Desk, console: Console) -> ExitCode:
    """Draft, or go on with a draft, and write the file; returns the exit code."""
    wait(desk.open())
    document_id = arguments.document or _create(arguments, desk, console)
    template = wait(desk.load(document_id)).template
    view = _View(console, template, show=arguments.show)
    go_on = partial(desk.continue_draft, vary=arguments.vary)
    start = go_on if arguments.document else desk.draft
    running = start(document_id, view.take)
    try:
        ended = wait(running)
    except KeyboardInterrupt:
        desk.cancel()
        ended = wait(running)
    view.close()
    return _finish(arguments, desk, console, ended)


def _create(arguments: argparse.Namespace, desk: Desk, console: Console) -> int:
    if not arguments.template:
        raise UsageError(console.say("need_template"))
    template = desk.template(arguments.template)
    values = example_values(template) if arguments.sample else {}
    files: dict[str, str] = {}
    for given in arguments.source:
        key, path = _source(template, given, console)
        source = wait(desk.read_source(path, arguments.charset or None))
        values[key], files[key] = source.text, source.name
    for given in arguments.field:
        key, separator, value = given.partition("=")
        if not separator:
            raise UsageError(console.say("bad_field", value=given))
        values[key] = value
    return wait(desk.create(template.id, Inputs(values, files)))


def _source(template: Template, given: str, console: Console) -> tuple[str, Path]:
    """Return the field and the file of a `--source`."""
    keys = [field.key for field in template.fields if field.type is FieldType.DOCUMENT]
    if not keys:
        raise UsageError(console.say("no_document"))
    key, separator, path = given.partition("=")
    if separator and key in keys:
        return key, Path(path)
    if len(keys) > 1:
        raise UsageError(console.say("which_document", fields="、".join(keys)))
    return keys[0], Path(given)


def _finish(arguments: argparse.Namespace, desk: Desk, console: Console, ended: Ended) -> ExitCode:
    opened = wait(desk.load(ended.document_id))
    done = ended.state is DocumentState.COMPLETE
    if ended.error is not None:
        console.fault(ended.error)
    if ended.truncated:
        console.note(console.say("truncated"))
    if not done and ended.state is not DocumentState.PREPARING:
        key = "stopped" if ended.state is DocumentState.CANCELLED else "can_continue"
        console.note(console.say(key, id=ended.document_id))
    written = ""
    if done and arguments.out is not None:
        exported = wait(desk.export(ended.document_id, arguments.out, overwrite=arguments.overwrite))
        tell_warning(exported, console)
        written = str(exported.path)
        console.note(console.say("saved", path=written))
    sections = [
        Section(spec, opened.record.sections[spec.key].content)
        for spec in opened.template.sections
        if spec.key in opened.record.sections
    ]
    if done and arguments.out is None and not arguments.show:
        for section in sections:
            console.result(f"{section.spec.title}\n{plain_text(section)}\n")
    if done:
        console.note(console.say("in_history", id=ended.document_id))
    if ended.error is None:
        console.data(_report(ended, sections, written))
    _tell_speed(console, ended)
    if ended.error is not None:
        return exit_code(ended.error)
    return ExitCode.STOPPED if ended.state is DocumentState.CANCELLED else ExitCode.DONE


def tell_warning(exported: Exported, console: Console) -> None:
    """Say why a file has the standard look instead of the office's."""
    if exported.warning is not None:
        words = describe(exported.warning, console.language)
        console.note(f"{words.title}\n{words.action}")


def _tell_speed(console: Console, ended: Ended) -> None:
    if ended.timings is not None and ended.timings.generated_tokens:
        rates = {"prefill": f"{ended.timings.prefill_rate:.1f}", "decode": f"{ended.timings.decode_rate:.1f}"}
        console.note(console.say("speed", **rates))


def _report(ended: Ended, sections: list[Section], written: str) -> Json:
    timings = ended.timings
    return {
        "document": ended.document_id,
        "state": ended.state.value,
        "truncated": ended.truncated,
        "out": written,
        "sections": {section.spec.key: as_json(section.content) for section in sections},
        "prompt_tokens": timings.prompt_tokens if timings else 0,
        "generated_tokens": timings.generated_tokens if timings else 0,
        "prefill_tokens_per_second": round(timings.prefill_rate, 2) if timings else 0.0,
        "decode_tokens_per_second": round(timings.decode_rate, 2) if timings else 0.0,
        "first_token_seconds": round(timings.first_token_seconds, 3) if timings else 0.0,
    }


def as_json(content: Content) -> Json:
    """Return content as plain JSON: a text, a list of texts, or a list of rows."""
    if isinstance(content, TextContent):
        return content.text
    if isinstance(content, ListContent):
        return list(content.items)
    return [list(row) for row in content.rows]


class _View:
    """Shows a run's events; called on the engine's thread."""

    def __init__(self, console: Console, template: Template, *, show: bool) -> None:
        self._console = console
        self._template = template
        self._show = show and not console.machine
        self._key = ""
        self._printed = ""
        self._finished = 0
        self._asked = Asked(0, 0)
        self._seconds: float | None = None

    def take(self, event: DraftEvent) -> None:
        """Show one event."""
        say, progress = self._console.say, self._console.progress
        if isinstance(event, Loading):
            progress(say("loading"), event.fraction)
        elif isinstance(event, Reading):
            seconds = event.seconds_left if self._seconds is None else self._seconds
            progress(say("reading"), event.done / max(event.total, 1), self._left(seconds))
        elif isinstance(event, Measuring):
            self._console.note(say("measuring"))
        elif isinstance(event, Expected):
            self._console.note(self._estimate(event.seconds))
        elif isinstance(event, TimeLeft):
            self._seconds = event.seconds
        elif isinstance(event, Asked):
            self._asked = event
        elif isinstance(event, Stalled):
            self._console.note(say("stalled", seconds=round(event.seconds)))
        elif isinstance(event, DeviceGivenUp):
            self._console.note(describe(EngineFault(ErrorCode.ENGINE_DEVICE_LOST), self._console.language).title)
        elif isinstance(event, SectionGrew):
            self._grew(event)

    def _left(self, seconds: float | None) -> str:
        return "" if seconds is None else self._console.say("seconds_left", seconds=round(seconds))

    def _estimate(self, seconds: float) -> str:
        """Say what the run will take, as roughly as it can be known."""
        count, minutes = rounded(seconds)
        return self._console.say("expected_minutes" if minutes else "expected_seconds", count=count)

    def _grew(self, event: SectionGrew) -> None:
        self._finished += event.finished
        if not self._show:
            label = f"{self._console.say('writing')}（{self._template.section(event.key).title}）"
            asked = self._asked
            whole = self._finished / len(self._template.sections)
            fraction = asked.done / asked.total if asked.total else whole
            self._console.progress(label, fraction, self._left(self._seconds))
            return
        self._console.end_progress()
        spec = self._template.section(event.key)
        # A table's row is shown up to the cell that is being written: empty cells after it would be in the way.
        text = plain_text(Section(spec, event.content)).rstrip("\t\n")
        if spec.gather is not Gather.NONE and not event.finished:
            # The last line is still held against the record and may change.
            text = text.rpartition("\n")[0]
        if event.key != self._key:
            gap = "\n\n" if self._key else ""
            self._write(f"{gap}【{spec.title}】\n")
            self._key, self._printed = event.key, ""
        if text.startswith(self._printed):
            self._write(text[len(self._printed) :])
            self._printed = text

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    def close(self) -> None:
        """End the output cleanly."""
        self._console.end_progress()
        if self._key:
            self._write("\n\n")
