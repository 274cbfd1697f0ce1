"""Terms: the words of another system, and what they mean, as data that anybody can read."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .rules import read_status
from .statuses import OrderMilestone, OrderState, Status

Meaning = Status | OrderMilestone | OrderState
"""What a word can mean: a shipment's status, a milestone of the order, or how much of the order has arrived."""

ANY = "*"
"""The parent of finer words that may refine any main word."""
_NUMBERED = re.compile(r"([0-9]+) (.+)")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of another system and what it means to us.

    `parent` is the main word that a finer one refines there, or `*` where it may refine any. `also` are further
    spellings that are read. `detail` is what the word says where our words end: such a word is read and never told.
    """

    code: str
    means: Meaning
    parent: str = ""
    also: tuple[str, ...] = ()
    detail: str = ""


def load_terms(path: Path) -> tuple[Term, ...]:
    """The terms of a TOML file:

        [terms]                  # main words
        Exception = "exception"
        "203 Delivered" = "delivered"            # also read as 203 and as Delivered
        Picked = "order:confirmed picked"        # about the order; beyond that it says "picked"
        [finer.Exception]        # finer words below one; below "*" those that may refine any
        Exception_004 = "in_transit customs +delayed"
        [also]                   # further spellings that are read
        canceled = "cancelled"

    An entry is a status, a milestone of the order (`order:packed`) or an order's state (`state:shipped`). Raises
    `ValueError` for any other.
    """
    return read_terms(tomllib.loads(path.read_text(encoding="utf-8")))


def read_terms(table: Mapping[str, Any]) -> tuple[Term, ...]:
    """The terms of a table as `load_terms` describes it."""
    also: dict[str, list[str]] = {}
    for spelling, code in table.get("also", {}).items():
        also.setdefault(code, []).append(spelling)
    groups = [("", table.get("terms", {})), *table.get("finer", {}).items()]
    return tuple(
        _term(code, entry, parent, also.get(code, ())) for parent, words in groups for code, entry in words.items()
    )


def _term(code: str, entry: str, parent: str, also: Sequence[str]) -> Term:
    parts = _NUMBERED.fullmatch(code)
    spellings = (*also, *(parts.groups() if parts else ()))
    kind, colon, rest = entry.partition(":")
    if not colon:
        return Term(code, read_status(entry), parent, spellings)
    name, _, detail = rest.partition(" ")
    kinds: Mapping[str, type[OrderMilestone] | type[OrderState]] = {"order": OrderMilestone, "state": OrderState}
    if kind not in kinds:
        raise ValueError(f"{entry!r} is about neither a shipment, an order: nor a state:")
    return Term(code, kinds[kind](name), parent, spellings, detail)
