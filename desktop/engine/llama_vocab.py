"""A model's vocabulary: text to tokens and back, and the guard against control tokens inside what a person wrote."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Sequence
from functools import cached_property

from llama_cpp import llama_cpp as native

from desktop.core.errors import EngineFault, ErrorCode

_PIECE_BYTES = 256
_CONTROL = native.LLAMA_TOKEN_ATTR_CONTROL | native.LLAMA_TOKEN_ATTR_UNKNOWN
_SHORTEST_MARK = 3


class Vocabulary:
    """The vocabulary of a loaded model; valid as long as the model."""

    def __init__(self, vocab: native.llama_vocab_p) -> None:
        """Wrap a native vocabulary."""
        self.pointer = vocab
        self.size = native.llama_vocab_n_tokens(vocab)
        self._buffer = ctypes.create_string_buffer(_PIECE_BYTES)
        self._end = {token for token in range(self.size) if native.llama_vocab_is_eog(vocab, token)}

    @property
    def end_tokens(self) -> frozenset[int]:
        """The tokens that end a model's turn."""
        return frozenset(self._end)

    @property
    def bos(self) -> int | None:
        """The token that must begin every prompt, `None` when the model wants none."""
        token = int(native.llama_vocab_bos(self.pointer))
        return token if token >= 0 and native.llama_vocab_get_add_bos(self.pointer) else None

    def special_text(self, name: str) -> str:
        """Return the text of the `bos` or `eos` token, empty when there is none."""
        token = int({"bos": native.llama_vocab_bos, "eos": native.llama_vocab_eos}[name](self.pointer))
        return self._text(token) if token >= 0 else ""

    def is_end(self, token: int) -> bool:
        """Tell whether a token ends the model's turn."""
        return token in self._end

    def tokenize(self, text: str, *, parse_special: bool = False) -> list[int]:
        """Return the tokens of a text; a lone surrogate counts as `?`."""
        data = text.encode("utf-8", "replace")
        capacity = len(data) + 8
        buffer = (native.llama_token * capacity)()
        count = native.llama_tokenize(self.pointer, data, len(data), buffer, capacity, False, parse_special)
        if count < 0:
            raise EngineFault(ErrorCode.ENGINE_FAILED, reason="tokenize")
        return buffer[:count]

    def piece(self, token: int) -> bytes:
        """Return the bytes a token stands for, perhaps a part of a character; nothing for a control token."""
        length = native.llama_token_to_piece(self.pointer, token, self._buffer, _PIECE_BYTES, 0, False)
        if length < 0:
            larger = ctypes.create_string_buffer(-length)
            native.llama_token_to_piece(self.pointer, token, larger, -length, 0, False)
            return larger.raw
        return self._buffer.raw[:length]

    def byte_tokens(self, text: str) -> list[int]:
        """Return tokens that spell a text byte by byte, whatever the tokenizer would do at its start or inside it.

        Raises `EngineFault` GRAMMAR_UNSUPPORTED when the vocabulary has no token for a byte.
        """
        data = text.encode("utf-8", "replace")
        if any(byte not in self._single_bytes for byte in set(data)):
            raise EngineFault(ErrorCode.GRAMMAR_UNSUPPORTED, reason="vocabulary")
        return [self._single_bytes[byte] for byte in data]

    def tokenize_prompt(self, render: Callable[[Callable[[str], str]], str], template: str) -> list[int]:
        """Return the tokens of a prompt in which only the chat template's own marks become control tokens.

        `render` builds the prompt's text and passes everything that a person or a model wrote through the function it
        gets. There a mark such as `<|im_end|>` is taken out, and comes back as ordinary characters.
        """
        shield = _Shield(self._marks(template))
        tokens: list[int] = []
        for part, foreign in shield.parts(render(shield.hide)):
            if foreign:
                # In two halves: some marks are matched even where control tokens are not parsed.
                tokens += self.tokenize(part[:1]) + self.tokenize(part[1:])
            else:
                tokens += self.tokenize(part, parse_special=True)
        if self.bos is not None and tokens[:1] != [self.bos]:
            tokens.insert(0, self.bos)
        return tokens

    def _text(self, token: int) -> str:
        text = native.llama_vocab_get_text(self.pointer, token)
        return text.decode("utf-8", "replace") if text else ""

    @cached_property
    def _single_bytes(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for token in range(self.size):
            piece = self.piece(token)
            if len(piece) == 1:
                found.setdefault(piece[0], token)
                if len(found) == 256:  # noqa: PLR2004 -- all bytes
                    break
        return found

    @cached_property
    def _special(self) -> tuple[frozenset[str], frozenset[str]]:
        """The texts of the control tokens, and of the tokens that the model's makers added by hand."""
        control: set[str] = set()
        added: set[str] = set()
        for token in range(self.size):
            attributes = native.llama_vocab_get_attr(self.pointer, token)
            if attributes & _CONTROL or token in self._end:
                control.add(self._text(token))
            elif attributes & native.LLAMA_TOKEN_ATTR_USER_DEFINED:
                added.add(self._text(token))
        return frozenset(control), frozenset(added)

    def _marks(self, template: str) -> frozenset[str]:
        """Return what must not be taken for a mark in foreign text: control tokens, and added ones of the template."""
        control, added = self._special
        used = {text for text in added if text in template and text[0] in "<["}
        return frozenset(text for text in control | used if len(text) >= _SHORTEST_MARK)


class _Shield:
    """Replaces marks by placeholders, so that a template can be rendered around them, and finds them again."""

    def __init__(self, marks: frozenset[str]) -> None:
        longest_first = sorted(marks, key=lambda mark: (-len(mark), mark))
        initials = "".join(sorted({re.escape(mark[0]) for mark in marks}))
        body = "|".join(map(re.escape, longest_first))
        self._marks = re.compile(f"(?=[{initials}])(?:{body})") if marks else None
        self._hidden: list[str] = []
        # Private-use characters, doubled in the text wherever a person wrote them.
        self._placeholder = re.compile("\ue000([0-9]+)\ue001|(\ue000\ue000)")

    def hide(self, text: str) -> str:
        """Return the text with placeholders for its marks."""
        text = text.replace("\ue000", "\ue000\ue000")
        return self._marks.sub(self._hide_one, text) if self._marks else text

    def _hide_one(self, match: re.Match[str]) -> str:
        self._hidden.append(match.group())
        return f"\ue000{len(self._hidden) - 1}\ue001"

    def parts(self, text: str) -> Sequence[tuple[str, bool]]:
        """Split a rendered text; true marks the parts that were hidden."""
        parts: list[tuple[str, bool]] = []
        plain, end = "", 0
        for match in self._placeholder.finditer(text):
            plain += text[end : match.start()]
            end = match.end()
            if match[2]:
                plain += "\ue000"
                continue
            parts += [(plain, False), (self._hidden[int(match[1])], True)]
            plain = ""
        parts.append((plain + text[end:], False))
        return [part for part in parts if part[0]]
