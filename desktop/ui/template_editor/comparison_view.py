"""Two people changed the template: their version and mine side by side, and below them both in one, to be settled."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from desktop.core.errors import UserFault
from desktop.session.template_comparison import Choice, Clash, Comparison, clashes, is_marked
from desktop.session.wording import describe
from desktop.templates.merge import MINE_MARK
from desktop.ui.frames import foot, stacked
from desktop.ui.parts import YieldingLabel, button, content_label, label
from desktop.ui.style import (
    ACCENT_SOFT,
    CALM_SOFT,
    FAULT_SOFT,
    LARGE,
    MEDIUM,
    SMALL,
    TIGHT,
    WARN_SOFT,
    WIDE,
    give_role,
)
from desktop.ui.template_editor.source_view import SourceView
from desktop.ui.template_editor.text_tab import line_of

FIRST_SIZES = (280, 360)
# More than any window is wide: the sides share what there is.
EQUAL = 10_000


class ComparisonView(QWidget):
    """Shows a comparison until nothing is left to decide; tells every change of the merged text."""

    edited = Signal(str)
    settled = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._clashes: tuple[Clash, ...] = ()
        self._at = 0
        self._fault = ""
        self.title = label(role="title", wrap=True)
        self.told = content_label(role="soft", wrap=True)
        self.theirs = SourceView(read_only=True)
        self.mine = SourceView(read_only=True)
        self.merged = SourceView()
        self.count = YieldingLabel("label")
        self.earlier = button("▲", lambda: self._step(-1), "quiet", self.tr("前の決める所へ"))
        self.later = button("▼", lambda: self._step(1), "quiet", self.tr("次の決める所へ"))
        self.take_mine = button(self.tr("自分の変更にする"), lambda: self._settle(Choice.MINE))
        self.take_theirs = button(self.tr("先に公開された版にする"), lambda: self._settle(Choice.THEIRS))
        self.take_both = button(self.tr("両方を残す"), lambda: self._settle(Choice.BOTH))
        self.done = button(self.tr("この内容で出す(&P)…"), lambda: self.settled.emit(self.merged.text()), "primary")
        self.back = button(self.tr("編集に戻る"), self.left.emit)
        self.merged.edited.connect(self._edited)
        give_role(self, "panel")
        self._arrange()

    def _arrange(self) -> None:
        column = stacked(self)
        head = QVBoxLayout()
        head.setContentsMargins(WIDE, LARGE, WIDE, SMALL)
        head.setSpacing(TIGHT)
        head.addWidget(self.title)
        head.addWidget(self.told)
        column.addLayout(head)
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.addWidget(
            self._titled(
                self.tr("先に公開された版"), self.theirs, self.tr("青い行が、先に公開された版で変わった所です。")
            )
        )
        sides.addWidget(self._titled(self.tr("自分の版"), self.mine, self.tr("緑の行が、自分で変えた所です。")))
        sides.setSizes([EQUAL, EQUAL])
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(sides)
        whole.addWidget(self._merged_part())
        whole.setSizes(list(FIRST_SIZES))
        for splitter in (sides, whole):
            splitter.setChildrenCollapsible(False)
        column.addWidget(whole, 1)
        column.addWidget(foot(self.done, self.back, None, spacing=MEDIUM))

    def _titled(self, title: str, view: SourceView, remark: str) -> QWidget:
        view.setAccessibleName(title)
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(LARGE, SMALL, LARGE, SMALL)
        column.setSpacing(TIGHT)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(label(title, "heading"))
        row.addWidget(label(remark, "soft"), 1)
        column.addLayout(row)
        column.addWidget(view, 1)
        return part

    def _merged_part(self) -> QWidget:
        part = self._titled(self.tr("まとめた版（ここで直せます）"), self.merged, "")
        column = part.layout()
        assert isinstance(column, QVBoxLayout)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.count, 1)
        for widget in (self.earlier, self.later, self.take_mine, self.take_theirs, self.take_both):
            row.addWidget(widget)
        column.insertLayout(1, row)
        return part

    # -- showing ---------------------------------------------------------------------------------------------------

    def show_comparison(self, found: Comparison) -> None:
        """Show the texts, at the first place that needs a decision."""
        who = found.heading
        if found.removed:
            self.title.setText(self.tr("編集している間に、別の人が共有から消しました"))
            self.told.setText("")
        else:
            self.title.setText(self.tr("編集している間に、別の人が先に公開しました"))
            self.told.setText("　".join(part for part in (who.version, who.author, who.updated, who.change) if part))
        for view, text, colour in ((self.theirs, found.theirs, ACCENT_SOFT), (self.mine, found.mine, CALM_SOFT)):
            view.begin_with(text)
            view.mark_lines(dict.fromkeys(_changed_lines(found.base, text), colour))
        self.merged.begin_with(found.merged)
        self._at = 0
        self._look()
        self._show_place()

    def show_faults(self, found: Sequence[UserFault], language: str) -> None:
        """Say what keeps the merged text from being a template, once its places are settled."""
        self._fault = describe(found[0], language).title if found else ""
        self._look()
        if found and not is_marked(self.merged.text()):
            self.merged.mark_lines(dict.fromkeys(map(line_of, found), FAULT_SOFT))

    def _edited(self) -> None:
        self._fault = ""
        self._look()
        self.edited.emit(self.merged.text())

    def _look(self) -> None:
        """Find the places that are still open; publishing waits for the last of them."""
        text = self.merged.text()
        self._clashes = clashes(text)
        self._at = max(0, min(self._at, len(self._clashes) - 1))
        lines = {line + 1: WARN_SOFT for clash in self._clashes for line in range(clash.start, clash.end)}
        self.merged.mark_lines(lines)
        for pressed in (self.take_mine, self.take_theirs, self.take_both):
            pressed.setVisible(bool(self._clashes))
        for pressed in (self.earlier, self.later):
            pressed.setVisible(len(self._clashes) > 1)
        self.done.setEnabled(not is_marked(text) and not self._fault)
        self.count.setText(self._words(marked=is_marked(text)))

    def _words(self, *, marked: bool) -> str:
        if self._clashes:
            pattern = self.tr("決める所：{number} / {count}")
            return pattern.format(number=self._at + 1, count=len(self._clashes))
        if marked:
            return self.tr("印（{mark} など）の行が残っています。消すと出せます。").format(mark=MINE_MARK[:7])
        if self._fault:
            return self._fault
        return self.tr("決める所はありません。内容を確かめて出してください。")

    def _step(self, by: int) -> None:
        if self._clashes:
            self._at = (self._at + by) % len(self._clashes)
            self.count.setText(self._words(marked=True))
            self._show_place()

    def _show_place(self) -> None:
        """Bring the place, and the same lines of both versions, into view."""
        if not self._clashes:
            return
        clash = self._clashes[self._at]
        self.merged.go_to(clash.start + 1)
        for view, lines in ((self.mine, clash.mine), (self.theirs, clash.theirs)):
            found = _place_of(view.text().split("\n"), lines)
            if found:
                view.go_to(found)

    # -- settling --------------------------------------------------------------------------------------------------

    def _settle(self, choice: Choice) -> None:
        """Write the chosen lines in the place of the marks; undo brings them back."""
        if not self._clashes:
            return
        clash = self._clashes[self._at]
        lines = self.merged.text().split("\n")
        lines[clash.start : clash.end] = clash.lines(choice)
        self.merged.show_text("\n".join(lines))
        self._edited()
        self._show_place()


def _changed_lines(base: str, text: str) -> list[int]:
    """Return the lines of `text`, from 1, that the base does not have there."""
    matcher = difflib.SequenceMatcher(None, base.split("\n"), text.split("\n"), autojunk=False)
    return [
        line + 1
        for what, _, _, start, end in matcher.get_opcodes()
        if what in ("insert", "replace")
        for line in range(start, end)
    ]


def _place_of(lines: list[str], wanted: tuple[str, ...]) -> int:
    """Return the line, from 1, at which the wanted lines stand; 0 where there are none."""
    count = len(wanted)
    for start in range(len(lines) - count + 1 if count else 0):
        if tuple(lines[start : start + count]) == wanted:
            return start + 1
    return 0
