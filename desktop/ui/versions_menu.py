"""The menu of a section's earlier versions: when, by whom, and how each begins."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop.core.sections import Content, ListContent, TextContent
from desktop.store.records import Origin, SectionVersion
from desktop.ui.dates import moment

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


def versions_menu(
    parent: QWidget, versions: list[SectionVersion], language: str, restore: Callable[[int], object]
) -> QMenu:
    """Return the menu; the first version is the one on the page, choosing another calls `restore` with its number."""
    menu = QMenu(parent)
    if len(versions) < 2:  # noqa: PLR2004 -- one version has no earlier one
        menu.addAction(QCoreApplication.translate("VersionsMenu", "前の版はまだありません")).setEnabled(False)
        return menu
    who = {
        Origin.MODEL: QCoreApplication.translate("VersionsMenu", "AIの下書き"),
        Origin.PERSON: QCoreApplication.translate("VersionsMenu", "あなたの編集"),
    }
    now = QCoreApplication.translate("VersionsMenu", "今の版")
    for place, version in enumerate(versions[:MOST_VERSIONS]):
        name = now if place == 0 else who[version.origin]
        text = f"{moment(version.created_at, language)}   {name}   {beginning(version.content)}"
        action = menu.addAction(text.replace("&", "&&"), lambda number=version.number: restore(number))
        action.setEnabled(place > 0)
    return menu
