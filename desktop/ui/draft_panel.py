"""The right side: what the model is doing, notices, the draft as a page, and the buttons that save it as a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.errors import AssistantError, EngineFault, ErrorCode
from desktop.session.events import Ended
from desktop.session.wording import describe
from desktop.ui.draft_page import DraftPage
from desktop.ui.export_bar import ExportBar
from desktop.ui.history.tag_bar import TagBar
from desktop.ui.minutes_question import MinutesQuestion
from desktop.ui.model_card import ModelCard
from desktop.ui.notices import Action, Kind, Notice, NoticeArea, fault_notice
from desktop.ui.parts import in_language
from desktop.ui.run_bar import RunBar
from desktop.ui.section_card import CardState
from desktop.ui.sheet import Sheet
from desktop.ui.style import LARGE, MEDIUM, SMALL, give_role
from desktop.ui.workbench import Workbench


class DraftPanel(QWidget):
    """Shows the workbench's draft and passes on what the person does with it."""

    stops_changed = Signal()
    draft_asked = Signal()

    def __init__(self, workbench: Workbench, language: str) -> None:
        """Build the panel around a workbench."""
        super().__init__()
        self._workbench = workbench
        self._language = language
        self.notices = NoticeArea()
        self.model_card = ModelCard(workbench, language)
        self.run_bar = RunBar()
        self.page = DraftPage()
        self.tags = TagBar(workbench)
        self.export_bar = ExportBar(workbench)
        self.question = MinutesQuestion(workbench)
        give_role(self, "desk")
        card_frame = QVBoxLayout()
        card_frame.setContentsMargins(LARGE, MEDIUM, LARGE, 0)
        card_frame.addWidget(self.model_card)
        question_frame = QVBoxLayout()
        question_frame.setContentsMargins(LARGE, SMALL, LARGE, 0)
        question_frame.addWidget(self.question)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.run_bar)
        column.addLayout(card_frame)
        column.addWidget(self.notices)
        column.addLayout(question_frame)
        column.addWidget(self.tags)
        column.addWidget(self.page, 1)
        column.addWidget(self.export_bar)
        self._connect()

    def _connect(self) -> None:
        bench = self._workbench
        self.run_bar.stop_asked.connect(bench.runner.stop)
        self.run_bar.look_asked.connect(self.page.look_at)
        self.page.section_edited.connect(self._edited)
        self.page.rewrite_asked.connect(bench.regenerate)
        self.page.stops_changed.connect(self.stops_changed)
        bench.grew.connect(self._grew)
        bench.settled.connect(self._show_state)
        bench.saver.changed.connect(self._show_title)
        bench.runner.moved.connect(self._show_progress)
        bench.runner.device_given_up.connect(self._tell_device)
        bench.ended.connect(self._show_end)
        bench.exported.connect(self._exported)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show another document."""
        for slot in ("run", "export", "device"):
            self.notices.clear(slot)
        self.page.show_template(sheet.template)
        for key, content in sheet.contents.items():
            if key in self.page.cards:
                self.page.show_content(key, content)
        self._show_state()
        self._show_progress()

    def _edited(self, key: str) -> None:
        self._workbench.section_changed(key, self.page.cards[key].content)

    def _grew(self, key: str) -> None:
        sheet = self._workbench.sheet
        if sheet is not None and key in self.page.cards:
            self.page.show_content(key, sheet.contents[key])

    def _tell_device(self) -> None:
        words = describe(EngineFault(ErrorCode.ENGINE_DEVICE_LOST), self._language)
        self.notices.show_notice("device", Notice(Kind.INFO, words.title, words.action))

    def _show_state(self) -> None:
        sheet = self._workbench.sheet
        if sheet is None:
            return
        self._show_title()
        self.export_bar.show_state()
        if self._workbench.runner.running or not sheet.continuable:
            return
        if self.notices.card("run") is None:
            text = self.tr("ここまでの文章は残っています。続きを書くことも、はじめから書き直すこともできます。")
            notice = Notice(
                Kind.INFO, self.tr("この下書きは途中で止まっています"), text, actions=self._resume_actions()
            )
            self.notices.show_notice("run", notice)

    def _show_title(self) -> None:
        sheet = self._workbench.sheet
        if sheet is None:
            return
        template = sheet.template
        named = sheet.title != template.name
        title = sheet.title if named else in_language(self._language, template.name, template.name_en)
        self.page.show_title(title, blank=not sheet.has_draft and not self._workbench.runner.running)

    def _resume_actions(self, *, vary: bool = False) -> tuple[Action, ...]:
        go_on = Action(self.tr("続きから"), self._workbench.continue_draft, primary=True)
        if vary:
            again = partial(self._workbench.continue_draft, vary=True)
            go_on = Action(self.tr("言い方を変えて続ける"), again, primary=True)
        return go_on, Action(self.tr("はじめから"), self.draft_asked.emit)

    def _show_progress(self) -> None:
        runner, sheet = self._workbench.runner, self._workbench.sheet
        if sheet is None:
            return
        if runner.running:
            self.notices.clear("run")
            self.notices.clear("export")
        self._show_title()
        titles = {spec.key: spec.title for spec in sheet.template.sections}
        self.run_bar.show_progress(runner.progress, titles.get(runner.progress.section, ""))
        self.page.allow_rewriting(allowed=not runner.running and bool(sheet.number))
        self.page.show_states(self._card_states(sheet))
        self.export_bar.show_state()

    def _card_states(self, sheet: Sheet) -> dict[str, CardState]:
        if not self._workbench.runner.running:
            return {}
        states = dict.fromkeys(sheet.pending, CardState.WAITING)
        if self._workbench.runner.progress.section in sheet.pending:
            states[self._workbench.runner.progress.section] = CardState.WRITING
        return states | dict.fromkeys(sheet.held, CardState.HELD)

    def _show_end(self, ended: Ended) -> None:
        sheet = self._workbench.sheet
        if sheet is None:
            return
        if ended.error is not None:
            self._show_fault(sheet, ended.error)
        elif ended.truncated:
            title = self.tr("書ける長さの上限に達したため、途中で終わりました")
            text = self.tr("最後の項目が途中で切れているかもしれません。ご確認ください。")
            actions = self._resume_actions() if sheet.continuable else ()
            self.notices.show_notice("run", Notice(Kind.WARN, title, text, actions=actions))

    def _show_fault(self, sheet: Sheet, error: AssistantError) -> None:
        if error.code is ErrorCode.MODEL_NONE:
            self.model_card.show()
            return
        actions = self._resume_actions(vary=error.code is ErrorCode.DRAFT_LOOPED) if sheet.continuable else ()
        if smaller := str(error.fields.get("smaller", "")):
            actions = (self._smaller_action(smaller, sheet),)
        self.notices.show_notice("run", fault_notice(error, self._language, actions))

    def _smaller_action(self, name: str, sheet: Sheet) -> Action:
        """Return the button that takes the model the fault proposes, and drafts where no finished draft stands."""
        go_on = self._workbench.continue_draft if sheet.continuable else self.draft_asked.emit
        finished = sheet.has_draft and not sheet.continuable

        def take() -> None:
            self._workbench.use_model(name)
            if not finished:
                go_on()

        text = self.tr("「{name}」を使う") if finished else self.tr("「{name}」で下書きする")
        return Action(text.format(name=name), take, primary=True)

    def show_failure(self, slot: str, error: BaseException) -> None:
        """Show an error in place."""
        self.notices.show_notice(slot, fault_notice(error, self._language))

    def _exported(self, path: Path) -> None:
        self.notices.show_notice("export", self.export_bar.notice(path))

    def stops(self) -> list[QWidget]:
        """Return what Tab visits at the right, in order."""
        asked = self.question.stops()
        head = [self.run_bar.look, self.run_bar.stop, self.model_card.add, *asked, *self.tags.stops()]
        return [*head, *self.page.stops(), *self.export_bar.stops()]
