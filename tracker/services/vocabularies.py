"""Vocabularies: what the words of other systems mean, what is told for it, and what gets lost on the way."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.host.registry import Registry
from tracker.sdk import Meaning, OrderMilestone, OrderState, Status, Term, Vocabulary

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Loss:
    """A word that is not told again for what it means. `back` is the word that is, or `None` for none.

    `beside` says that the word comes back all the same, as the finer one beside its main word.
    """

    vocabulary: str
    term: Term
    back: Term | None
    beside: bool


def list_vocabularies(registry: Registry) -> Mapping[str, Vocabulary]:
    """All vocabularies by id."""
    return {id: provider.object for id, provider in registry.vocabularies.items()}


def find_losses(vocabulary: Vocabulary) -> Iterator[Loss]:
    """The words that do not come back when what they mean is told to the same system."""
    for term in vocabulary.terms:
        back = vocabulary.tell(term.means)
        if back is None or back.code != term.code:
            yield Loss(vocabulary.id, term, back, _is_beside(vocabulary, term, back))


def describe(term: Term) -> Json:
    """One word as JSON."""
    return {
        "word": term.code,
        "parent": term.parent,
        "also": list(term.also),
        "means": describe_meaning(term.means),
        "detail": term.detail,
    }


def describe_meaning(meaning: Meaning | None) -> str:
    """A meaning as the files write it: `in_transit customs +delayed`, `order:packed`, `state:shipped`."""
    if isinstance(meaning, OrderMilestone):
        return f"order:{meaning}"
    if isinstance(meaning, OrderState):
        return f"state:{meaning}"
    if not isinstance(meaning, Status):
        return ""
    flags = ["+delayed"] * meaning.delayed + ["+action"] * meaning.action_required
    return " ".join(filter(None, (str(meaning.milestone), meaning.reason, *flags)))


def translate(vocabulary: Vocabulary, word: str, parent: str = "") -> Json | None:
    """What a word means and what is told for that, as JSON; `None` for a word that is not there."""
    term = vocabulary.find(word, parent)
    if term is None:
        return None
    back = vocabulary.tell(term.means)
    below = vocabulary.export(term.means, term.parent) if term.parent else None
    told = {"word": back.code if back else None, "parent": back.parent if back else "", "below": below}
    return {**describe(term), "told": told}


def describe_losses(vocabularies: Iterable[Vocabulary]) -> str:
    """All losses as a table in Markdown, words that come back beside their main word left out."""
    lines = ["| system | word | means | comes back as |", "|---|---|---|---|"]
    for vocabulary in vocabularies:
        lines += [_row(vocabulary, loss) for loss in find_losses(vocabulary) if not loss.beside]
    return "\n".join(lines)


def _is_beside(vocabulary: Vocabulary, term: Term, back: Term | None) -> bool:
    told = back is not None and term.parent in ("*", back.code)
    return told and vocabulary.export(term.means, term.parent) == term.code


def _row(vocabulary: Vocabulary, loss: Loss) -> str:
    term, below = loss.term, f" below `{loss.term.parent}`" if loss.term.parent not in ("", "*") else ""
    detail = f": {term.detail}" if term.detail else ""
    back = f"`{loss.back.code}`" if loss.back else "–"
    return f"| {vocabulary.names['en']} | `{term.code}`{below} | `{describe_meaning(term.means)}`{detail} | {back} |"
