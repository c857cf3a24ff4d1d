"""The editor windows that are open: one for each template, kept apart from the main window that opened them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from desktop.session.template_work import SharePlace, edits_of
from desktop.settings.settings import Settings
from desktop.templates.heading import heading_of
from desktop.templates.publishing import Published
from desktop.ui.template_editor.window import TemplateEditor
from desktop.ui.workbench import Workbench


def place_of(settings: Settings) -> SharePlace:
    """Return where on the share, and as whom, a person publishes."""
    share = Path(settings.shared_templates) if settings.shared_templates else None
    return SharePlace(share, settings.office, settings.person)


class OpenEditors(QObject):
    """Opens editors, brings the one to the front that is open already, and closes all when the program ends."""

    def __init__(self, workbench: Workbench) -> None:
        """Start with none open; lives as long as the workbench."""
        super().__init__(workbench)
        self._workbench = workbench
        self.windows: dict[str, TemplateEditor] = {}
        self._following: set[str] = set()
        workbench.library_changed.connect(self._follow)

    @classmethod
    def of(cls, workbench: Workbench) -> OpenEditors:
        """Return the workbench's own, made the first time it is asked for."""
        found = workbench.findChild(cls)
        return found if isinstance(found, cls) else cls(workbench)

    def open(self, template_id: str, language: str, *, place: SharePlace | None = None) -> TemplateEditor:
        """Show the editor of a template; raises `UserFault` TEMPLATE_NOT_FOUND (id).

        `place` is where to publish, that of the settings when not given.
        """
        offered = self._workbench.desk.library.offer(template_id)
        key = offered.template.id
        window = self.windows.get(key)
        if window is None:
            where = place or place_of(self._workbench.desk.settings)
            if place is None:
                self._following.add(key)
            window = TemplateEditor(self._workbench, edits_of(offered.template, offered.origin), where, language)
            self.windows[key] = window
            window.closing.connect(lambda: self._closed(key))
            window.published.connect(lambda _done: self._workbench.desk.library.sync_now())
            window.published.connect(self._log)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def _follow(self) -> None:
        """Publish to the share that the settings name now, also from windows that were open before."""
        for key in self._following:
            self.windows[key].work.place = place_of(self._workbench.desk.settings)

    def _closed(self, key: str) -> None:
        self._following.discard(key)
        window = self.windows.pop(key, None)
        if window is not None:
            window.deleteLater()

    def _log(self, done: Published) -> None:
        identity = heading_of(done.text).id
        self._workbench.desk.audit.published(identity, done.version, done.file)

    def close_all(self) -> None:
        """Close every editor; nothing typed is lost."""
        for window in list(self.windows.values()):
            window.close()
