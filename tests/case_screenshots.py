"""Pictures of the gallery and the dialog for cases, in both languages and at two scales.

Usage: python -m tests.case_screenshots OUT_DIR
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desktop.learning.case_share import CaseShelf, SharedCase
from desktop.templates.library import builtin_templates
from desktop.ui.cases.dialog import CaseDialog, Finished
from desktop.ui.cases.gallery import CaseGallery
from desktop.ui.language import Languages
from desktop.ui.style import dress
from tests.support.album import album
from tests.support.cases import case

BODY = """【決定事項】
窓口の受付は12月14日から始める。田中花子さんが準備する。
連絡先は 03-1234-5678、tanaka@city.example.lg.jp。

【宿題】
住民の安曇様（文机市中央町一丁目二番三号）へ12月4日までに回答する。"""
CASES = (
    case(tips="発言の前に名前を書いておくと、担当の欄がうまる。", worked="表の担当と期限がそのまま使えた。"),
    case(id="b", title="断水のお知らせを当日のうちに出せた", minutes_before=90, minutes_after=25, office="上下水道部"),
    case(id="c", title="答弁書案の抜けがなくなった", template="other", minutes_after=180, body="【質問の確認】\n…"),
)


def take(out: Path, language: str) -> None:
    """Bring both windows into their states, one after the other."""
    app = QApplication(["fumizukue"])
    dress(app)
    Languages(app).speak(language)

    def shoot(widget: QWidget, name: str) -> None:
        widget.show()
        for _ in range(5):
            app.processEvents()
        widget.grab().save(str(out / f"{name}-{language}.png"))

    gallery = CaseGallery(None, language)
    shared = tuple(SharedCase(one, f"好事例/{one.id}.toml", 1, time.time()) for one in CASES)
    gallery.show_shelf(CaseShelf(shared, (), time.time()), {"minutes"})
    shoot(gallery, "cases")
    gallery.cards[0].unfold.click()
    shoot(gallery, "cases-open")
    minutes = next(one for one in builtin_templates() if one.id == "minutes")
    dialog = CaseDialog(None, Finished(minutes, BODY), ("", "総務部"), "総務課　庶務係", language)
    dialog.form.title.setText(CASES[0].title)
    dialog.form.before.setText("180")
    dialog.form.after.setText("40")
    dialog.form.worked.setPlainText("田中さんと二人で、表の担当と期限をそのまま使えた。")
    dialog.form.with_body.setChecked(True)
    shoot(dialog, "case-form")
    dialog.next.click()
    shoot(dialog, "case-review")


if __name__ == "__main__":
    sys.exit(album("tests.case_screenshots", take))
