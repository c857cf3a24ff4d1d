"""The head of the editor, which says what is edited and where it comes from, and its foot with what can be done."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.session.template_edits import Edits
from desktop.templates.heading import heading_of
from desktop.ui.parts import YieldingLabel, button, content_label
from desktop.ui.style import MEDIUM, SMALL, TIGHT, WIDE, give_role


class EditorHead(QWidget):
    """Name and origin of the template in work."""

    def __init__(self) -> None:
        """Start without a name."""
        super().__init__()
        self.name = content_label(role="title")
        self.whence = YieldingLabel("soft")
        give_role(self, "panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, MEDIUM, WIDE, SMALL)
        row.setSpacing(MEDIUM)
        row.addWidget(self.name)
        row.addWidget(self.whence, 1)

    def show_edits(self, edits: Edits, taken: Collection[str]) -> None:
        """Say what the text is called, and whose place it takes; a text that cannot be read keeps its name."""
        heading = heading_of(edits.text)
        if heading.name or heading.id:
            self.name.setText(heading.name or heading.id)
        if edits.on_share:
            place = edits.folder or self.tr("市の全員")
            words = self.tr("共有：{place}　{version} 版").format(place=place, version=heading_of(edits.began).version)
        elif heading.id in taken:
            words = self.tr("プログラムのひな形の写し。共有に出すと、こちらが使われます。")
        else:
            words = self.tr("新しいひな形")
        self.whence.setText(words)


class EditorFoot(QWidget):
    """Publish, try, make a copy; and whether what was typed is safe."""

    def __init__(
        self, publish: Callable[[], object], try_it: Callable[[], object], separate: Callable[[], object]
    ) -> None:
        """Lay the buttons out."""
        super().__init__()
        self.publish = button(self.tr("共有に出す(&P)…"), publish, "primary")
        self.trial = button(self.tr("試し書き(&T)"), try_it)
        self.copy = button(self.tr("別のひな形にする"), separate, "quiet")
        self.copy.setToolTip(self.tr("元のひな形を残し、写しを新しいひな形として編集します"))
        self.kept = YieldingLabel("soft")
        give_role(self, "footer")
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, MEDIUM, WIDE, MEDIUM)
        row.setSpacing(MEDIUM)
        for made in (self.publish, self.trial, self.copy):
            row.addWidget(made)
        row.addSpacing(TIGHT)
        row.addWidget(self.kept, 1)

    def show_kept(self, *, changed: bool, at_rest: bool) -> None:
        """Say where the edits are."""
        if not changed:
            self.kept.setText(self.tr("変えた所はありません"))
        elif at_rest:
            self.kept.setText(self.tr("編集はこの端末に残しました。共有にはまだ出していません。"))
        else:
            self.kept.setText(self.tr("この端末に残しています…"))

    def allow(self, *, ready: bool, trial: bool) -> None:
        """Allow what can be done now."""
        self.publish.setEnabled(ready)
        self.copy.setEnabled(ready)
        self.trial.setEnabled(ready and trial)
