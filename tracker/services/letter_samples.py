"""Made-up orders, by which a shop sees its mails before any is sent."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.domain.notices import TROUBLE
from tracker.domain.states import Moment
from tracker.i18n import gettext
from tracker.sdk import Milestone

STANDS: Mapping[Moment, Milestone] = {
    Moment.SHIPPED: Milestone.IN_TRANSIT,
    Moment.DELAYED: Milestone.IN_TRANSIT,
    Moment.OUT_FOR_DELIVERY: Milestone.OUT_FOR_DELIVERY,
    Moment.ATTEMPT_FAILED: Milestone.ATTEMPT_FAILED,
    Moment.AVAILABLE_FOR_PICKUP: Milestone.AVAILABLE_FOR_PICKUP,
    Moment.DELIVERED: Milestone.DELIVERED,
    Moment.RETURNING: Milestone.RETURNING,
}
EXPECTED = frozenset({Moment.SHIPPED, Moment.DELAYED, Moment.OUT_FOR_DELIVERY})
AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
WALL = AT.replace(tzinfo=None)


def make_sample(moment: Moment) -> dict[str, Any]:
    """An order's projection as it would be at a moment, in the locale in force."""
    title = gettext("A sample article")
    line = {"ref": "1", "title": title, "quantity": 2, "cancelled": 0, "shippable": True, "open": 0, "image": ""}
    return {
        "number": "1001", "placed_at": (AT - timedelta(days=2)).isoformat(), "milestone": "completed", "word": "",
        "state": "shipped" if moment is Moment.DELIVERED else "not_shipped", "trouble": moment in TROUBLE,
        "lines": [line], "parcels": [_make_parcel(moment, title)],
    }  # fmt: skip


def _make_parcel(moment: Moment, title: str) -> dict[str, Any]:
    stands, day = str(STANDS[moment]), WALL + timedelta(days=1)
    event = {
        "source": "carrier", "local": WALL.isoformat(), "offset": 540, "milestone": stands, "reason": "",
        "delayed": moment is Moment.DELAYED, "code": "", "text": "", "place": "",
    }  # fmt: skip
    window = {"earliest": day.replace(hour=14, minute=0), "latest": day.replace(hour=18, minute=0)}
    pickup = {
        "name": gettext("A pick-up point"), "address": "", "hours": [], "code": "",
        "until": (WALL + timedelta(days=7)).replace(hour=18, minute=0).isoformat(),
    }  # fmt: skip
    return {
        "id": 1, "carrier": "demo", "names": {"en": gettext("A carrier")}, "number": "SAMPLE1234567", "url": "",
        "cancelled": False, "contents": [{"title": title, "quantity": 2}], "milestone": stands, "reason": "",
        "delayed": moment is Moment.DELAYED, "action_required": False, "trouble": moment in TROUBLE,
        "source": "carrier", "since": event, "events": [event], "undated": [],
        "window": {name: at.isoformat() for name, at in window.items()} if moment in EXPECTED else None,
        "proofs": [{"id": 1, "kind": "photo"}] if moment is Moment.DELIVERED else [],
        **({"pickup": pickup} if moment is Moment.AVAILABLE_FOR_PICKUP else {}),
    }  # fmt: skip
