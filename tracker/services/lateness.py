"""Lateness: telling, once, that a window the customer was told has passed."""

from datetime import datetime

from tracker.domain.lateness import state_lateness
from tracker.sdk import Window
from tracker.store.database import writing
from tracker.store.shipments import Shipment, find_late, set_noted

from . import recording
from .portal import Portal


def note_lateness(portal: Portal, limit: int = 100) -> int:
    """Records for every parcel whose window has passed that it has; tells how many those were."""
    late = find_late(portal.now(), limit)
    for shipment in late:
        _note(portal, shipment)
    return len(late)


def _note(portal: Portal, shipment: Shipment) -> None:
    window = _window(shipment)
    with writing(shipment.shop_id):
        if window is not None and shipment.late_after is not None:
            statement = state_lateness(window, shipment.late_after)
            recording.record(portal, shipment.shop_id, shipment.carrier, shipment.number, [statement])
        # A parcel that is out for delivery does not become late by it; it shall not stand before others for ever.
        set_noted(shipment.shop_id, shipment.id)


def _window(shipment: Shipment) -> Window | None:
    kept = shipment.state.get("window")
    if not kept:
        return None
    return Window(datetime.fromisoformat(kept["earliest"]), datetime.fromisoformat(kept["latest"]))
