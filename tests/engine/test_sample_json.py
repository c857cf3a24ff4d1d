"""The sample text of the scripted engine: valid for the schema, wherever it is continued."""

from __future__ import annotations

import json

import pytest

from desktop.engine.grammar import dump_compact
from desktop.engine.sample_json import continue_sample

SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "件名": {"type": "string", "maxLength": 12},
        "種別": {"enum": ["通知", "依頼"]},
        "項目": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 4},
        "担当": {"type": "array", "items": {"type": "object", "properties": {"誰": {"type": "string"}}}},
    },
}
WRITTEN = dump_compact(
    {"件名": 'a"\\\n\tb', "種別": "依頼", "項目": ["一", "二", "三"], "担当": [{"誰": "佐藤"}, {"誰": ""}]}
)


def test_the_sample_fills_the_whole_form_within_its_lengths() -> None:
    value = json.loads(continue_sample(SCHEMA, ""))
    assert list(value) == ["件名", "種別", "項目", "担当"]
    assert 0 < len(value["件名"]) <= 12
    assert value["種別"] == "通知"
    assert len(value["項目"]) == 2


@pytest.mark.parametrize("cut", range(len(WRITTEN) + 1))
def test_an_interrupted_form_is_continued_from_any_place(cut: int) -> None:
    whole = WRITTEN[:cut] + continue_sample(SCHEMA, WRITTEN[:cut])
    value = json.loads(whole)
    assert list(value) == ["件名", "種別", "項目", "担当"]
    if cut == len(WRITTEN):
        assert whole == WRITTEN
