"""What the window shows of the history's encryption: the passphrase it asks for, a conversion's progress and stop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit, QProgressDialog, QWidget

from desktop.core.errors import ErrorCode, StoreFault
from desktop.session.encryption_desk import EncryptionDesk
from desktop.ui.bridge import Bridge

_WHOLE = 100
_PASSPHRASE_FAULTS = (ErrorCode.STORE_KEY_LOCKED, ErrorCode.STORE_PASSPHRASE_WRONG)


class HistoryLock:
    """Stands between the window and an encrypted history; lives as long as the window."""

    def __init__(self, encryption: EncryptionDesk, bridge: Bridge, window: QWidget) -> None:
        """Hear of conversions from now on."""
        self._encryption = encryption
        self._window = window
        self._progress: QProgressDialog | None = None
        encryption.on_progress = lambda done: bridge.call(window, lambda: self._show(done))

    def ask_again(self, error: BaseException, open_again: Callable[[], object]) -> None:
        """Ask for the passphrase when that is what kept the history shut; the notice stays for who cancels."""
        if not isinstance(error, StoreFault) or error.code not in _PASSPHRASE_FAULTS:
            return
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(QCoreApplication.translate("HistoryLock", "履歴を開く"))
        wrong = error.code is ErrorCode.STORE_PASSPHRASE_WRONG
        text = (
            QCoreApplication.translate("HistoryLock", "合言葉が違います。もう一度入れてください。")
            if wrong
            else QCoreApplication.translate("HistoryLock", "履歴は暗号化されています。合言葉を入れてください。")
        )
        dialog.setLabelText(text)
        dialog.setTextEchoMode(QLineEdit.EchoMode.Password)

        def accepted(passphrase: str) -> None:
            self._encryption.unlock(passphrase)
            open_again()

        dialog.textValueSelected.connect(accepted)
        dialog.open()

    def _show(self, done: float) -> None:
        if self._progress is None:
            dialog = QProgressDialog(
                QCoreApplication.translate(
                    "HistoryLock", "履歴の暗号化を切り替えています。やめると、元のまま使えます。"
                ),
                QCoreApplication.translate("HistoryLock", "やめる"),
                0,
                _WHOLE,
                self._window,
            )
            dialog.setWindowTitle(QCoreApplication.translate("HistoryLock", "履歴の暗号化"))
            dialog.canceled.connect(self._encryption.cancel)
            self._progress = dialog
        self._progress.setValue(round(done * _WHOLE))

    def finish(self) -> None:
        """Take the progress away; the history is open, or could not be opened."""
        if self._progress is not None:
            self._progress.canceled.disconnect()
            self._progress.close()
            self._progress.deleteLater()
            self._progress = None
