"""Pictures of the dashboard, of the dialog that hands figures on, and of the question, in both languages.

Usage: python -m tests.usage_screenshots OUT_DIR
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desktop.core.errors import ErrorCode, UserFault
from desktop.engine.supervisor import ChildEngine
from desktop.learning.usage import summed
from desktop.learning.usage_file import dump_usage, file_name
from desktop.learning.usage_folder import OutgoingFile
from desktop.session.desk import Desk
from desktop.session.usage_desk import UsageRead
from desktop.settings.settings import Settings
from desktop.templates.library import builtin_templates
from desktop.ui.bridge import Bridge
from desktop.ui.dashboard.sending import SendingDialog
from desktop.ui.dashboard.window import UsageWindow
from desktop.ui.language import Languages
from desktop.ui.minutes_question import MinutesQuestion
from desktop.ui.style import dress
from desktop.ui.workbench import Workbench
from tests.support.album import album
from tests.support.usage_data import department
from tests.support.window import FAST, folders_at

TODAY = dt.date(2026, 11, 24)
FOLDER = "\\\\fs01\\share\\活用状況\\総務部"


def take(out: Path, language: str) -> None:
    """Bring the windows into their states, one after the other."""
    app = QApplication(["fumizukue"])
    dress(app)
    Languages(app).speak(language)

    def shoot(widget: QWidget, name: str) -> None:
        widget.show()
        for _ in range(8):
            app.processEvents()
        widget.grab().save(str(out / f"{name}-{language}.png"))

    names = {one.id: one.name_en for one in builtin_templates()} if language == "en" else {}
    uses = list(department(dt.date(2025, 10, 1), 14))
    page = UsageWindow(None, language, names)
    shoot(page, "usage-empty")
    page.show_read(UsageRead(summed(uses, TODAY), len(uses), ()), FOLDER)
    shoot(page, "usage")
    page.tabs.setCurrentIndex(1)
    shoot(page, "usage-table")
    page.tabs.setCurrentIndex(0)
    page.section.setCurrentIndex(page.section.count() - 1)
    shoot(page, "usage-section")
    page.save(out / f"usage-picture-{language}.png")
    few = [use for use in uses if use.section.endswith("秘書室")]
    broken = (UserFault(ErrorCode.USAGE_BROKEN, file=f"2026-09_{'0' * 32}.json", key="format", reason="newer"),)
    page = UsageWindow(None, language, names)
    page.show_read(UsageRead(summed(few, TODAY), len(few), broken), FOLDER)
    shoot(page, "usage-withheld")
    dialog = SendingDialog(None, Settings(usage_share=FOLDER), language)
    person = uses[-1].person
    own = [use for use in uses if use.person == person][-2:]
    dialog.show_files([OutgoingFile(file_name(use), dump_usage(use)) for use in own])
    shoot(dialog, "usage-send")
    shoot(asked(out, language), "usage-question")


def asked(out: Path, language: str) -> QWidget:
    """Return the question as the window shows it, on a desk of its own."""
    desk = Desk(folders_at(out / f"home-{language}"), Settings(language=language), engine=ChildEngine(FAST.arguments()))
    question = MinutesQuestion(Workbench(desk, Bridge()))
    question._show(1)
    question.resize(480, question.sizeHint().height())
    desk.close()
    return question


if __name__ == "__main__":
    sys.exit(album("tests.usage_screenshots", take))
