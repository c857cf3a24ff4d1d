"""The draft as a sheet of paper: a title and the sections below each other; scrolls only when a person scrolls."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.sections import Content
from desktop.templates.model import Template
from desktop.ui.parts import content_label, label, rule
from desktop.ui.section_card import CardState, SectionCard
from desktop.ui.style import LARGE, MEDIUM, VAST, WIDE, give_role

PAPER_WIDTH = 820
ROOMY = 560


class DraftPage(QScrollArea):
    """The sheet. Tells which section a person edited or wants something for."""

    section_edited = Signal(str)
    rewrite_asked = Signal(str)
    versions_asked = Signal(str)
    undo_asked = Signal(str)
    redo_asked = Signal(str)
    stops_changed = Signal()

    def __init__(self) -> None:
        """Start as an empty desk."""
        super().__init__()
        self.cards: dict[str, SectionCard] = {}
        self._title = content_label(role="title", wrap=True)
        self._hint = label()
        self._paper = QFrame()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        give_role(self, "desk")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the text the room of the margins where there is little of it."""
        self._set_margins()
        super().resizeEvent(event)

    def _set_margins(self) -> None:
        column = self._paper.layout()
        if column is not None:
            side = VAST if self.width() >= ROOMY else LARGE
            column.setContentsMargins(side, WIDE, side, VAST)

    def show_template(self, template: Template) -> None:
        """Lay out a blank sheet with the template's sections."""
        self.cards = {}
        self._title = content_label(role="title", wrap=True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._paper = paper = QFrame()
        give_role(paper, "paper")
        paper.setMaximumWidth(PAPER_WIDTH)
        column = QVBoxLayout(paper)
        self._set_margins()
        column.setSpacing(LARGE)
        column.addWidget(self._title)
        self._hint = label(self.tr("資料を入れて「下書きを作る」を押すと、ここに下書きが現れます。"), "soft", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._hint)
        for spec in template.sections:
            column.addWidget(rule())
            card = SectionCard(spec)
            self._listen(card)
            column.addWidget(card)
        column.addStretch(1)
        desk = QWidget()
        give_role(desk, "desk")
        row = QHBoxLayout(desk)
        row.setContentsMargins(LARGE, MEDIUM, LARGE, LARGE)
        row.addStretch(1)
        row.addWidget(paper, 1000)
        row.addStretch(1)
        self.setWidget(desk)

    def _listen(self, card: SectionCard) -> None:
        key = card.spec.key
        self.cards[key] = card
        card.edited.connect(lambda: self.section_edited.emit(key))
        card.rewrite_asked.connect(lambda: self.rewrite_asked.emit(key))
        card.versions_asked.connect(lambda: self.versions_asked.emit(key))
        card.undo_asked.connect(lambda: self.undo_asked.emit(key))
        card.redo_asked.connect(lambda: self.redo_asked.emit(key))
        card.stops_changed.connect(self.stops_changed)

    def show_title(self, title: str, *, blank: bool) -> None:
        """Write the document's title at the head of the sheet; on a blank sheet say what will stand here."""
        self._title.setText(title)
        self._hint.setVisible(blank)

    def show_content(self, key: str, content: Content) -> None:
        """Put content into a section; what a person looks at stays where it is on the screen."""
        card, scroll = self.cards[key], self.verticalScrollBar()
        place, height = scroll.value(), card.height()
        above = card.mapTo(self.widget(), QPoint(0, height)).y() <= place
        card.show_content(content)
        if above:
            self._settle(card)
            scroll.setValue(place + card.height() - height)

    def _settle(self, card: SectionCard) -> None:
        """Let every layout around a section take its new size now, so that the scroll position can follow at once."""
        inner: QWidget | None = next(iter(card.editors()), None) or card
        while inner is not None and inner is not self.viewport():
            layout = inner.layout()
            if layout is not None:
                layout.activate()
            inner = inner.parentWidget()
        # The scroll area fits its widget and its bars when it is asked for a layout itself.
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))

    def show_states(self, states: dict[str, CardState]) -> None:
        """Say beside each title what the model is doing."""
        for key, card in self.cards.items():
            card.show_state(states.get(key, CardState.RESTING))

    def allow_rewriting(self, *, allowed: bool) -> None:
        """Allow the buttons that need the model, or not while it writes."""
        for card in self.cards.values():
            card.rewrite.setEnabled(allowed)
            card.earlier.setEnabled(allowed)

    def look_at(self, key: str) -> None:
        """Scroll to a section because the person asked for it."""
        if key in self.cards:
            self.ensureWidgetVisible(self.cards[key], 0, LARGE)

    def look_at_caret(self, editor: QWidget, caret: QRect) -> None:
        """Scroll to a place in an editor because the person asked for it."""
        at = editor.mapTo(self.widget(), caret.center())
        self.ensureVisible(at.x(), at.y(), 0, 5 * LARGE)

    def stops(self) -> list[QWidget]:
        """Return what Tab visits on the sheet, in order."""
        return [stop for card in self.cards.values() for stop in card.stops()]
