"""How sure it is that a number belongs to a carrier.

Each format that fits counts for as much as it says: a check digit that holds, and a prefix, are what one number in so
many has by chance. A carrier of the whole world is likelier than that of one country, one that the shop uses is
likelier than any other, and one at home where the parcel travels likelier than one that is not. What nobody can tell
apart shares the confidence.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import prod

from tracker.sdk import NumberFormat

from .numbers_shapes import DIGITS, LETTERS, Places

WORLD, ONE_COUNTRY = 3.0, 1.0
ENABLED, HOME, AWAY = 100.0, 4.0, 0.1
BORROWED = 0.02
NOBODY = 10.0
"""What weighs against all carriers together: that the number is none of theirs."""
MISTYPED = 0.05
"""Of a carrier's numbers come so many with an error, so that whoever else they fit is less likely."""
SHAPE_ALONE = 0.5
"""A shop's own carrier without check or prefix weighs by this."""
CHECKED_PREFIX, CHECKED, PREFIX, SHAPE, STRANGER = 0.99, 0.95, 0.85, 0.7, 0.2
"""The highest confidence of each kind of format."""
LOOSE = 10.0
"""Below it, one number in so many, a shape is too common to help a carrier whose check digit failed."""
RARE = 100.0
"""From so many on, one number in them, fixed characters count as a prefix."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carrier that a number may belong to. `confidence` runs from 0 to 1; `reason` is a sentence for staff."""

    carrier: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One format of a carrier in numbers of one length. `rarity`: one number in so many looks so by chance.

    `checked` says that a check digit holds. `breadth` is how many formats the carrier has.
    """

    carrier: str
    format: NumberFormat
    rarity: float
    checked: bool
    size: int
    digits: bool
    countries: Sequence[str]
    breadth: int = 1


def measure_rarity(places: Places) -> float:
    """One in how many numbers of the same digits and letters has its fixed characters by chance."""
    return prod(_chances(place) / len(place) for place in places)


def weigh(
    fits: Iterable[Fit], failed: Iterable[Fit], countries: Collection[str], enabled: Collection[str]
) -> tuple[Candidate, ...]:
    """The candidates, best first, each carrier once. Mere shapes of carriers that the shop does not use come last.

    `failed` are formats that would fit but for their check character. A carrier with such a one is not known by a
    common shape either.
    """
    wrong = {fit.carrier: _weight(fit, countries, enabled) for fit in failed}
    best: dict[str, tuple[bool, float, Fit]] = {}
    for fit in fits:
        if fit.carrier in wrong and is_mere_shape(fit) and fit.rarity < LOOSE:
            continue
        sure = fit.carrier in enabled or not is_mere_shape(fit)
        found = sure, _weight(fit, countries, enabled), fit
        if fit.carrier not in best or found[:2] > best[fit.carrier][:2]:
            best[fit.carrier] = found
    known = NOBODY + MISTYPED * sum(wrong.values()) + sum(weight for sure, weight, _ in best.values() if sure)
    every = known + sum(weight for sure, weight, _ in best.values() if not sure)
    ordered = sorted(best.values(), key=lambda one: (not one[0], -one[1], one[2].breadth, one[2].carrier))
    return tuple(
        _describe(fit, weight / (known if sure else every) * (_cap(fit) if sure else STRANGER))
        for sure, weight, fit in ordered
    )


def is_mere_shape(fit: Fit) -> bool:
    """Whether the format says no more than how long numbers are: many carriers have such."""
    return not (fit.checked or fit.format.prefix)


def _weight(fit: Fit, countries: Collection[str], enabled: Collection[str]) -> float:
    home = fit.format.countries or fit.countries
    weight = ONE_COUNTRY if home else WORLD
    weight *= SHAPE_ALONE if is_mere_shape(fit) else fit.rarity
    if fit.format.borrowed:
        weight *= BORROWED
    if countries and home:
        weight *= HOME if not set(home).isdisjoint(countries) else AWAY
    return weight * (ENABLED if fit.carrier in enabled else 1)


def _cap(fit: Fit) -> float:
    if fit.checked:
        return CHECKED_PREFIX if fit.rarity >= RARE else CHECKED
    return PREFIX if fit.format.prefix else SHAPE


def _describe(fit: Fit, confidence: float) -> Candidate:
    return Candidate(fit.carrier, round(max(confidence, 0.01), 2), _reason(fit))


def _reason(fit: Fit) -> str:
    if fit.checked:
        return f"{fit.format.name}: check digit fits"
    if fit.format.prefix:
        return f"{fit.format.name}: begins like one"
    return f"{fit.size} digits only" if fit.digits else f"{fit.size} characters only"


def _chances(place: frozenset[int]) -> int:
    return 10 if place <= DIGITS else 26 if place <= LETTERS else 36
