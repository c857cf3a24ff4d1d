"""A person presents a finished document as a case, and a colleague finds it in the gallery and starts the template."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.supervisor import ChildEngine
from desktop.learning.case_share import CASE_FILES, CaseShelf, SharedCase, publish_case
from desktop.learning.cases import MAX_BODY, parse_case
from desktop.session.desk import Desk
from desktop.settings.settings import Settings
from desktop.templates.library import builtin_templates
from desktop.templates.sync import synchronise
from desktop.ui.cases.dialog import CaseDialog, Finished
from desktop.ui.cases.form import minutes
from desktop.ui.cases.gallery import AT_A_TIME, CaseGallery
from desktop.ui.cases.review import MaskReview
from tests.support.cases import case
from tests.support.window import FAST, PATIENCE_MS, Opened, folders_at, pressable
from tests.ui.conftest import OpenWindow

MINUTES = next(one for one in builtin_templates() if one.id == "minutes")
BODY = "【決定事項】\n窓口の田中花子が 03-1234-5678 で受ける。\n𠮷野山にて。"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    path = tmp_path / "share"
    path.mkdir()
    return path


def profile(home: Path, share: Path | str, language: str = "ja") -> Desk:
    """Return the desk of one person of the 総務課."""
    engine = ChildEngine(FAST.arguments())
    settings = Settings(language=language, shared_templates=str(share), office="総務部/総務課", section="総務課")
    return Desk(folders_at(home), settings, engine=engine)


def dialog_of(qtbot: QtBot, body: str = BODY) -> CaseDialog:
    dialog = CaseDialog(None, Finished(MINUTES, body), ("", "総務部"), "総務課", "ja")
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def fill(dialog: CaseDialog, *, worked: str = "早くなった", with_body: bool = False) -> None:
    form = dialog.form
    form.title.setText("早くできた")
    form.before.setText("１２０")
    form.after.setText("30分")
    form.worked.setPlainText(worked)
    form.with_body.setChecked(with_body)


def texts(widget: object) -> str:
    assert hasattr(widget, "findChildren")
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def review_of(qtbot: QtBot, text: str) -> MaskReview:
    review = MaskReview()
    qtbot.addWidget(review)
    review.show_texts({"worked": text}, {"worked": "うまくいったこと"})
    return review


def test_a_case_published_in_one_window_is_found_in_another_and_starts_its_template(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path, share: Path
) -> None:
    leader = open_window(desk=profile(tmp_path / "leader", share))
    leader.begin_sample()
    leader.run(leader.bench.draft)
    leader.window.cases.introduce(lambda: None)
    dialog = leader.window.cases.dialog
    assert dialog is not None
    fill(dialog, worked="田中さんと二人で早くできた", with_body=True)
    dialog.next.click()
    assert not dialog.publish.isEnabled()
    dialog.review.confirmed.setChecked(True)
    dialog.publish.click()
    qtbot.waitUntil(lambda: leader.window.notices.card("case") is not None, timeout=PATIENCE_MS)
    [file] = share.rglob("*.toml")
    published = parse_case(file.read_text("utf-8"), file.name)
    assert published.worked == "〔氏名1〕さんと二人で早くできた"
    assert (published.minutes_saved, published.template, published.author) == (90, "minutes", "")
    assert "【決定事項】" in published.body
    leader.close()
    reader = open_window(desk=profile(tmp_path / "reader", share))
    qtbot.waitUntil(lambda: bool(reader.desk.cases.read().result(60).cases), timeout=PATIENCE_MS)
    reader.begin("memo")
    reader.window.cases.open_gallery(reader.window._begin)
    gallery = reader.window.cases.gallery
    assert gallery is not None
    qtbot.waitUntil(lambda: len(gallery.cards) == 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "90分の短縮" in texts(gallery), timeout=PATIENCE_MS)
    pressable(gallery, "このひな形で始める").click()
    assert reader.bench.sheet is not None
    assert reader.bench.sheet.template.id == "minutes"
    assert reader.window.cases.gallery is None


def test_only_a_finished_document_can_be_presented(open_window: OpenWindow, tmp_path: Path, share: Path) -> None:
    program = open_window(desk=profile(tmp_path / "home", share))
    program.begin_sample()
    program.window.cases.introduce(lambda: None)
    assert program.window.cases.dialog is None
    card = program.window.notices.card("case")
    assert card is not None
    assert "書き上がった文書" in card.notice.title


def test_without_a_share_the_way_to_set_one_is_offered(open_window: OpenWindow, tmp_path: Path) -> None:
    program = open_window(desk=profile(tmp_path / "home", ""))
    program.begin_sample()
    program.run(program.bench.draft)
    asked: list[bool] = []
    program.window.cases.introduce(lambda: asked.append(True))
    card = program.window.notices.card("case")
    assert card is not None
    pressable(card, "共有フォルダーを決める").click()
    assert asked == [True]


def test_a_share_that_went_away_keeps_what_was_written(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path, share: Path
) -> None:
    program = open_window(desk=profile(tmp_path / "home", share))
    program.begin_sample()
    program.run(program.bench.draft)
    program.window.cases.introduce(lambda: None)
    dialog = program.window.cases.dialog
    assert dialog is not None
    fill(dialog)
    dialog.next.click()
    dialog.review.confirmed.setChecked(True)
    share.rmdir()
    dialog.publish.click()
    qtbot.waitUntil(lambda: dialog.notices.card("publish") is not None, timeout=PATIENCE_MS)
    assert dialog.publish.isEnabled()
    assert dialog.form.title.text() == "早くできた"
    dialog.reject()


def test_without_the_tick_no_body_is_published(qtbot: QtBot) -> None:
    dialog = dialog_of(qtbot)
    fill(dialog)
    dialog.next.click()
    assert BODY[:6] not in dialog.review.preview.toPlainText()
    dialog.review.confirmed.setChecked(True)
    with qtbot.waitSignal(dialog.publish_asked) as asked:
        dialog.publish.click()
    assert asked.args is not None
    assert asked.args[1].body == ""


def test_what_is_missing_is_said_beside_the_form(qtbot: QtBot) -> None:
    dialog = dialog_of(qtbot)
    for words, field in (("題名", None), ("これまで", "title"), ("文机で", "before"), ("うまく", "after")):
        if field is not None:
            getattr(dialog.form, field).setText("30")
        dialog.next.click()
        assert words in dialog.form.fault.text()
        assert dialog.pages.currentWidget() is dialog.form


def test_a_body_that_is_too_long_cannot_be_ticked_and_is_not_cut(qtbot: QtBot) -> None:
    dialog = dialog_of(qtbot, "長" * MAX_BODY)
    assert not dialog.form.with_body.isEnabled()
    assert "20,000" in dialog.form.note.text()


def test_every_place_can_be_undone_and_is_then_shown(qtbot: QtBot) -> None:
    review = review_of(qtbot, BODY)
    assert review.places.count() == 2
    review.confirmed.setChecked(True)
    review.places.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert not review.confirmed.isChecked()
    assert review.masked()["worked"] == BODY.replace("03-1234-5678", "〔電話1〕")
    review.places.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert review.masked()["worked"] == BODY
    assert BODY in review.preview.toPlainText()


def test_what_was_undone_stays_undone_while_the_text_stays(qtbot: QtBot) -> None:
    review = review_of(qtbot, BODY)
    review.places.item(0).setCheckState(Qt.CheckState.Unchecked)
    review.show_texts({"worked": BODY, "tips": "山本さん"}, {"worked": "a", "tips": "b"})
    assert "田中花子" in review.masked()["worked"]
    review.show_texts({"worked": BODY + "。"}, {"worked": "a"})
    assert "田中花子" not in review.masked()["worked"]


def select(review: MaskReview, words: str) -> None:
    document = review.preview.document()
    review.preview.setTextCursor(document.find(words))
    assert review.preview.textCursor().selectedText() == words


def test_a_name_that_was_missed_is_masked_by_hand(qtbot: QtBot) -> None:
    review = review_of(qtbot, BODY)
    assert not review.add.isEnabled()
    select(review, "野山")
    review.add.click()
    assert review.masked()["worked"].endswith("𠮷〔伏字1〕にて。")
    assert review.places.count() == 3


def test_a_selection_over_a_mask_takes_it_in(qtbot: QtBot) -> None:
    review = review_of(qtbot, BODY)
    select(review, "の〔氏名1〕が")
    review.add.click()
    assert "窓口〔伏字1〕 〔電話1〕" in review.masked()["worked"].replace("〕〔", "〕 〔")


def test_a_heading_of_the_preview_cannot_be_masked(qtbot: QtBot) -> None:
    review = review_of(qtbot, BODY)
    before = review.masked()
    select(review, "うまくいったこと")
    review.add.click()
    assert review.masked() == before


@pytest.mark.parametrize(("typed", "count"), [("３０", 30), (" 30分 ", 30), ("", None), ("-1", None), ("1.5", None)])
def test_minutes_are_read_as_they_are_typed(typed: str, count: int | None) -> None:
    assert minutes(typed) == count


def shelf(count: int) -> CaseShelf:
    cases = [case(id=f"c{number}", title=f"例{number}", tips="こつ", template="memo") for number in range(count)]
    return CaseShelf(tuple(SharedCase(one, f"好事例/{one.id}.toml", 1, 1.0) for one in cases), (), 1.0)


def gallery_of(qtbot: QtBot, found: CaseShelf, offered: set[str]) -> CaseGallery:
    gallery = CaseGallery(None, "ja")
    qtbot.addWidget(gallery)
    gallery.show()
    gallery.show_shelf(found, offered)
    return gallery


def test_hundreds_of_cases_come_a_few_at_a_time(qtbot: QtBot) -> None:
    gallery = gallery_of(qtbot, shelf(300), {"memo"})
    assert len(gallery.cards) == AT_A_TIME
    gallery.more.click()
    assert len(gallery.cards) == 2 * AT_A_TIME
    gallery.search.setText("例２９９")
    assert [card.case.title for card in gallery.cards] == ["例299"]
    gallery.search.setText("ない言葉")
    assert "見つかりません" in texts(gallery)


def test_details_unfold_and_a_template_of_another_office_cannot_be_started(qtbot: QtBot) -> None:
    gallery = gallery_of(qtbot, shelf(1), set())
    [card] = gallery.cards
    qtbot.waitUntil(card.isVisible)
    assert not card.begin.isEnabled()
    assert "こつ" not in texts(card).split("\n")
    card.unfold.click()
    assert "こつ" in texts(card).split("\n")
    card.unfold.click()
    assert "こつ" not in texts(card).split("\n")


def test_an_empty_gallery_invites_and_a_failure_is_told(qtbot: QtBot) -> None:
    gallery = gallery_of(qtbot, CaseShelf(), set())
    assert "最初の一つ" in texts(gallery)
    gallery.show_failure(UserFault(ErrorCode.TEMPLATE_COPY_LOST, file="x"))
    assert gallery.notices.card("read") is not None


def test_broken_files_are_told_with_who_can_mend_them(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path, share: Path
) -> None:
    desk = profile(tmp_path / "home", share)
    file = share / publish_case(share, "", case(author="鈴木"))
    file.write_text(file.read_text("utf-8") + "x = 1\n", encoding="utf-8")
    task = desk.library.task()
    assert task is not None
    synchronise(task, kinds=CASE_FILES)
    program: Opened = open_window(desk=desk)
    program.window.cases.open_gallery(program.window._begin)
    gallery = program.window.cases.gallery
    assert gallery is not None
    qtbot.waitUntil(lambda: gallery.notices.card("broken") is not None, timeout=PATIENCE_MS)
    card = gallery.notices.card("broken")
    assert card is not None
    assert "鈴木" in card.notice.detail
    QApplication.processEvents()
