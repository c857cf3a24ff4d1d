"""The menu bar: file, view, records, help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

# Each language is called by its own name, whichever the window speaks.
LANGUAGE_NAMES = (("ja", "日本語"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class Commands:
    """What the menus can do."""

    new: Callable[[], object]
    open_source: Callable[[], object]
    save_word: Callable[[], object]
    add_model: Callable[[], object]
    office: Callable[[], object]
    introduce: Callable[[], object]
    show_cases: Callable[[], object]
    show_usage: Callable[[], object]
    send_usage: Callable[[], object]
    export_history: Callable[[], object]
    import_history: Callable[[], object]
    quit: Callable[[], object]
    show_templates: Callable[[], object]
    show_history: Callable[[], object]
    search_history: Callable[[], object]
    show_trash: Callable[[], object]
    compare: Callable[[], object]
    edit_template: Callable[[], object]
    retention: Callable[[], object]
    hold: Callable[[], object]
    audit: Callable[[], object]
    restore: Callable[[], object]
    speak: Callable[[str], object]
    about: Callable[[], object]


def build_menus(window: QMainWindow, commands: Commands, language: str) -> None:
    """Fill the window's menu bar."""
    translate = QCoreApplication.translate
    file = window.menuBar().addMenu(translate("Menus", "ファイル(&F)"))
    _add(file, translate("Menus", "新しい文書(&N)"), commands.new, "Ctrl+N")
    _add(file, translate("Menus", "資料のファイルを開く(&O)…"), commands.open_source, "Ctrl+O")
    file.addSeparator()
    _add(file, translate("Menus", "Word で保存(&W)…"), commands.save_word, "Ctrl+S")
    _add(file, translate("Menus", "好事例として紹介する(&I)…"), commands.introduce)
    file.addSeparator()
    _add(file, translate("Menus", "履歴を書き出す(&T)…"), commands.export_history)
    _add(file, translate("Menus", "履歴を取り込む(&R)…"), commands.import_history)
    file.addSeparator()
    _add(file, translate("Menus", "わたしの情報と共有のひな形(&P)…"), commands.office)
    _add(file, translate("Menus", "モデルファイルを追加(&M)…"), commands.add_model)
    file.addSeparator()
    _add(file, translate("Menus", "終了(&X)"), commands.quit, "Ctrl+Q")
    view = window.menuBar().addMenu(translate("Menus", "表示(&V)"))
    _add(view, translate("Menus", "ひな形(&T)"), commands.show_templates, "Ctrl+T")
    _add(view, translate("Menus", "履歴(&R)"), commands.show_history, "Ctrl+H")
    _add(view, translate("Menus", "履歴を探す(&S)"), commands.search_history, "Ctrl+F", "Ctrl+Shift+F")
    _add(view, translate("Menus", "好事例(&C)…"), commands.show_cases)
    _add(view, translate("Menus", "活用状況(&U)…"), commands.show_usage)
    _add(view, translate("Menus", "活用状況を出す(&S)…"), commands.send_usage)
    view.addSeparator()
    _add(view, translate("Menus", "前の状態とくらべる(&P)…"), commands.compare)
    _add(view, translate("Menus", "ごみ箱(&B)…"), commands.show_trash)
    view.addSeparator()
    _add(view, translate("Menus", "ひな形を直す(&E)…"), commands.edit_template)
    view.addSeparator()
    _languages(view.addMenu(translate("Menus", "言語(&L)")), commands, language)
    records = window.menuBar().addMenu(translate("Menus", "管理(&K)"))
    _add(records, translate("Menus", "保存期間と削除(&D)…"), commands.retention)
    _add(records, translate("Menus", "この文書を保留にする(&H)"), commands.hold)
    records.addSeparator()
    _add(records, translate("Menus", "操作の記録(&L)…"), commands.audit)
    help_menu = window.menuBar().addMenu(translate("Menus", "ヘルプ(&H)"))
    _add(help_menu, translate("Menus", "履歴を控えから戻す(&B)…"), commands.restore)
    help_menu.addSeparator()
    _add(help_menu, translate("Menus", "バージョン情報(&A)"), commands.about)


def _languages(menu: QMenu, commands: Commands, language: str) -> None:
    group = QActionGroup(menu)
    for code, name in LANGUAGE_NAMES:
        action = menu.addAction(name, lambda chosen=code: commands.speak(chosen))
        action.setCheckable(True)
        action.setChecked(code == language)
        group.addAction(action)


def _add(menu: QMenu, text: str, run: Callable[[], object], *keys: str) -> None:
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked: run())
    action.setShortcuts([QKeySequence(one) for one in keys])
