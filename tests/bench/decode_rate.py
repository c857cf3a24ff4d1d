"""Measures the decode rate of the engine's child process against a plain loop on the native library.

Usage: python tests/bench/decode_rate.py MODEL [--tokens N] [--rounds N] [--threads N]

Three ways in turn, round after round on the same prompt: the plain loop in this process (greedy, no JSON, no pipe),
the child without a schema, the child bound to a schema. What is compared is the tokens per second between the first
and the last token as this process sees them; the ratio is the median of the rounds' ratios, so that other work on the
machine, which hits neighbours alike, cancels out.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from llama_cpp import llama_cpp as native

from desktop.engine import llama_library
from desktop.engine.base import (
    Done,
    GenerateRequest,
    Message,
    ModelSpec,
    Role,
    Sampling,
    StopReason,
    TextDelta,
)
from desktop.engine.llama_context import Context
from desktop.engine.llama_model import Model
from desktop.engine.supervisor import ChildEngine

CONTEXT = 4096
GREEDY = Sampling(temperature=0, repeat_penalty=1.0)
USUAL = Sampling()
TEXT = (
    "次の会議の記録を読み、決まったこと、担当と期限を、もらさず詳しく書いてください。\n\n"
    + """課長　定刻になりましたので、地域防災訓練の打合せを始めます。まず日程について、事務局から説明をお願いします。
佐藤　訓練は十一月二十四日の日曜日、午前九時から正午まで、市民グラウンドで行います。雨天の場合は第二体育館です。
鈴木　消防署との調整は済んでいます。はしご車は午前十時に到着します。放水訓練は十時半からを予定しています。
田中　炊き出しは婦人会にお願いしました。材料費は一人当たり二百円、三百人分で六万円を見込んでいます。
課長　予算の範囲内ですね。では、案内の回覧は佐藤さん、十一月五日までに作ってください。
佐藤　承知しました。自治会長会議が七日にありますので、そこで配ります。
課長　駐車場の整理は鈴木さん、警備員の手配をお願いします。期限は十一月十日です。
鈴木　分かりました。昨年は車が入りきらなかったので、小学校の校庭も借りられるか確認します。
課長　次回は十一月十二日の午後二時から、第一会議室で最終の確認をします。
"""
    * 3
)
SCHEMA: dict[str, object] = {
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


@dataclass(frozen=True, slots=True)
class Rate:
    """One run: tokens per second while writing, and while reading (0 when nothing was read)."""

    decode: float
    prefill: float = 0.0


class PlainLoop:
    """The least that decodes: one native call a token, one greedy sampler."""

    def __init__(self, spec: ModelSpec, messages: tuple[Message, ...]) -> None:
        """Load the model in this process."""
        llama_library.start()
        self._model = Model(spec, lambda _fraction: None)
        self._context = Context(self._model)
        vocab = self._model.vocab
        self._prompt = vocab.tokenize_prompt(lambda _foreign: self._model.chat.render(messages), self._model.template)
        self._sampler = native.llama_sampler_init_greedy()

    def run(self, tokens: int) -> Rate:
        """Read the prompt and write `tokens` tokens."""
        began = time.perf_counter()
        reused = self._context.keep_prefix(self._prompt)
        while self._context.length < len(self._prompt):
            self._context.read(self._context.next_slice(self._prompt), lambda: False)
        read = time.perf_counter()
        pointer = self._context.pointer
        token = native.llama_sampler_sample(self._sampler, pointer, -1)
        first = time.perf_counter()
        buffer = (native.llama_token * 1)(token)
        for _ in range(tokens - 1):
            native.llama_decode(pointer, native.llama_batch_get_one(buffer, 1))
            buffer[0] = native.llama_sampler_sample(self._sampler, pointer, -1)
        seconds = time.perf_counter() - first
        self._context.forget_after(len(self._prompt))
        return Rate((tokens - 1) / seconds, (len(self._prompt) - reused) / (read - began))

    def close(self) -> None:
        """Free everything."""
        native.llama_sampler_free(self._sampler)
        self._context.close()
        self._model.close()


def run_child(engine: ChildEngine, request: GenerateRequest) -> Rate:
    """Run one generation in the child and time its text as it arrives."""
    first = 0.0
    for event in engine.generate(request):
        if isinstance(event, TextDelta):
            first = first or time.perf_counter()
        if isinstance(event, Done):
            if event.reason is not StopReason.LENGTH:
                raise SystemExit("The model ended early: choose fewer tokens.")
            seconds = time.perf_counter() - first
            return Rate((event.timings.generated_tokens - 1) / seconds, event.timings.prefill_rate)
    raise AssertionError


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--tokens", type=int, default=64, help="tokens a run (default 64)")
    parser.add_argument("--rounds", type=int, default=4, help="rounds after one to warm up (default 4)")
    parser.add_argument("--threads", type=int, default=0, help="threads (default: physical cores)")
    options = parser.parse_args()
    spec = ModelSpec(options.model, n_ctx=CONTEXT, n_threads=options.threads)
    messages = (Message(Role.USER, TEXT),)
    requests = {
        "child, plain": GenerateRequest(messages, GREEDY, options.tokens),
        "child, schema-bound": GenerateRequest(messages, GREEDY, options.tokens, schema=SCHEMA),
        "child, plain, usual sampling": GenerateRequest(messages, USUAL, options.tokens),
        "child, schema-bound, usual sampling": GenerateRequest(messages, USUAL, options.tokens, schema=SCHEMA),
    }
    rates: dict[str, list[Rate]] = {name: [] for name in ("plain loop", *requests)}
    loop, engine = PlainLoop(spec, messages), ChildEngine()
    try:
        engine.load(spec)
        for _ in range(options.rounds + 1):
            rates["plain loop"].append(loop.run(options.tokens))
            for name, request in requests.items():
                rates[name].append(run_child(engine, request))
    finally:
        engine.close()
        loop.close()
    print_table(rates)


def print_table(rates: dict[str, list[Rate]]) -> None:
    """Print median rates and ratios; the first round only warms up, but it alone reads the whole prompt."""
    base = [rate.decode for rate in rates["plain loop"][1:]]
    print(f"prefill, first reading: plain loop {rates['plain loop'][0].prefill:.1f} tok/s, ", end="")
    print(f"child {rates['child, plain'][0].prefill:.1f} tok/s")
    print(f"{'decode':<38}{'tok/s':>8}{'ratio':>8}   each round")
    for name, runs in rates.items():
        values = [rate.decode for rate in runs[1:]]
        ratios = [value / against for value, against in zip(values, base, strict=True)]
        each = " ".join(f"{ratio:.3f}" for ratio in ratios)
        print(f"{name:<38}{statistics.median(values):>8.2f}{statistics.median(ratios):>8.3f}   {each}")


if __name__ == "__main__":
    main()
