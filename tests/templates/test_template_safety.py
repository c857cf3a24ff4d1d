"""A template cannot read a file, run code, reach out of its folder or hang the program; it only gets clear faults."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.errors import ErrorCode, UserFault
from desktop.documents.arrange import arrange
from desktop.templates.library import builtin_templates, read_template
from desktop.templates.parse import check_template, parse_template
from desktop.templates.reading import MAX_FAULTS
from desktop.templates.render import build_document, draft_schema, render_prompt, validate_inputs
from desktop.templates.shape import MAX_BYTES

SOURCES = tuple(template.source for template in builtin_templates())
MEMO = next(template for template in builtin_templates() if template.id == "memo").source
TEMPLATE_CODES = {code for code in ErrorCode if code.value.startswith("template_")}

MUTATED_BYTES = 5_000_000
SEED = 20261124


def use(text: str) -> None:
    """Do everything with an accepted template that is done before a model sees it; only a user's fault may come."""
    template = parse_template(text, "a.toml")
    values = dict(template.examples)
    build = build_document(template, values, {})
    arrange(build)
    draft_schema(template)
    try:
        render_prompt(template, validate_inputs(template, values))
    except UserFault as fault:
        assert fault.code.value.startswith("field_")  # noqa: PT017 -- whichever field it is


def give(text: str) -> list[UserFault]:
    """Check a text: either it can be used, or each fault has a code of templates and a line of the text."""
    faults = check_template(text, "a.toml")
    for fault in faults:
        assert type(fault) is UserFault
        assert fault.code in TEMPLATE_CODES
        assert 1 <= int(fault.fields["line"]) <= text.count("\n") + 1
    assert len(faults) <= MAX_FAULTS
    if not faults:
        use(text)
    return faults


@pytest.mark.parametrize(
    "name",
    [
        "../市の様式.docx",
        "..\\\\市の様式.docx",
        "/etc/passwd",
        "C:\\\\Windows\\\\win.ini",
        "C:様式.docx",
        "\\\\\\\\server\\\\share\\\\a.docx",
        "//server/share/a.docx",
        "\\\\\\\\?\\\\C:\\\\a.docx",
        "file:///C:/a.docx",
        "様式.docx:隠し",
        "CON",
        "nul.docx",
        "COM1.docx",
        "課/様式.docx",
        ".docx",
        "a..docx",
        "{文書番号}.docx/",
        "%APPDATA%\\\\a.docx",
    ],
)
def test_the_word_file_of_a_layout_cannot_lie_anywhere_but_beside_the_template(name: str) -> None:
    text = MEMO.replace('[layout]\nkind = "memo"', f'[layout]\nkind = "memo"\nreference = "{name}"')
    (fault,) = give(text)
    assert (fault.fields["key"], fault.fields["reason"]) == ("layout.reference", "not_a_file_name")


@pytest.mark.parametrize(
    "trick",
    [
        "{要点.__class__}",
        "{要点.__class__.__mro__}",
        "{要点!r}",
        "{要点:>99999999}",
        "{要点[0]}",
        "{0}",
        "{}",
        "{self}",
        "{__import__('os').system('calc')}",
        "{要点.format}",
        "{ 要点 }",
        "{要点\\u0000}",
    ],
)
@pytest.mark.parametrize("place", ["prompt", "layout"])
def test_a_placeholder_with_anything_in_it_but_the_name_of_a_field_is_refused(trick: str, place: str) -> None:
    old, new = (
        ("\n{要点}\n", f"\n{{要点}}\n{trick}\n") if place == "prompt" else ('title = "庁内メモ"', f'title = "{trick}"')
    )
    assert old in MEMO
    (fault,) = give(MEMO.replace(old, new))
    assert fault.code is ErrorCode.TEMPLATE_UNKNOWN_FIELD


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("%s %(要点)s %n", "%s %(要点)s %n"),
        ("$HOME $(calc) `calc` %APPDATA%", "$HOME $(calc) `calc` %APPDATA%"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("{{ 7*7 }} {{要点}}", "{ 7*7 } {要点}"),
    ],
)
def test_signs_that_mean_something_to_other_programs_are_printed_as_they_are(written: str, printed: str) -> None:
    text = MEMO.replace("上の走り書きの庁内メモを", f"{written}\n上の走り書きの庁内メモを")
    assert give(text) == []
    template = parse_template(text, "a.toml")
    _, user = render_prompt(template, dict(template.examples))
    assert f"\n{printed}\n" in user


def test_what_a_person_types_is_never_taken_for_a_placeholder() -> None:
    template = parse_template(MEMO, "a.toml")
    typed = "{宛先} {0.__class__} {{要点}} %s ${HOME} \\g<0>"
    _, user = render_prompt(template, {**dict(template.examples), "要点": typed})
    assert typed in user


@pytest.mark.parametrize("key", ["include", "import", "extends", "script", "exec", "command", "url"])
def test_a_key_that_would_bring_something_in_is_not_known(key: str) -> None:
    (fault,) = give(f'{key} = "a"\n{MEMO}')
    assert (fault.code, fault.fields["key"]) == (ErrorCode.TEMPLATE_UNKNOWN_KEY, key)


ROOM = MAX_BYTES - 100
BOMBS = {
    "braces": "{" * ROOM,
    "brackets": "[" * ROOM,
    "arrays": "a = " + "[" * ROOM,
    "tables in tables": "a = " + "{a=" * (ROOM // 3),
    "dotted": "a." * (ROOM // 2) + "a = 1",
    "quoted and dotted": '"\\"".' * (ROOM // 5) + "a = 1",
    "long and dotted": ".".join(['"' + "a" * 102 + '"'] * (ROOM // 105)) + " = 1",
    "dotted heading": "[" + "a." * (ROOM // 2) + "a]",
    "headings": "\n".join(f"[a{number}]" for number in range(ROOM // 9)),
    "deep headings": "\n".join("[" + ".".join("a" * depth) + "]" for depth in range(1, 60)),
    "tables": "[[a]]\n" * (ROOM // 6),
    "keys": "\n".join(f"descripti{number} = 1" for number in range(ROOM // 20)),
    "integer": "format = " + "9" * ROOM,
    "hexadecimal": "format = 0x" + "f" * ROOM,
    "float": "format = 1e" + "9" * ROOM,
    "quotes": '"' * ROOM,
    "escapes": 'a = """' + '\\"' * (ROOM // 2 - 10) + '"""',
    "surrogates": 'a = "' + "\ud800" * (ROOM // 4) + '"',
    "controls": "\x00" * ROOM,
    "placeholders": MEMO.replace("\n{要点}\n", "\n{要点}\n" + "".join(f"{{要{one}}}" for one in range(20_000))),
    "braces in a prompt": MEMO.replace("\n{要点}\n", "\n{要点}\n" + "{" * (ROOM // 2)),
    "braces in a title": MEMO.replace("庁内メモ", "{" * 30_000 + "}" * 30_000),
    "fields": MEMO + "\n".join(f'[[field]]\nkey = "f{one}"' for one in range(8_000)),
    "choices": MEMO.replace('type = "date"', 'type = "choice"\nchoices = [' + '"",' * 60_000 + "]"),
    "examples": MEMO + "\n".join(f"k{one} = 1" for one in range(15_000)),
    "one key": "k" * ROOM + " = 1",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_file_made_to_hang_the_program_is_refused(bomb: str) -> None:
    assert give(bomb)


@given(st.text(max_size=400))
def test_any_text_at_all_gets_faults(text: str) -> None:
    assert give(text)


@given(st.binary(max_size=400))
def test_any_bytes_at_all_get_faults(data: bytes) -> None:
    give(data.decode("utf-8", "surrogateescape"))


LINES = tuple(dict.fromkeys(line for source in SOURCES for line in source.split("\n")))


@settings(deadline=None)
@given(st.sampled_from(SOURCES), st.integers(0, 400), st.integers(0, 6), st.lists(st.sampled_from(LINES), max_size=6))
def test_a_template_with_lines_of_others_in_it_is_used_or_refused(
    source: str, place: int, removed: int, put_in: list[str]
) -> None:
    lines = source.split("\n")
    place = min(place, len(lines))
    give("\n".join([*lines[:place], *put_in, *lines[place + removed :]]))


NASTY = (
    *('"', "'", '"""', "'''", "\\", "\n", "\r", "\x00", "[", "]", "[[", "]]", "{", "}", "{{", "}}", "=", "#", ".", ","),
    *(
        "1e999",
        "-1",
        "0",
        "true",
        "nan",
        "9" * 30,
        "1979-05-27",
        "\\ud800",
        "\\U0010ffff",
        "\u202e",
        "\ufeff",
        "か\u3099",
    ),
    *(
        "{要点}",
        "{0}",
        "{}",
        "{a.b}",
        "../",
        "C:\\",
        "[section]",
        "[[section]]",
        "[[section.column]]",
        "[layout]",
        "key = ",
    ),
)


def mutated(chance: random.Random) -> bytes:
    """Return a built-in template with a few changes: of signs, of bytes, of lines, or mixed with another one."""
    text = chance.choice(SOURCES)
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 0, 1, 1, 3, 20, 200)))
        kind = chance.randrange(5)
        if kind == 0:
            text = text[:start] + chance.choice(NASTY) + text[end:]
        elif kind == 1:
            text = text[:start] + text[end:]
        elif kind == 2:
            text = text[:end] + text[start:end] * chance.choice((1, 2, 50)) + text[end:]
        elif kind == 3:
            other = chance.choice(SOURCES)
            text = text[:start] + other[chance.randrange(len(other)) :]
        else:
            lines = text.split("\n")
            first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[first], lines[second] = lines[second], lines[first]
            text = "\n".join(lines)
    data = bytearray(text.encode("utf-8"))
    for _ in range(chance.choice((0, 0, 0, 1, 5))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def test_five_million_bytes_of_damaged_templates_give_clear_faults_only(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 -- repeatable, not secret
    done = 0
    file = tmp_path / "a.toml"
    while done < MUTATED_BYTES:
        data = mutated(chance)
        done += len(data)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            file.write_bytes(data)
            with pytest.raises(UserFault) as raised:
                read_template(file)
            assert raised.value.fields["reason"] in ("not_utf8", "too_long")
        else:
            give(text)
