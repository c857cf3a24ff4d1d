"""「保存期間と削除」: what the rules would delete, from where, and the button that does it after a confirmation."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.session.retention_desk import Preview, Purged
from desktop.ui.frames import fit, foot, stacked
from desktop.ui.notices import Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import button, label
from desktop.ui.records.table import ReadTable
from desktop.ui.records.words import day, rule_words
from desktop.ui.style import LARGE, MEDIUM, SMALL, WIDE

SIZE = (1080, 640)
MOST_COPIES = 4


class RetentionDialog(QDialog):
    """Shows a preview; nothing is deleted before the person has ticked that it may be."""

    hold_asked = Signal(int)
    release_asked = Signal(int)
    delete_asked = Signal(object, bool)  # tuple of Due, from the copies too

    def __init__(self, parent: QWidget | None, language: str) -> None:
        """Wait for a preview."""
        super().__init__(parent)
        self._language = language
        self._preview = Preview((), (), (), ())
        self._working = False
        self.setWindowTitle(self.tr("保存期間と削除"))
        self.notices = NoticeArea()
        self.rules = label(role="soft", wrap=True)
        titles = (self.tr("題名"), self.tr("ひな形"), self.tr("最後の変更"), self.tr("期限"), self.tr("理由"))
        self.table = ReadTable(titles, self.tr("削除の対象と保留の文書"), 0)
        self.table.itemSelectionChanged.connect(self._allow)
        self.hold = button(self.tr("保留にする"), lambda: self._ask(self.hold_asked))
        self.release = button(self.tr("保留を解く"), lambda: self._ask(self.release_asked))
        self.copies = label(role="soft", wrap=True)
        self.from_copies = QCheckBox(self.tr("バックアップからも消す"))
        self.from_copies.setChecked(True)
        self.from_copies.toggled.connect(self._tell_copies)
        self.sure = QCheckBox()
        self.sure.toggled.connect(self._allow)
        self.cancel = button(self.tr("閉じる"), self.reject)
        self.delete = button(self.tr("削除する"), self._delete, "primary")
        self._arrange()
        self.show_preview(self._preview)

    def _arrange(self) -> None:
        fit(self, SIZE)
        column = stacked(self)
        inner = QVBoxLayout()
        inner.setContentsMargins(WIDE, LARGE, WIDE, MEDIUM)
        inner.setSpacing(MEDIUM)
        inner.addWidget(label(self.tr("保存期間と削除"), "title"))
        inner.addWidget(self.rules)
        inner.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.hold)
        row.addWidget(self.release)
        row.addStretch(1)
        inner.addLayout(row)
        inner.addWidget(self.copies)
        inner.addWidget(self.from_copies)
        column.addWidget(self.notices)
        column.addLayout(inner, 1)
        column.addWidget(foot(self.sure, self.cancel, self.delete))

    def show_preview(self, found: Preview) -> None:
        """Show what would be deleted today."""
        self._preview = found
        self._working = False
        if found.rules:
            listed = "\n".join(rule_words(rule) for rule in found.rules)
            self.rules.setText(self.tr("規則に当たる文書だけを、期限の日から削除できます。") + "\n" + listed)
        else:
            words = self.tr("保存期間の規則がないため、何も削除されません。")
            self.rules.setText(words + self.tr("規則は設定ファイルの retention_rules に書きます。"))
        self.table.show_rows(self._rows(found))
        self.sure.setText(self.tr("{count}件を削除し、元に戻せなくなることを確かめました").format(count=len(found.due)))
        self.sure.setChecked(False)
        self._tell_copies()
        self._allow()

    def _rows(self, found: Preview) -> list[tuple[str, ...]]:
        said = self._language
        due: list[tuple[str, ...]] = [
            (one.title, one.template_name, day(one.changed, said), day(one.due, said), rule_words(one.rule))
            for one in found.due
        ]
        held: list[tuple[str, ...]] = [
            (one.title, one.template_name, day(one.changed_at.astimezone().date(), said), "—", self._held(one.hold))
            for one in found.held
        ]
        return due + held

    def _held(self, reason: str | None) -> str:
        return self.tr("保留中：{reason}").format(reason=reason) if reason else self.tr("保留中")

    def _tell_copies(self) -> None:
        copies = self._preview.copies
        self.copies.setVisible(bool(copies))
        self.from_copies.setVisible(bool(copies))
        unreadable = self.tr("（読めません）")
        names = [one.path.name + ("" if one.documents >= 0 else unreadable) for one in copies[:MOST_COPIES]]
        if len(copies) > MOST_COPIES:
            names.append(self.tr("ほか{count}個").format(count=len(copies) - MOST_COPIES))
        words = self.tr("同じ文書を含む控えが{count}個あります：{names}").format(
            count=len(copies), names="、".join(names)
        )
        if not self.from_copies.isChecked():
            words += "\n" + self.tr("控えの中の文書は、その控えが新しいバックアップに置き換わるまで残ります。")
        self.copies.setText(words)

    def _allow(self) -> None:
        due, chosen = len(self._preview.due), self.table.chosen
        self.hold.setEnabled(0 <= chosen < due and not self._working)
        self.release.setEnabled(chosen >= due and not self._working)
        self.sure.setVisible(due > 0)
        self.sure.setEnabled(not self._working)
        self.delete.setVisible(due > 0)
        self.delete.setEnabled(self.sure.isChecked() and not self._working)
        self.delete.setText(self.tr("削除しています…") if self._working else self.tr("削除する"))

    def _ask(self, signal: SignalInstance) -> None:
        chosen, due = self.table.chosen, self._preview.due
        if chosen >= 0:
            signal.emit(due[chosen].id if chosen < len(due) else self._preview.held[chosen - len(due)].id)

    def _delete(self) -> None:
        self._working = True
        self.notices.clear("retention")
        self._allow()
        self.delete_asked.emit(self._preview.due, self.from_copies.isChecked())

    def show_done(self, done: Purged) -> None:
        """Say what was deleted and what is left to do."""
        words = []
        if done.failed:
            names = "、".join(path.name for path in done.failed)
            words.append(self.tr("次の控えからは消せませんでした：{names}").format(names=names))
        if not done.overwritten:
            words.append(self.tr("文章の跡の上書きは、次の起動で続けます。"))
        title = self.tr("{count}件を削除しました").format(count=done.documents)
        self.notices.show_notice("retention", Notice(Kind.WARN if words else Kind.DONE, title, "\n".join(words)))

    def show_failure(self, error: BaseException) -> None:
        """Say why it could not be done."""
        self._working = False
        self._allow()
        self.notices.show_notice("retention", fault_notice(error, self._language))
