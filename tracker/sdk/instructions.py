"""Instructions: what a customer wants the carrier to do with a parcel."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class InstructionKind(StrEnum):
    """The closed set of things that can be asked.

    `ANOTHER_DAY`: bring it on `day`. `AWAY`: not before `day`. `ANOTHER_ADDRESS`: to `address`. `CORRECTION`: the
    address was wrong, this is right. `DIRECTIONS`: how to find the door, or a phone number to call. `SAFE_PLACE`: leave
    it there. `NEIGHBOUR`: give it to them. `PICKUP_POINT`: take it to one. `SEND_BACK`: to the shop. `CANCEL`: do not
    send it at all (before it was handed over; this one never goes to a carrier).
    """

    ANOTHER_DAY = "another_day"
    AWAY = "away"
    ANOTHER_ADDRESS = "another_address"
    CORRECTION = "correction"
    DIRECTIONS = "directions"
    SAFE_PLACE = "safe_place"
    NEIGHBOUR = "neighbour"
    PICKUP_POINT = "pickup_point"
    SEND_BACK = "send_back"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives, as a carrier wants it. `country` is two letters; `region` a state or province."""

    name: str = ""
    street: str = ""
    extra: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One answer of a customer to a carrier.

    `key` is the idempotency key: the same one again is the same instruction. `number` is the parcel's. Of the rest only
    what the kind calls for is filled. `text` is the customer's own words (at most 300 characters), `place` the pick-up
    point's own id or name, `part` the part of the day that suits best: `morning`, `afternoon`, `evening` or empty.
    `due_at` is the instant (aware) after which it helps nobody any more.
    """

    key: str
    kind: InstructionKind
    number: str
    day: date | None = None
    address: Address | None = None
    text: str = ""
    phone: str = ""
    place: str = ""
    due_at: datetime | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class InstructionAnswer:
    """What a carrier made of an instruction. `state` is `sent` (it will tell), `accepted`, `refused` or `done`.

    `reply` is the carrier's own word for it, for the customer to read; `ref` its id.
    """

    state: str
    reply: str = ""
    ref: str = ""
