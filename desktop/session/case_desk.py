"""Cases that went well: taking one from a finished document, publishing it, and reading everybody's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.sections import Content, Section, is_empty, plain_text
from desktop.learning.case_share import CaseShelf, publish_case, read_cases
from desktop.learning.cases import Case
from desktop.templates.model import Template
from desktop.templates.shared import levels_of
from desktop.templates.sync import Task


class CaseDesk:
    """The use cases around 好事例; every method returns at once."""

    def __init__(
        self, task: Callable[[], Task | None], sync_now: Callable[[], object], pool: ThreadPoolExecutor
    ) -> None:
        """`task` names the share as the settings have it; `pool` reads the local copies."""
        self._task = task
        self._sync_now = sync_now
        self._pool = pool

    @property
    def levels(self) -> tuple[str, ...]:
        """The folders of the share where a case can go, the whole city (`""`) first; none without a share."""
        task = self._task()
        return () if task is None else levels_of(task.office)

    def read(self) -> Future[CaseShelf]:
        """Return the cases that this person may see, from the local copies."""

        def work() -> CaseShelf:
            task = self._task()
            return CaseShelf() if task is None else read_cases(task.cache, task.office)

        return self._pool.submit(work)

    def publish(self, level: str, case: Case) -> Future[str]:
        """Put a case on the share; the future gives its place there, or fails as `publish_case` does.

        Fails with `UserFault` CASE_NOWHERE without a share. A share that hangs keeps neither the desk nor the program.
        """
        done: Future[str] = Future()
        task = self._task()
        if task is None:
            done.set_exception(UserFault(ErrorCode.CASE_NOWHERE))
            return done

        def work() -> None:
            try:
                place = publish_case(task.share, level, case)
            except Exception as error:  # noqa: BLE001 -- handed to whoever waits
                done.set_exception(error)
            else:
                self._sync_now()
                done.set_result(place)

        # Not the pool's: what waits for a file server cannot be stopped, and the program must be able to end.
        threading.Thread(target=work, name="case-publishing", daemon=True).start()
        return done


def body_of(template: Template, contents: Mapping[str, Content]) -> str:
    """Return a draft as plain text, section by section, as a case shows it."""
    found = [(spec, contents[spec.key]) for spec in template.sections if spec.key in contents]
    parts = [f"【{spec.title}】\n{plain_text(Section(spec, held))}" for spec, held in found if not is_empty(held)]
    return "\n\n".join(parts)
