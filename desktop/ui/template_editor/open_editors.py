"""The editor windows that are open: one for each template, kept apart from the main window that opened them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.session.template_work import SharePlace, edits_of
from desktop.settings.settings import Settings
from desktop.templates.resolve import Offered, Origin
from desktop.ui.template_editor.window import TemplateEditor
from desktop.ui.workbench import Workbench


def place_of(settings: Settings) -> SharePlace:
    """Return where on the share, and as whom, a person publishes."""
    # Read by name: the settings of the share come with the share itself.
    share = str(getattr(settings, "shared_templates", ""))
    office, person = (str(getattr(settings, key, "")) for key in ("office", "person"))
    return SharePlace(Path(share) if share else None, office, person)


class OpenEditors(QObject):
    """Opens editors, brings the one to the front that is open already, and closes all when the program ends."""

    published = Signal(object)  # Published, by any of them

    def __init__(self, workbench: Workbench) -> None:
        """Start with none open; lives as long as the workbench."""
        super().__init__(workbench)
        self._workbench = workbench
        self.windows: dict[str, TemplateEditor] = {}

    @classmethod
    def of(cls, workbench: Workbench) -> OpenEditors:
        """Return the workbench's own, made the first time it is asked for."""
        found = workbench.findChild(cls)
        return found if isinstance(found, cls) else cls(workbench)

    def open(self, template_id: str, language: str, *, place: SharePlace | None = None) -> TemplateEditor:
        """Show the editor of a template; raises `UserFault` TEMPLATE_NOT_FOUND (id).

        `place` is where to publish, that of the settings when not given.
        """
        template = self._workbench.desk.template(template_id)
        return self._show(Offered(template, Origin()), language, place)

    def open_offered(self, offered: Offered, language: str, *, place: SharePlace | None = None) -> TemplateEditor:
        """Show the editor of a template that comes from the share, or from the program."""
        return self._show(offered, language, place)

    def _show(self, offered: Offered, language: str, place: SharePlace | None) -> TemplateEditor:
        key = offered.template.id
        window = self.windows.get(key)
        if window is None:
            where = place or place_of(self._workbench.desk.settings)
            window = TemplateEditor(self._workbench, edits_of(offered.template, offered.origin), where, language)
            self.windows[key] = window
            window.closing.connect(lambda: self._closed(key))
            window.published.connect(self.published)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def _closed(self, key: str) -> None:
        window = self.windows.pop(key, None)
        if window is not None:
            window.deleteLater()

    def close_all(self) -> None:
        """Close every editor; nothing typed is lost."""
        for window in list(self.windows.values()):
            window.close()
