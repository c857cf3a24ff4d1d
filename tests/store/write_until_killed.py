"""A program that writes to a history until it is killed, and says after each step what must have been kept."""

from __future__ import annotations

import sys
from pathlib import Path

from desktop.core.sections import ListContent, TextContent
from desktop.store.history import HistoryStore
from desktop.store.records import Inputs, RunFacts, TemplateStamp


def main(path: Path) -> None:
    """Write numbered texts for ever; a number is printed when all of its texts were reported as saved."""
    store = HistoryStore.open(path)
    document = store.create_document(TemplateStamp("minutes", "議事録", "1", ""), "0", Inputs())
    store.begin_run(document, RunFacts("model", "", "{}"))
    number = 0
    while True:
        number += 1
        store.save_inputs(document, str(number), Inputs({"source": f"入力{number}"}))
        store.save_edit(document, "edited", TextContent(f"修正{number}"))
        store.save_partial(document, "あ" * number, {"written": (ListContent(("決定",) * number), False)})
        print(document, number, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
