"""Who works on which terminal, as the operating system knows it."""

from __future__ import annotations

import getpass
import os
import sys
from functools import cache


@cache
def login_name() -> str:
    """Return the name under which the operating system knows who works, empty where it tells none."""
    if sys.platform == "win32":
        return os.getlogin()
    import pwd  # noqa: PLC0415 -- POSIX only

    try:
        # Not the environment's word, which anyone can set.
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return getpass.getuser()


@cache
def computer_name() -> str:
    """Return the terminal's name, asked without the socket that `platform.node` opens on Windows."""
    return os.environ.get("COMPUTERNAME", "") if sys.platform == "win32" else os.uname().nodename
