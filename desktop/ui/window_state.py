"""Where the window and its splitters were: a small JSON file beside the settings, lost without harm."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop.core.errors import UserFault
from desktop.core.files import write_atomically

FILE_NAME = "window.json"
LEAST = 40
MOST = 20_000
PANES = 3
PLACE = 4


@dataclass(frozen=True, slots=True)
class WindowState:
    """Place and size in device independent pixels; `panes` are the widths of the three panes, empty for defaults."""

    x: int = -1
    y: int = -1
    width: int = 0
    height: int = 0
    maximized: bool = False
    panes: tuple[int, ...] = ()


def load_window_state(folder: Path) -> WindowState:
    """Read the state; anything that is not as it should be gives the defaults."""
    try:
        value = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return WindowState()
    if not isinstance(value, dict) or not isinstance(value.get("panes"), list):
        return WindowState()
    place = _numbers([value.get(name) for name in ("x", "y", "width", "height")])
    panes = _numbers(value["panes"])
    if len(place) != PLACE or min(place[2:]) < LEAST or len(panes) not in (0, PANES):
        return WindowState()
    x, y, width, height = place
    return WindowState(x, y, width, height, value.get("maximized") is True, tuple(panes))


def _numbers(values: list[object]) -> list[int]:
    """Return the values that can be places on a screen."""
    return [value for value in values if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST]


def save_window_state(folder: Path, state: WindowState) -> None:
    """Write the state; a folder that cannot be written is no reason to trouble anyone."""
    with contextlib.suppress(OSError, UserFault):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = json.dumps(asdict(state))
        write_atomically(folder / FILE_NAME, lambda stream: stream.write(text.encode()), overwrite=True)
