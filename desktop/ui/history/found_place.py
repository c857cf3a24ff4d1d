"""Shows a person where on the page or in the form the words stand that they searched for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from desktop.store.search import Hit
from desktop.ui.draft_page import DraftPage
from desktop.ui.form import FormPanel
from desktop.ui.marked_text import units
from desktop.ui.style import FOUND

Editor = QTextEdit | QPlainTextEdit


def show_place(hit: Hit, form: FormPanel, page: DraftPage) -> None:
    """Scroll to the section or field of a hit, mark the words there, and put the caret before the first of them."""
    words = {hit.excerpt[start:end] for start, end in hit.marks}
    if hit.key in page.cards:
        page.look_at(hit.key)
        editors: list[Editor] = [*page.cards[hit.key].editors()]
    elif hit.key in form.rows:
        form.show_row(form.rows[hit.key])
        inner = form.rows[hit.key].control.inner
        editors = [inner] if isinstance(inner, QTextEdit | QPlainTextEdit) else []
    else:
        return
    starts = [(editor, start) for editor in editors if (start := mark(editor, words)) is not None]
    if not starts:
        return
    found, start = starts[0]
    found.setFocus(Qt.FocusReason.OtherFocusReason)
    caret = found.textCursor()
    caret.setPosition(start)
    found.setTextCursor(caret)
    if hit.key in page.cards:
        page.look_at_caret(found, found.cursorRect(caret))


def unmark(form: FormPanel, page: DraftPage) -> None:
    """Take all marks away."""
    rows = [row.control.inner for row in form.rows.values()]
    cells = [editor for card in page.cards.values() for editor in card.editors()]
    for editor in (*rows, *cells):
        if isinstance(editor, QTextEdit | QPlainTextEdit):
            editor.setExtraSelections([])


def mark(editor: Editor, words: Iterable[str]) -> int | None:
    """Mark every place of the words in an editor and return where the first is, in UTF-16 units.

    The text itself stays as it is.
    """
    form = QTextCharFormat()
    form.setBackground(QColor(FOUND))
    form.setFontUnderline(True)
    selections = []
    places = list(_places(editor.toPlainText(), words))
    for start, end in places:
        # The binding's stubs do not know the members of this structure.
        selection: Any = QTextEdit.ExtraSelection()
        cursor = QTextCursor(editor.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format = form
        selections.append(selection)
    editor.setExtraSelections(selections)
    return places[0][0] if places else None


def _places(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where the words stand, in UTF-16 units; the longest word goes first where two begin together."""
    known = sorted(filter(None, words), key=len, reverse=True)
    if not known:
        return
    for found in re.finditer("|".join(map(re.escape, known)), text):
        start = units(text[: found.start()])
        yield start, start + units(found.group())
