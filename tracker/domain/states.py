"""The state of a shipment, as the fold makes it and as it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tracker.sdk import Event, Milestone, Status, Window

from .epochs import Scan
from .statements import Source, Statement


class Moment(StrEnum):
    """What a customer is told of, once each. In the order in which a later one makes an unsent earlier one stale."""

    SHIPPED = "shipped"
    DELAYED = "delayed"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPT_FAILED = "attempt_failed"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    RETURNING = "returning"


SCANNED = frozenset(
    {
        Milestone.PICKED_UP,
        Milestone.IN_TRANSIT,
        Milestone.OUT_FOR_DELIVERY,
        Milestone.AVAILABLE_FOR_PICKUP,
        Milestone.ATTEMPT_FAILED,
        Milestone.DELIVERED,
        Milestone.EXCEPTION,
        Milestone.RETURNING,
        Milestone.RETURNED,
    }
)
"""Milestones that prove the parcel to be with its carrier, or past it."""

FINAL = frozenset({Milestone.DELIVERED, Milestone.RETURNED, Milestone.CANCELLED, Milestone.EXPIRED})
PRESUMED = "presumed"
"""The reason of a delivery that a carrier counts and nobody has seen."""
UNEXPECTED = FINAL | {Milestone.RETURNING}
"""Milestones in which nobody expects a delivery any more, whatever window was told."""
TROUBLE = frozenset(
    {Milestone.ATTEMPT_FAILED, Milestone.EXCEPTION, Milestone.RETURNING, Milestone.RETURNED, Milestone.EXPIRED}
)


Span = tuple[datetime, datetime]
"""Two wall clocks, the second one no part of it."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a shipment stands, and everything its page shows of it.

    `source` says whose word the status is, `custom` the key of the shop's own status where that is the word. `since` is
    the scan that made it so. `scans` are oldest first, `undated` stand apart. `moments` maps each moment that anybody
    stated to the instant it was first stated at. `window` is when it is expected now, `promised` when it was first said
    to be; `stalled` is its last scan where nobody has scanned it for too long. `span` is there where the number had, or
    may get, other parcels too: what is told along with a scan from its first wall clock on and before its second one
    belongs to this one; of the rest nobody can tell.
    """

    status: Status
    source: Source
    since: Scan | None = None
    scans: tuple[Scan, ...] = ()
    undated: tuple[Statement, ...] = ()
    quarantined: int = 0
    moments: Mapping[str, datetime] = field(default_factory=dict)
    window: Window | None = None
    promised: Window | None = None
    stalled: Scan | None = None
    custom: str = ""
    delivered_at: datetime | None = None
    span: Span | None = None

    @property
    def trouble(self) -> bool:
        """Whether offers have to be silent: something went wrong, or somebody waits longer than told."""
        status = self.status
        waits = status.action_required and status.milestone is not Milestone.AVAILABLE_FOR_PICKUP
        return status.delayed or waits or self.stalled is not None or status.milestone in TROUBLE

    @property
    def final(self) -> bool:
        """Whether nothing more is expected to happen."""
        return self.status.milestone in FINAL

    def as_json(self) -> dict[str, Any]:
        """The projection a page is made from: plain JSON, no instant that depends on when it was made."""
        return {
            "milestone": str(self.status.milestone),
            "reason": self.status.reason,
            "delayed": self.status.delayed,
            "action_required": self.status.action_required,
            "trouble": self.trouble,
            "source": str(self.source),
            "since": _scan_json(self.since.statement) if self.since else None,
            "events": [_scan_json(scan.statement) for scan in self.scans],
            "undated": [_scan_json(statement) for statement in self.undated],
            "window": _window_json(self.window),
            "promised": _window_json(self.promised),
            "stalled": _scan_json(self.stalled.statement)["local"] if self.stalled else None,
            **({"custom": self.custom} if self.custom else {}),
            **({"span": [wall.isoformat(timespec="seconds") for wall in self.span]} if self.span else {}),
        }


def _scan_json(statement: Statement) -> dict[str, Any]:
    event: Event = statement.event
    return {
        "source": str(statement.source),
        "local": event.local.isoformat(timespec="seconds") if event.local else None,
        "offset": None if event.offset is None else round(event.offset.total_seconds() / 60),
        "milestone": str(event.status.milestone),
        "reason": event.status.reason,
        "delayed": event.status.delayed,
        "code": event.code,
        "text": event.text,
        "place": event.place,
    }


def _window_json(window: Window | None) -> dict[str, str] | None:
    if window is None:
        return None
    return {"earliest": window.earliest.isoformat(), "latest": window.latest.isoformat()}
