"""Proofs on the order's page in the desk."""

import re

from tests.portals import make_order, scan
from tests.services.proving import KIOSK, draw
from tracker.sdk import Proof, TrackingResult
from tracker.services import recording, shipping


def test_staff_sees_proofs_and_where_a_parcel_waits_but_not_its_code(portal, shop, enter):
    order = make_order(portal, shop)
    shipping.add_shipment(portal, shop.id, order, "demo", "DEMOTEST1", actor="test")
    events = (scan("available_for_pickup", "2026-03-02T14:00"),)
    told = TrackingResult("DEMOTEST1", events, proofs=(Proof("photo", draw()),), pickup=KIOSK)
    recording.record_result(portal, shop, "demo", told)
    browser = enter(shop, "staff")
    page = browser.get(f"/desk/{shop.slug}/orders/{order.id}").get_data(as_text=True)
    assert "Waits to be collected at Kiosk am Markt, Markt 1" in page
    assert KIOSK.code not in page
    (path,) = re.findall(r'<img src="([^"]+)" width="160" loading="lazy" alt="Photo of the delivery', page)
    picture = browser.get(path)
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")
    assert browser.get(path + "9").status_code == 404
    assert enter(shop, "marketer").get(path).status_code == 403
