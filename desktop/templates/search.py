"""Finding templates by what a person types: name, purpose, search words and content, whatever the script it is in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from desktop.templates.model import Template

# How much a hit tells, by where it is.
_WHOLE_WORD, _NAME, _WORDS, _PURPOSE, _CONTENT = 10, 8, 6, 3, 1
_KATAKANA = range(ord("ァ"), ord("ヶ") + 1)
_TO_HIRAGANA = {sign: sign - 0x60 for sign in _KATAKANA}


def folded(text: str) -> str:
    """Return text in which widths, cases, ひらがな and カタカナ, and marks between words do not differ."""
    whole = unicodedata.normalize("NFKC", text).casefold().translate(_TO_HIRAGANA)
    return "".join(sign for sign in whole if sign.isalnum() or sign in "ー々")


def find(templates: Iterable[Template], typed: str) -> list[Template]:
    """Return the templates that have every word of `typed`, the best first; with nothing typed all, as they come.

    A word may stand in the name, in the search words (which hold readings in かな), in the purpose, in the titles of
    sections and fields or in what the model is told.
    """
    words = [word for part in typed.split() if (word := folded(part))]
    if not words:
        return list(templates)
    ranked = [(score, template) for template in templates if (score := _score(template, words))]
    return [template for _, template in sorted(ranked, key=lambda pair: -pair[0])]


def _score(template: Template, words: Iterable[str]) -> int:
    # A search word that was meant goes before one that merely contains it: 議会 is also in 審議会.
    exact = {folded(word) for word in (template.name, template.id, *template.keywords)}
    places = (
        (_NAME, folded(f"{template.name} {template.name_en} {template.id}")),
        (_WORDS, " ".join(folded(word) for word in template.keywords)),
        (_PURPOSE, folded(f"{template.description} {template.description_en}")),
        (_CONTENT, folded(_content(template))),
    )
    scores = [
        _WHOLE_WORD if word in exact else max((weight for weight, text in places if word in text), default=0)
        for word in words
    ]
    return sum(scores) if all(scores) else 0


def _content(template: Template) -> str:
    titles = [spec.title for spec in template.sections] + [field.label for field in template.fields]
    return " ".join([*titles, template.prompt.system])
