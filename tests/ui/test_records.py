"""Retention and the audit log in the window: nothing goes before a tick, and a hold wins."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.core.errors import ErrorCode, StoreFault
from desktop.session.audit_desk import AuditCsv
from desktop.session.retention_desk import Purged
from desktop.store.audit_chain import Flaw, FlawKind, Head, Verdict
from desktop.ui.records.audit_dialog import AuditDialog
from desktop.ui.records.retention_dialog import RetentionDialog
from tests.records_screenshots import HASH, preview, rows
from tests.ui.conftest import OpenWindow

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def retention(qtbot: QtBot) -> RetentionDialog:
    made = RetentionDialog(None, "ja")
    qtbot.addWidget(made)
    made.show_preview(preview())
    return made


@pytest.fixture
def audit(qtbot: QtBot) -> AuditDialog:
    made = AuditDialog(None, "ja")
    qtbot.addWidget(made)
    made.show_rows(rows())
    return made


def said(dialog: RetentionDialog | AuditDialog, slot: str) -> str:
    card = dialog.notices.card(slot)
    assert card is not None
    return f"{card.notice.title}\n{card.notice.text}"


def test_nothing_can_be_deleted_before_the_person_has_ticked_that_it_may(
    retention: RetentionDialog, qtbot: QtBot
) -> None:
    assert not retention.delete.isEnabled()
    retention.sure.setChecked(True)
    with qtbot.waitSignal(retention.delete_asked) as asked:
        retention.delete.click()
    assert asked.args == [preview().due, True]
    assert not retention.delete.isEnabled()
    retention.show_preview(preview())
    assert not retention.sure.isChecked()


def test_the_backups_that_hold_the_documents_are_named_and_can_be_left(retention: RetentionDialog) -> None:
    assert "history-v6-20261101T000000000000Z.bak.sqlite3" in retention.copies.text()
    assert "読めません" in retention.copies.text()
    retention.from_copies.setChecked(False)
    assert "置き換わるまで残ります" in retention.copies.text()


def test_a_due_document_can_be_held_and_a_held_one_released(retention: RetentionDialog, qtbot: QtBot) -> None:
    retention.table.selectRow(1)
    assert not retention.release.isEnabled()
    with qtbot.waitSignal(retention.hold_asked) as asked:
        retention.hold.click()
    assert asked.args == [13]
    retention.table.selectRow(3)
    assert not retention.hold.isEnabled()
    with qtbot.waitSignal(retention.release_asked) as asked:
        retention.release.click()
    assert asked.args == [40]


def test_what_could_not_be_done_is_told(retention: RetentionDialog) -> None:
    retention.show_done(Purged(3, 1, (Path("b.sqlite3"),), overwritten=False))
    assert said(retention, "retention").splitlines() == [
        "3件を削除しました",
        "次の控えからは消せませんでした：b.sqlite3",
        "文章の跡の上書きは、次の起動で続けます。",
    ]
    retention.show_failure(StoreFault(ErrorCode.STORE_DISK_FULL, path="x"))
    assert retention.notices.card("retention") is not None


def test_the_log_shows_who_did_what_and_a_flaw_by_its_row(audit: AuditDialog) -> None:
    first = [audit.table.item(0, column) for column in range(audit.table.columnCount())]
    assert [item.text() for item in first if item is not None][2:4] == ["完全に削除", "山田花子（yamada）"]
    audit.show_verdict(Verdict(Head(9, HASH), Flaw(812, FlawKind.CHANGED)))
    assert "812行目" in said(audit, "audit")
    audit.show_verdict(Verdict(Head(1205, HASH)))
    assert HASH in said(audit, "audit")
    audit.show_written(AuditCsv(Path("a.csv"), Head(1205, HASH)))
    assert f"1205:{HASH}" in said(audit, "audit")
    audit.show_failure(StoreFault(ErrorCode.STORE_DISK_FULL, path="x"))
    assert audit.verify.isEnabled()


def test_the_menus_open_both_and_verifying_finds_the_log_sound(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window().window
    window.records.open_audit()
    dialog = window.records.audit
    assert dialog is not None
    dialog.verify.click()
    qtbot.waitUntil(lambda: dialog.notices.card("audit") is not None)
    assert "正しくつながっています" in said(dialog, "audit")
    dialog.reject()
    window.records.open_retention()
    opened = window.records.retention
    assert opened is not None
    qtbot.waitUntil(lambda: "retention_rules" in opened.rules.text())
    opened.reject()


def test_a_form_that_is_in_no_history_yet_cannot_be_held(open_window: OpenWindow) -> None:
    window = open_window().window
    window.records.hold_open_document()
    card = window.notices.card("hold")
    assert card is not None
    assert "履歴にある文書" in card.notice.title
