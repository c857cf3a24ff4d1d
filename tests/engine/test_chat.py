"""Prompts by a model's chat template, and the plain form for a model without one."""

from __future__ import annotations

import pytest

from desktop.core.errors import EngineFault, ErrorCode
from desktop.engine.base import Message, Role
from desktop.engine.chat import ChatFormat

SYSTEM, USER = Message(Role.SYSTEM, "文書係です"), Message(Role.USER, "案内を書いて")
CHATML = """{%- for message in messages %}
    {{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
NO_SYSTEM = """{{ bos_token }}{% for message in messages %}
{% if message.role == 'system' %}{{ raise_exception('no system role') }}{% endif %}
[{{ message.role }}] {{ message.content | trim }}
{% endfor %}
[assistant]"""


def test_the_models_own_template_is_used() -> None:
    chat = ChatFormat(CHATML)
    assert chat.is_template
    assert chat.render((SYSTEM, USER)) == (
        "<|im_start|>system\n文書係です<|im_end|>\n<|im_start|>user\n案内を書いて<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_model_without_a_template_gets_a_plain_prompt_that_holds_everything() -> None:
    chat = ChatFormat(None)
    assert not chat.is_template
    assert chat.render((SYSTEM, USER)) == "文書係です\n\n### 依頼\n案内を書いて\n\n### 回答\n"


def test_a_template_that_cannot_be_compiled_counts_as_none() -> None:
    chat = ChatFormat("{% if %}")
    assert not chat.is_template
    assert "案内を書いて" in chat.render((USER,))


def test_for_a_model_that_knows_no_system_role_its_words_go_before_the_first_turn() -> None:
    rendered = ChatFormat(NO_SYSTEM, bos="<bos>").render((SYSTEM, USER))
    assert rendered.startswith("<bos>")
    assert "[user] 文書係です\n\n案内を書いて" in rendered


def test_a_template_that_refuses_everything_is_a_fault_and_not_a_crash() -> None:
    with pytest.raises(EngineFault) as caught:
        ChatFormat("{{ raise_exception('never') }}").render((USER,))
    assert caught.value.code is ErrorCode.ENGINE_FAILED
    assert caught.value.fields == {"reason": "chat_template"}


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
        "{{ raise_exception.__globals__['sys'] }}",
        "{% for i in range(10 ** 9) %}x{% endfor %}",
    ],
)
def test_a_template_from_a_strange_file_cannot_reach_out_of_its_sandbox(hostile: str) -> None:
    with pytest.raises(EngineFault):
        ChatFormat(hostile).render((USER,))


def test_a_template_may_ask_for_todays_date() -> None:
    assert ChatFormat("{{ strftime_now('%Y') }}").render((USER,)).isdigit()
