"""Markdown out: headings, lists and tables, with every character of the text kept from being read as a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from desktop.core.document import OfficialDocument
from desktop.documents.arrange import arrange
from desktop.documents.blocks import Block, FactTable, Line, LineKind, SealRow

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$!])")
_AT_START = re.compile(r"^(\s*)(?:([-+=:])|([0-9]{1,9})([.)])(?=\s|$))")
_LINE_BREAK = "  \n"  # two spaces at the end of a line are Markdown's line break


class MarkdownExporter:
    """Writes Markdown in UTF-8 with LF line ends."""

    suffixes: tuple[str, ...] = (".md", ".markdown")

    def write(self, document: OfficialDocument, stream: BinaryIO) -> None:
        """Write the document to an open binary stream."""
        stream.write((_page(arrange(document)) + "\n").encode("utf-8"))


def escape(text: str) -> str:
    """Return one line of text so that Markdown shows it as it is."""
    escaped = _SPECIAL.sub(r"\\\1", text.strip(" \t"))
    return _AT_START.sub(lambda match: _escape_start(*match.groups()), escaped, count=1)


def _escape_start(space: str, sign: str | None, number: str | None, point: str | None) -> str:
    return f"{space}\\{sign}" if sign else f"{space}{number}\\{point}"


def _page(blocks: Sequence[Block]) -> str:
    """Join blocks with empty lines, the items of one list without."""
    parts: list[str] = []
    for index, block in enumerate(blocks):
        previous = blocks[index - 1] if index else None
        if parts:
            parts.append("\n" if _is_bullet(block) and _is_bullet(previous) else "\n\n")
        parts.append("\n".join(_block(block)))
    return "".join(parts)


def _is_bullet(block: Block | None) -> bool:
    return isinstance(block, Line) and block.kind is LineKind.BULLET


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Line):
        yield _line(block)
    elif isinstance(block, FactTable):
        yield from _table(("項目", "内容"), block.rows)
    elif isinstance(block, SealRow):
        yield from _table(block.titles, (("",) * len(block.titles),))
    else:
        yield from _table(block.titles, block.rows)


def _line(line: Line) -> str:
    texts = [escape(text) for text in line.text.split("\n")]
    text = _LINE_BREAK.join(texts)
    if line.kind is LineKind.TITLE:
        return f"# {' '.join(texts)}"
    if line.kind is LineKind.HEADING:
        return f"## {_marked(line, ' '.join(texts))}"
    if line.kind is LineKind.ANSWER:
        return f"**{escape(line.marker)}**　{text}"
    if line.kind in (LineKind.ITEM, LineKind.QUESTION):
        return f"### {_marked(line, ' '.join(texts))}" if not line.value else _item(line)
    if line.kind is LineKind.BULLET:
        own = "" if line.marker == "・" else f"{escape(line.marker)} "
        return f"- {own}{(_LINE_BREAK + '  ').join(texts)}"
    return text


def _marked(line: Line, text: str) -> str:
    return f"{line.marker}　{text}" if line.marker else text


def _item(line: Line) -> str:
    return f"**{_marked(line, escape(line.text))}**　{escape(line.value)}"


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield _row(titles)
    yield _row(["---"] * len(titles))
    for cells in rows:
        yield _row([_cell(text) for text in cells])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))
