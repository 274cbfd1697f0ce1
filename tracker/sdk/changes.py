"""Changes: what plugins are told after something was recorded."""

from dataclasses import dataclass
from datetime import datetime

from .statuses import Status


@dataclass(frozen=True, slots=True)
class ShipmentChange:
    """A shipment's status is another than before.

    `key` names this change for good: it comes again when the telling was cut short. `shop` is the shop's short name,
    `order` the number that the customer knows, `at` the instant of the scan that made it so (`None` where no scan did).
    `url` is the carrier's own page, or empty.
    """

    key: str
    shop: str
    order: str
    carrier: str
    number: str
    before: Status
    status: Status
    at: datetime | None = None
    url: str = ""
