"""Which template applies to a person, and where it comes from: 課 before 市 before what the program brings along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from desktop.core.errors import AssistantError, ErrorCode, UserFault
from desktop.templates import signing
from desktop.templates.cache import Copy, Entry, Index, SharedCache
from desktop.templates.library import in_order
from desktop.templates.model import Template
from desktop.templates.parse import parse_template
from desktop.templates.shared import branch_of, levels_of, parent_of
from desktop.templates.sync import listed_faults

# Parsing again what has not changed would only cost time.
_PARSED = 2_000


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a template comes from.

    `level` is 0 for a template of the program, 1 for the share's root (the whole city), 2 and more for the folders
    below; `folder` and `file` are paths below the share. `seen_at` is when the share last held this version, in
    seconds since 1970. `fault` says why a newer file on the share is not used, `mender` who can mend it.
    """

    level: int = 0
    folder: str = ""
    file: str = ""
    version: str = ""
    author: str = ""
    updated: str = ""
    sha256: str = ""
    seen_at: float = 0.0
    reference: Path | None = None
    fault: AssistantError | None = None
    mender: str = ""

    def age(self, now: float) -> float:
        """Return how old the copy is, in seconds; 0 for a template of the program."""
        return max(0.0, now - self.seen_at) if self.level else 0.0


@dataclass(frozen=True, slots=True)
class Offered:
    """A template that applies, and the ones of the same identity that it overrides, nearest first."""

    template: Template
    origin: Origin
    overridden: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file that is not used, why, who can mend it, and the version that is used in its place if there is one."""

    fault: AssistantError
    file: str = ""
    mender: str = ""
    version_in_use: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """All templates that apply, in order, and everything that is wrong. `synced_at` is 0 for never."""

    offered: tuple[Offered, ...]
    troubles: tuple[Trouble, ...] = ()
    synced_at: float = 0.0

    @property
    def templates(self) -> tuple[Template, ...]:
        """The templates that apply."""
        return tuple(one.template for one in self.offered)

    def offer(self, template_id: str) -> Offered:
        """Return the template of an identity with its origin; raises `UserFault` TEMPLATE_NOT_FOUND (id)."""
        for one in self.offered:
            if one.template.id == template_id:
                return one
        raise UserFault(ErrorCode.TEMPLATE_NOT_FOUND, id=template_id)


def resolve(
    builtin: Iterable[Template], cache: SharedCache | None = None, office: str = "", keys: Sequence[str] = ()
) -> Library:
    """Work out the library from the local copies; touches no share.

    `office` is the person's folder on the share such as `総務部/総務課`. With `keys`, only what one of them signed is
    used; raises `UserFault` TEMPLATE_KEY_BAD (key). Reads and parses every template that applies: not for the thread
    of the window.
    """
    signing.check_keys(keys)
    index = Index() if cache is None else cache.index()
    work = _Resolution(cache, keys)
    entries = [entry for entry in index.entries.values() if not branch_of(entry.key)]
    ranks = {folder.casefold(): level for level, folder in enumerate(levels_of(office), 1)}
    # A deeper level comes later and takes the place of what was there.
    ranked = ((ranks[folder], entry) for entry in entries if (folder := _folder(entry)) in ranks)
    for template in builtin:
        work.take(template, Origin(version=template.version, author=template.author))
    for level, entry in sorted(ranked, key=lambda pair: (pair[0], _by_name(pair[1]))):
        work.entry(level, entry)
    others = [entry for entry in entries if _folder(entry) not in ranks]
    work.troubles += [trouble for entry in others if (trouble := trouble_of(entry))]
    work.troubles += [Trouble(fault, str(fault.fields.get("file", ""))) for fault in listed_faults(index)]
    return work.library(index.synced_at)


def _folder(entry: Entry) -> str:
    return parent_of(entry.key).casefold()


def _by_name(entry: Entry) -> tuple[str, str]:
    """Sort `memo.toml` before `memo - コピー.toml`."""
    return entry.key.rpartition(".")[0], entry.key


def trouble_of(entry: Entry) -> Trouble | None:
    """Return what is wrong with a file of the share, if anything is."""
    if entry.fault is None:
        return None
    version = entry.copy.version if entry.copy else ""
    return Trouble(entry.fault, entry.key, entry.mender, version)


class _Resolution:
    def __init__(self, cache: SharedCache | None, keys: Sequence[str]) -> None:
        self._cache = cache
        self._keys = keys
        self._offered: dict[str, Offered] = {}
        self.troubles: list[Trouble] = []

    def library(self, synced_at: float) -> Library:
        ordered = in_order(one.template for one in self._offered.values())
        return Library(tuple(self._offered[one.id] for one in ordered), tuple(self.troubles), synced_at)

    def take(self, template: Template, origin: Origin) -> None:
        below = self._offered.get(template.id)
        overridden = (below.origin, *below.overridden) if below else ()
        self._offered[template.id] = Offered(template, origin, overridden)

    def entry(self, level: int, entry: Entry) -> None:
        """Offer the last good copy of one file of the share."""
        trouble = trouble_of(entry)
        if trouble is not None:
            self.troubles.append(trouble)
        if entry.copy is None or self._cache is None:
            return
        try:
            template = self._template(entry.key, entry.copy, self._cache)
        except UserFault as fault:
            self.troubles.append(Trouble(fault, entry.key, entry.mender or entry.copy.author))
            return
        below = self._offered.get(template.id)
        if below is not None and below.origin.level == level and below.origin.folder == parent_of(entry.key):
            twice = ErrorCode.TEMPLATE_DUPLICATE_ID
            duplicate = UserFault(twice, file=entry.key, other=below.origin.file, id=template.id)
            self.troubles.append(Trouble(duplicate, entry.key, entry.copy.author))
        else:
            self.take(template, self._origin(level, entry, entry.copy, self._cache))

    def _template(self, key: str, copy: Copy, cache: SharedCache) -> Template:
        content = cache.read(copy.sha256)
        reference = cache.read(copy.reference, copy.reference_name) if copy.reference else None
        if content is None or (copy.reference and reference is None):
            raise UserFault(ErrorCode.TEMPLATE_COPY_LOST, file=key)
        # Again and not only when it was copied: the keys may be newer than the copy, and the copy lies in the open.
        signing.check_signature(self._keys, key, content, reference, copy.signature)
        template = _parsed(content.decode("utf-8-sig"), key)
        place = cache.path(copy.reference, copy.reference_name).parent if copy.reference else None
        return replace(template, folder=place)

    def _origin(self, level: int, entry: Entry, copy: Copy, cache: SharedCache) -> Origin:
        return Origin(
            level=level,
            folder=parent_of(entry.key),
            file=entry.key,
            version=copy.version,
            author=copy.author,
            updated=copy.updated,
            sha256=copy.sha256,
            seen_at=entry.seen_at,
            reference=cache.path(copy.reference, copy.reference_name) if copy.reference else None,
            fault=entry.fault,
            mender=entry.mender,
        )


@lru_cache(maxsize=_PARSED)
def _parsed(text: str, key: str) -> Template:
    return parse_template(text, key)
