"""A document made with an older version of its template: what the newer one changes, and the way over to it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication

from desktop.templates.differences import Change, Kind, Part, differences
from desktop.templates.model import Template
from desktop.ui.notices import Action, Notice
from desktop.ui.notices import Kind as NoticeKind


def version_notice(before: Template, after: Template, move: Callable[[], object]) -> Notice:
    """Return the notice that says what changed; `move` makes the copy in the newer version."""
    translate = QCoreApplication.translate
    title = translate("VersionNotice", "このひな形には新しい版（{version}）があります").format(version=after.version)
    lines = [change_words(change) for change in differences(before, after)]
    note = after.change.strip()
    text = "\n".join([*([note] if note else []), *(f"– {line}" for line in lines)])
    action = Action(translate("VersionNotice", "新しい版に写す"), move)
    return Notice(NoticeKind.INFO, title, text, _source_changes(before, after), (action,))


def change_words(change: Change) -> str:
    """Say one change in a person's words."""
    translate = QCoreApplication.translate
    if change.part is Part.ABOUT:
        return translate("VersionNotice", "名前か説明が変わりました")
    if change.part is Part.LAYOUT:
        return translate("VersionNotice", "印刷の体裁が変わりました")
    if change.part is Part.PROMPT:
        return translate("VersionNotice", "モデルへの指示が変わりました")
    part = translate("VersionNotice", "入力欄") if change.part is Part.FIELD else translate("VersionNotice", "項目")
    patterns = {
        Kind.ADDED: translate("VersionNotice", "{part}「{name}」が増えました"),
        Kind.REMOVED: translate("VersionNotice", "{part}「{name}」がなくなりました（写した文書には入りません）"),
        Kind.CHANGED: translate("VersionNotice", "{part}「{name}」が変わりました"),
    }
    return patterns[change.kind].format(part=part, name=change.name)


def _source_changes(before: Template, after: Template) -> str:
    return "\n".join(line_changes(before.source.splitlines(), after.source.splitlines()))


def line_changes(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the lines that differ, with a mark for gone and come, and a little around them."""
    return list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]
