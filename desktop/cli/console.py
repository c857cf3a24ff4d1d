"""What the console prints, and where: results on stdout, progress and words for people on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from desktop.core.errors import AssistantError, EngineFault, FieldValue, PolicyFault, StoreFault, UserFault
from desktop.session.wording import describe, phrase

# A console redraws its progress line at most this often.
REDRAW_SECONDS = 0.1
BAR_WIDTH = 24

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


class ExitCode(IntEnum):
    """What a script can learn from the end of the program; told in the help text."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    USER = 3
    ENGINE = 4
    STORE = 5
    POLICY = 6
    STOPPED = 130


def exit_code(error: BaseException) -> ExitCode:
    """Return the exit code that belongs to a fault."""
    for kind, code in (
        (UserFault, ExitCode.USER),
        (EngineFault, ExitCode.ENGINE),
        (StoreFault, ExitCode.STORE),
        (PolicyFault, ExitCode.POLICY),
        (KeyboardInterrupt, ExitCode.STOPPED),
    ):
        if isinstance(error, kind):
            return code
    return ExitCode.UNEXPECTED


@dataclass(slots=True)
class Console:
    """One run's output. With `machine` set, stdout carries one JSON value and nothing else."""

    language: str
    machine: bool = False
    _line_open: bool = False
    _drawn_at: float = 0.0

    def say(self, key: str, **fields: FieldValue) -> str:
        """Return a phrase in the console's language."""
        return phrase(key, self.language, **fields)

    def result(self, text: str) -> None:
        """Print a result for people; left out for machines."""
        if not self.machine:
            print(text)

    def data(self, value: Json) -> None:
        """Print the result for machines; left out for people."""
        if self.machine:
            print(json.dumps(value, ensure_ascii=False, indent=2))

    def note(self, text: str) -> None:
        """Tell a person something that is no result."""
        self.end_progress()
        print(text, file=sys.stderr)

    def fault(self, error: BaseException) -> None:
        """Tell what went wrong and what to do next; machines get it on stdout as well."""
        message = describe(error, self.language)
        self.note(f"{message.title}\n{message.action}")
        if isinstance(error, AssistantError) and not isinstance(error, UserFault):
            self.note(message.detail)
        code = error.code.value if isinstance(error, AssistantError) else "unexpected"
        self.data({"error": code, "title": message.title, "action": message.action})

    def progress(self, label: str, fraction: float, extra: str = "") -> None:
        """Redraw one progress line; does nothing where no person watches."""
        now = time.monotonic()
        if not sys.stderr.isatty() or (now - self._drawn_at < REDRAW_SECONDS and fraction < 1):
            return
        filled = round(BAR_WIDTH * min(max(fraction, 0.0), 1.0))
        bar = "█" * filled + "░" * (BAR_WIDTH - filled)
        print(f"\r\x1b[2K{label} {bar} {fraction:4.0%} {extra}", end="", file=sys.stderr, flush=True)
        self._line_open, self._drawn_at = True, now

    def end_progress(self) -> None:
        """Leave the progress line, so that the next line starts clean."""
        if self._line_open:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)
            self._line_open = False
