"""The filters of the search in the history: template, period in 和暦 or western years, state, tag, and the order."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QGridLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import UserFault
from desktop.core.periods import WORDS, parse_period
from desktop.store.records import DocumentState
from desktop.store.search import Order, SearchQuery
from desktop.ui.dates import day
from desktop.ui.history.words import state_name
from desktop.ui.ime import LineEdit
from desktop.ui.parts import CONTENT, button, content_label, label, offer_clearing
from desktop.ui.style import SMALL, TIGHT, give_role

# A period is read while it is typed; only after this pause is it called unreadable.
PERIOD_AFTER_MS = 400


class Drawer(QScrollArea):
    """Holds a widget at its height where there is room, and lets it be scrolled on a low screen."""

    def __init__(self, held: QWidget) -> None:
        """Hold a widget."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        give_role(self, "panel")
        give_role(held, "panel")
        self.setWidget(held)

    def sizeHint(self) -> QSize:
        """Return the whole height of what is held at the present width."""
        held = self.widget()
        width = max(self.width(), held.minimumSizeHint().width())
        height = held.heightForWidth(width) if held.hasHeightForWidth() else held.sizeHint().height()
        return QSize(held.minimumSizeHint().width(), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the bar only where the room is short: a bar makes lines break, which would seem to need the bar."""
        policy = Qt.ScrollBarPolicy
        enough = self.height() >= self.sizeHint().height()
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if enough else policy.ScrollBarAsNeeded)
        super().resizeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take on the new height when what is held wants another one."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class FilterBox(QWidget):
    """What narrows a search; `changed` comes with every choice."""

    changed = Signal()

    def __init__(self, language: str) -> None:
        """Start with every filter open."""
        super().__init__()
        self._language = language
        self.template = self._choice(self.tr("ひな形"), content=True)
        self.state = self._choice(self.tr("状態"))
        self.tag = self._choice(self.tr("タグ"), content=True)
        self.order = self._choice(self.tr("並べ方"))
        self.period = LineEdit()
        self.period.setAccessibleName(self.tr("期間"))
        offer_clearing(self.period)
        self.period.setPlaceholderText(self.tr("例：昨年度、令和7年10月"))
        self.understood = content_label(role="calm")
        self.fault = label(role="fault", wrap=True)
        self.clear = button(self.tr("条件をすべて外す"), self.reset, "quiet")
        self._reading = QTimer(self, singleShot=True, interval=PERIOD_AFTER_MS)
        self._reading.timeout.connect(self._period_read)
        self._fill()
        self._arrange()
        self.period.textChanged.connect(self._period_typed)
        for choice in (self.template, self.state, self.tag, self.order):
            choice.currentIndexChanged.connect(lambda _index: self._choice_changed())
        self._choice_changed()

    def _choice(self, name: str, *, content: bool = False) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(6)
        made.setProperty(CONTENT, content)
        return made

    def _fill(self) -> None:
        self.template.addItem(self.tr("すべて"), "")
        self.tag.addItem(self.tr("すべて"), "")
        self.state.addItem(self.tr("すべて"), None)
        for state in DocumentState:
            self.state.addItem(state_name(state), state)
        self.order.addItem(self.tr("新しい順"), Order.DATE)
        self.order.addItem(self.tr("よく合う順"), Order.RELEVANCE)
        if self._language == "en":
            return
        completer = QCompleter(list(WORDS), self.period)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchStartsWith)
        self.period.setCompleter(completer)

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SMALL)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("ひな形"), self.template),
            (self.tr("期間"), self.period),
            ("", self.understood),
            ("", self.fault),
            (self.tr("状態"), self.state),
            (self.tr("タグ"), self.tag),
            (self.tr("並べ方"), self.order),
        )
        for place, (words, widget) in enumerate(rows):
            if words:
                grid.addWidget(label(words, "soft"), place, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(widget, place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SMALL, 0, SMALL, SMALL)
        column.setSpacing(TIGHT)
        column.addLayout(grid)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignRight)
        self.understood.hide()
        self.fault.hide()

    # -- what there is to choose -----------------------------------------------------------------------------------

    def offer_templates(self, names: Mapping[str, str]) -> None:
        """Offer these templates (identity → name), in their order; the chosen one stays."""
        self._offer(self.template, [(name, identity) for identity, name in names.items()])

    def offer_tags(self, tags: Sequence[str]) -> None:
        """Offer these tags; the chosen one stays while there are documents with it."""
        self._offer(self.tag, [(tag, tag) for tag in tags])
        self.tag.setEnabled(self.tag.count() > 1)

    def _offer(self, choice: QComboBox, offers: Sequence[tuple[str, str]]) -> None:
        chosen = choice.currentData()
        blocked = choice.blockSignals(True)
        while choice.count() > 1:
            choice.removeItem(1)
        for name, value in offers:
            choice.addItem(name, value)
        choice.setCurrentIndex(max(0, choice.findData(chosen)))
        choice.blockSignals(blocked)
        if choice.currentData() != chosen:
            self._choice_changed()

    def choose_tag(self, tag: str) -> None:
        """Narrow to a tag, if there are documents with it."""
        self.tag.setCurrentIndex(max(0, self.tag.findData(tag)))

    # -- what is chosen --------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many filters narrow the search; the order is none."""
        since, until = self._days()
        return sum(map(bool, (self.template.currentData(), since or until, self.state.currentIndex(), self.tag_chosen)))

    @property
    def tag_chosen(self) -> str:
        """The chosen tag, or nothing."""
        return str(self.tag.currentData() or "")

    def narrowed(self, text: str) -> SearchQuery:
        """Return the question for these words under the filters."""
        since, until = self._days()
        template, state = self.template.currentData(), self.state.currentData()
        query = SearchQuery(
            text=text,
            template_ids=(template,) if template else (),
            states=frozenset() if state is None else frozenset((DocumentState(state),)),
            since=since,
            until=until,
            tags=(self.tag_chosen,) if self.tag_chosen else (),
        )
        # Without words there is nothing that could fit better or worse.
        return dataclasses.replace(query, order=Order(self.order.currentData()) if text else Order.DATE)

    def reset(self) -> None:
        """Open every filter; the order stays."""
        for choice in (self.template, self.state, self.tag):
            choice.setCurrentIndex(0)
        self.period.clear()
        self._reading.stop()
        self._period_read()

    def _days(self) -> tuple[dt.date | None, dt.date | None]:
        typed = self.period.text().strip()
        if not typed:
            return None, None
        try:
            return parse_period(typed, dt.date.today())  # noqa: DTZ011 -- the terminal's own day is meant
        except UserFault:
            return None, None

    def _period_typed(self) -> None:
        since, until = self._days()
        known = bool(since or until)
        self.understood.setText(self._span(since, until) if known else "")
        self.understood.setVisible(known)
        self.fault.hide()
        self._reading.start()

    def _period_read(self) -> None:
        wrong = bool(self.period.text().strip()) and self._days() == (None, None)
        self.fault.setText(self.tr("期間を読み取れません。令和7年度、昨年度、2025年10月のように入れてください。"))
        self.fault.setVisible(wrong)
        self.period.setProperty("fault", wrong)
        self.period.style().unpolish(self.period)
        self.period.style().polish(self.period)
        self._choice_changed()

    def _span(self, since: dt.date | None, until: dt.date | None) -> str:
        first = day(since, self._language) if since else ""
        last = day(until, self._language) if until else ""
        if since is None:
            return self.tr("{until}まで").format(until=last)
        if until is None:
            return self.tr("{since}から").format(since=first)
        if since == until:
            return first
        return self.tr("{since}から\n{until}まで").format(since=first, until=last)

    def _choice_changed(self) -> None:
        self.clear.setVisible(bool(self.count))
        self.changed.emit()

    def stops(self) -> list[QWidget]:
        """Return what Tab visits, in order."""
        return [self.template, self.period, self.state, self.tag, self.order, self.clear]
