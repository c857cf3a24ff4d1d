"""Notices in place: what happened, what to do next, the details on demand; never a box that has to be clicked away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.session.wording import describe
from desktop.ui.parts import button, label
from desktop.ui.style import LARGE, MEDIUM, SMALL, TIGHT, give_role

DETAIL_HEIGHT = 110


class Kind(StrEnum):
    """How much a notice wants to be seen."""

    INFO = "info"
    DONE = "done"
    WARN = "warn"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a notice; `primary` is what most people will want. The notice closes when it is pressed."""

    label: str
    run: Callable[[], object]
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says. `detail` is technical and stays folded."""

    kind: Kind
    title: str
    text: str = ""
    detail: str = ""
    actions: tuple[Action, ...] = ()
    closable: bool = True


def fault_notice(error: BaseException, language: str, actions: tuple[Action, ...] = ()) -> Notice:
    """Return the notice for an error, in the words of the session."""
    words = describe(error, language)
    return Notice(Kind.FAULT, words.title, words.action, words.detail, actions)


class NoticeCard(QFrame):
    """One notice."""

    def __init__(self, notice: Notice, close: Callable[[], object]) -> None:
        """Lay the notice out; `close` takes the card away."""
        super().__init__()
        self.notice = notice
        self._close = close
        give_role(self, f"notice-{notice.kind}")
        self.setAccessibleName(notice.title)
        self.setAccessibleDescription(notice.text)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, MEDIUM, MEDIUM, MEDIUM)
        column.setSpacing(TIGHT)
        head = QHBoxLayout()
        head.addWidget(label(notice.title, "label", wrap=True), 1)
        if notice.closable:
            head.addWidget(button("×", close, "quiet", self.tr("この知らせを閉じる")))
        column.addLayout(head)
        if notice.text:
            column.addWidget(label(notice.text, wrap=True))
        if notice.actions or notice.detail:
            column.addLayout(self._buttons())
        self._detail = self._detail_box()
        column.addWidget(self._detail)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, TIGHT, 0, 0)
        row.setSpacing(SMALL)
        for action in self.notice.actions:
            role = "primary" if action.primary else ""
            row.addWidget(button(action.label, partial(self._take, action), role))
        if self.notice.detail:
            row.addWidget(button(self.tr("詳細"), self._fold, "quiet"))
        row.addStretch(1)
        return row

    def _take(self, action: Action) -> None:
        self._close()
        action.run()

    def _detail_box(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, SMALL, 0, 0)
        text = QPlainTextEdit(self.notice.detail)
        text.setReadOnly(True)
        text.setFixedHeight(DETAIL_HEIGHT)
        text.setTabChangesFocus(True)
        text.setAccessibleName(self.tr("技術的な詳細"))
        row = QHBoxLayout()
        row.addWidget(button(self.tr("詳細をコピー"), self._copy, "quiet"))
        row.addStretch(1)
        column.addWidget(text)
        column.addLayout(row)
        box.hide()
        return box

    def _fold(self) -> None:
        self._detail.setVisible(self._detail.isHidden())

    def _copy(self) -> None:
        notice = self.notice
        QGuiApplication.clipboard().setText(f"{notice.title}\n{notice.text}\n\n{notice.detail}")


class NoticeArea(QWidget):
    """The place for notices of one panel: one card for each slot, a newer one takes the older one's place."""

    def __init__(self) -> None:
        """Start with nothing to say."""
        super().__init__()
        self._cards: dict[str, NoticeCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(LARGE, MEDIUM, LARGE, 0)
        self._column.setSpacing(SMALL)
        self.hide()

    def fill_width(self) -> None:
        """Leave no room around the cards: the place they are in has its own."""
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_notice(self, slot: str, notice: Notice) -> None:
        """Show a notice in its slot and tell a screen reader."""
        self.clear(slot)
        card = NoticeCard(notice, lambda: self.clear(slot))
        self._cards[slot] = card
        self._column.addWidget(card)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(card, QAccessible.Event.Alert))

    def clear(self, slot: str) -> None:
        """Take the slot's notice away, if there is one."""
        card = self._cards.pop(slot, None)
        if card is not None:
            card.hide()
            self._column.removeWidget(card)
            card.deleteLater()
        self.setVisible(bool(self._cards))

    def card(self, slot: str) -> NoticeCard | None:
        """Return the card now in the slot."""
        return self._cards.get(slot)
