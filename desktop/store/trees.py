"""The rows on the pages of a damaged database: walking its trees, and decoding what stands in their leaves.

Source: https://www.sqlite.org/fileformat2.html, sections 1.6 (b-tree pages) and 2.1 (record format).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from desktop.store.pages import HEADER, Pages

Value = None | int | float | str | bytes

TABLE_LEAF, TABLE_INNER, INDEX_LEAF, INDEX_INNER = 13, 5, 10, 2
_HEADS = {TABLE_LEAF: 8, TABLE_INNER: 12, INDEX_LEAF: 8, INDEX_INNER: 12}
_FIXED_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)
_REAL, _ZERO, _ONE, _FIRST_BLOB = 7, 8, 9, 12
_MOST_COLUMNS = 2000
_SMALLEST_CELL = 4


class BadCellError(Exception):
    """What should be a row is none."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table as it is stored: the column that stands for the row's number is `None` in `values`."""

    number: int
    values: tuple[Value, ...]


@dataclass(slots=True)
class Walked:
    """What walking trees came upon: the pages they consist of, the ones of them that are broken, and rows as well."""

    pages: set[int] = field(default_factory=set)
    broken_pages: set[int] = field(default_factory=set)
    broken_rows: int = 0
    renumbered: int = 0


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length and the place behind it; raises `BadCellError` at the data's end."""
    value = 0
    for index in range(9):
        if at + index >= len(data):
            raise BadCellError
        byte = data[at + index]
        if index == 8:  # noqa: PLR2004 -- the ninth byte counts whole
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:  # noqa: PLR2004 -- the upper bit says that more follows
            return value, at + index + 1
    raise AssertionError


def decoded(payload: bytes, *, strict: bool = True) -> tuple[Value, ...]:
    """Return a record's values; text is decoded with � for what is no UTF-8. Raises `BadCellError`.

    What follows behind the last value is a fault only when `strict`; SQLite reads over it.
    """
    head, at = varint(payload, 0)
    if not 1 <= head <= len(payload):
        raise BadCellError
    kinds = []
    while at < head:
        kind, at = varint(payload, at)
        kinds.append(kind)
    if at != head or len(kinds) > _MOST_COLUMNS:
        raise BadCellError
    values = []
    for kind in kinds:
        size = _FIXED_SIZES[kind] if kind <= _ONE else (kind - _FIRST_BLOB) // 2
        if kind in (10, 11) or at + size > len(payload):
            raise BadCellError
        values.append(_value(kind, payload[at : at + size]))
        at += size
    if strict and at != len(payload):
        raise BadCellError
    return tuple(values)


def _value(kind: int, data: bytes) -> Value:
    if kind == 0:
        return None
    if kind in (_ZERO, _ONE):
        return kind - _ZERO
    if kind == _REAL:
        return float(struct.unpack(">d", data)[0])
    if kind < _REAL:
        return int.from_bytes(data, "big", signed=True)
    return data if kind % 2 == 0 else data.decode("utf-8", "replace")


class Trees:
    """Walks the trees of a set of pages. No page is walked twice: a pointer gone bad cannot lead in circles."""

    def __init__(self, pages: Pages) -> None:
        """Begin with nothing walked."""
        self._pages = pages
        self._strict = False
        self.walked = Walked()

    def walk(self, root: int, *, of_table: bool = True) -> Iterator[Row]:
        """Yield the rows of the table below a root page; an index is walked for its pages only."""
        rows = self._rows_below(root, of_table=of_table)
        return self._in_order(rows) if of_table else rows

    def _rows_below(self, root: int, *, of_table: bool) -> Iterator[Row]:
        waiting = [(root, 0)]
        walked = self.walked
        while waiting:
            number, depth = waiting.pop()
            if not 0 < number <= self._pages.count or number in walked.pages or depth > 40:  # noqa: PLR2004 -- no tree is that deep
                walked.broken_pages.add(number)
                continue
            page = self._pages.page(number)
            kind = page[self._start(number)]
            # A page of the other sort under this root comes from a bad pointer; its own tree will come to it.
            if kind not in _HEADS or of_table is not (kind in (TABLE_LEAF, TABLE_INNER)):
                walked.broken_pages.add(number)
                continue
            walked.pages.add(number)
            if kind in (TABLE_INNER, INDEX_INNER):
                waiting += [(child, depth + 1) for child in reversed(self._children(number, page))]
            if kind != TABLE_INNER:
                yield from self._rows(number, page, kind)

    def leaf(self, number: int) -> list[Row]:
        """Return the rows of one page that no tree leads to, if it is a leaf of a table; otherwise nothing."""
        page = self._pages.page(number)
        return [] if page[self._start(number)] != TABLE_LEAF else self._strictly(number, page)

    def earlier(self, page: bytes) -> list[Row]:
        """Return the rows of an earlier state of a page, if it is a leaf of a table; its faults are not noted."""
        if page[0] != TABLE_LEAF:
            return []
        told = replace(self.walked, broken_pages=set(self.walked.broken_pages))
        rows = self._strictly(2, page)
        self.walked = replace(told, pages=self.walked.pages)
        return rows

    def _strictly(self, number: int, page: bytes) -> list[Row]:
        # Whether such a page is a leaf at all is told by its rows.
        self._strict = True
        try:
            return list(self._rows(number, page, TABLE_LEAF))
        finally:
            self._strict = False

    @staticmethod
    def _start(number: int) -> int:
        return HEADER if number == 1 else 0

    def _pointers(self, number: int, page: bytes, kind: int) -> tuple[list[int], bool]:
        """Return where the cells of a page begin, and whether the page says so without contradiction."""
        start = self._start(number)
        count = int.from_bytes(page[start + 3 : start + 5], "big")
        content = int.from_bytes(page[start + 5 : start + 7], "big") or 65536
        first, last = start + _HEADS[kind], self._pages.usable - _SMALLEST_CELL
        sound = first + 2 * count <= content <= self._pages.usable
        # A count gone bad hides cells or invents some: then every pointer that leads into the page is tried.
        most = count if sound else (self._pages.usable - first) // 2
        found = [int.from_bytes(page[first + 2 * index : first + 2 * index + 2], "big") for index in range(most)]
        # As SQLite does: bits that no place on the page can have are left out of a pointer.
        inside = [at for one in found if first <= (at := one & (self._pages.size - 1)) <= last]
        return list(dict.fromkeys(inside)), sound and sorted(set(inside)) == sorted(found)

    def _children(self, number: int, page: bytes) -> list[int]:
        kind = page[self._start(number)]
        pointers, sound = self._pointers(number, page, kind)
        if not sound:
            self.walked.broken_pages.add(number)
        right = self._start(number) + 8
        return [int.from_bytes(page[at : at + 4], "big") for at in (*pointers, right)]

    def _rows(self, number: int, page: bytes, kind: int) -> Iterator[Row]:
        """Yield a page's rows; of an index page only the pages that its long entries go on in are noted."""
        pointers, sound = self._pointers(number, page, kind)
        used = 0
        for at in pointers:
            try:
                row, size = self._cell(page, at, kind)
            except BadCellError:
                self.walked.broken_rows += kind == TABLE_LEAF
                sound = False
                continue
            used += max(size, _SMALLEST_CELL)
            if row is not None:
                yield row
        if not sound or not self._adds_up(number, page, kind, len(pointers), used):
            self.walked.broken_pages.add(number)

    def _in_order(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield a table's rows, whose numbers rise: one whose number went bad gets its own again, or comes last.

        So it cannot take the place of the row that has the number by right.
        """
        doubtful = list[Row]()
        before = -(2**63) - 1
        row = next(rows, None)
        while row is not None:
            following = next(rows, None)
            after = 2**63 if following is None else following.number
            if before < row.number < after or (before < row.number and after <= before):
                yield row
                before = row.number
            elif after - before == 2:  # noqa: PLR2004 -- one number fits between the two
                self.walked.renumbered += 1
                before += 1
                yield Row(before, row.values)
            else:
                doubtful.append(row)
            row = following
        yield from doubtful

    def _adds_up(self, number: int, page: bytes, kind: int, count: int, used: int) -> bool:
        """Tell whether cells, gaps and free room make up the page: otherwise cells may be hidden."""
        start = self._start(number)
        first = start + _HEADS[kind]
        gap, content = int.from_bytes(page[start + 1 : start + 3], "big"), page[start + 5 : start + 7]
        begin = int.from_bytes(content, "big") or 65536
        free, seen = page[start + 7], 0
        while gap and gap + 4 <= self._pages.usable and seen < self._pages.usable:
            following, size = struct.unpack(">HH", page[gap : gap + 4])
            free, gap, seen = free + size, following, seen + 4
        return begin - first - 2 * count >= 0 and used + free == self._pages.usable - begin

    def _cell(self, page: bytes, at: int, kind: int) -> tuple[Row | None, int]:
        """Return the row of a cell (of an index: none) and the bytes that the cell takes on its page."""
        begin = at
        at += 4 if kind == INDEX_INNER else 0
        size, at = varint(page, at)
        number = 0
        if kind == TABLE_LEAF:
            number, at = varint(page, at)
            number -= 2**64 if number >= 2**63 else 0
        here = self._local_size(size, kind)
        if size > self._pages.count * self._pages.size or at + here > self._pages.usable:
            raise BadCellError
        payload, length = page[at : at + here], at + here - begin
        if here < size:
            payload += self._overflow(int.from_bytes(page[at + here : at + here + 4], "big"), size - here)
            length += 4
        return (Row(number, decoded(payload, strict=self._strict)) if kind == TABLE_LEAF else None), length

    def _local_size(self, size: int, kind: int) -> int:
        usable = self._pages.usable
        most = usable - 35 if kind == TABLE_LEAF else (usable - 12) * 64 // 255 - 23
        if size <= most:
            return size
        least = (usable - 12) * 32 // 255 - 23
        local = least + (size - least) % (usable - 4)
        return local if local <= most else least

    def _overflow(self, number: int, size: int) -> bytes:
        """Return the rest of a payload from the pages it goes on in."""
        room, parts, met = self._pages.usable - 4, [], []
        while size > 0:
            if not 0 < number <= self._pages.count or number in self.walked.pages or number in met:
                raise BadCellError
            met.append(number)
            page = self._pages.page(number)
            parts.append(page[4 : 4 + min(room, size)])
            size -= room
            number = int.from_bytes(page[:4], "big")
        self.walked.pages.update(met)
        return b"".join(parts)
