"""The gallery 好事例: everybody's cases with a place to search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QScrollArea, QVBoxLayout, QWidget

from desktop.learning.case_share import CaseShelf, SharedCase
from desktop.learning.cases import matches
from desktop.session.wording import describe
from desktop.ui.cases.card import CaseCard
from desktop.ui.dates import moment
from desktop.ui.frames import fit, foot, stacked
from desktop.ui.notices import Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import button, label, search_line
from desktop.ui.style import LARGE, MEDIUM, SMALL, TIGHT, WIDE, give_role

SIZE = (760, 720)
# Cards are built so many at a time: hundreds at once would be felt.
AT_A_TIME = 20


class CaseGallery(QDialog):
    """Shows the shelf; `begin_asked` gives the template of the card that was chosen."""

    begin_asked = Signal(str)

    def __init__(self, parent: QWidget | None, language: str) -> None:
        """Start before the shelf was read."""
        super().__init__(parent)
        self._language = language
        self._shelf = CaseShelf()
        self._offered: Collection[str] = ()
        self._count = AT_A_TIME
        self.cards: list[CaseCard] = []
        self.setWindowTitle(self.tr("好事例"))
        self.search = search_line(self.tr("題名、ひな形、課、中身の言葉で探す"), self.tr("好事例を探す"))
        self.search.textChanged.connect(self._searched)
        self.notices = NoticeArea()
        self.none = label(self.tr("読んでいます…"), "soft", wrap=True)
        self.more = button("", self._show_more)
        self.state = label(role="soft", wrap=True)
        self._arrange()

    def _arrange(self) -> None:
        fit(self, SIZE)
        column = stacked(self)
        head = QVBoxLayout()
        head.setContentsMargins(WIDE, LARGE, WIDE, MEDIUM)
        head.setSpacing(SMALL)
        head.addWidget(label(self.tr("好事例"), "title"))
        head.addWidget(label(self.tr("同じ仕事を楽にした人の、やり方とこつです。"), "soft", wrap=True))
        head.addSpacing(TIGHT)
        head.addWidget(self.search)
        column.addLayout(head)
        column.addWidget(self.notices)
        column.addWidget(self._list(), 1)
        column.addWidget(foot(self.state, button(self.tr("閉じる"), self.close)))

    def _list(self) -> QScrollArea:
        inner = QWidget()
        give_role(inner, "desk")
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(WIDE, SMALL, WIDE, LARGE)
        outer.setSpacing(MEDIUM)
        self._column = QVBoxLayout()
        self._column.setSpacing(MEDIUM)
        outer.addWidget(self.none)
        outer.addLayout(self._column)
        outer.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(1)
        area = QScrollArea()
        give_role(area, "desk")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self.more.hide()
        return area

    def show_shelf(self, shelf: CaseShelf, offered: Collection[str]) -> None:
        """Show the cases; `offered` are the identities of the templates that this person has."""
        if (shelf, set(offered)) == (self._shelf, set(self._offered)) and shelf.synced_at:
            return
        self._shelf, self._offered = shelf, set(offered)
        self._tell_broken()
        self.state.setText(self._state())
        self._show()

    def show_failure(self, error: BaseException) -> None:
        """Say that the cases could not be read."""
        self.notices.show_notice("read", fault_notice(error, self._language))

    def found(self) -> Sequence[SharedCase]:
        """Return the cases that the search finds."""
        return [one for one in self._shelf.cases if matches(one.case, self.search.text())]

    def _searched(self) -> None:
        self._count = AT_A_TIME
        self._show()

    def _show_more(self) -> None:
        self._count += AT_A_TIME
        self._show()

    def _show(self) -> None:
        found = self.found()
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for shared in found[: self._count]:
            card = CaseCard(shared, self._language, offered=shared.case.template in self._offered)
            card.begin_asked.connect(self._begin)
            self._column.addWidget(card)
            self.cards.append(card)
        rest = len(found) - len(self.cards)
        self.more.setText(self.tr("もっと見る（あと{count}件）").format(count=rest))
        self.more.setVisible(rest > 0)
        self.none.setText(self._nothing())
        self.none.setVisible(not found)

    def _nothing(self) -> str:
        if self._shelf.cases:
            return self.tr("見つかりません。短い言葉や、ひらがなでもお試しください。")
        return self.tr(
            "まだ好事例がありません。文書がうまくできたら、「ファイル」の「好事例として紹介する」から、最初の一つを載せてみませんか。"
        )

    def _begin(self, template_id: str) -> None:
        self.close()
        self.begin_asked.emit(template_id)

    def _state(self) -> str:
        if not self._shelf.synced_at:
            return self.tr("共有フォルダーは、まだ読んでいません。")
        at = moment(dt.datetime.fromtimestamp(self._shelf.synced_at, dt.UTC), self._language)
        return self.tr("{at} の内容です。").format(at=at)

    def _tell_broken(self) -> None:
        troubles = self._shelf.troubles
        if not troubles:
            self.notices.clear("broken")
            return
        title = self.tr("使えない好事例のファイルが{count}件あります").format(count=len(troubles))
        detail = "\n".join(f"{describe(one.fault, self._language).title} {one.mender}".strip() for one in troubles)
        text = self.tr("ほかの好事例は、これまでどおり見られます。")
        self.notices.show_notice("broken", Notice(Kind.WARN, title, text, detail))
