"""Every state that a customer's page knows: orders in them, and what their links show."""

from datetime import datetime

from tests.browser.conftest import Live
from tests.portals import scan
from tests.web.test_heart import INSTRUCTION, PICKUP, change
from tracker.domain.instructions import ENDED, OPEN
from tracker.sdk import Event, OrderMilestone, Window
from tracker.services import links
from tracker.store.orders import Order
from tracker.store.shops import write_slot

WINDOW = Window(datetime(2026, 3, 5, 14), datetime(2026, 3, 5, 18))
OFFER = {"title": "A cup for every season", "text": "Until Sunday.", "link_url": "https://lantern.example/cups"}
WAY = (scan("picked_up", "2026-03-01T18:40"), scan("in_transit", "2026-03-02T08:00", place="Incheon, KR"))
TRIED = scan("attempt_failed", "2026-03-02T09:00", reason="absent", action_required=True)
LONG = "ÜberlangesWort" * 14 + " 긴 문장 🚚 " * 8
CONCERN = {"number": 12, "shipment": None, "kind": "late", "state": "answered", "created_at": "", "due_at": None}
STALLED = {"stalled": "2026-02-25T09:00:00"}
SILENCE = {"silence": {"since": "2026-03-02T01:40:00+00:00", "as_of": "2026-03-02T00:15:00+00:00"}}
PROMISED = {"promised": {"earliest": "2026-03-03T00:00:00", "latest": "2026-03-03T23:59:00"}}
SCANS: dict[str, tuple[Event, ...]] = {
    "announced": (scan("info_received"),),
    "moving": WAY,
    "delayed": (*WAY, scan("in_transit", "2026-03-02T09:00", code="W", delayed=True, reason="weather")),
    "customs": (*WAY, scan("exception", reason="customs", action_required=True)),
    "coming": (*WAY, scan("out_for_delivery", "2026-03-02T09:00")),
    "tried": (*WAY, TRIED),
    "collect": (*WAY, scan("available_for_pickup", action_required=True)),
    "lost": (*WAY, scan("exception", reason="lost")),
    "damaged": (*WAY, scan("exception", reason="damaged")),
    "held": (*WAY, scan("exception", reason="weather")),
    "arrived": (*WAY, scan("delivered", "2026-03-02T09:00", reason="neighbor"), scan("unknown", None)),
    "presumed": (*WAY, scan("delivered", reason="presumed")),
    "returning": (*WAY, scan("returning", "2026-03-02T09:00")),
    "returned": (*WAY, scan("returned", "2026-03-02T09:00")),
    "stopped": (scan("info_received"), scan("cancelled")),
    "silent": (*WAY, scan("expired")),
    **{
        reason: (*WAY, scan("exception", reason=reason, action_required=True))
        for reason in ("payment_due", "documents", "address", "appointment", "contact_carrier")
    },
}


def fill_slots(live: Live) -> None:
    """Puts an offer into each slot, as the desk does by hand."""
    for slot in ("above", "below", "widget"):
        write_slot(live.shop.id, slot, "offer", OFFER, live.portal.now())


def make_states(live: Live) -> dict[str, str]:
    """The token of an order in each state, by the state's name. Every slot has an offer that was filled by hand."""
    fill_slots(live)
    found: dict[str, Order] = {}
    numbers = iter(range(1, 1000))

    def make(state: str, *events: Event, **told: object) -> Order:
        order = found[state] = live.order(state)
        live.send(order, *events, window=WINDOW, number=f"1Z{next(numbers)}")
        if told:
            change(order, told)
        return order

    for state, events in SCANS.items():
        make(state, *events)
    make("stalled", *WAY, **STALLED)
    make("carrier silent", *WAY, **SILENCE)
    make("promised", *WAY, **PROMISED)
    make("pick-up point", *SCANS["collect"], pickup=PICKUP)
    make("pick-up point of many words", *SCANS["collect"], pickup={**PICKUP, "address": LONG[:200]})
    make("proofs", *SCANS["arrived"], proofs=[{"id": 1, "kind": "photo"}, {"id": 2, "kind": "signature"}])
    make("rated", *SCANS["arrived"], rating={"delivery": 5, "carrier": 4})
    for state in sorted(OPEN | ENDED):
        instruction = {**INSTRUCTION, "state": state, "reply": LONG[:200] if state == "refused" else ""}
        make(f"instruction {state}", *SCANS["tried"], instructions=[instruction])
    change(make("concern", *SCANS["lost"]), concerns=[CONCERN])
    for state, milestone in (
        ("no parcel", OrderMilestone.CONFIRMED),
        ("no parcel, stopped", OrderMilestone.CANCELLED),
        ("no parcel, handed over", OrderMilestone.COMPLETED),
    ):
        found[state] = live.order(state, milestone=milestone)
    found["not scanned"] = live.order("not scanned")
    live.send(found["not scanned"], number="1Z0")
    parts = found["several"] = live.order("several")
    live.send(parts, *SCANS["tried"], number="1ZA", quantities={"l1": 1})
    live.send(parts, *WAY, window=WINDOW, number="1ZB", quantities={"l1": 1})
    found["long"] = live.order("long")
    said = {"text": LONG, "place": LONG[:120]}
    live.send(found["long"], *(scan("in_transit", f"2026-03-02T{n:02d}:00", code=f"C{n}", **said) for n in range(20)))
    tokens = {state: live.token(order) for state, order in found.items()}
    tokens["shared"] = links.issue(live.portal, live.shop.id, found["tried"], "", "shared")
    return tokens
