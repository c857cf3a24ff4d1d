"""A trial run of a template that is being edited: drafted like any document, kept in the history and marked there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from desktop.session.desk import Desk
from desktop.session.events import Ended, Listener
from desktop.store.records import Inputs
from desktop.templates.model import Template

# Template, title for the history, what is filled in, listener; the future never fails but for a broken history.
Trial = Callable[[Template, str, Inputs, Listener], Future[Ended]]


def trial_at(desk: Desk) -> Trial:
    """Return the trial that drafts at a desk; `desk.cancel` stops it as it stops any draft."""

    def run(template: Template, title: str, inputs: Inputs, listener: Listener) -> Future[Ended]:
        ended: Future[Ended] = Future()

        def pass_on(done: Future[Ended]) -> None:
            error = done.exception()
            if error is None:
                ended.set_result(done.result())
            else:
                ended.set_exception(error)

        def draft(begun: Future[int]) -> None:
            error = begun.exception()
            if error is None:
                desk.draft(begun.result(), listener).add_done_callback(pass_on)
            else:
                ended.set_exception(error)

        desk.begin_trial(template, title, inputs).add_done_callback(draft)
        return ended

    return run
