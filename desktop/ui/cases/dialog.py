"""「好事例として紹介する」: a finished document becomes a case in two steps, and nothing is published before both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from desktop.learning.cases import Case, new_identity
from desktop.templates.model import Template
from desktop.ui.cases.form import CaseForm, Written
from desktop.ui.cases.review import MaskReview
from desktop.ui.frames import fit, foot, stacked
from desktop.ui.notices import NoticeArea, fault_notice
from desktop.ui.parts import button, content_label, in_language, label
from desktop.ui.style import LARGE, MEDIUM, WIDE

SIZE = (860, 700)


@dataclass(frozen=True, slots=True)
class Finished:
    """The document that a case is taken from: its template, and its text without any input or source."""

    template: Template
    body: str


class CaseDialog(QDialog):
    """Two pages; `publish_asked` gives the folder of the share and the case, masked as the person confirmed it."""

    publish_asked = Signal(str, object)  # level, Case

    def __init__(
        self, parent: QWidget | None, finished: Finished, levels: Sequence[str], office: str, language: str
    ) -> None:
        """Begin with the first page; `levels` are the folders of the share where a case can go."""
        super().__init__(parent)
        self._finished = finished
        self._language = language
        self._written: Written | None = None
        self._waiting = False
        self.setWindowTitle(self.tr("好事例として紹介する"))
        self.form = CaseForm(levels, office, len(finished.body))
        self.review = MaskReview()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.form)
        self.pages.addWidget(self.review)
        self.notices = NoticeArea()
        self.state = label(role="soft", wrap=True)
        self.back = button(self.tr("戻る"), self._go_back)
        self.cancel = button(self.tr("やめる"), self.reject)
        self.next = button(self.tr("次へ：伏せる所を確かめる"), self._go_on, "primary")
        self.publish = button(self.tr("公開する"), self._publish, "primary")
        self.review.confirmed_changed.connect(self._allow)
        self._arrange()
        self._allow()

    def _arrange(self) -> None:
        fit(self, SIZE)
        column = stacked(self)
        inner = QVBoxLayout()
        inner.setContentsMargins(WIDE, LARGE, WIDE, MEDIUM)
        inner.setSpacing(MEDIUM)
        inner.addWidget(label(self.tr("好事例として紹介する"), "title"))
        words = self.tr("うまくいったやり方を、同じ仕事をする人に渡しましょう。")
        inner.addWidget(label(words, "soft", wrap=True))
        template = self._finished.template
        name = in_language(self._language, template.name, template.name_en)
        inner.addWidget(content_label(self.tr("ひな形：{name}").format(name=name), "soft", wrap=True))
        inner.addWidget(self.pages, 1)
        column.addWidget(self.notices)
        column.addLayout(inner, 1)
        column.addWidget(foot(self.state, self.cancel, self.back, self.next, self.publish))

    def _allow(self) -> None:
        last = self.pages.currentWidget() is self.review
        self.back.setVisible(last)
        self.publish.setVisible(last)
        self.next.setVisible(not last)
        self.pages.setEnabled(not self._waiting)
        self.back.setEnabled(not self._waiting)
        self.publish.setEnabled(self.review.confirmed.isChecked() and not self._waiting)
        self.state.setText(self.tr("共有フォルダーに置いています…") if self._waiting else "")

    def _go_on(self) -> None:
        written = self._written = self.form.written()
        if written is None:
            return
        texts = {"title": written.title, "worked": written.worked, "tips": written.tips, "office": written.office}
        if written.with_body:
            texts["body"] = self._finished.body
        titles = {
            "title": self.tr("題名"),
            "worked": self.tr("うまくいったこと"),
            "tips": self.tr("こつ"),
            "office": self.tr("課や役割"),
            "body": self.tr("できた文書"),
        }
        self.review.show_texts({key: text for key, text in texts.items() if text}, titles)
        self.pages.setCurrentWidget(self.review)
        self._allow()

    def _go_back(self) -> None:
        self.pages.setCurrentWidget(self.form)
        self._allow()

    def _publish(self) -> None:
        written, template = self._written, self._finished.template
        assert written is not None
        texts = self.review.masked()
        today = dt.datetime.now().astimezone().date()
        case = Case(
            id=new_identity(today),
            title=texts["title"],
            template=template.id,
            template_name=template.name,
            template_version=template.version,
            minutes_before=written.before,
            minutes_after=written.after,
            worked=texts["worked"],
            updated=today,
            tips=texts.get("tips", ""),
            body=texts.get("body", ""),
            office=texts.get("office", ""),
        )
        self._waiting = True
        self.notices.clear("publish")
        self._allow()
        self.publish_asked.emit(written.level, case)

    def show_failure(self, error: BaseException) -> None:
        """Say why it was not published; everything stays as it was written."""
        self._waiting = False
        self._allow()
        self.notices.show_notice("publish", fault_notice(error, self._language))
