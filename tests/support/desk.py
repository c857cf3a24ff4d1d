"""What tests of the desk share: a listener, a patience, the worked examples as inputs."""

from __future__ import annotations

from collections.abc import Callable

from desktop.session.desk import Desk
from desktop.session.events import DraftEvent
from desktop.store.records import Inputs
from desktop.templates.samples import example_values

WAIT = 60.0
MakeDesk = Callable[..., Desk]


class Heard:
    """A listener that keeps every event and can act at one of them."""

    def __init__(self, act: Callable[[DraftEvent], None] | None = None) -> None:
        """Call `act` with every event, on the thread it comes from."""
        self.events: list[DraftEvent] = []
        self._act = act

    def __call__(self, event: DraftEvent) -> None:
        self.events.append(event)
        if self._act is not None:
            self._act(event)


def sample_inputs(desk: Desk, template_id: str = "minutes") -> Inputs:
    """Return the worked example of a template as inputs."""
    return Inputs(example_values(desk.template(template_id)))
