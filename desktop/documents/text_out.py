"""Plain text out: the same page in lines of forty full-width characters, for Notepad and for mail."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import BinaryIO

from desktop.core.document import OfficialDocument
from desktop.documents.arrange import arrange, spread
from desktop.documents.blocks import Block, FactTable, Line, LineKind, RowTable, SealRow
from desktop.documents.widths import em_width

LINE_EM = 40
_RIGHT = frozenset({LineKind.NUMBER, LineKind.DATE, LineKind.SENDER, LineKind.CLOSING})
_CENTRED = frozenset({LineKind.BANNER, LineKind.TITLE, LineKind.RECORD_MARK})
# Kinds that follow each other without an empty line between them.
_CLOSE = frozenset(
    {
        (LineKind.NUMBER, LineKind.DATE),
        (LineKind.HEADING, LineKind.PARAGRAPH),
        (LineKind.HEADING, LineKind.BULLET),
        (LineKind.PARAGRAPH, LineKind.PARAGRAPH),
        (LineKind.PARAGRAPH, LineKind.BULLET),
        (LineKind.BULLET, LineKind.BULLET),
        (LineKind.BULLET, LineKind.PARAGRAPH),
        (LineKind.BULLET, LineKind.ITEM),
        (LineKind.PARAGRAPH, LineKind.ITEM),
        (LineKind.ITEM, LineKind.ITEM),
        (LineKind.ITEM, LineKind.PARAGRAPH),
        (LineKind.ITEM, LineKind.BULLET),
        (LineKind.QUESTION, LineKind.ANSWER),
        (LineKind.ANSWER, LineKind.ANSWER),
    }
)


class TextExporter:
    """Writes plain text in UTF-8 with a BOM, by which Notepad knows it, and with CRLF line ends."""

    suffixes: tuple[str, ...] = (".txt",)

    def write(self, document: OfficialDocument, stream: BinaryIO) -> None:
        """Write the document to an open binary stream."""
        text = "\n".join(_page(arrange(document))) + "\n"
        stream.write(codecs.BOM_UTF8 + text.replace("\n", "\r\n").encode("utf-8"))


def _page(blocks: Sequence[Block]) -> Iterator[str]:
    for previous, block in pairwise([None, *blocks]):
        if previous is not None and block is not None and not _is_close(previous, block):
            yield ""
        if isinstance(block, Line):
            yield from _line(block)
        elif isinstance(block, FactTable):
            yield from _facts(block)
        elif isinstance(block, RowTable):
            yield from _rows(block)
        elif isinstance(block, SealRow):
            yield "　".join(f"{title}［　　］" for title in block.titles)


def _is_close(previous: Block, block: Block) -> bool:
    if isinstance(previous, Line) and isinstance(block, Line):
        return (previous.kind, block.kind) in _CLOSE
    return isinstance(previous, Line) and previous.kind in (LineKind.HEADING, LineKind.ITEM)


def _line(line: Line) -> list[str]:
    texts = line.text.split("\n")
    if line.kind in _RIGHT or line.kind in _CENTRED or line.kind is LineKind.CONTACT:
        return _placed(line.kind, texts)
    if line.kind in (LineKind.HEADING, LineKind.ITEM):
        mark = f"{line.marker}　" if line.marker else ""
        return [f"{mark}{line.aligned}　　{line.value}" if line.value else mark + line.text]
    if line.kind in (LineKind.QUESTION, LineKind.ANSWER):
        return _hanging(f"{line.marker}　", texts)
    if line.kind is LineKind.BULLET:
        mark = line.marker if em_width(line.marker) <= 1 else f"{line.marker} "
        return _hanging("　" * line.level + mark, texts)
    indented = line.kind in (LineKind.PARAGRAPH, LineKind.ADDRESSEE)
    return ["　" * (line.level + 1) + text for text in texts] if indented else texts


def _placed(kind: LineKind, texts: list[str]) -> list[str]:
    """Return lines at the right (one character in), in the centre, or as one block that ends at the right."""
    if kind in _RIGHT:
        return [_pad(LINE_EM - 1 - em_width(text)) + text for text in texts]
    if kind in _CENTRED:
        return [_pad((LINE_EM - em_width(text)) / 2) + text for text in texts]
    return [_pad(LINE_EM - max(map(em_width, texts))) + text for text in texts]


def _pad(em: float) -> str:
    return "　" * max(0, int(em))


def _hanging(mark: str, texts: Sequence[str]) -> list[str]:
    below = "　" * int(em_width(mark) + 0.5)
    return [(below if index else mark) + text for index, text in enumerate(texts)]


def _facts(block: FactTable) -> Iterator[str]:
    labels = spread([" ".join(label.split("\n")) for label, _ in block.rows])
    for label, (_, value) in zip(labels, block.rows, strict=True):
        yield from _hanging(f"{label}：", value.split("\n"))


def _rows(block: RowTable) -> Iterator[str]:
    """Yield each row as an item: the cells up to the longest column, then the others with their titles in brackets."""
    lengths = [sum(map(em_width, column)) for column in zip(*block.rows, strict=True)]
    main = lengths.index(max(lengths)) + 1
    for row in block.rows:
        cells = ["　".join(text.split("\n")) for text in row]
        lead = "　".join(filter(None, cells[:main]))
        named = [
            f"{title}：{text}" if title else text
            for title, text in zip(block.titles[main:], cells[main:], strict=True)
            if text
        ]
        yield "　" * block.level + f"・{lead}" + (f"（{'／'.join(named)}）" if named else "")
