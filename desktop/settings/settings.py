"""The person's settings: typed, read strictly, never reset without a word."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop.core.errors import ErrorCode, UserFault
from desktop.core.files import reason_of, write_atomically
from desktop.core.retention import parse_rules
from desktop.settings.toml_text import dump_toml

LANGUAGES = ("ja", "en")
ENCRYPTION = ("keep", "on", "off")

_HEADER = "# 文机の設定。プログラムが書き換えます。 / Settings of Fumizukue, rewritten by the program.\n"
_MAX_BYTES = 256 * 1024
_MAX_CTX = 1_048_576
_MAX_THREADS = 1024
_MAX_CACHE_MB = 1_000_000
_MAX_MINUTES = 1440
_AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can set; the defaults are what counts when nothing is said.

    `model` is a name from the catalogue or a file name, empty to choose one. `n_ctx` is in tokens, `threads` in
    threads; 0 chooses from the model and the machine. `head_cache_mb` is how many megabytes the evaluated beginnings
    of the templates' prompts may take on disk; 0 keeps none. `cpu_percent` is the share of the cores that a draft may
    use, from 1 to 100. After `unload_minutes` without use the model gives its memory back; 0 keeps it. With
    `prepare_ahead` the model is loaded and reads what is in the form while a person still types.

    `shared_templates` is the folder of the office's templates on the file server, empty for none; `office` the
    person's place in it (`総務部/総務課`); `template_keys` the public keys one of which must have signed a template.
    `usage_share` is the folder to which counts of use are handed on by themselves, empty for none; with `ask_minutes` a
    finished document is asked about once, how many minutes it saved.

    `section`, `person`, `telephone` and `mail` fill in the fields of that meaning. `favourites` are identities of
    templates. `encrypt_history` is `on`, `off` or, to leave the history as it is, `keep`: so a settings file that was
    lost never makes an encrypted history plain.

    `retention_rules` tell how long documents are kept (`desktop.core.retention.parse_rules`); none keeps everything.
    With `retention_automatic` what is due is deleted at start, from the backups as well, without asking. The audit log
    holds names of exported files with `audit_file_names`, and the text of drafts and exports with `audit_content`.
    """

    language: str = "ja"
    model: str = ""
    n_ctx: int = 0
    threads: int = 0
    last_template: str = ""
    head_cache_mb: int = 1000
    cpu_percent: int = 100
    unload_minutes: int = 15
    prepare_ahead: bool = True
    shared_templates: str = ""
    office: str = ""
    template_keys: tuple[str, ...] = ()
    usage_share: str = ""
    ask_minutes: bool = True
    section: str = ""
    person: str = ""
    telephone: str = ""
    mail: str = ""
    favourites: tuple[str, ...] = ()
    retention_rules: tuple[str, ...] = ()
    retention_automatic: bool = False
    audit_file_names: bool = False
    audit_content: bool = False
    encrypt_history: str = "keep"


@dataclass(frozen=True, slots=True)
class SettingsLoad:
    """The settings in force, and what was wrong with the file if anything was.

    Where the file is wrong the defaults stand; keys that are right keep their values.
    """

    settings: Settings
    fault: UserFault | None = None


def load_settings(path: Path) -> SettingsLoad:
    """Read the settings; a file that is not there gives the defaults.

    An unreadable file, wrong TOML, an unknown key, a wrong type or a value out of range gives a `UserFault`
    SETTINGS_BROKEN (path; line, counted from 1, 0 when the file cannot be read at all; key, empty unless one key is
    to blame). The file stays as it is.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return SettingsLoad(Settings())
    except OSError:
        return SettingsLoad(Settings(), _broken(path, 0))
    if len(raw) > _MAX_BYTES:
        return SettingsLoad(Settings(), _broken(path, 1))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return SettingsLoad(Settings(), _broken(path, raw.count(b"\n", 0, error.start) + 1))
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _AT_LINE.search(str(error))
        return SettingsLoad(Settings(), _broken(path, int(found[1]) if found else text.rstrip().count("\n") + 1))
    return _checked(path, text, values)


def _checked(path: Path, text: str, values: Mapping[str, object]) -> SettingsLoad:
    settings, wrong = _settings_of(values)
    fault = _broken(path, _line_of(text, wrong[0]), wrong[0]) if wrong else None
    return SettingsLoad(settings, fault)


def _settings_of(values: Mapping[str, object]) -> tuple[Settings, list[str]]:
    """Return the settings with defaults where a value is wrong, and the keys that are wrong or unknown, in order."""
    standard, accepted = Settings(), set[str]()

    def text(key: str, default: str, allowed: Collection[str] = ()) -> str:
        value = values.get(key, default)
        if not isinstance(value, str) or (allowed and value not in allowed):
            return default
        accepted.add(key)
        return value

    def count(key: str, default: int, limit: int, least: int = 0) -> int:
        value = values.get(key, default)
        # A TOML boolean is an int to Python, and not a number to a person.
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= limit:
            return default
        accepted.add(key)
        return value

    def texts(key: str) -> tuple[str, ...]:
        value = values.get(key, [])
        # Settings that are about to be written hold tuples, a file's are lists.
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            return ()
        accepted.add(key)
        return tuple(value)

    def flag(key: str, *, default: bool) -> bool:
        value = values.get(key, default)
        if not isinstance(value, bool):
            return default
        accepted.add(key)
        return value

    settings = Settings(
        language=text("language", standard.language, LANGUAGES),
        model=text("model", standard.model),
        n_ctx=count("n_ctx", standard.n_ctx, _MAX_CTX),
        threads=count("threads", standard.threads, _MAX_THREADS),
        last_template=text("last_template", standard.last_template),
        head_cache_mb=count("head_cache_mb", standard.head_cache_mb, _MAX_CACHE_MB),
        cpu_percent=count("cpu_percent", standard.cpu_percent, 100, 1),
        unload_minutes=count("unload_minutes", standard.unload_minutes, _MAX_MINUTES),
        prepare_ahead=flag("prepare_ahead", default=standard.prepare_ahead),
        shared_templates=text("shared_templates", standard.shared_templates),
        office=text("office", standard.office),
        template_keys=texts("template_keys"),
        usage_share=text("usage_share", standard.usage_share),
        ask_minutes=flag("ask_minutes", default=standard.ask_minutes),
        section=text("section", standard.section),
        person=text("person", standard.person),
        telephone=text("telephone", standard.telephone),
        mail=text("mail", standard.mail),
        favourites=texts("favourites"),
        retention_rules=_rules(texts("retention_rules"), accepted),
        retention_automatic=flag("retention_automatic", default=standard.retention_automatic),
        audit_file_names=flag("audit_file_names", default=standard.audit_file_names),
        audit_content=flag("audit_content", default=standard.audit_content),
        encrypt_history=text("encrypt_history", standard.encrypt_history, ENCRYPTION),
    )
    return settings, [key for key in values if key not in accepted]


def _rules(lines: tuple[str, ...], accepted: set[str]) -> tuple[str, ...]:
    """Return the rules as they stand, or none at all: one wrong rule could have protected what another deletes."""
    try:
        parse_rules(lines)
    except ValueError:
        accepted.discard("retention_rules")
        return ()
    return lines


def _line_of(text: str, key: str) -> int:
    pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[.=\]]""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if pattern.match(line)), 1)


def _broken(path: Path, line: int, key: str = "") -> UserFault:
    return UserFault(ErrorCode.SETTINGS_BROKEN, path=str(path), line=line, key=key)


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings, whole or not at all; a broken file is kept first as `settings.toml.broken-<time>`.

    Raises `UserFault` OUTPUT_NOT_WRITABLE (path, reason); then the file is as it was. Raises `ValueError` for
    settings that could not be read back.
    """
    if _settings_of(asdict(settings))[1]:
        raise ValueError("settings out of range")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if load_settings(path).fault is not None:
            _keep_copy(path)
    except OSError as error:
        raise UserFault(ErrorCode.OUTPUT_NOT_WRITABLE, path=str(path), reason=reason_of(error)) from error
    content = (_HEADER + dump_toml(asdict(settings))).encode()
    write_atomically(path, lambda stream: stream.write(content), overwrite=True)


def _keep_copy(path: Path) -> None:
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S%fZ")
    content = path.read_bytes()
    write_atomically(path.with_name(f"{path.name}.broken-{stamp}"), lambda stream: stream.write(content))
