"""Starting another process of this same program: its command line and its environment, frozen or from the sources."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def own_command(word: str, module: str) -> list[str]:
    """Return the command line of a process of ours: `word` is what the console program calls it, `module` what runs it.

    The frozen program is windowed and cannot read its stdin, so its console twin in the same folder runs the process.
    """
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        return [str(program.with_name(f"fumizukue-cli{program.suffix}")), word]
    # -P: a folder of documents that happens to be current must not provide modules.
    return [sys.executable, "-X", "utf8", "-P", "-m", module]


def own_environment() -> dict[str, str]:
    """Return our environment with this package on the module path, from wherever the program was started."""
    root = str(Path(__file__).resolve().parents[2])
    others = os.environ.get("PYTHONPATH")
    # GGML_BACKEND_PATH would have the native library load one more library, from anywhere.
    kept = {name: value for name, value in os.environ.items() if name.upper() != "GGML_BACKEND_PATH"}
    return {**kept, "PYTHONPATH": f"{root}{os.pathsep}{others}" if others else root}
