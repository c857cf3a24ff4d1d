"""The person's own details and the office's shared templates: set here, with how the share is doing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.session.office_library import Shelf
from desktop.session.wording import describe
from desktop.settings.settings import Settings
from desktop.templates.resolve import Library
from desktop.templates.share_watch import SyncPhase
from desktop.ui.dates import moment
from desktop.ui.notices import Kind, Notice, NoticeCard
from desktop.ui.parts import button, content_label, label, rule
from desktop.ui.style import LARGE, MEDIUM, SMALL

WIDTH = 560
MOST_TROUBLES = 5


class OfficeDialog(QDialog):
    """Edits settings; `kept` gives the new ones when the person keeps them."""

    kept = Signal(object)  # Settings
    sync_asked = Signal()

    def __init__(self, parent: QWidget | None, settings: Settings, language: str) -> None:
        """Fill the fields from the settings in force."""
        super().__init__(parent)
        self._settings = settings
        self._language = language
        self._shelf: Callable[[], Shelf] = lambda: Shelf(Library(()))
        self.setWindowTitle(self.tr("わたしの情報と共有のひな形"))
        self.setMinimumWidth(WIDTH)
        self.fields = {
            "section": QLineEdit(settings.section),
            "person": QLineEdit(settings.person),
            "telephone": QLineEdit(settings.telephone),
            "mail": QLineEdit(settings.mail),
            "shared_templates": QLineEdit(settings.shared_templates),
            "office": QLineEdit(settings.office),
        }
        self.state = label(role="soft", wrap=True)
        self.sync = button(self.tr("今すぐ確かめる"), self.sync_asked.emit)
        self._troubles = QVBoxLayout()
        self._arrange()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(MEDIUM)
        column.addWidget(label(self.tr("わたしの情報"), "heading"))
        column.addWidget(label(self.tr("ひな形の担当課・担当者・電話などに、初めから入ります。"), "soft", wrap=True))
        column.addLayout(
            self._form(
                {
                    "section": (self.tr("課・係"), self.tr("例：総務課　庶務係")),
                    "person": (self.tr("氏名"), ""),
                    "telephone": (self.tr("電話"), self.tr("例：0123-45-6789（内線 210）")),
                    "mail": (self.tr("メール"), ""),
                }
            )
        )
        column.addWidget(rule())
        column.addWidget(label(self.tr("共有のひな形"), "heading"))
        rank = self.tr("課のひな形は市のひな形より、市のひな形は初めからあるものより優先されます。")
        column.addWidget(label(rank, "soft", wrap=True))
        form = self._form(
            {
                "shared_templates": (self.tr("フォルダー"), self.tr("例：\\\\server\\share\\ひな形")),
                "office": (self.tr("自分の場所"), self.tr("例：総務部/総務課")),
            }
        )
        column.addLayout(form)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(button(self.tr("フォルダーを選ぶ…"), self._choose_folder))
        row.addWidget(self.sync)
        row.addWidget(self.state, 1)
        column.addLayout(row)
        column.addLayout(self._troubles)
        column.addStretch(1)
        column.addLayout(self._buttons())

    def _form(self, rows: dict[str, tuple[str, str]]) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(LARGE)
        form.setVerticalSpacing(SMALL)
        for key, (title, example) in rows.items():
            field = self.fields[key]
            field.setPlaceholderText(example)
            field.setAccessibleName(title)
            form.addRow(content_label(title, "label"), field)
        return form

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addStretch(1)
        row.addWidget(button(self.tr("やめる"), self.reject))
        row.addWidget(button(self.tr("この内容にする"), self._keep, "primary"))
        return row

    def _keep(self) -> None:
        said = {key: field.text().strip() for key, field in self.fields.items()}
        self.kept.emit(
            dataclasses.replace(
                self._settings,
                section=said["section"],
                person=said["person"],
                telephone=said["telephone"],
                mail=said["mail"],
                shared_templates=said["shared_templates"],
                office=said["office"].replace("\\", "/").strip("/"),
            )
        )
        self.accept()

    def _choose_folder(self) -> None:
        field = self.fields["shared_templates"]
        chosen = QFileDialog.getExistingDirectory(self, self.tr("共有のひな形のフォルダー"), field.text())
        if chosen:
            field.setText(chosen)

    def refresh_from(self, shelf: Callable[[], Shelf]) -> None:
        """Show the share as `shelf` tells of it, now and at every `refresh`."""
        self._shelf = shelf
        self.refresh()

    def refresh(self) -> None:
        """Show how the share is doing, and what is wrong with which file."""
        shelf = self._shelf()
        self.state.setText(self._words(shelf))
        self.sync.setEnabled(shelf.sync.phase in (SyncPhase.WAITING, SyncPhase.HANGING))
        while self._troubles.count():
            card = self._troubles.takeAt(0).widget()
            card.hide()
            card.deleteLater()
        faults = [fault for fault in (shelf.fault, shelf.sync.fault) if fault is not None]
        notices = [self._notice(fault, "") for fault in faults]
        notices += [self._notice(trouble.fault, trouble.mender) for trouble in shelf.library.troubles]
        for notice in notices[:MOST_TROUBLES]:
            self._troubles.addWidget(NoticeCard(notice, lambda: None))
        if len(notices) > MOST_TROUBLES:
            more = self.tr("ほかに{count}件あります。").format(count=len(notices) - MOST_TROUBLES)
            self._troubles.addWidget(label(more, "soft"))

    def _notice(self, fault: Exception, mender: str) -> Notice:
        words = describe(fault, self._language)
        text = words.action
        if mender:
            text += "\n" + self.tr("直せる人：{name}").format(name=mender)
        return Notice(Kind.WARN, words.title, text, words.detail, closable=False)

    def _words(self, shelf: Shelf) -> str:
        if shelf.sync.phase is SyncPhase.OFF:
            return self.tr("共有のフォルダーは使っていません。")
        if shelf.sync.phase is SyncPhase.RUNNING:
            return self.tr("確かめています…")
        synced_at = shelf.library.synced_at
        if not synced_at:
            return self.tr("まだ一度も読めていません。")
        at = moment(dt.datetime.fromtimestamp(synced_at, dt.UTC), self._language)
        words = self.tr("{at} の内容を使っています。").format(at=at)
        if time.time() - synced_at > 24 * 3600:
            words += self.tr("1日以上前の控えです。")
        return words
