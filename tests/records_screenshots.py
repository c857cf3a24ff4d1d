"""Pictures of retention and of the audit log, in both languages and at two scales.

Usage: python -m tests.records_screenshots OUT_DIR
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desktop.core.retention import due_date, parse_rules
from desktop.session.retention_desk import Due, Preview
from desktop.store.audit_chain import AuditRow, Flaw, FlawKind, Head, Verdict
from desktop.store.backup_purge import Holding
from desktop.store.retention import Kept
from desktop.ui.language import Languages
from desktop.ui.records import audit_dialog, retention_dialog
from desktop.ui.records.audit_dialog import AuditDialog
from desktop.ui.records.retention_dialog import RetentionDialog
from desktop.ui.style import dress
from tests.support.album import album

RULES = parse_rules(["* = 5y fiscal", "category:notice = 3y fiscal", "plan = keep"])
TITLES = (
    ("令和元年度第3回庁舎管理委員会", "会議録（要点）", 0),
    ("断水のお知らせ（中央町一丁目から三丁目まで）", "住民へのお知らせ", 0),
    ("職員研修の実施について（通知）", "庁内通知", 1),
)
SIZES = {"retention": retention_dialog.SIZE, "audit": audit_dialog.SIZE}
HASH = "9f2c4e61b7a85d30c6e1f4827ab90d5e3c7f1826b4d9a0e5f3c8172b6d4e9a05"


def preview() -> Preview:
    """Return a preview as an office of some years has it."""
    changed = dt.date(2019, 11, 24)
    due = tuple(
        Due(12 + index, title, template, "", changed, due_date(RULES[rule], changed) or changed, RULES[rule])
        for index, (title, template, rule) in enumerate(TITLES)
    )
    held = Kept(
        40,
        "letter",
        "照会への回答",
        "公園の遊具についての照会",
        "",
        dt.datetime(2018, 5, 1, tzinfo=dt.UTC),
        "情報公開請求のため",
    )
    folder = Path("backups")
    copies = (
        Holding(folder / "history-v6-20261101T000000000000Z.bak.sqlite3", 3),
        Holding(folder / "history.damaged.sqlite3", -1),
    )
    return Preview(RULES, due, (held,), copies)


def rows() -> list[AuditRow]:
    """Return rows as a morning leaves them."""
    facts = f'{{"model":"qwen2.5-1.5b-instruct","model_sha256":"{HASH}","template":"minutes","template_version":"3"}}'
    told = (
        ("document_created", '{"template":"minutes","template_version":"3"}'),
        ("draft_begun", facts),
        ("draft_ended", facts),
        ("document_exported", '{"format":"docx"}'),
        ("settings_changed", '{"key":"audit_content","new":"false","old":"true"}'),
        ("document_deleted", '{"reason":"retention","rule":"* = 5y fiscal"}'),
    )
    made = [
        AuditRow(
            1200 + n,
            f"2026-11-24T0{n}:15:00.000000+00:00",
            kind,
            "山田花子",
            "総務課",
            "yamada",
            "PC-0123",
            12,
            details,
        )
        for n, (kind, details) in enumerate(told)
    ]
    return made[::-1]


def take(out: Path, language: str) -> None:
    """Bring both windows into their states, one after the other."""
    app = QApplication(["fumizukue"])
    dress(app)
    Languages(app).speak(language)

    def shoot(widget: QWidget, name: str) -> None:
        # The offscreen platform's screen is smaller than any terminal's.
        width, height = SIZES[name.partition("-")[0]]
        scale = float(os.environ.get("QT_SCALE_FACTOR", "1"))
        widget.resize(min(width, int(1366 / scale)), min(height, int(700 / scale)))
        widget.show()
        for _ in range(5):
            app.processEvents()
        widget.grab().save(str(out / f"{name}-{language}.png"))

    retention = RetentionDialog(None, language)
    retention.show_preview(Preview((), (), (), ()))
    shoot(retention, "retention-no-rules")
    retention.show_preview(preview())
    retention.sure.setChecked(True)
    shoot(retention, "retention")
    audit = AuditDialog(None, language)
    audit.show_rows(rows())
    audit.show_verdict(Verdict(Head(1205, HASH), unnoted=1))
    shoot(audit, "audit")
    audit.show_verdict(Verdict(Head(811, HASH), Flaw(812, FlawKind.CHANGED), clock_back=77))
    shoot(audit, "audit-flaw")


if __name__ == "__main__":
    sys.exit(album("tests.records_screenshots", take))
