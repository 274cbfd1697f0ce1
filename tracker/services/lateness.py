"""Lateness: noting, once each, what only a clock can tell of a parcel, for pages that know no time."""

from datetime import datetime

from tracker.domain.lateness import state_lateness, state_stall
from tracker.sdk import Window
from tracker.store.database import writing
from tracker.store.shipments import Shipment, find_late, find_stalling, find_turning, set_noted

from . import recording
from .portal import Portal


def note_lateness(portal: Portal, limit: int = 100) -> int:
    """Records for every parcel whose window has passed that it has; tells how many those were."""
    late = find_late(portal.now(), limit)
    for shipment in late:
        _note(portal, shipment)
    return len(late)


def note_stalls(portal: Portal, limit: int = 100) -> int:
    """Records for every parcel that nobody has scanned for too long that it has stalled; tells how many those were."""
    stalling = find_stalling(portal.now(), limit)
    for shipment in stalling:
        with writing(shipment.shop_id):
            if shipment.stalls_at is not None:
                statement = state_stall(shipment.stalls_at)
                recording.record(portal, shipment.shop_id, shipment.carrier, shipment.number, [statement])
            set_noted(shipment.shop_id, shipment.id, "stalls_at")
    return len(stalling)


def note_turns(portal: Portal, limit: int = 100) -> int:
    """Brings every parcel whose day has begun or ended up to date, and tells how many those were. It mails nobody.

    On that day an open page asks more often.
    """
    turning = find_turning(portal.now(), limit)
    for shipment in turning:
        with writing(shipment.shop_id):
            set_noted(shipment.shop_id, shipment.id, "turns_at")
            recording.refresh_number(portal, shipment.shop_id, shipment.carrier, shipment.number, silent=True)
    return len(turning)


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
