"""Filling the tables of a fresh history with rows from elsewhere, and counting what does not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from desktop.store import texts
from desktop.store.faults import DamagedRowError
from desktop.store.sqlite import sqlite3
from desktop.store.trees import Row, Value

# What takes the place of a value that no program wrote: the row matters more than where it stands.
_IN_PLACE_OF: Mapping[str, Mapping[str, Value]] = {
    "documents": {"state": "interrupted"},
    "section_versions": {"run_id": None, "origin": "person", "finished": 1, "stands_for": None},
    "runs": {"ended_at": None, "error_code": ""},
}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "INTEGER": (int,),
    "INT": (int,),
    "REAL": (int, float),
    "TEXT": (str,),
    "BLOB": (bytes,),
}
# Tables of the index for searching, which is built anew from the rows.
_DERIVED = ("places",)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, whether it can be NULL or left out, and whether it is the row's number."""

    name: str
    kind: str
    nullable: bool
    omissible: bool
    is_number: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `by_number` is false for one WITHOUT ROWID."""

    name: str
    columns: tuple[Column, ...]
    by_number: bool

    @property
    def number_column(self) -> str:
        """The quoted name of the column that is the row's number, or nothing."""
        return next((f'"{column.name}"' for column in self.columns if column.is_number), "")

    def takes(self, values: Sequence[Value]) -> bool:
        """Tell whether a row could be one of this table by the number and types of its values."""
        # A column that a later schema has added is missing in the rows of before.
        if len(values) > len(self.columns) or not all(one.omissible for one in self.columns[len(values) :]):
            return False
        return all(
            (column.nullable or column.is_number) if value is None else self._fits(column, value)
            for column, value in zip(self.columns, values, strict=False)
        )

    @staticmethod
    def _fits(column: Column, value: Value) -> bool:
        return not column.is_number and isinstance(value, _TYPES.get(column.kind, (int, float, str, bytes)))


def tables_of(db: Database) -> list[Table]:
    """Return a history's own tables; those that searching keeps for itself are built anew and are not among them."""
    listed = db.execute("SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table'").fetchall()
    own = [(name, wr) for name, wr in listed if name not in _DERIVED and not name.startswith(("sqlite_", "_sqlite"))]
    return [Table(name, _columns(db, name), not wr) for name, wr in own]


def _columns(db: Database, table: str) -> tuple[Column, ...]:
    rows = db.execute(f'PRAGMA table_info("{table}")').fetchall()
    keys = [name for _, name, _, _, _, key in rows if key]
    return tuple(
        Column(
            name,
            kind.upper(),
            nullable=not notnull,
            omissible=not notnull or default is not None,
            is_number=kind.upper() == "INTEGER" and keys == [name],
        )
        for _, name, kind, notnull, default, _ in rows
    )


class Filling:
    """Puts rows in, inside the caller's transaction and with references unchecked until its end."""

    def __init__(self, db: Database) -> None:
        """Begin with empty tables."""
        self._db = db
        self.tables = tables_of(db)
        self.names = {name for (name,) in db.execute("SELECT name FROM sqlite_schema")}
        self.has_index = any(name in self.names for name in _DERIVED)
        self.saved = Counter[str]()
        self.lost = Counter[str]()
        self.mended = 0

    @property
    def rows(self) -> int:
        """How many rows were put in."""
        return sum(self.saved.values())

    def empty(self) -> dict[str, list[tuple[Value, ...]]]:
        """Take out what the schema itself puts into fresh tables, and return it by table."""
        seeds: dict[str, list[tuple[Value, ...]]] = {}
        for table in self.tables:
            rows = self._db.execute(f'DELETE FROM "{table.name}" RETURNING *').fetchall()  # noqa: S608 -- a name of our schema
            if rows:
                seeds[table.name] = rows
        return seeds

    def seed(self, seeds: Mapping[str, Sequence[tuple[Value, ...]]]) -> None:
        """Put it back where nothing took its place."""
        for name, rows in seeds.items():
            if self._db.execute(f'SELECT 1 FROM "{name}"').fetchone() is None:  # noqa: S608 -- the same
                marks = ", ".join("?" for _ in rows[0])
                self._db.conn.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608 -- the same

    def put(self, table: Table, row: Row) -> None:
        """Put a row in; one that is there already changes nothing, one that does not fit is counted as lost."""
        try:
            added = self._insert(table, row.number, row.values)
        except sqlite3.IntegrityError:
            added = self._insert_mended(table, row)
        except (sqlite3.InterfaceError, OverflowError, UnicodeEncodeError):
            added = False
        self.lost[table.name] += added is False
        self.saved[table.name] += added is True

    def put_stray(self, rows: Sequence[Row]) -> None:
        """Put in rows of which it is not known whose they are: the first table that takes most of them gets them.

        What no table takes is counted as lost.
        """
        left = [row for row in rows if row.values]
        lengths = {len(row.values) for row in left}
        for table in sorted(self.tables, key=lambda one: len(one.columns) not in lengths):
            fitting = [row for row in left if table.by_number and table.takes(row.values)]
            if not fitting or not self._put_all(table, fitting):
                continue
            numbers = {id(row) for row in fitting}
            left = [row for row in left if id(row) not in numbers]
        self.lost["?"] += len(left)

    def put_earlier(self, rows: Sequence[Row]) -> None:
        """Put in rows of an earlier state where there are none of the later one."""
        lost = Counter(self.lost)
        missing = [
            row
            for row in rows
            if not any(one.by_number and one.takes(row.values) and self._has(one, row.number) for one in self.tables)
        ]
        self.put_stray(missing)
        # What is there in a later state, or fits no more, was counted when that was read.
        self.lost = lost

    def put_if_missing(self, table: Table, row: Row) -> None:
        """Put in a row of an earlier state, unless there is a later one that can be read."""
        if not table.by_number or not self._has(table, row.number):
            self.put(table, row)
        elif table.name == "texts" and not self._is_readable(row.number):
            self._db.execute("UPDATE texts SET body = ? WHERE id = ?", (row.values[-1], row.number))
            self.mended += 1

    def _is_readable(self, number: int) -> bool:
        try:
            texts.get(self._db, number)
        except DamagedRowError:
            return False
        return True

    def _has(self, table: Table, number: int) -> bool:
        return self._db.execute(f'SELECT 1 FROM "{table.name}" WHERE rowid = ?', (number,)).fetchone() is not None  # noqa: S608 -- a name of our schema

    def _put_all(self, table: Table, rows: Sequence[Row]) -> bool:
        """Put rows into a table unless it refuses most of them; then nothing is in."""
        before, mended = (self.saved[table.name], self.lost[table.name]), self.mended
        self._db.execute("SAVEPOINT stray")
        for row in rows:
            self.put(table, row)
        refused = self.lost[table.name] - before[1]
        if 2 * refused <= len(rows):
            self._db.execute("RELEASE stray")
            return True
        self._db.execute("ROLLBACK TO stray")
        self._db.execute("RELEASE stray")
        (self.saved[table.name], self.lost[table.name]), self.mended = before, mended
        return False

    def go_on_from(self, table: Value, number: Value) -> None:
        """Let new rows of a table have numbers above this one: numbers are never used again."""
        if isinstance(table, str) and isinstance(number, int) and table in {one.name for one in self.tables}:
            found = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
            if found is None:
                self._db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, number))
            elif found[0] < number:
                self._db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (number, table))

    def _insert(self, table: Table, number: int, values: Sequence[Value]) -> bool | None:
        """Return whether the row is in now; `None` when it was there. Raises `sqlite3.IntegrityError`."""
        if len(values) > len(table.columns):
            return False
        columns = table.columns[: len(values)]
        given = {f'"{column.name}"': value for column, value in zip(columns, values, strict=True)}
        if table.by_number:
            given = {
                name: value
                for (name, value), column in zip(given.items(), columns, strict=True)
                if not column.is_number
            }
            given["rowid"] = number
        marks = ", ".join("?" for _ in given)
        sql = f'INSERT INTO "{table.name}" ({", ".join(given)}) VALUES ({marks})'  # noqa: S608 -- names of our schema
        try:
            self._db.execute(sql, tuple(given.values()))
        except sqlite3.IntegrityError:
            # Asked of the table and not of the error, whose exact name only some of SQLite's bindings tell.
            if table.by_number and self._has(table, number):
                return self._insert_twice(table, number, given)
            raise
        return True

    def _insert_twice(self, table: Table, number: int, given: dict[str, Value]) -> bool | None:
        """Return `None` for a row that is in already; another one of the same number gets a new one where it may."""
        del given["rowid"]
        names, marks = ", ".join(given), ", ".join("?" for _ in given)
        stored = self._db.execute(f'SELECT {names} FROM "{table.name}" WHERE rowid = ?', (number,)).fetchone()  # noqa: S608 -- names of our schema
        if stored == tuple(given.values()):
            return None
        if table.number_column:
            return False
        self._db.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', tuple(given.values()))  # noqa: S608 -- the same
        return True

    def _insert_mended(self, table: Table, row: Row) -> bool | None:
        """Try again with replaced what may have gone bad, one value after the other."""
        values = list(row.values)
        names = [column.name for column in table.columns[: len(values)]]
        for name, value in _IN_PLACE_OF.get(table.name, {}).items():
            if name not in names:
                continue
            values[names.index(name)] = value
            try:
                added = self._insert(table, row.number, values)
            except sqlite3.IntegrityError:
                continue
            self.mended += added is True
            return added
        return False
