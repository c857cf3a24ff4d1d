"""WordprocessingML in the small: paragraphs and tables as strings, children in the order the schema demands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

CELL_MARGIN = 100  # at the left and the right, in twentieths of a point

_BREAK = re.compile("([\n\t])")
_BREAK_TAGS = {"\n": "<w:br/>", "\t": "<w:tab/>"}


def run(text: str) -> str:
    """Return text (free of illegal characters) as a run; line breaks and tabs become their elements."""
    pieces = [
        _BREAK_TAGS.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
        for piece in _BREAK.split(text)
        if piece
    ]
    return f"<w:r>{''.join(pieces)}</w:r>" if pieces else ""


@dataclass(frozen=True, slots=True)
class Form:
    """What a paragraph changes of its style: indents and spaces in twentieths of a point, `None` as the style has it.

    `keep` keeps it on the page of what follows.
    """

    left: int | None = None
    hanging: int | None = None
    before: int | None = None
    after: int | None = None
    keep: bool = False

    def xml(self) -> str:
        """Return the elements that follow the name of the style."""
        spacing = _attributes(before=self.before, after=self.after)
        indent = _attributes(left=self.left, hanging=self.hanging)
        return (
            ("<w:keepNext/>" if self.keep else "")
            + (f"<w:spacing{spacing}/>" if spacing else "")
            + (f"<w:ind{indent}/>" if indent else "")
        )


def _attributes(**values: int | None) -> str:
    return "".join(f' w:{name}="{value}"' for name, value in values.items() if value is not None)


def paragraph(style: str, text: str = "", form: Form = Form()) -> str:
    """Return a paragraph in a style."""
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{form.xml()}</w:pPr>{run(text)}</w:p>"


def cell(paragraphs: str, width: int, *, shade: str = "", centred: bool = False) -> str:
    """Return a table cell; `width` in twentieths of a point, `shade` a colour as RRGGBB."""
    shading = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    vertical = '<w:vAlign w:val="center"/>' if centred else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shading}{vertical}</w:tcPr>{paragraphs}</w:tc>'


def row(cells: Iterable[str], *, header: bool = False, whole: bool = True, height: int = 0) -> str:
    """Return a table row; `header` repeats it on every page, `whole` keeps it on one; `height` is the least one."""
    properties = "<w:cantSplit/>" if whole else ""
    properties += f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    properties += "<w:tblHeader/>" if header else ""
    wrapped = f"<w:trPr>{properties}</w:trPr>" if properties else ""
    return f"<w:tr>{wrapped}{''.join(cells)}</w:tr>"


def table(rows: Iterable[str], widths: Sequence[int], *, indent: int = 0) -> str:
    """Return a table with full borders and fixed columns; lengths in twentieths of a point."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 40), ("left", CELL_MARGIN), ("bottom", 40), ("right", CELL_MARGIN))
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="{indent}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f'<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" '
        f'w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )
