"""The way to the share: what has to be there before the question, the question, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.session.template_preview import Preview
from desktop.session.template_work import TemplateWork, next_version
from desktop.templates.publishing import Published
from desktop.ui.bridge import Bridge
from desktop.ui.notices import Action, Kind, Notice, NoticeArea
from desktop.ui.template_editor.publish_box import PublishBox
from desktop.ui.template_editor.state import EditorState


class Publisher(QObject):
    """Leads one window's text to the share."""

    published = Signal(object)  # Published
    fault_asked = Signal()  # the person wants to see the line that has to be mended first

    def __init__(self, window: QWidget, state: EditorState, notices: NoticeArea, bridge: Bridge, language: str) -> None:
        """Prepare the question, which is asked over `window`; what stands in the way is told in `notices`."""
        super().__init__(window)
        self._state = state
        self._notices = notices
        self._bridge = bridge
        self.box = PublishBox(window, language)
        self.box.levels_asked.connect(self._find_levels)
        self.box.ordered.connect(state.publish)
        state.publish_failed.connect(self.box.show_failure)
        state.published.connect(self._published)
        state.conflicted.connect(self.box.accept)

    @property
    def _work(self) -> TemplateWork:
        return self._state.work

    def ask(self) -> None:
        """Ask where to publish, unless the text has faults or there is no share."""
        preview, edits = self._state.preview, self._state.edits
        if self._work.place.share is None:
            title = self.tr("ひな形の共有フォルダーが、まだ決まっていません")
            text = self.tr(
                "「ファイル」の「わたしの情報と共有のひな形」で選んでください。編集はこの端末に残っています。"
            )
            self._notices.show_notice("share", Notice(Kind.WARN, title, text))
        elif preview is not None and preview.text == edits.text and preview.faults:
            title = self.tr("直すところがあるため、まだ出せません（{count}）").format(count=len(preview.faults))
            go = Action(self.tr("その行を見る"), self.fault_asked.emit, primary=True)
            self._notices.show_notice("faults", Notice(Kind.WARN, title, actions=(go,)))
        else:
            place = self._work.place
            folder = edits.folder if edits.file else place.office
            self.box.ask(folder, next_version(edits), place.person)

    def ask_after_look(self) -> None:
        """Ask once the text was looked at: what came together line by line need not be a template."""

        def seen(_preview: Preview) -> None:
            self.ask()

        self._state.looked.connect(seen, Qt.ConnectionType.SingleShotConnection)

    def _find_levels(self) -> None:
        def failed(error: BaseException) -> None:
            self.box.show_failure(error, of_levels=True)

        self._bridge.then(self._work.levels(), self.box, self.box.show_levels, failed)

    def _published(self, done: Published) -> None:
        self.box.finish()
        for slot in ("resumed", "copy", "conflict", "share"):
            self._notices.clear(slot)
        title = self.tr("共有に出しました：{version} 版").format(version=done.version)
        text = self.tr("場所：{file}").format(file=done.file)
        if done.history:
            text += "\n" + self.tr("前の版：{file}").format(file=done.history)
        self._notices.show_notice("done", Notice(Kind.DONE, title, text))
        self.published.emit(done)
