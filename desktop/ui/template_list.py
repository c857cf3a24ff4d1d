"""The list of templates: a place to search, what the person likes and used lately, then everything by group."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from desktop.templates.model import Category, Template
from desktop.templates.resolve import Library, Offered, Origin
from desktop.templates.search import find
from desktop.ui.lists import ENTRY, Entry, EntryList
from desktop.ui.parts import in_language, label, search_line
from desktop.ui.style import LARGE, SMALL

RECENT = 4
HOUR, DAY = 3600, 86_400


def category_name(category: str) -> str:
    """Return the words for a group of templates."""
    names = {
        Category.MINUTES: QCoreApplication.translate("LeftPane", "会議"),
        Category.NOTICE: QCoreApplication.translate("LeftPane", "通知・照会"),
        Category.RESIDENTS: QCoreApplication.translate("LeftPane", "住民へのお知らせ"),
        Category.MEMO: QCoreApplication.translate("LeftPane", "庁内"),
        Category.ASSEMBLY: QCoreApplication.translate("LeftPane", "議会"),
        Category.LETTER: QCoreApplication.translate("LeftPane", "挨拶・メール・返事"),
        Category.PUBLICITY: QCoreApplication.translate("LeftPane", "広報"),
        Category.PLANNING: QCoreApplication.translate("LeftPane", "企画・調査・研修"),
        Category.WRITING: QCoreApplication.translate("LeftPane", "文章を直す"),
        Category.OTHER: QCoreApplication.translate("LeftPane", "そのほか"),
    }
    return names.get(Category(category), category)


def origin_words(origin: Origin, now: float) -> str:
    """Say where a template comes from, which version it is, and how old the copy is when that matters."""
    if not origin.level:
        return ""
    place = origin.folder or QCoreApplication.translate("TemplateList", "全庁")
    version = QCoreApplication.translate("TemplateList", "{version}版").format(version=origin.version)
    words = [place, version, *([origin.author] if origin.author else [])]
    age = origin.age(now)
    if age >= DAY:
        words.append(QCoreApplication.translate("TemplateList", "{count}日前の控え").format(count=int(age // DAY)))
    elif age >= HOUR:
        words.append(QCoreApplication.translate("TemplateList", "{count}時間前の控え").format(count=int(age // HOUR)))
    return "　".join(words)


class TemplateList(QWidget):
    """Lists templates; tells which one was chosen, and which is to be a favourite or no longer one."""

    chosen = Signal(str)
    favoured = Signal(str, bool)

    def __init__(self, language: str) -> None:
        """Start empty."""
        super().__init__()
        self._language = language
        self._library = Library(())
        self._favourites: Sequence[str] = ()
        self._recent: Sequence[str] = ()
        self._current = ""
        self.search = search_line(self.tr("名前や用途で探す"), self.tr("ひな形を探す"))
        self.list = EntryList(self.tr("ひな形の一覧"))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._none = label(self.tr("見つかりません。短い言葉や、ひらがなでもお試しください。"), "soft", wrap=True)
        self._none.setContentsMargins(LARGE, SMALL, LARGE, SMALL)
        self._none.hide()
        self._arrange()
        self.search.textChanged.connect(lambda _text: self._show())
        self.search.returnPressed.connect(self._take_first)
        self.list.chosen.connect(self.chosen)
        self.list.customContextMenuRequested.connect(self._offer)

    def _arrange(self) -> None:
        self.setFocusProxy(self.list)
        around = QVBoxLayout()
        around.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        around.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(around)
        column.addWidget(self._none)
        column.addWidget(self.list, 1)

    def show_library(self, library: Library) -> None:
        """List these templates."""
        self._library = library
        self._show()

    def show_habits(self, *, favourites: Sequence[str] | None = None, recent: Sequence[str] | None = None) -> None:
        """List the person's favourites, and the identities used lately, latest first, at the top."""
        before = (self._favourites, self._recent)
        self._favourites = self._favourites if favourites is None else tuple(favourites)
        self._recent = self._recent if recent is None else tuple(recent)
        if before != (self._favourites, self._recent):
            self._show()

    def mark(self, template_id: str) -> None:
        """Show which template is open."""
        self._current = template_id
        self.list.mark(template_id)

    def _show(self) -> None:
        typed = self.search.text().strip()
        found = find(self._library.templates, typed)
        offers = {offered.template.id: offered for offered in self._library.offered}
        if typed:
            entries = [self._entry(offers[template.id]) for template in found]
        else:
            entries = self._by_habit(offers) + self._by_group(found, offers)
        self._none.setVisible(bool(typed) and not found)
        self.list.show_entries(entries, self._current)

    def _by_habit(self, offers: dict[str, Offered]) -> list[Entry]:
        favourites = [offers[one] for one in self._favourites if one in offers]
        recent = [offers[one] for one in self._recent if one in offers and one not in self._favourites][:RECENT]
        entries: list[Entry] = []
        for title, group in ((self.tr("お気に入り"), favourites), (self.tr("最近使ったもの"), recent)):
            if group:
                entries += [Entry("", title, heading=True), *(self._entry(one, brief=True) for one in group)]
        return entries

    def _by_group(self, templates: Sequence[Template], offers: dict[str, Offered]) -> list[Entry]:
        entries: list[Entry] = []
        group = None
        for template in templates:
            if template.category != group:
                group = template.category
                entries.append(Entry("", category_name(group), heading=True))
            entries.append(self._entry(offers[template.id]))
        return entries

    def _entry(self, offered: Offered, *, brief: bool = False) -> Entry:
        template = offered.template
        name = in_language(self._language, template.name, template.name_en)
        about = "" if brief else in_language(self._language, template.description, template.description_en)
        return Entry(template.id, name, about, origin_words(offered.origin, time.time()))

    def _take_first(self) -> None:
        first = next((entry for entry in self.list.entries() if not entry.heading), None)
        if first is not None and self.search.text().strip():
            self.chosen.emit(first.key)

    def _offer(self, at: QPoint) -> None:
        entry = self.list.indexAt(at).data(ENTRY)
        if entry is None or entry.heading:
            return
        menu = QMenu(self)
        is_favourite = entry.key in self._favourites
        words = self.tr("お気に入りから外す") if is_favourite else self.tr("お気に入りに入れる")
        menu.addAction(words, lambda: self.favoured.emit(entry.key, not is_favourite))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def stops(self) -> list[QWidget]:
        """Return what Tab visits, in order."""
        return [self.search, self.list]
