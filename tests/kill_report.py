"""Kills programs at random moments under every load of `tests/support/kill_loads.py`, and prints what was lost.

Usage: python -m tests.kill_report [--kills 1000] [--seed 0]; `make kill-report`.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.support.kill_loads import LOADS
from tests.support.killing import kill_once


def main() -> int:
    """Print a line for each load and return 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    kills, acknowledged, lost = Counter[str](), Counter[str](), Counter[str]()
    for number in range(options.kills):
        name = list(LOADS)[number % len(LOADS)]
        with tempfile.TemporaryDirectory() as folder:
            chance = random.Random(options.seed + number)  # noqa: S311 -- to be repeatable
            faults, last = kill_once(name, Path(folder), chance)
        kills[name] += 1
        acknowledged[name] += bool(last)
        lost[name] += bool(faults)
        for fault in faults:
            print(f"{name} #{options.seed + number}: {fault}", flush=True)
    for name in LOADS:
        print(f"{name:<24} {kills[name]:>5} kills  {acknowledged[name]:>5} after a write  {lost[name]:>3} with a loss")
    print(
        f"{'all':<24} {kills.total():>5} kills  {acknowledged.total():>5} after a write  {lost.total():>3} with a loss"
    )
    return 1 if lost.total() else 0


if __name__ == "__main__":
    sys.exit(main())
