"""Putting two states of one document together, so that nothing of either is lost and the order is that of time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from desktop.store.moved import MovedDocument, MovedField, MovedForm, MovedRun, MovedVersion
from desktop.store.rows import stored_content

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One piece of the union: `here` and `there` are its places in the two lists, as far as it is in them."""

    piece: T
    here: int | None
    there: int | None


def version_identity(version: MovedVersion) -> Hashable:
    """Return what makes two versions of a section one and the same."""
    return stored_content(version.content), version.origin.value, version.finished, version.created_at


def run_identity(run: MovedRun) -> Hashable:
    """Return what makes two runs of a document one and the same: all of it."""
    return run


def union_of_versions(here: Sequence[MovedVersion], there: Sequence[MovedVersion]) -> list[Entry[MovedVersion]]:
    """Return all versions of both, oldest first; those `here` keep their order."""
    return _union(here, there, version_identity, lambda version: version.created_at)


def places_stood_for(union: Sequence[Entry[MovedVersion]]) -> list[int | None]:
    """Return for each version of a union the place in it of the one it stands for, if it does."""
    ours = {entry.here: place for place, entry in enumerate(union) if entry.here is not None}
    theirs = {entry.there: place for place, entry in enumerate(union) if entry.there is not None}
    return [
        None if entry.piece.stands_for is None else (theirs if entry.here is None else ours).get(entry.piece.stands_for)
        for entry in union
    ]


def union_of_runs(here: Sequence[MovedRun], there: Sequence[MovedRun]) -> list[Entry[MovedRun]]:
    """Return all runs of both, oldest first; those `here` keep their order."""
    return _union(here, there, run_identity, lambda run: run.started_at)


def union_of_values(here: Sequence[MovedField], there: Sequence[MovedField]) -> list[MovedField]:
    """Return the earlier values of fields of both, those of each field in the order of time."""
    found = []
    for key in dict.fromkeys(one.key for one in (*here, *there)):
        ours, theirs = ([one for one in side if one.key == key] for side in (here, there))
        found += [entry.piece for entry in _union(ours, theirs, lambda one: one, lambda one: one.since)]
    return found


def superseded(document: MovedDocument, standing: MovedForm) -> list[MovedField]:
    """Return what a document has of earlier values when this form takes the place of its own."""
    new = {one.key: (one.value, one.file_name) for one in standing.fields}
    lost = [one for one in document.form.fields if one.value and new.get(one.key) != (one.value, one.file_name)]
    return [*document.past, *(one for one in lost if one not in document.past)]


def newer(one: MovedForm, other: MovedForm) -> MovedForm:
    """Return the form that was changed last; of two changed at one moment always the same, whoever asks."""
    return max(one, other, key=lambda form: (form.changed_at, form.title, repr(form.fields)))


def _union(
    here: Sequence[T], there: Sequence[T], identity: Callable[[T], Hashable], at: Callable[[T], dt.datetime]
) -> list[Entry[T]]:
    """Return the union of two lists, in which each piece is as often as in the list that has it more often.

    With nothing new `there` the order is that of `here`. Otherwise it is that of time, and the same whichever of the
    two is `here`; a clock that was set back does not put what was written after it before the rest.
    """
    ours, theirs = _places(here, identity, at), _places(there, identity, at)
    if ours.keys() >= theirs.keys():
        order = list(ours)
    else:
        nothing = (dt.datetime.min.replace(tzinfo=dt.UTC), -1)
        order = sorted(
            {**ours, **theirs},
            key=lambda name: (*_later(ours.get(name, nothing), theirs.get(name, nothing)), repr(name)),
        )
    return [_entry(name, here, there, ours, theirs) for name in order]


_Name = tuple[Hashable, int]
_Place = tuple[dt.datetime, int]


def _places(
    pieces: Sequence[T], identity: Callable[[T], Hashable], at: Callable[[T], dt.datetime]
) -> dict[_Name, _Place]:
    """Map each piece (and the how-manieth of its kind it is) to the latest moment up to it, and its place."""
    seen, found = Counter[Hashable](), dict[_Name, _Place]()
    latest = dt.datetime.min.replace(tzinfo=dt.UTC)
    for place, piece in enumerate(pieces):
        kind = identity(piece)
        latest = max(latest, at(piece))
        found[kind, seen[kind]] = (latest, place)
        seen[kind] += 1
    return found


def _later(one: _Place, other: _Place) -> _Place:
    return max(one[0], other[0]), max(one[1], other[1])


def _entry(
    name: _Name, here: Sequence[T], there: Sequence[T], ours: dict[_Name, _Place], theirs: dict[_Name, _Place]
) -> Entry[T]:
    own = ours[name][1] if name in ours else None
    other = theirs[name][1] if name in theirs else None
    return Entry(here[own] if own is not None else there[other or 0], own, other)
