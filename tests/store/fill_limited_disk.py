"""A program whose files may not grow beyond a limit: it writes to a history until that fails and tells how."""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

from desktop.core.errors import StoreFault
from desktop.core.sections import TextContent
from desktop.store.history import HistoryStore
from desktop.store.records import Inputs, TemplateStamp

LIMIT = 1_500_000


def main(path: Path) -> None:
    """Print the number of edits kept, then the fault."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))
    with HistoryStore.open(path) as store:
        document = store.create_document(TemplateStamp("memo", "メモ", "1", ""), "題", Inputs())
        for number in range(1, 1000):
            try:
                store.save_edit(document, f"section{number}", TextContent(str(number) * 3000))
            except StoreFault as fault:
                print(number - 1, fault)
                return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
