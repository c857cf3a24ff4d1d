"""A damaged or malicious Word file beside a template is refused or used, and never breaks an export."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

from docx import Document

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.export import export
from desktop.documents.reference import read_reference
from tests.support.reference_files import letterhead_file, names_in, rewritten
from tests.support.sample_documents import notice

SEED = 20261124
ROUNDS = 150
PARTS = ("word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels", "[Content_Types].xml", "_rels/.rels")
NASTY = (
    *(
        "",
        "<",
        ">",
        '"',
        "&",
        "&amp;",
        "&x;",
        "</w:p>",
        "<w:sectPr/>",
        "<w:p>",
        "\x00",
        "か",
        "<!--",
        "<?x?>",
        "<![CDATA[",
    ),
    *(
        'w:w="-1"',
        'r:id="rId1"',
        'TargetMode="External"',
        "../",
        "default",
        "first",
        "header",
        "footer",
        "image",
        "theme",
    ),
    *(
        "<w:fldChar/>",
        "<w:instrText>PAGE</w:instrText>",
        '<w:style w:styleId="a"/>',
        'w:val=""',
        "<w:sz/>",
        "999999999",
    ),
)


def damaged(chance: random.Random, good: bytes) -> bytes:
    """Return the file with changes inside one part, or in its bytes."""
    if chance.random() < 0.2:
        data = bytearray(good)
        for _ in range(chance.choice((1, 5, 50))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        return bytes(data[: chance.choice((len(data), chance.randrange(len(data))))])
    heads = [name for name in names_in(good) if name.startswith(("word/header", "word/footer"))]
    name = chance.choice([*PARTS, *heads])
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        text = archive.read(name).decode("utf-8")
    for _ in range(chance.choice((1, 1, 3))):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice((0, 1, 10, 100)))
        text = text[:start] + chance.choice(NASTY) + text[end:]
    return rewritten(good, {name: text.encode("utf-8")})


def swapped(chance: random.Random, good: bytes) -> bytes:
    """Return the file with words of its XML changed for others: it stays well formed more often."""
    name = chance.choice([one for one in names_in(good) if one.endswith((".xml", ".rels"))])
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        text = archive.read(name).decode("utf-8")
    words = sorted({word for word in text.replace("<", " ").replace(">", " ").replace("/", " ").split() if "=" in word})
    if len(words) > 1:
        text = text.replace(chance.choice(words), chance.choice(words), chance.choice((1, -1)))
    return rewritten(good, {name: text.encode("utf-8")})


def test_every_damaged_reference_is_refused_with_a_reason_or_gives_a_file_that_opens(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 -- repeatable, not secret
    good = letterhead_file()
    used = 0
    for number in range(ROUNDS):
        data = (damaged if number % 2 else swapped)(chance, good)
        try:
            look = read_reference(data, "様式.docx")
        except UserFault as fault:
            assert fault.code is ErrorCode.TEMPLATE_REFERENCE_BAD  # noqa: PT017 -- most are refused, not all
            continue
        used += 1
        target = export(notice(), tmp_path / "a.docx", overwrite=True, reference=look)
        assert any("防災訓練" in paragraph.text for paragraph in Document(str(target)).paragraphs)
    assert used
