"""Rules: which of a carrier's words mean what, as data that anybody can read."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .statuses import UNKNOWN, Milestone, Status

MOST_KNOWN = 5000
KINDS = ("any", "equals", "starts", "matches")
"""How a rule compares: the value holds the word, is it, begins with it, or fits it as a regular expression."""


def read_status(entry: str) -> Status:
    """The status that an entry such as `"exception customs +delayed +action"` stands for: milestone [reason] [flags].

    Raises `ValueError` with the entry for anything else.
    """
    words = entry.split() if isinstance(entry, str) else []
    flags = {word for word in words if word.startswith("+")}
    plain = [word for word in words if word not in flags]
    if flags - {"+delayed", "+action"} or not 1 <= len(plain) <= 2:
        raise ValueError(f"{entry!r} is not: milestone [reason] [+delayed] [+action]")
    return Status(Milestone(plain[0]), "".join(plain[1:]), "+delayed" in flags, "+action" in flags)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as people read it: what makes an event's `field` stand for the status.

    `kind` is `equals`, `any` (contains), `starts` or `matches`, `word` what is compared.
    """

    field: str
    kind: str
    word: str
    status: Status


class Rules:
    """A table of rules, asked with the fields of one event. Made from a TOML file:

        [code]                  # a field, its exact values (letter case does not matter)
        DL = "delivered"
        [[text]]                # a field, and what its value may hold
        any = ["held at customs", "customs delay"]
        status = "in_transit customs +delayed"

    An entry of a list holds `any` (contains), `equals`, `starts` or `matches` (a regular expression). Fields are
    looked at in the order of the file; the first rule that fits answers.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table
        self._parts = [(field, _finder(field, rows)) for field, rows in table.items()]
        self._known: dict[tuple[tuple[str, str], ...], tuple[Status, str]] = {}

    @classmethod
    def load(cls, path: Path) -> "Rules":
        """The rules of a TOML file. Raises `ValueError` for an entry that is none."""
        return cls(tomllib.loads(path.read_text(encoding="utf-8")))

    def read(self, **fields: str) -> tuple[Status, str]:
        """The status and the name of the rule that gave it; `(UNKNOWN, "")` where no rule fits."""
        key = tuple(fields.items())
        found = self._known.get(key)
        if found is None:
            found = self._find(fields)
            if len(self._known) >= MOST_KNOWN:  # texts of strangers must not fill the memory
                self._known.clear()
            self._known[key] = found
        return found

    def describe(self) -> tuple[Rule, ...]:
        """Every rule, in the order in which they are asked."""
        return tuple(rule for field, rows in self._table.items() for rule in _describe(field, rows))

    def _find(self, fields: Mapping[str, str]) -> tuple[Status, str]:
        for name, find in self._parts:
            value = fields.get(name)
            if value and (found := find(value.casefold())):
                return found
        return UNKNOWN, ""


Finder = Callable[[str], tuple[Status, str] | None]


def _finder(field: str, rows: Any) -> Finder:
    if isinstance(rows, Mapping):
        exact = {key.casefold(): (read_status(entry), f"{field} = {key}") for key, entry in rows.items()}
        return exact.get
    if not isinstance(rows, list):
        raise ValueError(f"{field} = {rows!r:.60} is neither a table [{field}] nor a list of tables [[{field}]]")
    tests = [(test, read_status(row["status"]), name) for row in rows for test, name in _tests(field, row)]

    def find(value: str) -> tuple[Status, str] | None:
        return next(((status, name) for test, status, name in tests if test(value)), None)

    return find


def _describe(field: str, rows: Any) -> Iterator[Rule]:
    if isinstance(rows, Mapping):
        yield from (Rule(field, "equals", key, read_status(entry)) for key, entry in rows.items())
        return
    for row in rows:
        for kind in KINDS:
            yield from (Rule(field, kind, word, read_status(row["status"])) for word in row.get(kind, ()))


def _tests(field: str, row: Any) -> "list[tuple[Callable[[str], object], str]]":
    kinds = [kind for kind in KINDS if kind in row] if isinstance(row, Mapping) else []
    if len(kinds) != 1 or set(row) != {*kinds, "status"}:
        raise ValueError(f"{row!r} holds not one of any, equals, starts, matches beside its status")
    words = row[kinds[0]]
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise ValueError(f"{kinds[0]} = {words!r:.60} is not a list of words")  # a lone text would be read by letters
    return [(_test(kinds[0], word), f"{field} {kinds[0]} {word}") for word in words]


def _test(kind: str, word: str) -> Callable[[str], object]:
    low = word.casefold()
    if kind == "any":
        return lambda value: low in value
    if kind == "equals":
        return lambda value: value == low
    if kind == "starts":
        return lambda value: value.startswith(low)
    try:
        return re.compile(word, re.IGNORECASE).search
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"matches = {word!r:.60} is no regular expression: {error}") from error
