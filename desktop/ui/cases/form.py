"""The first page of telling of a case: how many minutes it took, what worked, and whether the text is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.learning.cases import MAX_BODY, MAX_MINUTES, MAX_OFFICE, MAX_TEXT, MAX_TITLE
from desktop.ui.cases.words import level_name, saving
from desktop.ui.ime import LineEdit
from desktop.ui.parts import label
from desktop.ui.style import LARGE, MEDIUM, SMALL

# Room for masks, which may be longer than what they hide.
SPARE = 100
SPARE_IN_LINE = 10
LINES = 4
MINUTES_WIDTH = 90


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote about a case; times in minutes."""

    title: str
    before: int
    after: int
    worked: str
    tips: str
    office: str
    level: str
    with_body: bool


def minutes(text: str) -> int | None:
    """Return a number of minutes as typed, full-width digits too; nothing where it is none."""
    try:
        count = int(text.strip().removesuffix("分"))
    except ValueError:
        return None
    return count if 0 <= count <= MAX_MINUTES else None


class CaseForm(QWidget):
    """Fields with a word on what is missing below them."""

    def __init__(self, levels: Sequence[str], office: str, body_length: int) -> None:
        """Start with the person's office; `body_length` is the length of the document in characters."""
        super().__init__()
        self.title = LineEdit()
        self.title.setMaxLength(MAX_TITLE - SPARE_IN_LINE)
        self.title.setPlaceholderText(self.tr("例：会議録が半日から40分になった"))
        self.before, self.after = LineEdit(), LineEdit()
        self.saved = label(role="calm")
        self.worked = self._lines(self.tr("例：表の担当と期限がそのまま使えて、直すのは言い回しだけだった。"))
        self.tips = self._lines(self.tr("例：発言の前に名前を書いておくと、担当の欄がうまる。"))
        self.office = LineEdit()
        self.office.setMaxLength(MAX_OFFICE - SPARE_IN_LINE)
        self.office.setText(office[: MAX_OFFICE - SPARE_IN_LINE])
        self.level = QComboBox()
        for level in levels:
            self.level.addItem(level_name(level), level)
        self.with_body = QCheckBox(self.tr("できた文書の本文も載せる"))
        self.fault = label(role="fault", wrap=True)
        self._arrange()
        self._allow_body(body_length)
        for line in (self.before, self.after):
            line.setFixedWidth(MINUTES_WIDTH)
            line.textChanged.connect(self._reckon)

    def _lines(self, example: str) -> QPlainTextEdit:
        made = QPlainTextEdit()
        made.setTabChangesFocus(True)
        made.setPlaceholderText(example)
        made.setFixedHeight(made.fontMetrics().lineSpacing() * LINES + 2 * MEDIUM)
        return made

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEDIUM)
        times = QHBoxLayout()
        times.setSpacing(SMALL)
        unit = self.tr("分")
        for words, field in ((self.tr("これまで"), self.before), (self.tr("文机で"), self.after)):
            field.setAccessibleName(f"{words} {unit}")
            times.addWidget(label(words))
            times.addWidget(field)
            times.addWidget(label(unit))
            times.addSpacing(SMALL)
        times.addWidget(self.saved, 1)
        form = QFormLayout()
        form.setHorizontalSpacing(LARGE)
        form.setVerticalSpacing(MEDIUM)
        rows: tuple[tuple[str, QWidget | None], ...] = (
            (self.tr("題名"), self.title),
            (self.tr("1件にかかる時間"), None),
            (self.tr("うまくいったこと"), self.worked),
            (self.tr("こつ（なくてもよい）"), self.tips),
            (self.tr("課や役割（なくてもよい）"), self.office),
            (self.tr("見せる相手"), self.level),
        )
        for name, widget in rows:
            if widget is None:
                form.addRow(label(name, "label"), times)
            else:
                widget.setAccessibleName(name)
                form.addRow(label(name, "label"), widget)
        column.addLayout(form)
        column.addWidget(self.with_body)
        column.addWidget(self._note())
        column.addWidget(self.fault)
        self.fault.hide()
        column.addStretch(1)

    def _note(self) -> QWidget:
        words = self.tr("印を付けなければ、本文も資料も載りません。名前は、書かなければ載りません。")
        self.note = label(words, "soft", wrap=True)
        return self.note

    def _allow_body(self, length: int) -> None:
        if length > MAX_BODY - SPARE:
            self.with_body.setEnabled(False)
            words = self.tr("本文は{length}文字あり、載せられる長さ（{limit}文字）を超えています。")
            self.note.setText(words.format(length=f"{length:,}", limit=f"{MAX_BODY - SPARE:,}"))

    def _reckon(self) -> None:
        before, after = minutes(self.before.text()), minutes(self.after.text())
        known = before is not None and after is not None and after < before
        self.saved.setText(saving(before or 0, after or 0) if known else "")

    def written(self) -> Written | None:
        """Return what stands in the form, or nothing after saying what is missing."""
        before, after = minutes(self.before.text()), minutes(self.after.text())
        title, worked, tips = (
            text.strip() for text in (self.title.text(), self.worked.toPlainText(), self.tips.toPlainText())
        )
        most = MAX_TEXT - SPARE
        missing = (
            (not title, self.title, self.tr("題名を書いてください。")),
            (before is None, self.before, self.tr("これまでにかかった時間を、分の数字で書いてください。")),
            (after is None, self.after, self.tr("文机でかかった時間を、分の数字で書いてください。")),
            (not worked, self.worked, self.tr("うまくいったことを、一言でも書いてください。")),
            (len(worked) > most, self.worked, self.tr("うまくいったことは{most}文字までです。").format(most=most)),
            (len(tips) > most, self.tips, self.tr("こつは{most}文字までです。").format(most=most)),
        )
        for is_missing, field, words in missing:
            if is_missing:
                self.fault.setText(words)
                self.fault.show()
                field.setFocus()
                return None
        self.fault.hide()
        level = str(self.level.currentData() or "")
        office = self.office.text().strip()
        return Written(title, before or 0, after or 0, worked, tips, office, level, self.with_body.isChecked())
