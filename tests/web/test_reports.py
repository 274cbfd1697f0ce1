"""The delivery report over HTTP: for whom, when, and what must not be in it."""

from tests.portals import scan
from tracker.domain.reports import check
from tracker.services import evidence, shipping
from tracker.services import staff as people
from tracker.store.shipments import Shipment
from tracker.store.shops import write_shop

SCANS = (
    scan("in_transit", "2026-03-01T21:00", text="Left for Ada Ito", place="Secretville"),
    scan("delivered", "2026-03-02T08:31", text="Signed by Bob Lee", place="Rose Lane 12"),
)


def test_the_report_can_be_fetched_when_the_journey_has_ended_and_a_page_says_so_before(
    portal, shop, client, order, link, send
):
    send(order, SCANS[0])
    row = Shipment.get()
    path = f"{link(order)}/parcels/{row.id}/report.json"
    early = client.get(path)
    assert (early.status_code, early.mimetype) == (404, "text/html")
    assert "There is no report yet" in early.text
    assert path not in client.get(link(order)).text
    send(order, *SCANS)
    assert path in client.get(link(order)).text
    report = client.get(path)
    assert (report.status_code, report.mimetype) == (200, "application/json")
    assert report.headers["Content-Disposition"] == 'attachment; filename="delivery-report-1Z12345E0291980793.json"'
    assert report.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in report.headers
    assert check(report.data, evidence.head(portal, shop.id, row.id)).holds
    assert client.get(f"{link(order)}/parcels/9999/report.json").status_code == 404
    assert client.get(path.replace(link(order), link(order, tier="shared"))).status_code == 403


def test_s32_nobodys_name_address_or_mail_stands_in_a_report(portal, shop, client, order, link, send):
    clerk = people.create(portal, "clerk@lantern.example", "a long enough password", "Carla Clerk")
    send(order, *SCANS)
    row = Shipment.get()
    shipping.edit_shipment(portal, shop.id, row.id, actor=f"staff:{clerk.id}", carrier_name="")
    report = client.get(f"{link(order)}/parcels/{row.id}/report.json").text
    assert f"staff:{clerk.id}" in report
    for word in ("Ada", "Ito", "Bob", "Rose Lane", "Secretville", "clerk@", "Carla", "04524", "ada@", "Green tea"):
        assert word not in report


def test_without_numbers_or_times_of_day_there_is_no_report(shop, client, order, link, send):
    send(order, *SCANS)
    path = f"{link(order)}/parcels/{Shipment.get().id}/report.json"
    for left in (["report"], ["report", "numbers"], ["report", "hours"], ["numbers", "hours"]):
        write_shop(shop.id, {"tiers": {"mail": left}})
        assert client.get(path).status_code == 403, left
    write_shop(shop.id, {"tiers": {"mail": ["report", "hours", "numbers"]}})
    assert client.get(path).status_code == 200


def test_a_report_that_tells_of_another_parcel_is_the_shops_to_give(portal, shop, client, order, link, send):
    send(order, *SCANS)
    row = Shipment.get()
    shipping.edit_shipment(portal, shop.id, row.id, actor="staff:1", number="1Z12345E1392654435")
    shipping.cancel_shipment(portal, shop.id, row.id, actor="staff:1")
    refused = client.get(f"{link(order)}/parcels/{row.id}/report.json")
    assert refused.status_code == 404
    assert "The shop has this report" in refused.text
    assert "1Z12345E0291980793" not in refused.text
