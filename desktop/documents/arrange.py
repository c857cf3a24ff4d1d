"""What stands on the page and in which order, for every format alike: a document becomes a row of blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from desktop.core.document import LayoutKind, OfficialDocument
from desktop.core.sections import ListContent, Section, SectionRole, TableContent, TextContent, is_empty
from desktop.core.wareki import format_date
from desktop.documents.blocks import Block, FactTable, Line, LineKind, RowTable, SealRow
from desktop.documents.widths import em_width

NOTHING = "（なし）"
RECORD_MARK = "記"
CLOSING = "以上"
_DATE, _TO, _FROM, _NUMBER = "日付", "宛先", "発信者", "文書番号"
_CONTACT, _INQUIRIES = "担当", "問合せ先"
_PRESS_BANNER = "報道資料"
_SEALS, _DRAFTED_ON, _DRAFTED_BY = "決裁欄", "起案日", "起案者"
_QUESTION, _ANSWER = "問", "答"
_MARK = "■"


# XML cannot hold these; no format needs them. Lone surrogates come from undecodable file names.
_ILLEGAL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# A doubled sign is no bullet: ○○市 stands for a name that is still to come.
_BULLET = re.compile(r"[ 　]*(?:[・•‣]|([●○◎◯■□◆◇])(?!\1)|[-*＊－](?=[ 　]))[ 　]*")
_NUMBERED = re.compile(r"[ 　]*((?:[(（][0-9０-９]{1,2}[)）]|[0-9０-９]{1,2}[.．、](?![0-9０-９])|[①-⑳]))[ 　]*")
_OWN_NUMBER = re.compile(r"第?[0-9０-９一二三四五六七八九十]+[　 .．、]")
_CONTACT_WORD = re.compile(r"[（(【]?(?:担当|問合せ|問い合わせ|お問い合わせ|連絡先)")
_MAX_SPREAD = 5


def arrange(document: OfficialDocument) -> tuple[Block, ...]:
    """Return the blocks of a document in the order of its layout, clean of characters that no file can hold."""
    return tuple(_LAYOUTS[document.layout](document))


def title_of(document: OfficialDocument) -> str:
    """Return the printed title on one line: the section that is the subject, or else the document's own title."""
    in_table = document.layout in (LayoutKind.MEMO, LayoutKind.APPROVAL)
    subject = "" if in_table else _subject(document)
    return " ".join((subject or clean(document.title)).split("\n"))


def clean(text: str) -> str:
    """Return the text with LF line ends and without characters that are illegal in XML; ends are stripped."""
    return _ILLEGAL.sub("", _LINE_END.sub("\n", text)).strip()


def numeral(number: int) -> str:
    """Return a number as official documents print it: one digit in full width, more in half width."""
    return chr(ord("０") + number) if 0 <= number <= 9 else str(number)  # noqa: PLR2004 -- one digit


def spread(labels: Sequence[str]) -> list[str]:
    """Pad labels with full-width spaces to the same length, between the characters where that comes out even."""
    width = max(map(em_width, labels), default=0.0)
    return [_spread(label, width) for label in labels]


def _spread(label: str, width: float) -> str:
    gaps, missing = len(label) - 1, int(width - em_width(label))
    if width <= _MAX_SPREAD and gaps > 0 and missing % gaps == 0 and em_width(label) == len(label):
        return ("　" * (missing // gaps)).join(label)
    return label + "　" * missing


def _notice(document: OfficialDocument) -> Iterator[Block]:
    yield from _head(document)
    yield from _text_and_record(document)
    yield from _end(document)


def _minutes(document: OfficialDocument) -> Iterator[Block]:
    yield from _head(document)
    yield from _facts(document.facts)
    yield from _sections(document.sections)
    yield from _end(document)


def _letter(document: OfficialDocument) -> Iterator[Block]:
    yield from _head(document)
    yield from _text_and_record(document, _unmarked)
    yield from _end(document)


def _speech(document: OfficialDocument) -> Iterator[Block]:
    yield from _lines(LineKind.NUMBER, document.number)
    yield from _lines(LineKind.ADDRESSEE, document.addressee)
    yield from _lines(LineKind.TITLE, title_of(document))
    yield from _lines(LineKind.DATE, _date(document))
    yield from _lines(LineKind.SENDER, document.sender)
    yield from _facts(document.facts)
    for section in document.sections:
        if not _is_subject(section):
            yield from _content(section)
    yield from _end(document)


def _press(document: OfficialDocument) -> Iterator[Block]:
    yield Line(LineKind.BANNER, _PRESS_BANNER)
    yield from _head(document)
    yield from _text_and_record(document)
    yield from _end(document, _INQUIRIES)


def _leaflet(document: OfficialDocument) -> Iterator[Block]:
    yield from _lines(LineKind.NUMBER, document.number)
    yield from _lines(LineKind.ADDRESSEE, document.addressee)
    yield from _lines(LineKind.TITLE, title_of(document))
    yield from _text_and_record(document, lambda _: _MARK)
    yield from _end(document, _INQUIRIES)
    yield from _lines(LineKind.DATE, _date(document))
    yield from _lines(LineKind.SENDER, document.sender)


def _answers(document: OfficialDocument) -> Iterator[Block]:
    yield from _head(document)
    yield from _facts(document.facts)
    for section in document.sections:
        if isinstance(section.content, TableContent) and not is_empty(section.content):
            if section.spec.role is not SectionRole.BODY:
                yield _heading(section, "")
            yield from _questions(section, section.content)
        else:
            yield from _sections([section], _unmarked)
    yield from _end(document)


def _questions(section: Section, content: TableContent) -> Iterator[Block]:
    """Yield each row as a question, its answer, and what else its columns say, labelled with the column's title."""
    filled = [tuple(clean(cell) for cell in row) for row in content.rows if any(cell.strip() for cell in row)]
    labels = [_QUESTION, _ANSWER, *(clean(column.title) for column in section.spec.columns[2:])]
    for number, row in enumerate(filled, start=1):
        for index, cell in enumerate(row):
            label = labels[index] if index < len(labels) else ""
            if index == 0:
                yield Line(LineKind.QUESTION, cell, label + (numeral(number) if len(filled) > 1 else ""))
            elif cell:
                yield Line(LineKind.ANSWER, cell, label)


def _approval(document: OfficialDocument) -> Iterator[Block]:
    yield from _lines(LineKind.TITLE, title_of(document))
    seals = [clean(value).split("\n") for label, value in document.facts if label == _SEALS and clean(value)]
    for titles in seals:
        yield SealRow(tuple(title.strip() for title in titles if title.strip()))
    head = (
        (_NUMBER, document.number),
        (_DRAFTED_ON, _date(document)),
        (_DRAFTED_BY, document.sender),
        *((label, value) for label, value in document.facts if label != _SEALS),
        (_TO, document.addressee),
        *((section.spec.title, _subject(document)) for section in document.sections if _is_subject(section)),
    )
    yield from _facts(head)
    yield from _text_and_record(replace(document, facts=()))
    yield from _end(document)


def _head(document: OfficialDocument) -> Iterator[Block]:
    yield from _lines(LineKind.NUMBER, document.number)
    yield from _lines(LineKind.DATE, _date(document))
    yield from _lines(LineKind.ADDRESSEE, document.addressee)
    yield from _lines(LineKind.SENDER, document.sender)
    yield from _lines(LineKind.TITLE, title_of(document))


def _text_and_record(document: OfficialDocument, mark: Callable[[int], str] | None = None) -> Iterator[Block]:
    record = [section for section in document.sections if section.spec.role is SectionRole.RECORD]
    text = [section for section in document.sections if section.spec.role is not SectionRole.RECORD]
    yield from _sections(text, mark or numeral)
    yield from _facts(document.facts)
    yield from _record([section for section in record if not is_empty(section.content)])


def _memo(document: OfficialDocument) -> Iterator[Block]:
    yield from _lines(LineKind.TITLE, title_of(document))
    subject = next((section.spec.title for section in document.sections if _is_subject(section)), "")
    head = (
        (_NUMBER, document.number),
        (_DATE, _date(document)),
        (_TO, document.addressee),
        (_FROM, document.sender),
        (subject, _subject(document)),
    )
    yield from _facts((*head, *document.facts))
    yield from _sections(document.sections)
    yield from _end(document)


def _date(document: OfficialDocument) -> str:
    if document.date is None:
        return ""
    try:
        return format_date(document.date)
    except ValueError:  # before the first era that can be written
        return f"{document.date.year}年{document.date.month}月{document.date.day}日"


def _is_subject(section: Section) -> bool:
    return section.spec.role is SectionRole.SUBJECT


def _subject(document: OfficialDocument) -> str:
    texts = (
        clean(section.content.text)
        for section in document.sections
        if _is_subject(section) and isinstance(section.content, TextContent)
    )
    return next((text for text in texts if text), "")


def _lines(kind: LineKind, text: str) -> Iterator[Block]:
    cleaned = clean(text)
    if cleaned:
        yield Line(kind, cleaned)


def _facts(facts: Sequence[tuple[str, str]]) -> Iterator[Block]:
    rows = tuple((clean(label), clean(value)) for label, value in facts if clean(value))
    if rows:
        yield FactTable(rows)


def _end(document: OfficialDocument, word: str = _CONTACT) -> Iterator[Block]:
    lines = [clean(line) for line in document.contact if clean(line)]
    if lines:
        if not _CONTACT_WORD.match(lines[0]):
            below = "　" * (len(word) + 1)
            lines = [f"{word}　{lines[0]}", *(f"{below}{line}" for line in lines[1:])]
        yield Line(LineKind.CONTACT, "\n".join(lines))
    yield from _lines(LineKind.NOTE, document.note)


def _sections(sections: Sequence[Section], mark: Callable[[int], str] = numeral) -> Iterator[Block]:
    """Yield body text and headed sections; only the headed ones are numbered, and only they say that they are empty."""
    number = 0
    for section in sections:
        if section.spec.role is SectionRole.SUBJECT or (section.spec.optional and is_empty(section.content)):
            continue
        if section.spec.role is not SectionRole.BODY:
            number += 1
            yield _heading(section, mark(number))
            if is_empty(section.content):
                yield Line(LineKind.PARAGRAPH, NOTHING)
        yield from _content(section)


def _heading(section: Section, mark: str) -> Line:
    title = clean(section.spec.title)
    return Line(LineKind.HEADING, title, "" if _OWN_NUMBER.match(title) else mark)


def _unmarked(_number: int) -> str:
    return ""


def _record(sections: Sequence[Section]) -> Iterator[Block]:
    """Yield 記, the numbered items and 以上; a short item stands beside its title, a longer one under it."""
    if not sections:
        return
    yield Line(LineKind.RECORD_MARK, RECORD_MARK)
    titles = [clean(section.spec.title) for section in sections]
    beside = [_one_line(section) for section in sections]
    aligned = iter(spread([title for title, value in zip(titles, beside, strict=True) if value]))
    for number, (section, title, value) in enumerate(zip(sections, titles, beside, strict=True), start=1):
        yield Line(LineKind.ITEM, title, numeral(number), value, next(aligned) if value else title)
        if not value:
            yield from _content(section, level=1)
    yield Line(LineKind.CLOSING, CLOSING)


def _one_line(section: Section) -> str:
    """Return content that fits beside its title, or nothing."""
    content = section.content
    if isinstance(content, TextContent):
        text = clean(content.text)
    elif isinstance(content, ListContent):
        items = [clean(item) for item in content.items if item.strip()]
        text = _without_bullet(items[0]) if len(items) == 1 else ""
    else:
        text = ""
    return "" if "\n" in text else text


def _content(section: Section, level: int = 0) -> Iterator[Block]:
    content = section.content
    if isinstance(content, TextContent):
        for text in clean(content.text).split("\n"):
            if text.strip():
                yield _text_line(text, level)
    elif isinstance(content, ListContent):
        for item in content.items:
            if clean(item):
                yield _item_line(clean(item), level)
    else:
        yield from _table(section, content, level)


def _text_line(text: str, level: int) -> Line:
    """Return a paragraph; one that begins with a bullet or a number of its own keeps it and hangs from it."""
    if match := _NUMBERED.match(text):
        return Line(LineKind.BULLET, text[match.end() :], match.group(1), level=level)
    if match := _BULLET.match(text):
        return Line(LineKind.BULLET, text[match.end() :], match.group().strip(" 　"), level=level)
    return Line(LineKind.PARAGRAPH, text.strip(), level=level)


def _item_line(item: str, level: int) -> Line:
    if match := _NUMBERED.match(item):
        return Line(LineKind.BULLET, item[match.end() :], match.group(1), level=level)
    return Line(LineKind.BULLET, _without_bullet(item), "・", level=level)


def _without_bullet(item: str) -> str:
    match = _BULLET.match(item)
    return item[match.end() :] if match else item


def _table(section: Section, content: TableContent, level: int) -> Iterator[Block]:
    titles = tuple(clean(column.title) for column in section.spec.columns)
    filled = [row for row in content.rows if any(cell.strip() for cell in row)]
    width = max([len(titles), *map(len, filled)])
    if not filled or not width:
        return
    rows = tuple(tuple(clean(cell) for cell in row) + ("",) * (width - len(row)) for row in filled)
    yield RowTable(titles + ("",) * (width - len(titles)), rows, level)


_LAYOUTS: dict[LayoutKind, Callable[[OfficialDocument], Iterator[Block]]] = {
    LayoutKind.MINUTES: _minutes,
    LayoutKind.NOTICE: _notice,
    LayoutKind.MEMO: _memo,
    LayoutKind.LETTER: _letter,
    LayoutKind.SPEECH: _speech,
    LayoutKind.PRESS: _press,
    LayoutKind.LEAFLET: _leaflet,
    LayoutKind.ANSWERS: _answers,
    LayoutKind.APPROVAL: _approval,
}
