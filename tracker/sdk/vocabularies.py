"""Vocabularies: another system's words for the same things, both ways."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .rules import read_status
from .statuses import OrderMilestone, Status


@dataclass(frozen=True, slots=True)
class Term:
    """One word of another system and what it means to us: a shipment's status, or a milestone of the order.

    `parent` is the main word that a finer one refines there.
    """

    code: str
    means: Status | OrderMilestone
    parent: str = ""


class Vocabulary:
    """Base of all vocabularies. `terms` are its words; where several fit a status equally well, the first is told."""

    id: ClassVar[str]
    names: ClassVar[Mapping[str, str]]
    terms: Sequence[Term] = ()

    def import_(self, code: str, parent: str = "") -> Status | OrderMilestone | None:
        """What a word of the other system means to us, or `None` for a word it does not have."""
        found = [term for term in self.terms if term.code.casefold() == code.casefold()]
        exact = [term for term in found if term.parent.casefold() == parent.casefold()]
        return (exact or found)[0].means if found else None

    def export(self, status: Status | OrderMilestone) -> str | None:
        """The other system's word for it: the nearest it has, or `None` where it has none that is true."""
        return _nearest(self.terms, status)


def load_terms(path: Path) -> tuple[Term, ...]:
    """The terms of a TOML file: tables `[terms]`, or `[terms.PARENT]` for finer words, of code to entry.

    An entry is a status (`"exception customs +delayed"`) or `"order:packed"`. Raises `ValueError` for any other.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))["terms"]
    terms: list[Term] = []
    for key, entry in table.items():
        if isinstance(entry, dict):
            terms += [Term(code, _meaning(each), key) for code, each in entry.items()]
        else:
            terms.append(Term(key, _meaning(entry)))
    return tuple(terms)


def _meaning(entry: str) -> Status | OrderMilestone:
    kind, _, name = entry.partition(":")
    return OrderMilestone(name) if kind == "order" else read_status(entry)


def _nearest(terms: Sequence[Term], status: Status | OrderMilestone) -> str | None:
    exact = next((term.code for term in terms if term.means == status), None)
    if exact is not None or not isinstance(status, Status):
        return exact
    near = [term for term in terms if isinstance(term.means, Status) and term.means.milestone is status.milestone]
    best = max(near, key=lambda term: _likeness(term.means, status), default=None)
    return best.code if best else None


def _likeness(means: Status | OrderMilestone, status: Status) -> tuple[bool, bool, bool, bool]:
    assert isinstance(means, Status)
    return (
        means.reason == status.reason,
        not means.reason,
        means.delayed == status.delayed,
        means.action_required == status.action_required,
    )
