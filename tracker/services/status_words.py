"""Status words: what imported files call a status, in the words of the systems that they come from."""

from collections.abc import Iterable, Iterator

from tracker.domain.names import fold_name
from tracker.host.registry import Provider
from tracker.sdk import Status, Vocabulary

from . import plugins
from .portal import Portal

MOST_KNOWN = 1000


class StatusWords:
    """Reads words with a shop's vocabularies: all that it has not switched off.

    `InTransit` is asked of the one whose export the file is, then of all; `AfterShip: InTransit` of that one alone.
    """

    def __init__(self, portal: Portal, shop: int, layout: str = "") -> None:
        self._portal, self._shop, self._layout = portal, shop, fold_name(layout)
        self._spoken = [
            (_names(provider), provider)
            for provider in portal.registry.vocabularies.values()
            if not plugins.is_refused(portal, shop, provider.plugin)
        ]
        self._known: dict[str, Status | None] = {}

    def read(self, text: str) -> Status | None:
        """The status that a word means; `None` where nobody knows it, or they do not agree."""
        if text not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[text] = self._find(text)
        return self._known[text]

    def _find(self, text: str) -> Status | None:
        system, colon, word = text.partition(":")
        if colon:
            named = fold_name(system)
            return agree(self._ask(word.strip(), (one for names, one in self._spoken if named in names)))
        first = agree(self._ask(text, (one for names, one in self._spoken if self._layout in names)))
        return first or agree(self._ask(text, (one for _, one in self._spoken)))

    def _ask(self, word: str, vocabularies: Iterable[Provider[Vocabulary]]) -> Iterator[Status]:
        for vocabulary in vocabularies:
            means = self._portal.calls.import_word(vocabulary, self._shop, word)
            if isinstance(means, Status):
                yield means


def agree(readings: Iterable[Status]) -> Status | None:
    """What all readings of a word say alike; `None` where there is none, or they name different milestones."""
    found = list(readings)
    if not found or len({one.milestone for one in found}) > 1:
        return None
    reasons = {one.reason for one in found}
    return Status(
        found[0].milestone,
        reasons.pop() if len(reasons) == 1 else "",
        all(one.delayed for one in found),
        all(one.action_required for one in found),
    )


def _names(provider: Provider[Vocabulary]) -> set[str]:
    return {fold_name(provider.id), *(fold_name(name) for name in provider.object.names.values())}
