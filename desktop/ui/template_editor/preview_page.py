"""The page a template gives: the draft page as people will see it, to look at only, below what the layout prints."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout

from desktop.core.document import OfficialDocument
from desktop.core.wareki import format_date
from desktop.session.template_preview import Preview
from desktop.templates.model import Template
from desktop.ui.draft_page import DraftPage
from desktop.ui.parts import content_label

_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


class PreviewPage(DraftPage):
    """Shows a preview; is laid out anew only where the sections themselves changed."""

    def __init__(self) -> None:
        """Start as an empty desk."""
        super().__init__()
        self._template: Template | None = None
        self._head: list[QLabel] = []
        self._foot: list[QLabel] = []

    def show_preview(self, preview: Preview) -> None:
        """Show what a text without faults gives."""
        template, document = preview.template, preview.document
        assert template is not None
        assert document is not None
        if self._template is None or self._template.sections != template.sections:
            self.show_template(template)
        self._template = template
        self.show_title(document.title, blank=False)
        self._show_layout(document)
        for key, content in preview.contents.items():
            self.show_content(key, content)
        self._close_to_hands()

    def _show_layout(self, document: OfficialDocument) -> None:
        """Write above the title and below the sections what the layout prints there."""
        date = format_date(document.date) if document.date else ""
        head = ((document.number, _RIGHT), (date, _RIGHT), (document.addressee, _LEFT), (document.sender, _RIGHT))
        facts = "\n".join(f"{name}　{value}" for name, value in document.facts)
        foot = ((facts, _LEFT), (document.note, _LEFT), ("\n".join(document.contact), _RIGHT))
        column = self._paper.layout()
        assert isinstance(column, QVBoxLayout)
        for label in (*self._head, *self._foot):
            column.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._head = [_line(text, side) for text, side in head if text]
        self._foot = [_line(text, side) for text, side in foot if text]
        for index, label in enumerate(self._head):
            column.insertWidget(index, label)
        for label in self._foot:
            # Before the stretch at the end.
            column.insertWidget(column.count() - 1, label)

    def show_template(self, template: Template) -> None:
        """Lay out a blank sheet; the labels of the old one go with it."""
        self._head, self._foot = [], []
        super().show_template(template)

    def _close_to_hands(self) -> None:
        """Take away what only a real draft has a use for."""
        for card in self.cards.values():
            for pressed in card.findChildren(QPushButton):
                pressed.hide()
            for editor in card.editors():
                editor.setReadOnly(True)


def _line(text: str, side: Qt.AlignmentFlag) -> QLabel:
    made = content_label(text, wrap=True)
    made.setAlignment(side)
    return made
