"""Shows a person where on the page or in the form the words stand that they searched for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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
    found = next((editor for editor in [editor for editor in editors if mark(editor, words)]), None)
    if found is None:
        return
    found.setFocus(Qt.FocusReason.OtherFocusReason)
    first = found.extraSelections()[0].cursor
    caret = found.textCursor()
    caret.setPosition(first.selectionStart())
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


def mark(editor: Editor, words: Iterable[str]) -> bool:
    """Mark every place of the words in an editor and tell whether there is one; the text itself stays as it is."""
    form = QTextCharFormat()
    form.setBackground(QColor(FOUND))
    form.setFontUnderline(True)
    selections = []
    for start, end in _places(editor.toPlainText(), words):
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(editor.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor  # type: ignore[attr-defined]  # the binding's stubs lack the members of this structure
        selection.format = form  # type: ignore[attr-defined]  # as above
        selections.append(selection)
    editor.setExtraSelections(selections)
    return bool(selections)


def _places(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where the words stand, in UTF-16 units; the longest word goes first where two begin together."""
    known = sorted(filter(None, words), key=len, reverse=True)
    if not known:
        return
    for found in re.finditer("|".join(map(re.escape, known)), text):
        start = units(text[: found.start()])
        yield start, start + units(found.group())
