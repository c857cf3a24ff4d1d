"""What a desk does about the encryption of the history: the switch the settings ask for, its progress, its stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import StoreFault
from desktop.store import keys
from desktop.store.conversion import CancelledError, Converted
from desktop.store.encryption import switch

NOTHING = Converted((), ())


@dataclass(frozen=True, slots=True)
class SwitchReport:
    """How the switch at the start went: what was converted, whether it was stopped, or why it could not be done."""

    converted: Converted = NOTHING
    stopped: bool = False
    fault: StoreFault | None = None


NOT_SWITCHED = SwitchReport()


class EncryptionDesk:
    """Switches the encryption before the history is opened. `prepare` runs on the store's thread."""

    def __init__(self, history_file: Path) -> None:
        """Change nothing until the settings say so."""
        self._history_file = history_file
        self._stop = threading.Event()
        self._passphrase: str | None = None
        # Called on the store's thread with the share done, from 0 to 1, while a conversion runs.
        self.on_progress: Callable[[float], None] = _unheard
        self.wanted = "keep"

    def unlock(self, passphrase: str) -> None:
        """Use this passphrase for the key from now on, in this process."""
        self._passphrase = passphrase

    def cancel(self) -> None:
        """Stop a running conversion; the history opens as it was, and the switch is tried at the next start."""
        self._stop.set()

    def prepare(self) -> SwitchReport:
        """Unlock the key if a passphrase was given and do what the settings want; never fails.

        What keeps the history from being converted does not keep it from being used: it comes in the report.
        """
        try:
            if self._passphrase is not None and keys.key_file_of(self._history_file).exists():
                keys.unlock(self._history_file, self._passphrase)
            if self.wanted == "keep":
                return NOT_SWITCHED
            encrypt = self.wanted == "on"
            return SwitchReport(self.switch(encrypt=encrypt))
        except CancelledError:
            return SwitchReport(stopped=True)
        except StoreFault as fault:
            return SwitchReport(fault=fault)

    def switch(self, *, encrypt: bool) -> Converted:
        """Convert a history that is not open; raises as `encryption.switch`."""
        self._stop.clear()
        return switch(self._history_file, encrypt=encrypt, passphrase=self._passphrase, progress=self._progress)

    def _progress(self, done: float) -> bool:
        self.on_progress(done)
        return not self._stop.is_set()


def _unheard(done: float) -> None:
    """Take the progress where nobody watches."""
