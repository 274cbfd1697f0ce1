"""Rows of shipment files: whose columns they are, and what each row says."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO

from tracker.sdk import Status, https_url, plain

from .csv_dates import Ambiguous, read_date
from .csv_problems import SHOWN, BadFile, Problem
from .csv_text import Record, read_records
from .csv_words import COLUMNS, LAYOUTS, NO, NOT_NUMBERS, REQUIRED, STATUSES, YES
from .names import fold_name

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 200
LONGEST_NAME = 120
LARGEST_QUANTITY = 100_000
_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_SHORTENED = re.compile(r"[0-9][.,][0-9]+E\+?[0-9]+", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9A-Za-z-]{7,}")
_FOLDED = {name: tuple(map(fold_name, titles)) for name, titles in COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file. `columns` maps our fields to positions, `layout` names the exporter, if known."""

    delimiter: str
    titles: tuple[str, ...]
    columns: Mapping[str, int]
    layout: str
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """What one line says. A `date` has no time, a naive `datetime` is the shop's wall clock.

    `word` is the status as it stands there; `custom` is left to whoever knows the shop's own statuses.
    `keep` says that the number is right although it does not look so. `completed` is `None` where the file leaves it
    open. `problems` are about parts that were left out of the row.
    """

    line: int
    order: str
    number: str
    keep: bool = False
    carrier: str = ""
    url: str = ""
    sku: str = ""
    quantity: int | None = None
    shipped_at: date | datetime | None = None
    status: Status | None = None
    status_at: date | datetime | None = None
    word: str = ""
    custom: str = ""
    completed: bool | None = None
    problems: tuple[Problem, ...] = field(default=())

    @property
    def parcel(self) -> tuple[str, str, str]:
        """Rows with the same order, carrier and number are pieces of one parcel."""
        return self.order, fold_name(self.carrier), fold_name(self.number)


class _Refused(Exception):
    def __init__(self, name: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.name, self.value, self.reason = name, value, reason


def read_header(stream: BinaryIO) -> Header:
    """The header of a UTF-8 stream, by the delimiter that makes most sense of it. Raises `BadFile`."""
    found = [_try_header(stream, delimiter) for delimiter in DELIMITERS]
    best = max(found, key=lambda header: len(header.columns))
    for name, title in REQUIRED.items():
        if name not in best.columns:
            names = ", ".join(best.titles[:20])
            raise BadFile("no_column", what=title.lower(), names=plain(names, 300) or "-", title=title)
    if len(best.titles) > MOST_COLUMNS:
        raise BadFile("many_columns", limit=str(MOST_COLUMNS))
    _check_twice(best)
    return best


def _try_header(stream: BinaryIO, delimiter: str) -> Header:
    for record in read_records(stream, delimiter):
        if record.line == 1 and len(record.cells) <= 2 and record.cells and record.cells[0].startswith("sep="):
            continue
        if record.fault == "long_line":
            raise BadFile("many_columns", limit=str(MOST_COLUMNS))
        titles = tuple(plain(cell, SHOWN) for cell in record.cells)
        folded = [fold_name(title) for title in titles[:MOST_COLUMNS]]
        columns = {name: position for name in COLUMNS if (position := _find(name, folded)) is not None}
        return Header(delimiter, titles, columns, _layout(folded), record.end, record.line)
    raise BadFile("empty")


def _find(name: str, folded: Sequence[str]) -> int | None:
    return next((folded.index(title) for title in _FOLDED[name] if title in folded), None)


def _layout(folded: Sequence[str]) -> str:
    have = set(folded)
    return next((name for name, titles in LAYOUTS.items() if {fold_name(title) for title in titles} <= have), "")


def _check_twice(header: Header) -> None:
    folded = [fold_name(title) for title in header.titles]
    for position in header.columns.values():
        if folded.count(folded[position]) > 1:
            raise BadFile("column_twice", name=header.titles[position])


Words = Callable[[str], Status | None]
"""What a word for a status means that is none of `csv_words`; `None` where nobody knows it."""


def read_row(header: Header, record: Record, words: Words = lambda _: None) -> Row | Problem:
    """What a record says, or why it is refused."""
    if record.fault:
        return Problem(record.line, "", "", record.fault)
    if any(cell.strip() for cell in record.cells[len(header.titles) :]):
        value = plain(record.cells[len(header.titles)], SHOWN)
        return Problem(record.line, "", value, "many_cells")
    try:
        return _Reading(header, record, words).row()
    except _Refused as refused:
        title = header.titles[header.columns[refused.name]]
        return Problem(record.line, title, plain(refused.value, SHOWN), refused.reason, {})


class _Reading:
    """One record on its way to a row."""

    def __init__(self, header: Header, record: Record, words: Words) -> None:
        self._header, self._record, self._words = header, record, words
        self._left_out: list[Problem] = []

    def row(self) -> Row:
        return Row(
            line=self._record.line,
            order=self._order(),
            number=self._number(),
            keep=self._keep(),
            carrier=self._cell("carrier")[:LONGEST_NAME],
            url=self._url(),
            sku=self._cell("sku")[:100],
            quantity=self._quantity(),
            shipped_at=self._date("shipped_at"),
            status=self._status(),
            word=self._cell("status")[:LONGEST_NAME],
            status_at=self._date("status_at"),
            completed=self._completed(),
            problems=tuple(self._left_out),  # last: the lines above fill it
        )

    def _cell(self, name: str) -> str:
        position = self._header.columns.get(name)
        cells = self._record.cells
        if position is None or position >= len(cells):
            return ""
        text = cells[position].strip()
        if "\0" in text:
            raise _Refused(name, text, "control")
        if match := _FORMULA.fullmatch(text):
            text = match[1]
        return text.removeprefix("'").strip()

    def _leave_out(self, name: str, value: str, reason: str) -> None:
        title = self._header.titles[self._header.columns[name]]
        self._left_out.append(Problem(self._record.line, title, plain(value, SHOWN), reason, kept=True))

    def _order(self) -> str:
        text = plain(self._cell("order"), 100).lstrip("#").strip()
        if not text:
            raise _Refused("order", text, "no_order_number")
        return text

    def _number(self) -> str:
        text = self._cell("number")
        if not text:
            raise _Refused("number", text, "no_number")
        folded = fold_name(text)
        if folded in STATUSES or folded in NOT_NUMBERS:
            raise _Refused("number", text, "word_in_number")
        if _SHORTENED.fullmatch(text):
            raise _Refused("number", text, "shortened")
        if re.search(r"[,;|\n]", text) and len(_TOKEN.findall(text)) > 1:
            raise _Refused("number", text, "several_numbers")
        if len(text) > 256 or not any(c.isdigit() for c in text) or text[0] in "=+@" or "(" in text:
            raise _Refused("number", text, "not_a_number")
        return text

    def _keep(self) -> bool:
        text = self._cell("keep")
        word = fold_name(text)
        if word and word not in YES | NO:
            self._leave_out("keep", text, "unknown_keep")
        return word in YES

    def _url(self) -> str:
        text = self._cell("url")
        try:
            return https_url(text) if text and len(text) <= 500 else self._no_url(text)
        except ValueError:
            return self._no_url(text)

    def _no_url(self, text: str) -> str:
        if text:
            self._leave_out("url", text, "bad_link")
        return ""

    def _quantity(self) -> int | None:
        text = self._cell("quantity")
        if not text:
            return None
        whole = re.fullmatch(r"([0-9]{1,6})(?:[.,]0+)?", text)
        if whole is None or not 1 <= int(whole[1]) <= LARGEST_QUANTITY:
            raise _Refused("quantity", text, "bad_quantity")
        if not self._cell("sku"):
            self._leave_out("quantity", text, "lone_quantity")
        return int(whole[1])

    def _date(self, name: str) -> date | datetime | None:
        text = self._cell(name)
        try:
            return read_date(text) if text else None
        except Ambiguous:
            raise _Refused(name, text, "ambiguous_date") from None
        except ValueError:
            raise _Refused(name, text, "bad_date") from None

    def _status(self) -> Status | None:
        text = self._cell("status")
        status = STATUSES.get(fold_name(text)) or (self._words(text) if text else None)
        if text and status is None:
            self._leave_out("status", text, "unknown_status")
        return status

    def _completed(self) -> bool | None:
        text = self._cell("completed")
        word = fold_name(text)
        if not word:
            return None
        if word not in YES | NO:
            self._leave_out("completed", text, "unknown_yes_no")
        return word in YES
