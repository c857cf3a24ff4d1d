"""Everyone can use it: names for screen readers, an order for the Tab key, two complete languages."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.ui.about import AboutBox
from desktop.ui.menus import LANGUAGE_NAMES
from desktop.ui.notices import fault_notice
from desktop.ui.parts import CONTENT
from tests.support.window import PATIENCE_MS, SLOW, Opened, pressable
from tests.ui.conftest import OpenWindow

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "desktop" / "resources" / "translations"
INTERACTIVE = (QAbstractButton, QComboBox, QLineEdit, QListWidget, QPlainTextEdit, QTabBar, QTextEdit)
JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
# Words that Japanese staff read in Latin letters every day, and the names of the languages themselves.
LATIN = re.compile(
    r"Ctrl|Enter|Esc|Word|Markdown|Tab|AI|UTF-8|Shift_JIS|CP932|cp932|EUC-JP|ISO-2022-JP|English|GGUF|gguf|docx|txt|md|csv|vtt"
)


def shown_texts(window: QWidget) -> Iterator[tuple[str, str]]:
    """Yield every text of the program's own that a person can see or hear in the window, with where it stands."""
    for widget in [window, *window.findChildren(QWidget)]:
        place = f"{type(widget).__name__} {widget.accessibleName()}"
        content = any(found.property(CONTENT) for found in itertools.chain([widget], parents(widget)))
        for text in (widget.toolTip(), widget.windowTitle()):
            yield place, "" if content else text
        if isinstance(widget, QLabel | QAbstractButton) and not content:
            yield place, widget.text()
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            yield place, widget.placeholderText()
        if isinstance(widget, QTabBar):
            yield from ((place, widget.tabText(index)) for index in range(widget.count()))
    for action in window.findChildren(QAction):
        yield "action", action.text()
    for menu in window.findChildren(QMenu):
        yield "menu", menu.title()


def parents(widget: QWidget) -> Iterator[QWidget]:
    """Yield the widgets around a widget."""
    around = widget.parentWidget()
    while around is not None:
        yield around
        around = around.parentWidget()


def every_state(program: Opened) -> Iterator[str]:
    """Bring the window into the states in which it has something to say."""
    yield "empty"
    program.window.form.draft_button.click()
    yield "faults at the fields"
    program.begin_sample()
    program.bench.draft()
    program.wait_for_text("主な意見", 4)
    yield "writing"
    program.run(program.bench.runner.stop)
    yield "stopped"
    program.window.draft.notices.show_notice("run", fault_notice(RuntimeError("x"), program.keeper.language))
    pressable(program.window.draft.notices, "詳細" if program.keeper.language == "ja" else "Details").click()
    program.window.draft.model_card.show()
    yield "error"
    for template in ("notice", "memo"):
        program.begin(template)
        yield template


def test_no_japanese_is_left_in_the_english_window(open_window: OpenWindow) -> None:
    program = open_window(SLOW, language="en")
    program.begin()
    names = {name for _, name in LANGUAGE_NAMES}
    for state in every_state(program):
        cards = program.window.draft.page.cards.values()
        given = [card.spec.title for card in cards] + [col.title for card in cards for col in card.spec.columns]
        given += [entry.title for entry in program.window.left.history.entries()]
        for place, text in shown_texts(program.window):
            own = text
            for title in sorted(given, key=len, reverse=True):
                own = own.replace(title, "")
            assert text in names or not JAPANESE.search(own), f"{state}: {place}: {text}"


def test_no_english_is_left_in_the_japanese_window(open_window: OpenWindow) -> None:
    program = open_window(SLOW)
    program.begin()
    for state in every_state(program):
        for place, text in shown_texts(program.window):
            if "RuntimeError" not in text:
                assert not ENGLISH.search(LATIN.sub("", text)), f"{state}: {place}: {text}"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_everything_that_can_be_used_has_a_name_for_a_screen_reader(open_window: OpenWindow, language: str) -> None:
    program = open_window(SLOW, language=language)
    program.begin()
    for state in every_state(program):
        for widget in program.window.findChildren(QWidget):
            if not isinstance(widget, INTERACTIVE) or widget.objectName().startswith("qt_"):
                continue
            name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
            assert name.strip(), f"{state}: {type(widget).__name__} in {widget.parentWidget()}"


def test_tab_visits_templates_then_the_form_from_top_to_bottom_then_the_draft(open_window: OpenWindow) -> None:
    program = open_window()
    program.begin_sample()
    program.run(program.bench.draft)
    window = program.window
    cells = [editor for card in window.draft.page.cards.values() for editor in card.editors()]
    # A layout shows new widgets one turn of the event loop later.
    program.qtbot.waitUntil(lambda: all(cell.isVisible() for cell in cells), timeout=PATIENCE_MS)
    window.left.templates.setFocus()
    visited: list[QWidget] = []
    for _ in range(80):
        focused = QApplication.focusWidget()
        if focused is None or focused in visited:
            break
        visited.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    form = [place for place, widget in enumerate(visited) if window.form.isAncestorOf(widget)]
    draft = [place for place, widget in enumerate(visited) if window.draft.isAncestorOf(widget)]
    assert form == list(range(form[0], form[0] + len(form)))
    assert draft == list(range(draft[0], draft[0] + len(draft)))
    assert form[-1] < draft[0]
    fields = [row.control.inner for row in window.form.rows.values()]
    assert [widget for widget in visited if widget in fields] == fields
    assert visited[form[-1]] is window.form.draft_button
    assert [widget for widget in visited if widget in cells] == cells
    assert visited[draft[-1]] is window.draft.export_bar.word


def test_the_about_box_says_version_folders_and_that_nothing_is_sent(open_window: OpenWindow, qtbot: QtBot) -> None:
    program = open_window()
    box = AboutBox(program.window, program.desk.folders, [])
    qtbot.addWidget(box)
    texts = "\n".join(label.text() for label in box.findChildren(QLabel))
    assert "通信を行いません" in texts
    assert str(program.desk.folders.history_file) in texts


def test_qt_speaks_japanese_in_its_own_dialogs(open_window: OpenWindow) -> None:
    open_window()
    assert QApplication.translate("QPlatformTheme", "Cancel") == "キャンセル"


def messages(path: Path) -> dict[tuple[str, str], str]:
    """Return the translations of a file by context and source; an unfinished one fails."""
    found: dict[tuple[str, str], str] = {}
    for context in ET.parse(path).getroot().iter("context"):  # noqa: S314 -- our own file
        for message in context.iter("message"):
            translation = message.find("translation")
            source = message.findtext("source", "")
            assert translation is not None, source
            assert translation.get("type") is None, source
            found[context.findtext("name", ""), source] = translation.text or ""
    return found


def test_every_string_of_the_window_is_translated_and_the_compiled_file_is_up_to_date(tmp_path: Path) -> None:
    for name in ("fumizukue_en.ts", "fumizukue_en.qm"):
        (tmp_path / name).write_bytes((TRANSLATIONS / name).read_bytes())
    script = ROOT / "packaging" / "translations.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, timeout=120)
    committed = messages(TRANSLATIONS / "fumizukue_en.ts")
    assert messages(tmp_path / "fumizukue_en.ts") == committed
    assert (tmp_path / "fumizukue_en.qm").read_bytes() == (TRANSLATIONS / "fumizukue_en.qm").read_bytes()
    for (_, source), translation in committed.items():
        assert translation.strip(), source
        assert not JAPANESE.search(translation), translation
        assert set(re.findall(r"\{\w+", source)) == set(re.findall(r"\{\w+", translation)), source
        assert source.count("&") == translation.count("&"), source


def test_every_japanese_string_in_the_window_code_goes_through_translation() -> None:
    known = {source for _, source in messages(TRANSLATIONS / "fumizukue_en.ts")}
    untranslatable = {name for _, name in LANGUAGE_NAMES} | {"月火水木金土日"}
    for path in sorted((ROOT / "desktop" / "ui").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        sentences = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in sentences:
                continue
            if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", node.value) and node.value not in untranslatable:
                assert node.value in known, f"{path.name}: {node.value}"
