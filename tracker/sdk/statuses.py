"""The closed sets of milestones, and the status of a shipment."""

from dataclasses import dataclass
from enum import StrEnum


class OrderMilestone(StrEnum):
    """What the shop has done with an order. `COMPLETED` means handed over to the carrier, not delivered."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    PACKED = "packed"
    CANCELLED = "cancelled"
    COMPLETED = "completed"


class OrderState(StrEnum):
    """How much of an order is with its customer. Derived from its lines and shipments, never set by hand."""

    NONE = "-"
    NOT_SHIPPED = "not_shipped"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"


class Milestone(StrEnum):
    """Where a shipment stands. Words of other systems are mapped onto these; what fits none is `UNKNOWN`."""

    PENDING = "pending"
    INFO_RECEIVED = "info_received"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    ATTEMPT_FAILED = "attempt_failed"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Status:
    """A milestone, the reason that refines it (`customs`, `absent`, `damaged`, ...) and the two flags beside it."""

    milestone: Milestone
    reason: str = ""
    delayed: bool = False
    action_required: bool = False


UNKNOWN = Status(Milestone.UNKNOWN)
