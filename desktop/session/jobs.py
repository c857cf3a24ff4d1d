"""What a run is asked to write: the whole draft, what is missing of it, or one section again."""

from __future__ import annotations

import random
from collections.abc import Sequence

from desktop.core.sections import Content
from desktop.engine.base import Sampling
from desktop.session.asks import Answers
from desktop.session.drafting import Job
from desktop.session.open_document import OpenDocument
from desktop.session.plan import contents_of, unfinished_keys
from desktop.templates.render import validate_inputs

# A section that is asked for again should come out differently; the first draft should keep to the source.
REGENERATE_TEMPERATURE = 0.7
VARY_PENALTY = 1.15


def whole_draft(opened: OpenDocument) -> Job:
    """Return the job that writes everything anew; raises `UserFault` for inputs that are not complete."""
    return _job(opened, [spec.key for spec in opened.template.sections], {}, Sampling())


def rest_of_draft(opened: OpenDocument, *, vary: bool) -> Job:
    """Return the job that goes on where a draft broke off; with `vary` its open section is begun again, in other words.

    Raises `UserFault` for inputs that are not complete.
    """
    keys = unfinished_keys(opened.template, opened.record)
    raw_text, sampling = opened.record.raw_text, Sampling()
    if vary:
        raw_text = Answers(raw_text).without_open().dumps()
        sampling = Sampling(REGENERATE_TEMPERATURE, repeat_penalty=VARY_PENALTY, seed=_new_seed())
    return _job(opened, keys, contents_of(opened.record), sampling, raw_text)


def section_again(opened: OpenDocument, key: str) -> Job:
    """Return the job that writes one section differently; raises `UserFault` for inputs that are not complete."""
    sampling = Sampling(temperature=REGENERATE_TEMPERATURE, seed=_new_seed())
    return _job(opened, (key,), contents_of(opened.record), sampling)


def _job(
    opened: OpenDocument, keys: Sequence[str], contents: dict[str, Content], sampling: Sampling, raw_text: str = ""
) -> Job:
    values = validate_inputs(opened.template, opened.record.inputs.values)
    return Job(opened.record.summary.id, opened.template, values, contents, keys, raw_text, sampling)


def _new_seed() -> int:
    return random.randrange(1, 2**31)  # noqa: S311 -- variety, no secret
