"""The window's language: loads the program's own translations and Qt's for its standard buttons and dialogs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

TRANSLATIONS = Path(__file__).resolve().parent.parent / "resources" / "translations"


class Languages:
    """Puts one language in force at a time; the source strings are Japanese, so only English has a file of ours."""

    def __init__(self, app: QCoreApplication) -> None:
        """Start with none in force."""
        self._app = app
        self._installed: list[QTranslator] = []

    def speak(self, language: str) -> None:
        """Put a language in force for every widget that is built from now on."""
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed.clear()
        if language == "en":
            QLocale.setDefault(QLocale(QLocale.Language.English))
            self._install(TRANSLATIONS / "fumizukue_en.qm")
        else:
            QLocale.setDefault(QLocale(QLocale.Language.Japanese, QLocale.Country.Japan))
            self._install(Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) / "qtbase_ja.qm")

    def _install(self, path: Path) -> None:
        translator = QTranslator(self._app)
        # A missing file leaves Japanese words in place; the tests see to it that ours is there.
        if translator.load(str(path)):
            self._app.installTranslator(translator)
            self._installed.append(translator)
