"""A leader edits a template, tries it, publishes it, and meets a colleague who was quicker."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.core.errors import AssistantError, ErrorCode
from desktop.engine.scripted import Do, Step, one_rule
from desktop.session.template_comparison import is_marked
from desktop.session.template_work import SharePlace
from desktop.templates.heading import heading_of
from desktop.templates.lines import KeyPath
from desktop.templates.publishing import Edition, Published, publish
from desktop.ui.template_editor.open_editors import OpenEditors
from desktop.ui.template_editor.window import TemplateEditor
from tests.support.hanging_share import hanging_share, why_not
from tests.support.window import PATIENCE_MS, SLOW, Opened, pressable
from tests.ui.conftest import OpenWindow
from tests.ui.test_access_and_language import ENGLISH, INTERACTIVE, JAPANESE, LATIN, shown_texts

OFFICE = "総務部/総務課"
NAME = 'name = "通知文"'


class Editing:
    """An editor of one person on a share of the test's folder."""

    def __init__(self, program: Opened, share: Path | None, person: str = "総務課　田中") -> None:
        """Open the editor of the notice."""
        self.program = program
        self.share = share
        self.person = person
        self.window = self.open()

    def open(self, template: str = "notice") -> TemplateEditor:
        """Open the editor and wait until it shows something."""
        place = SharePlace(self.share, OFFICE, self.person)
        editors = OpenEditors.of(self.program.bench)
        self.window = editors.open(template, self.program.keeper.language, place=place)
        self.wait(lambda: self.window.state.is_open)
        self.wait(lambda: self.window.state.preview is not None or bool(self.window.state.edits.merged))
        return self.window

    def wait(self, met: Callable[[], bool]) -> None:
        """Wait for a condition that the event loop brings about."""
        self.program.qtbot.waitUntil(met, timeout=PATIENCE_MS)

    @property
    def text(self) -> str:
        """The text in work."""
        return self.window.state.edits.text

    def fill(self, path: KeyPath, typed: str) -> None:
        """Type over a key in the form view."""
        self.window.tabs.setCurrentIndex(0)
        self.window.tabs.form.reveal(path)
        inner = self.window.tabs.form.controls[path].inner
        inner.setFocus()
        QTest.keyClick(inner, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(inner, typed)
        self.window.tabs.flush()

    def retype(self, old: str, new: str) -> None:
        """Replace words in the text view, as a person who types over them."""
        self.window.tabs.setCurrentIndex(1)
        source = self.window.tabs.text.source
        source.moveCursor(QTextCursor.MoveOperation.Start)
        assert source.find(old), old
        QTest.keyClick(source, Qt.Key.Key_Delete)
        source.textCursor().insertText(new)
        self.seen()

    def seen(self) -> None:
        """Wait until the preview shows the text as it stands."""
        state = self.window.state
        self.wait(lambda: state.preview is not None and state.preview.text == state.edits.text)

    def ask(self, change: str = "言葉を改めた") -> None:
        """Ask to publish, and say what changed."""
        self.window.ask_publish()
        box = self.window.publisher.box
        self.wait(box.send.isEnabled)
        box.change.setText(change)

    def publish(self, change: str = "言葉を改めた") -> None:
        """Publish and wait for what comes of it."""
        self.ask(change)
        self.window.publisher.box.send.click()
        self.wait(lambda: not self.window.state.publishing)

    def kept(self) -> None:
        """Wait until everything typed is on the disk."""
        self.wait(lambda: self.window.state.at_rest)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """Return a share with the folder of the office."""
    folder = tmp_path / "ひな形"
    (folder / OFFICE).mkdir(parents=True)
    return folder


def changed(before: str, after: str) -> list[str]:
    """Return the lines that were taken away and added."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def colleague(share: Path, old: str, new: str) -> Published:
    """Publish a change of another person."""
    path = next(share.rglob("*.toml"))
    text = path.read_text("utf-8")
    assert old in text
    folder = path.parent.relative_to(share).as_posix()
    done = publish(Edition(share, folder, text.replace(old, new), text, "市民課　鈴木", "急ぎの直し", path.name))
    assert isinstance(done, Published)
    return done


def test_the_menu_opens_the_template_on_the_desk_and_the_same_window_the_second_time(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin("memo")
    action = next(one for one in program.window.findChildren(QAction) if "ひな形を直す" in one.text())
    action.trigger()
    editors = OpenEditors.of(program.bench).windows
    assert list(editors) == ["memo"]
    window = editors["memo"]
    action.trigger()
    assert OpenEditors.of(program.bench).windows == {"memo": window}
    assert window.isVisible()


def test_typing_into_the_form_changes_that_keys_text_and_nothing_else(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    before = editing.text
    editing.fill(("name",), "Notice 2")
    editing.fill(("field", 2, "help"), "With title")
    assert changed(before, editing.text) == [
        f"-{NAME}",
        '+name = "Notice 2"',
        '-help = "敬称まで書きます。例：各自治会長　様"',
        '+help = "With title"',
    ]
    assert editing.window.tabs.text.source.text() == editing.text
    source = editing.window.tabs.text.source
    while source.document().isUndoAvailable():
        source.undo()
    assert editing.text == before


def test_what_is_published_is_what_the_editor_opens_the_next_time(open_window: OpenWindow, share: Path) -> None:
    program = open_window()
    settings = replace(program.desk.settings, shared_templates=str(share), office=OFFICE, person="田中")
    editors = OpenEditors.of(program.bench)
    window = editors.open("notice", "ja")
    editing = Editing(program, share)
    assert editing.window is window
    # The share is chosen while the editor is open already.
    with program.qtbot.waitSignal(program.bench.library_changed, timeout=PATIENCE_MS):
        program.desk.save_settings(settings)
    editing.fill(("description",), "Ours")
    editing.seen()
    editing.publish("自分たちの言葉にした")
    assert heading_of(next(share.rglob("*.toml")).read_text("utf-8")).author == "田中"
    window.close()
    editing.wait(lambda: program.desk.library.offer("notice").origin.level > 0)
    again = editors.open("notice", "ja")
    editing.wait(lambda: again.state.is_open)
    assert again.state.edits.on_share
    assert again.state.edits.folder == OFFICE
    assert 'description = "Ours"' in again.state.edits.text


def test_the_preview_follows_a_moment_after_typing(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    editing.fill(("section", 1, "title"), "Body")
    editing.seen()
    assert editing.window.preview.page.cards["本文"].spec.title == "Body"
    assert "Body" in editing.window.preview.prompt.text()
    editing.fill(("field", 2, "label"), "To whom")
    editing.seen()
    assert editing.window.preview.form.rows["宛先"].title == "To whom"


def test_a_fault_is_shown_with_its_line_leads_there_and_keeps_the_template_from_the_share(
    open_window: OpenWindow, share: Path
) -> None:
    editing = Editing(open_window(), share)
    editing.retype('role = "subject"', 'role = "sbject"')
    window = editing.window
    line = editing.text.split("\n").index('role = "sbject"') + 1
    listed = window.tabs.text.faults
    assert listed.count() == 1
    assert f"{line} 行目" in listed.item(0).text()
    assert "subject" in listed.item(0).text()
    listed.itemClicked.emit(listed.item(0))
    assert window.tabs.text.source.textCursor().blockNumber() + 1 == line
    window.ask_publish()
    assert not window.publisher.box.isVisible()
    card = window.notices.card("faults")
    assert card is not None
    window.tabs.setCurrentIndex(0)
    pressable(card, "その行を見る").click()
    assert window.tabs.currentWidget() is window.tabs.text
    assert not list(share.rglob("*.toml"))
    editing.retype('role = "sbject"', 'role = "subject"')
    assert window.notices.card("faults") is None


def test_the_form_waits_while_the_text_cannot_be_read(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    editing.retype(NAME, 'name = "通知文')
    editing.window.tabs.setCurrentIndex(0)
    assert not editing.window.tabs.form.isEnabled()
    assert editing.window.notices.card("syntax") is not None
    editing.retype('name = "通知文', NAME)
    editing.window.tabs.setCurrentIndex(0)
    assert editing.window.tabs.form.isEnabled()
    assert editing.window.notices.card("syntax") is None


def test_publishing_writes_the_file_and_the_next_time_its_older_version(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    editing.fill(("description",), "Short")
    editing.seen()
    with editing.program.qtbot.waitSignal(editing.window.published, timeout=PATIENCE_MS):
        editing.publish("説明を短くした")
    path = share / OFFICE / "通知文.toml"
    heading = heading_of(path.read_text("utf-8"))
    assert (heading.id, heading.version, heading.author) == ("notice", "1.0", "総務課　田中")
    assert heading.change == "説明を短くした"
    assert editing.window.notices.card("done") is not None
    assert path.read_text("utf-8") == editing.text
    editing.retype('description = "Short"', 'description = "Shorter"')
    editing.publish("もっと短くした")
    assert heading_of(path.read_text("utf-8")).version == "1.1"
    assert [old.name.partition("_v")[0] for old in (share / OFFICE / "履歴").glob("*.toml")] == ["通知文"]
    assert not editing.window.state.edits.changed


def test_publishing_asks_for_a_word_about_the_change(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    editing.ask(change="")
    box = editing.window.publisher.box
    box.send.click()
    assert box.notices.card("publish") is not None
    assert not editing.window.state.publishing
    box.reject()


def test_the_second_publisher_sees_both_versions_and_nothing_of_either_is_lost(
    open_window: OpenWindow, share: Path
) -> None:
    editing = Editing(open_window(), share)
    editing.publish()
    colleague(share, "例：総第123号", "例：総務第123号")
    colleague(share, NAME, 'name = "お知らせ"')
    editing.retype(NAME, 'name = "公式通知"')
    editing.retype("[layout]", "# 体裁\n[layout]")
    editing.publish()
    window, view = editing.window, editing.window.comparison
    assert window.pages.currentWidget() is view
    assert "市民課　鈴木" in view.told.text()
    assert 'name = "お知らせ"' in view.theirs.text()
    assert 'name = "公式通知"' in view.mine.text()
    assert not view.done.isEnabled()
    assert is_marked(view.merged.text())
    view.take_mine.click()
    editing.wait(view.done.isEnabled)
    view.done.click()
    box = window.publisher.box
    editing.wait(box.send.isEnabled)
    assert box.version.text() == "1.3"
    box.send.click()
    editing.wait(lambda: not window.state.publishing)
    text = next((share / OFFICE).glob("*.toml")).read_text("utf-8")
    assert 'name = "公式通知"' in text
    assert "例：総務第123号" in text
    assert "# 体裁" in text
    assert len(list((share / OFFICE / "履歴").glob("*.toml"))) == 3


def test_both_sides_of_one_line_are_no_template_and_the_view_says_so(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    editing.publish()
    colleague(share, NAME, 'name = "お知らせ"')
    editing.retype(NAME, 'name = "公式通知"')
    editing.publish()
    view = editing.window.comparison
    view.take_both.click()
    editing.wait(lambda: "行目" in view.count.text())
    assert not view.done.isEnabled()
    view.merged.undo()
    assert view.take_mine.isVisible()


def test_a_comparison_that_was_broken_off_is_found_as_it_was_left(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    editing.publish()
    colleague(share, NAME, 'name = "お知らせ"')
    editing.retype(NAME, 'name = "公式通知"')
    editing.publish()
    view = editing.window.comparison
    view.merged.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(view.merged, "# half way ")
    merged = view.merged.text()
    editing.window.close()
    window = editing.open()
    assert window.pages.currentWidget() is window.comparison
    assert window.comparison.merged.text() == merged
    window.comparison.back.click()
    assert 'name = "公式通知"' in window.tabs.text.source.text()
    card = window.notices.card("conflict")
    assert card is not None
    # A layout shows new widgets one turn of the event loop later.
    editing.wait(card.isVisible)
    pressable(card, "見比べに戻る").click()
    assert window.comparison.merged.text() == merged


def test_a_template_that_a_colleague_removed_can_be_published_again(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    editing.publish()
    next((share / OFFICE).glob("*.toml")).unlink()
    editing.retype(NAME, 'name = "公式通知"')
    editing.publish()
    view = editing.window.comparison
    assert "消しました" in view.title.text()
    editing.wait(view.done.isEnabled)
    view.done.click()
    editing.wait(editing.window.publisher.box.send.isEnabled)
    editing.window.publisher.box.send.click()
    editing.wait(lambda: not editing.window.state.publishing)
    assert "公式通知" in next((share / OFFICE).glob("*.toml")).read_text("utf-8")


def test_closing_keeps_what_is_not_published_and_offers_it_the_next_time(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    original = editing.text
    editing.fill(("name",), "Half done")
    editing.window.close()
    assert OpenEditors.of(editing.program.bench).windows == {}
    window = editing.open()
    assert 'name = "Half done"' in editing.text
    card = window.notices.card("resumed")
    assert card is not None
    pressable(card, "今の版から始める").click()
    assert editing.text == original
    # Even this can be taken back.
    window.tabs.text.source.undo()
    assert 'name = "Half done"' in editing.text
    editing.kept()


def test_a_window_closed_while_it_publishes_ends_when_the_share_has_answered(
    open_window: OpenWindow, share: Path
) -> None:
    editing = Editing(open_window(), share)
    editing.fill(("name",), "Notice")
    editing.seen()
    editing.ask()
    editing.window.publisher.box.send.click()
    editing.window.close()
    editing.wait(lambda: not OpenEditors.of(editing.program.bench).windows)
    assert len(list((share / OFFICE).glob("*.toml"))) == 1
    kept = editing.program.desk.folders.data / "template-edits"
    editing.wait(lambda: not list(kept.iterdir()))


def test_closing_the_program_keeps_the_edits_of_every_editor(open_window: OpenWindow, share: Path) -> None:
    program = open_window()
    editing = Editing(program, share)
    editing.fill(("name",), "Half done")
    program.close()
    again = Editing(open_window(), share)
    assert 'name = "Half done"' in again.text


def test_a_share_that_cannot_be_written_to_is_told_where_one_publishes_and_nothing_is_lost(
    open_window: OpenWindow, share: Path
) -> None:
    shutil.rmtree(share / "総務部")
    (share / "総務部").write_text("a file where the folder should be", "utf-8")
    editing = Editing(open_window(), share)
    editing.fill(("name",), "Half done")
    editing.publish("直した")
    box = editing.window.publisher.box
    card = box.notices.card("publish")
    assert card is not None
    assert "書き込めません" in card.notice.title
    assert box.isVisible()
    assert box.change.text() == "直した"
    assert box.send.isEnabled()
    box.reject()
    assert 'name = "Half done"' in editing.text


def test_a_share_that_is_away_can_be_asked_again(open_window: OpenWindow, share: Path) -> None:
    away = share.rename(share.with_name("away"))
    editing = Editing(open_window(), share)
    editing.window.ask_publish()
    box = editing.window.publisher.box
    editing.wait(lambda: box.notices.card("publish") is not None)
    assert not box.send.isEnabled()
    away.rename(share)
    card = box.notices.card("publish")
    assert card is not None
    pressable(card, "もう一度").click()
    editing.wait(box.send.isEnabled)
    assert str(box.level.currentData()) == OFFICE
    box.reject()


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_share_that_hangs_holds_up_neither_typing_nor_the_way_back(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    with hanging_share(share) as hanging:
        editing.window.ask_publish()
        box = editing.window.publisher.box
        editing.wait(hanging.asked.is_set)
        assert box.isVisible()
        assert box.state.text()
        box.back.click()
        editing.fill(("name",), "Half done")
        editing.seen()
        editing.kept()
        editing.program.close()
    assert 'name = "Half done"' in editing.text


def test_without_a_share_a_template_can_be_edited_and_the_way_to_one_is_told(open_window: OpenWindow) -> None:
    editing = Editing(open_window(), None)
    editing.window.ask_publish()
    assert editing.window.notices.card("share") is not None
    assert not editing.window.publisher.box.isVisible()


def test_edits_that_cannot_be_kept_are_told_at_once(open_window: OpenWindow, share: Path) -> None:
    program = open_window()
    (program.desk.folders.data / "template-edits").write_text("a file in the way", "utf-8")
    editing = Editing(program, share)
    editing.fill(("name",), "Half done")
    editing.wait(lambda: editing.window.notices.card("keep") is not None)


def test_a_copy_is_a_template_of_its_own_and_the_original_stays(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    editing.window.foot.copy.click()
    assert heading_of(editing.text).id == "notice-2"
    editing.seen()
    editing.publish("写しから始めた")
    assert [path.name for path in (share / OFFICE).glob("*.toml")] == ["通知文（写し）.toml"]


def test_a_trial_streams_onto_the_page_and_is_kept_as_such(open_window: OpenWindow, share: Path) -> None:
    program = open_window(one_rule(Step(Do.PREFILL, count=1), Step(Do.FILL, count=40, every=0.01)))
    editing = Editing(program, share)
    editing.fill(("section", 1, "title"), "Body")
    editing.seen()
    window = editing.window
    grown: list[str] = []
    window.run.grew.connect(lambda: grown.append(window.preview.page.cards["標題"].editors()[0].text()))
    window.foot.trial.click()
    assert window.run.running
    assert not window.foot.trial.isEnabled()
    editing.wait(lambda: not window.run.running)
    assert any(text for text in grown)
    assert window.preview.notices.card("run") is not None
    editing.wait(lambda: window.state.preview is not None and window.state.preview.trial)
    documents = program.desk.history().result(10)
    assert [one.title for one in documents] == ["試し書き：通知文"]
    opened = program.desk.load(documents[0].id).result(10)
    assert opened.template.section("本文").title == "Body"


def test_a_trial_that_the_model_cannot_finish_is_told_in_the_preview(open_window: OpenWindow, share: Path) -> None:
    program = open_window(one_rule(Step(Do.FILL, count=5), Step(Do.ABORT)))
    editing = Editing(program, share)
    editing.window.foot.trial.click()
    editing.wait(lambda: not editing.window.run.running)
    card = editing.window.preview.notices.card("run")
    assert card is not None
    assert card.notice.kind == "fault"
    assert editing.window.foot.trial.isEnabled()


def test_escape_stops_a_trial(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(SLOW), share)
    editing.window.foot.trial.click()
    editing.window.run.stop()
    editing.wait(lambda: not editing.window.run.running)


def test_a_template_that_is_not_there_is_told(open_window: OpenWindow) -> None:
    program = open_window()
    with pytest.raises(AssistantError) as caught:
        OpenEditors.of(program.bench).open("nothing", "ja")
    assert caught.value.code is ErrorCode.TEMPLATE_NOT_FOUND


def every_view(editing: Editing) -> list[QWidget]:
    """Bring the editor into its states; returns its windows."""
    share = editing.share
    assert share is not None
    editing.publish()
    colleague(share, NAME, 'name = "お知らせ"')
    editing.retype(NAME, 'name = "公式通知"')
    editing.publish()
    for opener in editing.window.tabs.form.findChildren(QWidget):
        opener.setVisible(True)
    return [editing.window, editing.window.publisher.box]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_word_of_the_editor_is_in_the_windows_language(
    open_window: OpenWindow, share: Path, language: str
) -> None:
    editing = Editing(open_window(language=language), share)
    template = editing.program.desk.template("notice")
    given = [OFFICE, "公式通知", "通知文.toml", "通知文", "履歴", "お知らせ", *(one.title for one in template.sections)]
    for window in every_view(editing):
        for place, text in shown_texts(window):
            own = text
            for words in sorted(given, key=len, reverse=True):
                own = own.replace(words, "")
            if language == "en":
                assert not JAPANESE.search(own), f"{place}: {text}"
            else:
                assert not ENGLISH.search(LATIN.sub("", own.replace(".toml", ""))), f"{place}: {text}"


def test_everything_in_the_editor_has_a_name_for_a_screen_reader(open_window: OpenWindow, share: Path) -> None:
    editing = Editing(open_window(), share)
    for window in every_view(editing):
        for widget in window.findChildren(QWidget):
            if not isinstance(widget, INTERACTIVE) or widget.objectName().startswith("qt_"):
                continue
            name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
            assert name.strip(), f"{type(widget).__name__} in {widget.parentWidget()}"
