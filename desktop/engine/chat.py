"""From chat messages to the text of a prompt: by the model's own chat template, or in a plain form without one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NoReturn

from jinja2 import Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from desktop.core.errors import EngineFault, ErrorCode
from desktop.engine.base import Message, Role

_HEADINGS = {Role.SYSTEM: "", Role.USER: "### 依頼\n", Role.ASSISTANT: "### 回答\n"}
# A template is a small program from the model's file: it may fail in any way that a program can.
_REFUSALS = (TemplateError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError)


def _raise_exception(message: str) -> NoReturn:
    """Let a template refuse its input (the function that chat templates expect under this name)."""
    raise TemplateError(message)


def _strftime_now(form: str) -> str:
    """Return the local time in a form that the template wants."""
    return dt.datetime.now().astimezone().strftime(form)


class ChatFormat:
    """Renders messages up to the point where the assistant's answer begins."""

    def __init__(self, template: str | None, *, bos: str = "", eos: str = "") -> None:
        """Compile a model's template; one that cannot be compiled counts as none."""
        self._tokens = {"bos_token": bos, "eos_token": eos}
        self._template = _compile(template) if template else None

    @property
    def is_template(self) -> bool:
        """Whether the model's own template is used."""
        return self._template is not None

    def render(self, messages: Sequence[Message]) -> str:
        """Return the prompt; raises `EngineFault` ENGINE_FAILED (reason chat_template) when the template refuses."""
        if self._template is None:
            return _plain(messages)
        try:
            return self._apply(self._template, messages)
        except _REFUSALS:
            # Several models know no system role: their template refuses it, and its words go before the first turn.
            merged = _without_system(messages)
        try:
            return self._apply(self._template, merged)
        except _REFUSALS as error:
            raise EngineFault(ErrorCode.ENGINE_FAILED, reason="chat_template") from error

    def _apply(self, template: Template, messages: Sequence[Message]) -> str:
        turns = [{"role": message.role.value, "content": message.content} for message in messages]
        # A model that can think aloud must not: its thoughts would take minutes and do not fit the form.
        return template.render(messages=turns, add_generation_prompt=True, enable_thinking=False, **self._tokens)


def _compile(template: str) -> Template | None:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        extensions=["jinja2.ext.loopcontrols"],
    )
    environment.globals.update(raise_exception=_raise_exception, strftime_now=_strftime_now)
    try:
        return environment.from_string(template)
    except TemplateError:
        return None


def _without_system(messages: Sequence[Message]) -> list[Message]:
    system = "\n\n".join(message.content for message in messages if message.role is Role.SYSTEM)
    turns = [message for message in messages if message.role is not Role.SYSTEM]
    if turns and system:
        turns[0] = Message(turns[0].role, f"{system}\n\n{turns[0].content}")
    return turns


def _plain(messages: Sequence[Message]) -> str:
    turns = [f"{_HEADINGS[message.role]}{message.content}\n\n" for message in messages]
    return "".join(turns) + _HEADINGS[Role.ASSISTANT]
