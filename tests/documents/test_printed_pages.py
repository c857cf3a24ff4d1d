"""The saved Word files as an office program prints them: LibreOffice makes a PDF, and its pages are examined."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest

from desktop.core.document import OfficialDocument
from desktop.documents.export import export
from tests.support.sample_documents import items, memo, minutes, notice, rows, text

A4_POINTS = (595.3, 841.9)


@dataclasses.dataclass(frozen=True, slots=True)
class Printed:
    """The pages of one PDF as laid-out text, the size of the first in points."""

    pages: list[str]
    size: tuple[float, float]

    @property
    def text(self) -> str:
        """All pages, in the normal form of width (fonts map some characters) and without spaces."""
        return "".join(unicodedata.normalize("NFKC", "".join(self.pages)).split())


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.fail(f"{name} is missing: `make test` installs libreoffice-writer-nogui, poppler-utils, fonts-noto-cjk")
    return path


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Printed]:
    """Print all samples in one run of the office program, which takes seconds to start."""
    folder = tmp_path_factory.mktemp("printed")
    samples = {"notice": notice(), "minutes": minutes(), "memo": memo(), "long": _long()}
    files = [str(export(document, folder / f"{name}.docx")) for name, document in samples.items()]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    _run(_tool("soffice"), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files)
    return {name: _read(folder / f"{name}.pdf") for name in samples}


def _read(pdf: Path) -> Printed:
    facts = dict(line.split(":", 1) for line in _run(_tool("pdfinfo"), str(pdf)).splitlines() if ":" in line)
    width, _, height, *_ = facts["Page size"].split()
    pages = _run(_tool("pdftotext"), "-layout", str(pdf), "-").split("\f")[:-1]
    assert len(pages) == int(facts["Pages"])
    return Printed(pages, (float(width), float(height)))


def _long() -> OfficialDocument:
    decisions = [(f"決定{number:03}：避難所の備蓄品を点検し、不足を補う。", "防災課", "12月") for number in range(60)]
    return dataclasses.replace(
        minutes(),
        sections=(
            text("経過", "会議の記録です。" * 1250),
            rows("決定事項", ("決定の内容", "担当", "期限"), *decisions),
            rows("長い行", ("内容", "担当"), ("一行で終わらない説明。" * 300 + "終端", "佐藤")),
            items("語", "a" * 300),
        ),
    )


def _column(page: str, words: str) -> int:
    """Return how far from the left a line of the page begins, in characters."""
    line = next(line for line in page.splitlines() if words in unicodedata.normalize("NFKC", line))
    return len(line) - len(line.lstrip())


@pytest.mark.parametrize("name", ["notice", "minutes", "memo", "long"])
def test_every_page_is_a4(printed: dict[str, Printed], name: str) -> None:
    for measured, expected in zip(printed[name].size, A4_POINTS, strict=True):
        assert abs(measured - expected) < 1


def test_a_notice_fits_on_one_page_with_everything_in_its_place(printed: dict[str, Printed]) -> None:
    assert len(printed["notice"].pages) == 1
    found = printed["notice"].text
    order = [
        "あ危第123号", "令和8年10月26日", "各町内会長様", "あおぞら市長青空太郎", "総合防災訓練の実施について(通知)",
        "日頃から", "1日時令和8年11月29日(日)午前9時から正午まで", "2場所", "3参加者", "4持ち物", "・上履き", "5日程",
        "時刻内容場所", "炊き出し、閉会", "体育館以上担当総務部危機管理課防災係山田", "電話0123-45-6789(内線2345)",
    ]  # fmt: skip
    places = [found.index(words) for words in order]
    assert places == sorted(places)
    page = printed["notice"].pages[0]
    left, middle, right = (_column(page, words) for words in ("各町内会長", " " * 8 + "記", " " * 8 + "以上"))
    assert left < 5
    assert left < middle < right
    assert _column(page, "あ危第") > middle


def test_minutes_show_their_facts_and_who_does_what_by_when(printed: dict[str, Printed]) -> None:
    found = printed["minutes"].text
    for words in ("日時令和8年11月10日(火)", "1議題", "佐藤係長令和8年12月1日", "5その他(なし)", "6次回"):
        assert words in found
    assert found.count("決定の内容担当期限") == 1


def test_a_memo_fits_on_one_page(printed: dict[str, Printed]) -> None:
    assert len(printed["memo"].pages) == 1
    for words in ("庁内メモ", "日付令和8年11月10日", "宛先各課庶務担当者", "発信者総務課管財係", "1要旨", "3お願い"):
        assert words in printed["memo"].text


def test_a_long_table_repeats_its_head_and_loses_no_row(printed: dict[str, Printed]) -> None:
    long = printed["long"]
    with_rows = [page for page in long.pages if "防災課" in page]
    assert len(with_rows) >= 2
    for page in with_rows:
        assert "決定の内容担当期限" in "".join(page.split())
    assert all(f"決定{number:03}" in long.text for number in range(60))


def test_long_text_and_long_words_are_printed_to_their_end(printed: dict[str, Printed]) -> None:
    assert printed["long"].text.count("終端") == 1
    assert printed["long"].text.count("a" * 30) >= 1
    letters = sum(page.count("a") for page in printed["long"].pages)
    assert letters == 300
    numbers = [f"-{number}-" for number in range(1, len(printed["long"].pages) + 1)]
    assert all(
        "".join(page.split()).endswith(number) for page, number in zip(printed["long"].pages, numbers, strict=True)
    )
