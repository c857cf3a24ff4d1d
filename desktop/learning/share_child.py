"""The synchronising process as it is started: the one that knows every kind of file the share holds."""

from __future__ import annotations

import sys

from desktop.learning.case_share import CASE_FILES
from desktop.templates import sync_child


def main() -> int:
    """Do the task on standard input; returns the exit code."""
    return sync_child.main(CASE_FILES)


if __name__ == "__main__":
    sys.exit(main())
