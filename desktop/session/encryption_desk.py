"""What a desk does about the encryption of the history: the switch the settings ask for, its progress, its stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ErrorCode, StoreFault
from desktop.store import dpapi, keys
from desktop.store.cipher import is_encrypted
from desktop.store.conversion import CancelledError, Converted
from desktop.store.encryption import export_key, import_key, switch

_SEEN = 0.01
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
        self._told = -1.0
        self._passphrase: str | None = None
        # Called on the store's thread with the share done, from 0 to 1, while a conversion runs.
        self.on_progress: Callable[[float], None] = _unheard
        # Called on the store's thread when a passphrase is needed and none was given; None when nobody can be asked.
        self.ask: Callable[[], str | None] = lambda: None
        self.wanted = "keep"

    def unlock(self, passphrase: str) -> None:
        """Use this passphrase for the key from now on, in this process."""
        self._passphrase = passphrase

    @property
    def asks_passphrase(self) -> bool:
        """Whether the key is protected by a passphrase here, and not by Windows."""
        return not dpapi.AVAILABLE

    @property
    def has_key(self) -> bool:
        """Whether there is a key file."""
        return keys.key_file_of(self._history_file).exists()

    def export_key(self, out: Path, passphrase: str) -> None:
        """Write the key protected by `passphrase`; raises as `encryption.export_key`."""
        self.unlock_key()
        export_key(self._history_file, out, passphrase)

    def import_key(self, source: Path, passphrase: str) -> None:
        """Take an exported key; raises as `encryption.import_key`."""
        import_key(self._history_file, source, passphrase)

    def cancel(self) -> None:
        """Stop a running conversion; the history opens as it was, and the switch is tried at the next start."""
        self._stop.set()

    def unlock_key(self) -> None:
        """Unlock the key of an encrypted history with the passphrase given, or asked for; raises as `keys.load`."""
        if not is_encrypted(self._history_file):
            return
        try:
            keys.key_for(self._history_file)
        except StoreFault as fault:
            if fault.code is not ErrorCode.STORE_KEY_LOCKED:
                raise
            passphrase = self._passphrase or self.ask()
            if not passphrase:
                raise
            self._passphrase = None
            keys.unlock(self._history_file, passphrase)

    def prepare(self) -> SwitchReport:
        """Do what the settings want; never fails.

        What keeps the history from being converted does not keep it from being used: it comes in the report.
        """
        try:
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
        self._told = -1.0
        return switch(self._history_file, encrypt=encrypt, passphrase=self._passphrase, progress=self._progress)

    def _progress(self, done: float) -> bool:
        # SQLite asks thousands of times a second; nobody can see more than a percent.
        if done >= 1.0 or not 0.0 <= done - self._told < _SEEN:
            self._told = done
            self.on_progress(done)
        return not self._stop.is_set()


def _unheard(done: float) -> None:
    """Take the progress where nobody watches."""
