"""Taking pictures of windows in both languages and at two scales, each look in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

LOOKS = ((100, "ja"), (100, "en"), (150, "ja"), (150, "en"))
# One look of the longest album takes a minute on a busy machine.
PATIENCE_SECONDS = 300


def album(module: str, take: Callable[[Path, str], None], looks: tuple[tuple[int, str], ...] = LOOKS) -> int:
    """Run `python -m MODULE OUT_DIR`: `take` gets a folder for the scale (in percent) and the language.

    The scale holds for a whole process, so each look gets one: the module again, with the language as a second word.
    """
    out = Path(sys.argv[1])
    if len(sys.argv) > 2:
        take(out, sys.argv[2])
        return 0
    for scale, language in looks:
        folder = out / str(scale)
        folder.mkdir(parents=True, exist_ok=True)
        platform = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale / 100)}
        command = [sys.executable, "-m", module, str(folder), language]
        subprocess.run(command, env={**os.environ, **platform}, check=True, timeout=PATIENCE_SECONDS)
    return 0
