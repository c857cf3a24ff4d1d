"""The menu of a section's earlier versions: when, by whom, and how each begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop.core.sections import Content, ListContent, TextContent
from desktop.store.records import SectionVersion
from desktop.ui.dates import moment
from desktop.ui.history.editions import author

BEGINNING = 24
MOST_VERSIONS = 20


def beginning(content: Content) -> str:
    """Return the first characters of a content, on one line."""
    if isinstance(content, TextContent):
        text = content.text
    elif isinstance(content, ListContent):
        text = "、".join(content.items)
    else:
        text = "、".join(cell for row in content.rows for cell in row if cell)
    line = " ".join(text.split())
    return line if len(line) <= BEGINNING else line[:BEGINNING] + "…"


@dataclass(frozen=True, slots=True)
class Steps:
    """What else can be done with a section's versions; `None` where there is nothing to undo or to do again."""

    undo: Callable[[], object] | None
    redo: Callable[[], object] | None
    compare: Callable[[], object]
    compare_all: Callable[[], object]


def versions_menu(
    parent: QWidget, versions: list[SectionVersion], language: str, restore: Callable[[int], object], steps: Steps
) -> QMenu:
    """Return the menu; the first version is the one on the page, choosing another calls `restore` with its number."""
    menu = QMenu(parent)
    enough = len(versions) >= 2  # noqa: PLR2004 -- one version has no earlier one
    if enough:
        _add_versions(menu, versions, language, restore)
    else:
        menu.addAction(QCoreApplication.translate("VersionsMenu", "前の版はまだありません")).setEnabled(False)
    menu.addSeparator()
    translate = QCoreApplication.translate
    _add(menu, translate("VersionsMenu", "一つ前に戻す"), steps.undo)
    _add(menu, translate("VersionsMenu", "やり直す"), steps.redo)
    menu.addSeparator()
    _add(menu, translate("VersionsMenu", "版をくらべる…"), steps.compare if enough else None)
    _add(menu, translate("VersionsMenu", "文書全体の前の状態とくらべる…"), steps.compare_all)
    return menu


def _add(menu: QMenu, words: str, run: Callable[[], object] | None) -> None:
    action = menu.addAction(words)
    action.setEnabled(run is not None)
    if run is not None:
        action.triggered.connect(lambda _checked: run())


def _add_versions(menu: QMenu, versions: list[SectionVersion], language: str, restore: Callable[[int], object]) -> None:
    now = QCoreApplication.translate("VersionsMenu", "今の版")
    for place, version in enumerate(versions[:MOST_VERSIONS]):
        name = now if place == 0 else author(version.origin)
        text = f"{moment(version.created_at, language)}   {name}   {beginning(version.content)}"
        action = menu.addAction(text.replace("&", "&&"), lambda number=version.number: restore(number))
        action.setEnabled(place > 0)
