"""Tiers: what the holder of a link may see of an order and do about it, by how the link came to them."""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Tier(StrEnum):
    """How somebody came to an order, from the least trusted on.

    `SHARED` was passed on by somebody, `MAIL` was sent to the customer, `ACCOUNT` comes from the shop's own site, where
    the customer has signed in.
    """

    SHARED = "shared"
    MAIL = "mail"
    ACCOUNT = "account"


class Grant(StrEnum):
    """One thing that a tier may allow. Milestones and days are not among them: whoever has a link sees these."""

    PLACES = "places"
    HOURS = "hours"
    NUMBERS = "numbers"
    PIECES = "pieces"
    WORDS = "words"
    PHOTO = "photo"
    SIGNATURE = "signature"
    ACT = "act"
    READDRESS = "readdress"
    CONCERN = "concern"
    RATE = "rate"
    PREFERENCES = "preferences"
    REPORT = "report"
    SHARE = "share"


Sight = frozenset[Grant]
"""What somebody may see and do."""
Table = Mapping[str, Collection[str]]
"""A shop's choice: the grants of each tier, by their names."""

ALL: Sight = frozenset(Grant)
NOTHING: Sight = frozenset()

MOST: Mapping[Tier, Sight] = {
    Tier.SHARED: NOTHING,
    Tier.MAIL: ALL - {Grant.SIGNATURE},
    Tier.ACCOUNT: ALL,
}
"""Beyond this no shop can go. A link that was passed on shows milestones and days, and nothing else ever."""

LEAST: Mapping[Tier, Sight] = {
    Tier.SHARED: NOTHING,
    Tier.MAIL: frozenset({Grant.PREFERENCES}),
    Tier.ACCOUNT: frozenset({Grant.PREFERENCES}),
}
"""What no shop can take away: whoever gets mails can stop them."""

NEEDS: Mapping[Grant, Sight] = {Grant.REPORT: frozenset({Grant.NUMBERS, Grant.HOURS})}
"""What a grant is worth nothing without. A delivery report holds the carriers' numbers and every time of day."""

USUAL: Mapping[Tier, Sight] = MOST
"""Where a shop has chosen nothing."""


def see(tier: str, table: Table | None = None) -> Sight:
    """What a tier allows in a shop with this choice. A tier nobody knows allows nothing."""
    try:
        known = Tier(tier)
    except ValueError:
        return NOTHING
    chosen = (table or {}).get(known)
    wanted = USUAL[known] if chosen is None else frozenset(grant for grant in Grant if grant in chosen)
    return _complete((wanted | LEAST[known]) & MOST[known])


def _complete(sight: Sight) -> Sight:
    """Without what shows nothing by itself."""
    return frozenset(grant for grant in sight if NEEDS.get(grant, NOTHING) <= sight)


def bound(table: Table) -> dict[str, list[str]]:
    """A shop's choice as it is kept: every tier, nothing unknown, nothing out of bounds."""
    return {str(tier): sorted(map(str, see(tier, table))) for tier in Tier}
