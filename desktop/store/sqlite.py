"""The one SQLite the program uses: SQLCipher's, which reads plain files too, else the interpreter's own.

Two copies of SQLite in one process would undo each other's locks on the same file, and each has its own classes of
errors: therefore everything in the store takes `sqlite3` from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # SQLCipher's module has the interface of the standard one and no annotations of its own.
    import sqlite3 as sqlite3
else:
    try:
        from sqlcipher3 import dbapi2 as sqlite3
    except ImportError:
        # The library may be kept from loading by a terminal's rules; plain histories must open all the same.
        import sqlite3

__all__ = ["HAS_CIPHER", "sqlite3"]

HAS_CIPHER: bool = sqlite3.__name__.startswith("sqlcipher3")
