"""Candidates: the carriers that a number may belong to in a shop."""

from collections.abc import Collection, Sequence

from tracker.domain.numbers import Candidate, tidy
from tracker.store.listings import list_locations
from tracker.store.shipments import list_used

from . import plugins
from .matching import index_of
from .portal import Portal

LIKELY = 0.3
"""From this confidence on a carrier is taken where nobody named one and a person looks at the result."""


class Ranking:
    """What a shop's numbers are ranked by, read once: the carriers that it uses, and where it sends from."""

    def __init__(self, portal: Portal, shop: int) -> None:
        self.used: Sequence[str] = tuple(list_used(shop))
        self._registry = portal.registry
        self._refused = plugins.list_refused(portal, shop)
        self._from = {location.country for location in list_locations(shop)}

    def rank(self, number: str, countries: Collection[str] = ()) -> list[Candidate]:
        """The carriers that a number may belong to, best first. Those that the shop has switched off are none.

        `countries` are those that the parcel goes to.
        """
        way = tuple(sorted({country.upper() for country in (*self._from, *countries) if country}))
        return self._offer(index_of(self._registry).ranker(way, self.used)(tidy(number)))

    def guess(self, number: str, countries: Collection[str] = ()) -> str:
        """The carrier whose numbers look like this one, mistyped ones too; an empty text where none does for sure.

        Of carriers whose check digit fails, one is taken where it is the only one, or the only one that the shop uses.
        """
        ranked = self.rank(number, countries)
        if ranked and ranked[0].confidence >= LIKELY:
            return ranked[0].carrier
        near = [one for one in index_of(self._registry).mistyped(tidy(number)) if self._is_offered(one)]
        mine = [one for one in near if one in self.used] or near
        return mine[0] if len(mine) == 1 else ""

    def _offer(self, found: Sequence[Candidate]) -> list[Candidate]:
        return [one for one in found if self._is_offered(one.carrier)]

    def _is_offered(self, carrier: str) -> bool:
        return self._registry.carriers[carrier].plugin not in self._refused
