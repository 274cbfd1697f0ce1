"""Carriers and a vendor made for tests: one that can be asked, one that cannot, and a vendor that covers it."""

import copy
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tracker.host.registry import Provider
from tracker.sdk import (
    Carrier,
    Context,
    Event,
    InboundRequest,
    Milestone,
    Parsed,
    Payload,
    Query,
    Status,
    Subscription,
    Successor,
    TrackingResult,
    Verdict,
    read_json,
)
from tracker.services.portal import Portal


class Told(Carrier):
    """Reads `{"number", "carrier", "ask", "to": [carrier, number], "scans": [[milestone, time, text, private]]}`."""

    def parse(self, payload: Payload) -> Parsed:
        told = read_json(payload.body)
        to = told.get("to")
        events = tuple(
            Event(datetime.fromisoformat(at), Status(Milestone(word)), timedelta(0), code=word, text=text,
                  private=tuple(private), rule=f"code = {word}", point=(37.5, 127.0))
            for word, at, text, private in told.get("scans", ())
        )  # fmt: skip
        successor = Successor(*to) if to else None
        return Parsed(
            (TrackingResult(told["number"], events, None, successor, told.get("carrier", ""), told.get("ask", False)),)
        )


class Mute(Told):
    """Moves parcels, and answers nobody."""

    id = "mute"
    names = {"en": "Mute"}


class Vendor(Told):
    """Knows the parcels of `mute`, tells of them when asked, and sends news by itself."""

    id = "vendor"
    names = {"en": "Vendor"}
    polls = subscribes = True
    covers = {"mute": "mute-slug"}
    inputs = ("postcode",)

    def __init__(self) -> None:
        self.asked: list[Query] = []
        self.announced: list[tuple[str, str]] = []
        self.ended: list[Subscription] = []
        self.answers: dict[str, object] = {}
        self.lease: timedelta | None = timedelta(hours=48)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            self.asked.append(query)
            told = self.answers.get(query.number, {"number": query.number})
            yield Payload(json.dumps(told).encode(), numbers=(query.number,), carrier=query.carrier)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        if request.body == b"hello":
            return Verdict(request.known, keep=False, reply="hello back")
        return Verdict(request.known, "" if request.known else "no key")

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterable[Subscription]:
        for query in queries:
            self.announced.append((query.number, address))
            expires = ctx.now + self.lease if self.lease else None
            yield Subscription(query.number, f"ref-{len(self.announced)}", expires, query.carrier)

    def unsubscribe(self, subscription: Subscription, ctx: Context) -> None:
        self.ended.append(subscription)


def bring(portal: Portal, *carriers: Carrier) -> None:
    """Has a portal know these carriers, as if the plugin `demo` had brought them."""
    portal.registry = copy.copy(portal.registry)
    portal.registry.carriers = copy.copy(portal.registry.carriers)
    for carrier in carriers:
        portal.registry.carriers[carrier.id] = Provider("carrier", carrier.id, "demo", carrier)


def tell(number: str, *scans: tuple[str, str] | tuple[str, str, str, list[str]], **more: object) -> dict[str, object]:
    """An answer that `Told` reads; a scan is a milestone, a time, and maybe a text with what is private in it."""
    return {
        "number": number,
        "scans": [list(scan) if len(scan) == 4 else [*scan, scan[0], []] for scan in scans],
        **more,
    }
