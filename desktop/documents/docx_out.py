"""Word documents out: the blocks of a document on A4 as a Japanese office prints them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import BinaryIO

from desktop.core.document import OfficialDocument
from desktop.documents.arrange import arrange, title_of
from desktop.documents.blocks import Block, FactTable, Line, LineKind, RowTable, SealRow
from desktop.documents.docx_package import write_package
from desktop.documents.docx_styles import PAGES, SHADE, PageStyle, section_properties, styles_xml
from desktop.documents.docx_xml import CELL_MARGIN, PROLOG, Form, R, W, cell, paragraph, row, table
from desktop.documents.reference import Reference
from desktop.documents.reference_look import Look
from desktop.documents.widths import column_widths, em_width, set_width

_STYLES = {
    LineKind.BANNER: "Banner",
    LineKind.NUMBER: "DocumentNumber",
    LineKind.DATE: "DocumentDate",
    LineKind.ADDRESSEE: "Addressee",
    LineKind.SENDER: "Sender",
    LineKind.TITLE: "Title",
    LineKind.RECORD_MARK: "RecordMark",
    LineKind.CLOSING: "Closing",
    LineKind.NOTE: "Remark",
}
_LEADS = frozenset({LineKind.HEADING, LineKind.ITEM})
_TEXT_KINDS = frozenset({LineKind.PARAGRAPH, LineKind.BULLET})
_LEAD_FORM = Form(after=40)  # a hair of space between a heading and the border of its table
_TITLE_FORM = Form(before=360)  # one line between the title, or the date at the end, and what stands above it
# A row of more lines than this would leave most of a page empty when kept whole, or not fit on one at all.
_MAX_WHOLE_ROW_LINES = 15
_SEAL_BOX, _SEAL_HEIGHT = 1134, 907  # 20 and 16 mm, room for a seal
_MIN_LABEL_EM, _MAX_LABEL_EM = 4.0, 10.0


class DocxExporter:
    """Writes Word's XML format, in the look of a reference when there is one."""

    suffixes: tuple[str, ...] = (".docx",)

    def __init__(self, reference: Reference | None = None) -> None:
        """Use our own look unless an office's is given."""
        self._reference = reference

    def write(self, document: OfficialDocument, stream: BinaryIO) -> None:
        """Write the document to an open binary stream."""
        page = PAGES[document.layout]
        if self._reference is None:
            body = "".join(_body(arrange(document), page))
            write_package(stream, _document(body, section_properties(page)), styles_xml(page), title_of(document))
            return
        look = Look(self._reference, page)
        body = look.body("".join(_body(arrange(document), look.page)))
        text = _document(body, look.section())
        write_package(stream, text, look.styles(), title_of(document), look.parts())


def _document(body: str, section: str) -> str:
    return f'{PROLOG}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}{section}</w:body></w:document>'


def _body(blocks: Sequence[Block], page: PageStyle) -> Iterator[str]:
    """Yield the XML of the blocks, with the spaces that depend on their neighbours."""
    for index, (block, following) in enumerate(pairwise([*blocks, None])):
        if isinstance(block, Line):
            lead = following is not None and not isinstance(following, Line) and block.kind in _LEADS
            below_head = index > 0 and (block.kind is LineKind.TITLE or _is_dated_end(blocks[index - 1], block))
            yield _line(block, page, _LEAD_FORM if lead else _TITLE_FORM if below_head else Form())
        elif block is not None:
            yield _any_table(block, page)
            # Two tables would become one without a paragraph between them; text needs some air.
            spaced = isinstance(following, Line) and following.kind not in _TEXT_KINDS
            yield "" if spaced else paragraph("AfterTable")


def _is_dated_end(previous: Block, line: Line) -> bool:
    """Tell whether a date closes a page, as on a leaflet, and does not open it."""
    return line.kind is LineKind.DATE and isinstance(previous, Line) and previous.kind is LineKind.CONTACT


def _line(line: Line, page: PageStyle, form: Form) -> str:
    if line.kind is LineKind.PARAGRAPH:
        indent = line.level * page.em if line.level else None
        return paragraph("BodyParagraph", f"　{line.text}", replace(form, left=indent))
    if line.kind is LineKind.CONTACT:
        width = (max(map(set_width, line.text.split("\n"))) + 1) * page.em
        return paragraph("ContactLines", line.text, replace(form, left=max(0, round(page.text_width - width))))
    if line.kind in _HANGING:
        return _HANGING[line.kind](line, page, form)
    return paragraph(_STYLES[line.kind], line.text, form)


def _heading(line: Line, page: PageStyle, form: Form) -> str:
    mark = f"{line.marker}　" if line.marker else ""
    hanging = round(em_width(mark) * page.em)
    return paragraph("Heading1", mark + line.text, replace(form, left=hanging, hanging=hanging))


def _bullet(line: Line, page: PageStyle, form: Form) -> str:
    """Return an item that hangs from its marker; a bullet needs no space after it, a number does."""
    mark = line.marker if em_width(line.marker) <= 1 else f"{line.marker} "
    hanging = round(em_width(mark) * page.em)
    left = (line.level + 1) * page.em + hanging
    return paragraph("BulletItem", mark + line.text, replace(form, left=left, hanging=hanging))


def _item(line: Line, page: PageStyle, form: Form) -> str:
    """Return an item under 記: its title alone, or with its content beside it, wrapped below the content's start."""
    if not line.value:
        return paragraph("RecordItem", f"{line.marker}　{line.text}", replace(form, keep=True))
    mark = f"{line.marker}　{line.aligned}"
    hanging = (math.ceil(em_width(mark)) + 2) * page.em
    # A tab reaches the hanging indent, whatever the width of the digits in the title.
    return paragraph("RecordItem", f"{mark}\t{line.value}", replace(form, left=hanging, hanging=hanging))


def _question(line: Line, page: PageStyle, form: Form) -> str:
    return _labelled("Question", line, page, form)


def _answer(line: Line, page: PageStyle, form: Form) -> str:
    return _labelled("Answer", line, page, form)


def _labelled(style: str, line: Line, page: PageStyle, form: Form) -> str:
    """Return text that hangs from its label; its own paragraphs hang as well."""
    mark = f"{line.marker}　"
    hanging = math.ceil(em_width(mark)) * page.em
    first, *others = line.text.split("\n")
    lead = paragraph(style, mark + first, replace(form, left=hanging, hanging=hanging))
    return lead + "".join(paragraph(style, other, Form(left=hanging, hanging=0, before=0)) for other in others)


_HANGING = {
    LineKind.HEADING: _heading,
    LineKind.BULLET: _bullet,
    LineKind.ITEM: _item,
    LineKind.QUESTION: _question,
    LineKind.ANSWER: _answer,
}


def _any_table(block: FactTable | RowTable | SealRow, page: PageStyle) -> str:
    if isinstance(block, FactTable):
        return _fact_table(block, page)
    return _row_table(block, page) if isinstance(block, RowTable) else _seal_row(block, page)


def _seal_row(block: SealRow, page: PageStyle) -> str:
    """Return boxes of equal width, narrower than the page where few people approve."""
    width = min(_SEAL_BOX, page.text_width // max(1, len(block.titles)))
    titles = [cell(_cell_text("TableHeading", title), width, shade=SHADE, centred=True) for title in block.titles]
    blank = [cell(paragraph("TableText"), width) for _ in block.titles]
    return table((row(titles), row(blank, height=_SEAL_HEIGHT)), [width] * len(block.titles))


def _fact_table(block: FactTable, page: PageStyle) -> str:
    padding = 2 * CELL_MARGIN / page.em + 0.5
    widest = max(em_width(label) for label, _ in block.rows)
    label_em = min(max(widest, _MIN_LABEL_EM), _MAX_LABEL_EM) + padding + 1
    label_width = round(label_em * page.em)
    widths = (label_width, page.text_width - label_width)
    rows = (
        row(
            (
                cell(_cell_text(_label_style(label), label), widths[0], shade=SHADE, centred=True),
                cell(_cell_text("TableText", value), widths[1], centred=True),
            ),
            whole=_fits((value,), (widths[1] / page.em,)),
        )
        for label, value in block.rows
    )
    return table(rows, widths)


def _label_style(label: str) -> str:
    """Return the style that spreads a label over its cell; one of two lines would tear its second apart."""
    return "TableLabel" if em_width(label) <= _MAX_LABEL_EM else "TableText"


def _row_table(block: RowTable, page: PageStyle) -> str:
    indent = block.level * page.em
    padding = 2 * CELL_MARGIN / page.em + 0.5
    widths = _twips(column_widths((block.titles, *block.rows), (page.text_width - indent) / page.em, padding), page)
    ems = [width / page.em for width in widths]
    head = [
        cell(_cell_text("TableHeading", title), width, shade=SHADE, centred=True)
        for title, width in zip(block.titles, widths, strict=True)
    ]
    rows = [row(head, header=True)] if any(block.titles) else []
    rows += [
        row(
            [cell(_cell_text("TableText", text), width) for text, width in zip(texts, widths, strict=True)],
            whole=_fits(texts, ems),
        )
        for texts in block.rows
    ]
    return table(rows, widths, indent=indent)


def _twips(ems: Sequence[float], page: PageStyle) -> list[int]:
    return [round(em * page.em) for em in ems]


def _cell_text(style: str, text: str) -> str:
    return "".join(paragraph(style, line) for line in text.split("\n"))


def _fits(texts: Sequence[str], widths: Sequence[float]) -> bool:
    """Tell whether a row is short enough to be kept on one page; widths in em."""
    lines = (
        sum(1 + int(set_width(line) / max(width - 1, 1)) for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )
    return max(lines) <= _MAX_WHOLE_ROW_LINES
