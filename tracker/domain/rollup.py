"""The order roll-up: how much of an order is with its customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.sdk import Milestone, OrderState


@dataclass(frozen=True, slots=True)
class Piece:
    """A line as the roll-up sees it: how many pieces still are to be shipped."""

    ref: str
    shippable: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment as the roll-up sees it. Without quantities it carries whatever no other shipment does."""

    milestone: Milestone
    quantities: Mapping[str, int] = field(default_factory=dict)


def count_shippable(quantity: int, cancelled: int, shippable: bool) -> int:
    """Pieces of a line that a parcel is needed for: not virtual, not refunded, not cancelled."""
    return max(quantity - cancelled, 0) if shippable else 0


def roll_up(pieces: Sequence[Piece], parcels: Sequence[Parcel]) -> OrderState:
    """The state of an order. Cancelled shipments do not count; shipping more than was ordered changes nothing."""
    live = [parcel for parcel in parcels if parcel.milestone is not Milestone.CANCELLED]
    if not live:
        return OrderState.NONE
    delivered = [parcel for parcel in live if parcel.milestone is Milestone.DELIVERED]
    if not delivered:
        return OrderState.NOT_SHIPPED
    return OrderState.SHIPPED if _all_arrived(pieces, live, delivered) else OrderState.PARTIALLY_SHIPPED


def _all_arrived(pieces: Sequence[Piece], live: Sequence[Parcel], delivered: Sequence[Parcel]) -> bool:
    if not pieces or any(not parcel.quantities for parcel in live):
        return len(delivered) == len(live)
    arrived = {piece.ref: 0 for piece in pieces}
    for parcel in delivered:
        for ref, quantity in parcel.quantities.items():
            arrived[ref] = arrived.get(ref, 0) + quantity
    return all(arrived[piece.ref] >= piece.shippable for piece in pieces)


def count_open(pieces: Sequence[Piece], parcels: Sequence[Parcel]) -> dict[str, int]:
    """Pieces of each line that are in no live shipment yet."""
    live = [parcel for parcel in parcels if parcel.milestone is not Milestone.CANCELLED]
    if any(not parcel.quantities for parcel in live):
        return {piece.ref: 0 for piece in pieces}
    packed = {piece.ref: 0 for piece in pieces}
    for parcel in live:
        for ref, quantity in parcel.quantities.items():
            packed[ref] = packed.get(ref, 0) + quantity
    return {piece.ref: max(piece.shippable - packed[piece.ref], 0) for piece in pieces}
