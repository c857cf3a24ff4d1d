"""Bring the translation files up to date: collect the window's strings, and compile what is translated.

Usage: python packaging/translations.py [FOLDER]   (default: the files in the repository)
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "desktop" / "resources" / "translations"
NAME = "fumizukue_en"


def update(folder: Path) -> None:
    """Write FOLDER/fumizukue_en.ts and .qm from the sources; translations that are there are kept."""
    tools = Path(sys.executable).parent
    sources = sorted(str(path) for path in (ROOT / "desktop" / "ui").rglob("*.py"))
    ts, qm = folder / f"{NAME}.ts", folder / f"{NAME}.qm"
    languages = ("-source-language", "ja", "-target-language", "en")
    options = ("-silent", "-no-obsolete", "-locations", "none", "-warnings-are-errors", *languages)
    for command in (
        [str(tools / "pyside6-lupdate"), *options, *sources, "-ts", str(ts)],
        [str(tools / "pyside6-lrelease"), "-silent", str(ts), "-qm", str(qm)],
    ):
        subprocess.run(command, check=True)


if __name__ == "__main__":
    update(Path(sys.argv[1]) if len(sys.argv) > 1 else TRANSLATIONS)
