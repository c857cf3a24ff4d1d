"""The texts of the benchmark: sources of a given length, prompts of given tokens, and the program's requests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from desktop.engine.base import GenerateRequest, Message, Role, Sampling
from desktop.session.asks import Answers, Ask
from desktop.session.drafting import MAX_TOKENS
from desktop.session.plan import Plan
from desktop.templates.library import builtin_templates
from desktop.templates.model import Template
from desktop.templates.samples import example_values
from tests.bench.setting import ROOT

GREEDY = Sampling()
# The longest, a middling and a short prompt; all templates would take a day.
MEASURED = ("minutes", "notice", "memo")
COUNTING = "Write the numbers from 1 to 400, one a line, and nothing else."
COUNTED = "".join(f"{number}\n" for number in range(1, 13))  # a beginning for those that are given a plain text
MEETINGS = ROOT / "tests" / "data" / "meetings"
MINUTES_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "決定事項": {"type": "array", "items": {"type": "string", "maxLength": 80}, "minItems": 4, "maxItems": 12},
        "担当": {
            "type": "array",
            "minItems": 12,
            "maxItems": 12,
            "items": {
                "type": "object",
                "properties": {
                    "誰が": {"type": "string", "maxLength": 20},
                    "何を": {"type": "string", "maxLength": 80},
                    "いつまでに": {"type": "string", "maxLength": 20},
                },
            },
        },
    },
}
OLD_TEXT = """令和7年度あおぞら市総合防災訓練の実施について（案内）

日頃から市の防災にご協力をいただき、ありがとうございます。
令和7年度の総合防災訓練を、次のとおり実施します。ご多忙のところ恐れ入りますが、多くの方に参加していただくよう、お知らせをお願いします。

1　日時　令和7年10月19日（日）　午前9時から正午まで
2　場所　あおぞら市民グラウンド（雨天の場合は、第二体育館）
3　内容　初期消火訓練、応急手当訓練、煙体験、炊き出し訓練、はしご車の展示
4　持ち物　飲み物、帽子、動きやすい服装
5　申込み　参加する人数を、令和7年9月30日（火）までに、危機管理課防災係へ電話でお知らせください。
6　その他　駐車場が少ないため、乗り合わせてお越しください。中止の場合は、当日の午前7時に防災無線でお知らせします。
"""


@cache
def corpus(turn: int = 0) -> str:
    """Return all test meetings, one after another, beginning with another meeting at each turn."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(MEETINGS.glob("*.txt"))]
    start = turn % len(texts)
    return "\n".join(texts[start:] + texts[:start])


def source(chars: int, turn: int = 0) -> str:
    """Return the first `chars` characters of a record; each turn has another meeting."""
    return corpus(turn)[:chars]


def text_of_tokens(tokens: int, number: int, count: Callable[[str], int]) -> str:
    """Return a text of `tokens` tokens, or hardly fewer; those of two numbers differ from their beginning."""
    text = f"（{number}の{number % 7}）{corpus(number)[17 * number % 500 :]}"
    low, high = 0, min(len(text), 4 * tokens)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[:middle]) <= tokens else (low, middle - 1)
    return text[:low]


def rewriting(tokens: int) -> GenerateRequest:
    """Return a task whose answer repeats most of its source."""
    task = (
        "次の案内文の「令和7年」をすべて「令和8年」に、「第二体育館」を「中央体育館」に改めてください。"
        "ほかは一字も変えず、全文を書いてください。前置きは書かないでください。\n\n"
    )
    return GenerateRequest((Message(Role.USER, task + OLD_TEXT),), GREEDY, tokens)


def free_writing(tokens: int) -> GenerateRequest:
    """Return a task whose answer stands nowhere in its prompt."""
    task = "市の広報紙に載せる、秋の読書週間についての文章を、見出しと五つの段落で書いてください。"
    return GenerateRequest((Message(Role.USER, task),), GREEDY, tokens)


def copying_minutes() -> tuple[Message, ...]:
    """Return the messages of a task that takes a long answer, with and without a schema."""
    task = "次の会議の記録を読み、決まったこと、担当と期限を、もらさず詳しく書いてください。\n\n"
    return (Message(Role.USER, task + source(700)),)


def asks_of(template: Template, text: str) -> list[Ask]:
    """Return what the program asks for a template and a source, as far as it does not hang on earlier answers."""
    values = example_values(template)
    values[template.document_fields[0].key] = text
    pending = [spec.key for spec in template.sections]
    return [ask for ask in Plan(template, values, {}, pending).asks(Answers()) if isinstance(ask, Ask)]


def request_of(ask: Ask, *, max_tokens: int = MAX_TOKENS, speculate: bool = True) -> GenerateRequest:
    """Return the request that the program makes of an ask."""
    return GenerateRequest(
        ask.messages, GREEDY, max_tokens, schema=ask.schema, head=getattr(ask, "head", 1), speculate=speculate
    )


def templates() -> tuple[Template, ...]:
    """Return the built-in templates that are measured."""
    return tuple(template for template in builtin_templates() if template.id in MEASURED)
