"""Vocabularies: another system's words for the same things, both ways."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import ClassVar

from .statuses import UNKNOWN, Milestone, Status
from .terms import ANY, Meaning, Term, read_terms

SAYS_NOTHING = frozenset({"", "other"})
"""Reasons that claim no more than the milestone does."""
MOST_KNOWN = 5000
_BETWEEN = re.compile(r"[\W_]+")


class Vocabulary:
    """Base of all vocabularies. `terms` are its words; where several fit a status equally well, the first is told.

    `instead` names, for milestones that the other system has no word for, the word of theirs that comes nearest and is
    true. Letter case, spaces and punctuation in words do not matter.
    """

    id: ClassVar[str]
    names: ClassVar[Mapping[str, str]]
    terms: ClassVar[Sequence[Term]] = ()
    instead: ClassVar[Mapping[Milestone, str]] = {}

    def import_(self, code: str, parent: str = "") -> Meaning | None:
        """What a word of the other system means to us, or `None` for a word it does not have.

        A word that stands in several places there is the finer one below `parent`, or without a parent the main one.
        """
        term = self.find(code, parent)
        return term.means if term else None

    def export(self, status: Meaning, parent: str | None = None) -> str | None:
        """The other system's word for it: the nearest that claims no more, or `None` where it has none that is true.

        `parent` asks for a main word (an empty text), or for the finer word below a main one.
        """
        term = self.tell(status, parent)
        return term.code if term else None

    def find(self, code: str, parent: str = "") -> Term | None:
        """The term of a word, as `import_` reads it."""
        found, wanted = self._words.get(_fold(code), []), _fold(parent)
        below = [term for term in found if _fold(term.parent) == wanted]
        loose = [term for term in found if parent and term.parent == ANY]
        return _first(below, loose, found)

    def tell(self, status: Meaning, parent: str | None = None) -> Term | None:
        """The term that `export` tells; its `parent` is the main word to tell beside it."""
        terms = [term for term in self.terms if not term.detail and self._stands(term, parent)]
        exact = [term for term in terms if type(term.means) is type(status) and term.means == status]
        if exact or not isinstance(status, Status):
            return _first(exact)
        near = [term for term in terms if _is_true(term.means, status)]
        if near:
            return max(near, key=lambda term: _likeness(term.means, status))
        return self._tell_instead(status, terms) or (self._main(self.tell(status)) if parent == "" else None)

    def read(self, word: str, finer: str = "") -> tuple[Status, str]:
        """The status of a carrier's event in these words, and the name of the rule, like `Rules.read`.

        The finer word counts where it stands below the main one, or may refine any and says nothing else than it.
        `(UNKNOWN, "")` for words that are not there, or about orders.
        """
        known = self._known.get((word, finer))
        if known is None:
            term = self._choose(word, finer)
            known = UNKNOWN, ""
            if term and isinstance(term.means, Status):
                known = term.means, f"{self.id}: {term.code}"
            if len(self._known) >= MOST_KNOWN:  # words of strangers must not fill the memory
                self._known.clear()
            self._known[word, finer] = known
        return known

    def _choose(self, word: str, finer: str) -> Term | None:
        main = next((term for term in self._words.get(_fold(word), ()) if not term.parent), None)
        fine = self.find(finer, word or ANY) if finer else None
        if main is None and fine is not None and fine.parent == ANY and word:
            return None  # it refines something that nobody knows
        if main is None or fine is None:
            return main or fine
        below = _fold(fine.parent) == _fold(word)
        return fine if below or (fine.parent == ANY and _refines(fine.means, main.means)) else main

    def _stands(self, term: Term, parent: str | None) -> bool:
        if parent is None:
            return self.find(term.code) is term  # told alone it must not be taken for another word
        return term.parent == parent or (parent != "" and term.parent == ANY)

    def _tell_instead(self, status: Status, terms: Iterable[Term]) -> Term | None:
        """The word that the vocabulary names for what it has no word for, else the one that claims nothing."""
        code = self.instead.get(status.milestone)
        return next((term for term in terms if (term.code == code if code else term.means == UNKNOWN)), None)

    def _main(self, fine: Term | None) -> Term | None:
        return next((term for term in self.terms if fine and not term.parent and term.code == fine.parent), None)

    @cached_property
    def _words(self) -> dict[str, list[Term]]:
        words: dict[str, list[Term]] = {}
        for term in sorted(self.terms, key=lambda term: term.parent != ""):
            for spelling in (term.code, *term.also):
                words.setdefault(_fold(spelling), []).append(term)
        return words

    @cached_property
    def _known(self) -> dict[tuple[str, str], tuple[Status, str]]:
        return {}


def load_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary of a TOML file. Its id is the file's name; beside what `load_terms` reads it holds:

    names = {en = "AfterShip"}
    [instead]                # a milestone, and the word to tell where they have none for it
    unknown = "Pending"
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    members = {
        "id": path.stem,
        "names": table["names"],
        "terms": read_terms(table),
        "instead": {Milestone(name): code for name, code in table.get("instead", {}).items()},
    }
    loaded: Vocabulary = type("Loaded", (Vocabulary,), members)()
    return loaded


def _fold(word: str) -> str:
    return _BETWEEN.sub("", word.casefold()) or word.strip()


def _first(*groups: Iterable[Term]) -> Term | None:
    return next(chain.from_iterable(groups), None)


def _refines(fine: Meaning, main: Meaning) -> bool:
    """Whether a finer word says the main one more exactly. Under way may turn out to be anything but nothing."""
    if not (isinstance(fine, Status) and isinstance(main, Status)) or fine.milestone is Milestone.UNKNOWN:
        return False
    return main.milestone in (fine.milestone, Milestone.IN_TRANSIT)


def _is_true(means: Meaning, status: Status) -> bool:
    """Whether a word claims nothing that the status does not say. What somebody has to do is our reading, no claim."""
    return (
        isinstance(means, Status)
        and means.milestone is status.milestone
        and (means.reason in SAYS_NOTHING or means.reason == status.reason)
        and means.delayed <= status.delayed
    )


def _likeness(means: Meaning, status: Status) -> tuple[bool, bool, bool, bool]:
    assert isinstance(means, Status)
    return (
        means.delayed == status.delayed,
        means.reason == status.reason,
        means.action_required == status.action_required,
        not means.reason,
    )
