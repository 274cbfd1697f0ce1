"""Provenance: how each entry of a shipment's timeline came out of what somebody said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.mapping import OWN
from tracker.store.events import Event
from tracker.store.handovers import follow
from tracker.store.mapping import load_events
from tracker.store.shipments import Shipment


@dataclass(frozen=True, slots=True)
class Reading:
    """How one statement was read: by which `rule` (`own`: the shop's), of which plugin, out of which answer.

    `payload` is the SHA-256 of the answer's bytes; all of these may be empty. `carrier` is whose statement it is.
    """

    carrier: str
    rule: str
    own: bool
    plugin: str
    payload: str
    recorded_at: datetime


Readings = Mapping[tuple[object, ...], Reading]


def trace(shop: int, shipment: Shipment) -> Readings:
    """How everything was read that was said of a shipment; to be asked with `find`."""
    found: dict[tuple[object, ...], Reading] = {}
    for carrier, number in follow(shop, shipment.carrier, shipment.number):
        for row in load_events(shop, carrier, number):
            reading = Reading(row.carrier, row.rule, row.rule.startswith(OWN), row.plugin, row.payload, row.recorded_at)
            if reading.own or _key_of_row(row) not in found:
                found[_key_of_row(row)] = reading
    return found


def find(readings: Readings, event: Mapping[str, Any]) -> Reading | None:
    """How an entry of a shipment's state was read."""
    return readings.get(_key_of_entry(event))


def _key_of_row(row: Event) -> tuple[object, ...]:
    return (
        row.source, row.local, row.offset, row.milestone, row.reason, row.delayed, row.code, row.text, row.place,
    )  # fmt: skip


def _key_of_entry(event: Mapping[str, Any]) -> tuple[object, ...]:
    names = ("source", "offset", "milestone", "reason", "delayed", "code", "text", "place")
    source, *rest = (event[name] for name in names)
    return (source, event["local"] or "", *rest)
