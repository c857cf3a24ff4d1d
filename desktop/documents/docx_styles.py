"""The page and the typefaces of a Japanese official document: sizes, margins, and the styles a clerk finds in Word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from desktop.core.document import LayoutKind
from desktop.documents.docx_xml import PROLOG, W

MINCHO = "ＭＳ 明朝"
GOTHIC = "ＭＳ ゴシック"
SHADE = "F2F2F2"

_A4_WIDTH, _A4_HEIGHT = 11906, 16838  # twentieths of a point, as all lengths here
_MM = 56.693
_LINE_PITCH = 360
HALF_LINE = _LINE_PITCH // 2


@dataclass(frozen=True, slots=True)
class PageStyle:
    """Margins in millimetres, type sizes in half points.

    `reference_width`, in twentieths of a point, is the width between the margins of a page that is not ours.
    """

    vertical_margin: int
    side_margin: int
    size: int
    title_size: int
    reference_width: int = 0

    @property
    def em(self) -> int:
        """One em of the body text, in twentieths of a point."""
        return self.size * 10

    @property
    def text_width(self) -> int:
        """Width between the margins, in twentieths of a point."""
        return self.reference_width or _A4_WIDTH - 2 * round(self.side_margin * _MM)


PAGES = {
    LayoutKind.NOTICE: PageStyle(vertical_margin=25, side_margin=25, size=22, title_size=24),
    LayoutKind.MINUTES: PageStyle(vertical_margin=25, side_margin=20, size=21, title_size=28),
    LayoutKind.MEMO: PageStyle(vertical_margin=25, side_margin=20, size=21, title_size=28),
    LayoutKind.LETTER: PageStyle(vertical_margin=25, side_margin=25, size=22, title_size=24),
    # Read aloud at a lectern: 14 points.
    LayoutKind.SPEECH: PageStyle(vertical_margin=25, side_margin=25, size=28, title_size=32),
    LayoutKind.PRESS: PageStyle(vertical_margin=25, side_margin=25, size=22, title_size=28),
    # For eyes of every age: 12 points.
    LayoutKind.LEAFLET: PageStyle(vertical_margin=25, side_margin=20, size=24, title_size=36),
    LayoutKind.ANSWERS: PageStyle(vertical_margin=25, side_margin=25, size=24, title_size=28),
    LayoutKind.APPROVAL: PageStyle(vertical_margin=20, side_margin=20, size=21, title_size=28),
}


FOOTER_ID = "rIdFooter"


def section_properties(page: PageStyle) -> str:
    """Return the page: A4, margins, footer, a line grid as Word's Japanese edition sets it."""
    vertical, side = round(page.vertical_margin * _MM), round(page.side_margin * _MM)
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{FOOTER_ID}"/>'
        f'<w:pgSz w:w="{_A4_WIDTH}" w:h="{_A4_HEIGHT}"/>'
        f'<w:pgMar w:top="{vertical}" w:right="{side}" w:bottom="{vertical}" w:left="{side}" w:header="851" '
        f'w:footer="737" w:gutter="0"/><w:cols w:space="425"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{_LINE_PITCH}"/></w:sectPr>'
    )


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """A paragraph style; indents in em, spaces before and after in half lines."""

    id: str
    name: str
    jc: str = ""
    left: float = 0
    hanging: float = 0
    right: float = 0
    before: int = 0
    after: int = 0
    gothic: bool = False
    size: int = 0
    next: str = "Normal"
    keep_next: bool = False
    keep_lines: bool = False
    outline: int | None = None


def paragraph_styles(page: PageStyle) -> tuple[ParagraphStyle, ...]:
    """Return the styles that documents are written in."""
    return (
        ParagraphStyle("Title", "Title", "center", after=2, gothic=True, size=page.title_size, keep_next=True),
        ParagraphStyle(
            "Heading1", "heading 1", "left", left=2, hanging=2, before=1, gothic=True, keep_next=True, outline=0
        ),
        ParagraphStyle("Banner", "文書の種類", "center", after=1, gothic=True, size=36, keep_next=True),
        ParagraphStyle(
            "Question", "問", "left", left=2, hanging=2, before=1, gothic=True, keep_next=True, next="Answer"
        ),
        ParagraphStyle("Answer", "答", left=2, hanging=2, next="Answer"),
        ParagraphStyle("DocumentNumber", "文書番号", "right", right=1),
        ParagraphStyle("DocumentDate", "日付欄", "right", right=1),
        ParagraphStyle("Addressee", "宛先", "left", left=1, before=2),
        ParagraphStyle("Sender", "発信者", "right", right=1, before=2),
        ParagraphStyle("BodyParagraph", "本文段落", next="BodyParagraph"),
        ParagraphStyle("BulletItem", "箇条書き項目", left=2, hanging=1, next="BulletItem"),
        ParagraphStyle("RecordMark", "記", "center", before=2, after=2, keep_next=True, next="RecordItem"),
        ParagraphStyle("RecordItem", "記書き項目", "left", left=2, hanging=2, next="RecordItem"),
        ParagraphStyle("Closing", "以上", "right", right=1, before=1),
        ParagraphStyle("ContactLines", "担当", "left", before=2, keep_lines=True),
        ParagraphStyle("Remark", "注記", "left", before=2),
        ParagraphStyle("TableHeading", "表の見出し", "center", gothic=True, next="TableText"),
        ParagraphStyle("TableLabel", "表の項目名", "distribute", next="TableText"),
        ParagraphStyle("TableText", "表の文字", "left", next="TableText"),
        ParagraphStyle("AfterTable", "表の後"),
        ParagraphStyle("Footer", "footer", "center"),
    )


def styles_xml(page: PageStyle) -> str:
    """Return the styles part: Mincho for text, Gothic for headings, Japanese as the language of everything."""
    return (
        f'{PROLOG}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(MINCHO)}'
        f'<w:kern w:val="2"/><w:sz w:val="{page.size}"/><w:szCs w:val="{page.size}"/>'
        f'<w:lang w:val="ja-JP" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault/></w:docDefaults>"
        f'<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f'<w:pPr><w:widowControl w:val="0"/><w:jc w:val="both"/></w:pPr></w:style>'
        f'<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        f'<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        f'<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        f'<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        f'<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        f'<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        f"{''.join(style_xml(style, page, {}) for style in paragraph_styles(page))}</w:styles>"
    )


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:eastAsia="{name}" w:hAnsi="{name}" w:cs="{name}"/>'


def style_xml(style: ParagraphStyle, page: PageStyle, ids: Mapping[str, str]) -> str:
    """Return a style; `ids` tells which identities stand for ours, where they are others."""

    def known(name: str) -> str:
        return quoteattr(ids.get(name, name))

    fonts = _fonts(GOTHIC) if style.gothic else ""
    size = f'<w:sz w:val="{style.size}"/><w:szCs w:val="{style.size}"/>' if style.size else ""
    run = f"<w:rPr>{fonts}{size}</w:rPr>" if fonts or size else ""
    custom = "" if style.name.isascii() else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId={known(style.id)}><w:name w:val="{style.name}"/>'
        f"<w:basedOn w:val={known('Normal')}/><w:next w:val={known(style.next)}/><w:qFormat/>"
        f"<w:pPr>{_paragraph_properties(style, page)}</w:pPr>{run}</w:style>"
    )


def _paragraph_properties(style: ParagraphStyle, page: PageStyle) -> str:
    parts = []
    if style.keep_next:
        parts.append("<w:keepNext/>")
    if style.keep_lines:
        parts.append("<w:keepLines/>")
    if style.id == "AfterTable":
        parts.append(f'<w:snapToGrid w:val="0"/><w:spacing w:line="{HALF_LINE}" w:lineRule="exact"/>')
    elif style.before or style.after:
        before, after = style.before * HALF_LINE, style.after * HALF_LINE
        parts.append(f'<w:spacing w:before="{before}" w:after="{after}"/>')
    if style.left or style.right:
        left, right, hanging = (round(em * page.em) for em in (style.left, style.right, style.hanging))
        parts.append(
            f'<w:ind w:left="{left}" w:right="{right}"' + (f' w:hanging="{hanging}"' if hanging else "") + "/>"
        )
    if style.jc:
        parts.append(f'<w:jc w:val="{style.jc}"/>')
    if style.outline is not None:
        parts.append(f'<w:outlineLvl w:val="{style.outline}"/>')
    return "".join(parts)
