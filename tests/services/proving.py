"""What tests of proofs are made of: pictures, answers with them, and what a page shows of them afterwards."""

import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PIL import Image

from tests.conftest import Clock
from tests.portals import make_order, scan, utc
from tracker.sdk import (
    Event,
    HttpAnswer,
    Pickup,
    PluginError,
    TrackingResult,
)
from tracker.services import recording, shipping
from tracker.services.portal import Portal
from tracker.store.orders import Order, find_order
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop

NUMBER = "DEMOTEST1"
URL = "https://photos.carrier.example/a/1.jpg?Expires=1&Signature=x"
KIOSK = Pickup("Kiosk am Markt", "Markt 1", ("Mo–Fr 8–18",), datetime(2026, 3, 9, 18), "4711", (52.5, 13.4))


def draw(colour: str = "red", kind: str = "JPEG", place: bool = False) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 59.0)})
    Image.new("RGB", (64, 48), colour).save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def tell(portal: Portal, shop: Shop, *events: Event, number: str = NUMBER, carrier: str = "demo", **more: Any) -> int:
    return recording.record_result(portal, shop, carrier, TrackingResult(number, events, **more))


def ship(portal: Portal, shop: Shop, order: Order, number: str = NUMBER, carrier: str = "demo") -> Shipment:
    shipment, _ = shipping.add_shipment(portal, shop.id, order, carrier, number, actor="staff:1", handed_over=False)
    return shipment


def view(shop: Shop, order: Order) -> dict[str, Any]:
    found = find_order(shop.id, order.id)
    assert found is not None
    (parcel,) = found.view["parcels"]
    return dict(parcel)


def shown(shop: Shop, order: Order) -> list[str]:
    return [one["kind"] for one in view(shop, order)["proofs"]]


DELIVERED = scan("delivered", "2026-03-02T14:00")


def send(portal: Portal, shop: Shop, clock: Clock) -> Order:
    """An order of 2 March whose parcel goes under `NUMBER`."""
    clock.now = utc("2026-03-02T06:00")
    made = make_order(portal, shop)
    ship(portal, shop, made)
    return made


@dataclass
class Web:
    """Answers by address; what is missing answers 404."""

    answers: dict[str, HttpAnswer | PluginError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def request(self, method: str, url: str, **_: object) -> HttpAnswer:
        self.asked.append(url)
        answer = self.answers.get(url, HttpAnswer(404, {}, b"", url))
        if isinstance(answer, PluginError):
            raise answer
        return answer
