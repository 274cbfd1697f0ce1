"""The shop's own statuses in the desk: looked up once a request, and only where something speaks of one."""

from collections.abc import Sequence

from flask import g

from tracker.domain.wording import SHIPMENT, read_key, write_code
from tracker.i18n import choose_name
from tracker.services import wording
from tracker.services.wording import CustomWord


def custom(key: str) -> CustomWord | None:
    """The shop's own status with this key; `None` for an empty or unknown one."""
    if not key or not g.get("shop"):
        return None
    if "customs" not in g:
        g.customs = wording.list_custom(g.shop.id)
    found: CustomWord | None = g.customs.get(key)
    return found


def custom_said(code: str) -> CustomWord | None:
    """The shop's own status that the code of an event, or the word of an order, holds."""
    return custom(read_key(code))


def choices(shop: int, stage: str = SHIPMENT) -> Sequence[tuple[str, str]]:
    """What of its own a shop can say of a shipment (or an order), as the options of a selection."""
    return [(write_code(row.key), choose_name(row.words)) for row in wording.list_sayable(shop, stage)]
