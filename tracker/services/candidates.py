"""Candidates: the carriers that a number may belong to in a shop."""

from collections.abc import Collection

from tracker.domain.numbers import Candidate, tidy
from tracker.store.shipments import list_used

from . import plugins
from .matching import index_of
from .portal import Portal

LIKELY = 0.3
"""From this confidence on a carrier is taken where nobody named one and a person looks at the result."""


def rank(portal: Portal, shop: int, number: str, countries: Collection[str] = ()) -> list[Candidate]:
    """The carriers that a number may belong to in a shop, best first. Those that it has switched off are none.

    `countries` are those on the parcel's way: where it is sent from and to.
    """
    way = tuple(sorted({country.upper() for country in countries if country}))
    found = index_of(portal.registry).ranker(way, tuple(list_used(shop)))(tidy(number))
    refused = plugins.list_refused(portal, shop)
    return [one for one in found if portal.registry.carriers[one.carrier].plugin not in refused]


def guess(portal: Portal, shop: int, number: str, countries: Collection[str] = ()) -> str:
    """The carrier whose numbers look like this one, mistyped ones too; an empty text where none does for sure.

    Of carriers whose check digit fails, one is taken where it is the only one, or the only one that the shop uses.
    """
    ranked = rank(portal, shop, number, countries)
    if ranked and ranked[0].confidence >= LIKELY:
        return ranked[0].carrier
    refused = plugins.list_refused(portal, shop)
    wrong = index_of(portal.registry).mistyped(tidy(number))
    near = [one for one in wrong if portal.registry.carriers[one].plugin not in refused]
    mine = set(near) & set(list_used(shop))
    if len(mine) == 1:
        return mine.pop()
    return near[0] if len(near) == 1 else ""
