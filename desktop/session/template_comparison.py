"""Two people changed one template: both changes brought together, and the places that need a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from desktop.session.template_edits import Edits
from desktop.templates.heading import Heading, heading_of
from desktop.templates.merge import BASE_MARK, END_MARK, MINE_MARK, THEIRS_MARK, merge
from desktop.templates.publishing import Conflict
from desktop.templates.shared import parent_of

# The beginnings of the marks, of damaged ones as well; a row of equal signs alone is a person's own line.
_MARKS = ("<<<<<<<", "||||||| ", THEIRS_MARK[:10], END_MARK)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The three texts and how far they are brought together. `removed` means that theirs is gone from the share."""

    base: str
    theirs: str
    mine: str
    merged: str

    @property
    def removed(self) -> bool:
        """Whether they took the template away instead of changing it."""
        return not self.theirs

    @property
    def heading(self) -> Heading:
        """Who published what they have, and why."""
        return heading_of(self.theirs)


class Choice(Enum):
    """Whose lines a place takes."""

    MINE = auto()
    THEIRS = auto()
    BOTH = auto()


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that needs a decision: its lines, from `start` up to but not including `end`, counted from 0."""

    start: int
    end: int
    mine: tuple[str, ...]
    theirs: tuple[str, ...]

    def lines(self, choice: Choice) -> tuple[str, ...]:
        """Return what stands there after a choice; lines without their breaks."""
        if choice is Choice.BOTH:
            return (*self.theirs, *(line for line in self.mine if line not in self.theirs))
        return self.mine if choice is Choice.MINE else self.theirs


def in_conflict(edits: Edits, conflict: Conflict) -> Edits:
    """Return the edits with what was published meanwhile, both changes merged as far as that goes by itself."""
    folder, file = parent_of(conflict.file), conflict.file.rpartition("/")[2]
    found = replace(edits, folder=folder, file=file, theirs=_plain(conflict.theirs))
    return replace(found, merged=comparison_of(found).merged)


def comparison_of(edits: Edits) -> Comparison:
    """Return the comparison of edits in conflict; what was merged before is gone on with."""
    base, mine = _plain(edits.began), _plain(edits.text)
    if not edits.theirs:
        return Comparison(base, "", mine, edits.merged or mine)
    return Comparison(base, edits.theirs, mine, edits.merged or merge(base, edits.theirs, mine).text)


def resolved(edits: Edits, merged: str) -> Edits:
    """Return the edits that go on from the merged text, with what the share holds now as their base."""
    # Where theirs was taken away there is nothing to build on.
    return replace(
        edits, text=merged, began=edits.theirs or edits.began, on_share=bool(edits.theirs), theirs="", merged=""
    )


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def is_marked(text: str) -> bool:
    """Tell whether a mark of a conflict still stands in the text, whole or damaged."""
    return any(line.startswith(_MARKS) for line in text.split("\n"))


def clashes(text: str) -> tuple[Clash, ...]:
    """Return the places that need a decision, in order; marks that a person damaged are not among them."""
    lines = text.split("\n")
    found: list[Clash] = []
    at: dict[str, int] = {}
    for number, line in enumerate(lines):
        if line == MINE_MARK:
            at = {MINE_MARK: number}
        elif line in (BASE_MARK, THEIRS_MARK) and at:
            at[line] = number
        elif line == END_MARK and list(at) == [MINE_MARK, BASE_MARK, THEIRS_MARK]:
            mine = tuple(lines[at[MINE_MARK] + 1 : at[BASE_MARK]])
            found.append(Clash(at[MINE_MARK], number + 1, mine, tuple(lines[at[THEIRS_MARK] + 1 : number])))
            at = {}
    return tuple(found)
