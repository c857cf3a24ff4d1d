"""Words of the history's pages that several of them use."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.store.records import DocumentState


def state_name(state: DocumentState) -> str:
    """Return the words for where a document stands."""
    return {
        DocumentState.PREPARING: QCoreApplication.translate("LeftPane", "入力中"),
        DocumentState.STREAMING: QCoreApplication.translate("LeftPane", "作成中"),
        DocumentState.COMPLETE: QCoreApplication.translate("LeftPane", "下書き完了"),
        DocumentState.CANCELLED: QCoreApplication.translate("LeftPane", "途中で停止"),
        DocumentState.INTERRUPTED: QCoreApplication.translate("LeftPane", "途中で中断"),
    }[state]
