"""Word documents in: the text and the tables a person sees on the page, in their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from docx.oxml.xmlchemy import BaseOxmlElement

from desktop.documents.base import SourceText
from desktop.documents.kinds import DOCX_SUFFIXES
from desktop.documents.package import read_main_part

CELL_SEPARATOR = " | "
_LINE_IN_CELL = " / "
_MAX_LINES_IN_CELL = 6

_DELETED = frozenset({"del", "moveFrom"})
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_IMAGES = frozenset({"blip", "imagedata"})
_NOTES = frozenset({"footnoteReference", "endnoteReference"})
_OFF = frozenset({"0", "false", "off"})
# Elements with text that no reader of the page sees there: field codes, deleted text, the reading beside a ruby base.
_UNREAD = frozenset({"instrText", "delText", "delInstrText", "rt", "sectPr", "altChunk"})


class DocxImporter:
    """Reads Word's XML format; macros, headers, footers, comments and everything linked from outside stay unread."""

    suffixes: tuple[str, ...] = DOCX_SUFFIXES

    def read(self, path: Path) -> SourceText:
        """Return the text, one line a paragraph and a table row.

        `detail` counts `tables`, and what was left out: `images`, `notes` (foot- and endnotes), `hidden` runs and
        tracked `deletions`. Raises what `package.read_main_part` raises.
        """
        walk = _Walk()
        root = read_main_part(path)
        lines = [line for body in _children(root) if _name(body) == "body" for line in walk.blocks(body)]
        return SourceText(_joined(lines), path.name, detail=dict(walk.counts))


def _joined(lines: list[str]) -> str:
    """Join lines, with at most one empty line between two others."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line.rstrip() if line.strip() else "")
    return "\n".join(kept).strip("\n")


class _Walk:
    """One pass over a document; the depth of its recursion is bounded by the package's check of the XML."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(tables=0, images=0, notes=0, hidden=0, deletions=0)

    def blocks(self, container: BaseOxmlElement) -> list[str]:
        """Return the lines of everything block-level in a body, a cell, a text box or a content control."""
        lines: list[str] = []
        for child in _children(container):
            name = _name(child)
            if name == "p":
                lines += self._paragraph(child)
            elif name == "tbl":
                lines += self._table(child)
            elif name == "AlternateContent":
                lines += self.blocks(_alternative(child))
            elif name in _DELETED:
                self.counts["deletions"] += 1
            elif name not in _UNREAD and not name.endswith("Pr"):
                lines += self.blocks(child)
        return lines

    def _paragraph(self, paragraph: BaseOxmlElement) -> list[str]:
        parts: list[str] = []
        boxes: list[str] = []
        self._inline(paragraph, parts, boxes)
        text = "".join(parts)
        if not text.strip() and (boxes or _mark_is_deleted(paragraph)):
            return boxes
        return [*text.split("\n"), *boxes]

    def _inline(self, element: BaseOxmlElement, parts: list[str], boxes: list[str]) -> None:
        """Add the text of an inline element to `parts`, and the lines of text boxes anchored in it to `boxes`."""
        for child in _children(element):
            name = _name(child)
            if name == "t":
                parts.append(child.text or "")
            elif name in _BREAKS:
                parts.append(_BREAKS[name])
            elif name == "txbxContent":
                boxes += self.blocks(child)
            elif name == "AlternateContent":
                self._inline(_alternative(child), parts, boxes)
            elif not self._is_left_out(child, name):
                self._inline(child, parts, boxes)

    def _is_left_out(self, element: BaseOxmlElement, name: str) -> bool:
        """Tell whether an inline element is not read, and count what a person may want to know of."""
        if name in _DELETED:
            self.counts["deletions"] += 1
            return True
        if name == "r" and _is_hidden(element):
            self.counts["hidden"] += 1
            return True
        if name in _IMAGES:
            self.counts["images"] += 1
        elif name in _NOTES:
            self.counts["notes"] += 1
        return name in _UNREAD or name.endswith("Pr")

    def _table(self, table: BaseOxmlElement) -> list[str]:
        self.counts["tables"] += 1
        lines: list[str] = []
        for row in _parts(table, "tr"):
            if _has(row, "trPr", "del"):
                self.counts["deletions"] += 1
                continue
            lines += self._row(row)
        return lines

    def _row(self, row: BaseOxmlElement) -> list[str]:
        """Return a row as one line; a row that lays out a page (long cells, tables in cells) cell after cell."""
        cells: list[list[str]] = []
        is_frame = False
        for cell in _parts(row, "tc"):
            tables_before = self.counts["tables"]
            lines = [line.strip() for line in self.blocks(cell) if line.strip()]
            is_frame = is_frame or self.counts["tables"] > tables_before or len(lines) > _MAX_LINES_IN_CELL
            cells.append(lines)
        if not any(cells):
            return []
        if is_frame:
            return [line for lines in cells for line in lines]
        return [CELL_SEPARATOR.join(_LINE_IN_CELL.join(lines) for lines in cells)]


def _children(element: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Yield child elements; comments and processing instructions have no tag of type str."""
    return (child for child in element if isinstance(child.tag, str))


def _name(element: BaseOxmlElement) -> str:
    """Return the name without its namespace, which differs between the two editions of the format."""
    return str(element.tag).rpartition("}")[2]


def _parts(element: BaseOxmlElement, wanted: str) -> Iterator[BaseOxmlElement]:
    """Yield the rows of a table or the cells of a row, also those inside content controls and insertions."""
    for child in _children(element):
        name = _name(child)
        if name == wanted:
            yield child
        elif name not in _DELETED and not name.endswith("Pr"):
            yield from _parts(child, wanted)


def _alternative(element: BaseOxmlElement) -> BaseOxmlElement:
    """Return the one branch of alternative content to read; both say the same."""
    return next(_children(element), element)


def _has(element: BaseOxmlElement, *names: str) -> bool:
    return _find(element, *names) is not None


def _find(element: BaseOxmlElement, *names: str) -> BaseOxmlElement | None:
    """Return the first descendant at a path of names, if there is one."""
    found: BaseOxmlElement | None = element
    for name in names:
        if found is None:
            return None
        found = next((child for child in _children(found) if _name(child) == name), None)
    return found


def _is_hidden(run: BaseOxmlElement) -> bool:
    mark = _find(run, "rPr", "vanish")
    if mark is None:
        return False
    values = [value for key, value in mark.items() if str(key).endswith("}val")]
    return not any(value in _OFF for value in values)


def _mark_is_deleted(paragraph: BaseOxmlElement) -> bool:
    return _has(paragraph, "pPr", "rPr", "del")
