"""What customers say: that something is wrong, and how they found a delivery."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConcernKind(StrEnum):
    """What is wrong: it is late, came damaged, is not complete, is said to be delivered and is not there, or else."""

    LATE = "late"
    DAMAGED = "damaged"
    MISSING = "missing"
    NOT_HERE = "not_here"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Concern:
    """A customer reports that something is wrong.

    `key` names this report for good: it comes again when the telling was cut short. `shop` is the shop's short name,
    `order` the number that the customer knows, `number` the concern's own in that shop. `carrier` and `parcel` (its
    tracking number) are empty where it is about the whole order. `text` is what the customer wrote, in their language;
    it may name people. `checks` are the places they have looked at, `pieces` what was missing (title and how many),
    `photos` how many pictures came with it.
    """

    key: str
    shop: str
    order: str
    number: int
    kind: ConcernKind
    at: datetime
    text: str = ""
    carrier: str = ""
    parcel: str = ""
    checks: tuple[str, ...] = ()
    pieces: tuple[tuple[str, int], ...] = ()
    photos: int = 0


@dataclass(frozen=True, slots=True)
class Feedback:
    """A customer tells how they found a delivery, or changes what they told.

    `key` names this telling for good. `parcel` is the tracking number; `delivery_stars` and `carrier_stars` are 1 to 5,
    or `None` where nothing was said. `comment` is what the customer wrote; it may name people.
    """

    key: str
    shop: str
    order: str
    carrier: str
    parcel: str
    at: datetime
    delivery_stars: int | None = None
    carrier_stars: int | None = None
    comment: str = ""
