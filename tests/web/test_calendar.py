"""The calendar file of a window: the same entry again, by clocks that no zone was guessed for."""

import re
from collections.abc import Callable
from datetime import datetime

from flask.testing import FlaskClient

from tests.portals import make_order, scan
from tracker.sdk import OrderLine, Window
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.shops import Shop, write_shop

HOURS = Window(datetime(2026, 3, 5, 14), datetime(2026, 3, 5, 18))
DAYS = Window(datetime(2026, 3, 5), datetime(2026, 3, 6, 23, 59))
TO_MIDNIGHT = Window(datetime(2026, 3, 5), datetime(2026, 3, 7))
LINE = re.compile(r'[A-Z-]+(;[A-Z-]+=("[^"\x00-\x1f\x7f]*"|[^";:,\x00-\x1f\x7f]*))*:[^\x00-\x08\x0a-\x1f\x7f]*')
"""A line as RFC 5545 has it: name, parameters, value, and no control but a tab."""


def _read(text: str) -> dict[str, str]:
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    assert all(LINE.fullmatch(line) for line in whole.removesuffix("\r\n").split("\r\n"))
    return {name: value for name, _, value in (line.partition(":") for line in whole.split("\r\n") if line)}


def test_a_window_goes_into_a_calendar_by_the_clocks_of_its_place(
    client: FlaskClient, order: Order, send: Callable[..., None], link: Callable[..., str]
) -> None:
    send(order, scan("in_transit"), window=HOURS)
    path = f"{link(order)}/parcels/1/window.ics"
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "text/calendar")
    assert response.headers["Cache-Control"] == "no-store"
    first = _read(response.text)
    assert (first["DTSTART"], first["DTEND"]) == ("20260305T140000", "20260305T180000")
    assert "TZID" not in response.text
    assert path.split("/")[2] not in response.text
    send(order, scan("in_transit", "2026-03-02T12:00", code="N"), window=DAYS)
    later = _read(client.get(path).text)
    assert (later["DTSTART;VALUE=DATE"], later["DTEND;VALUE=DATE"]) == ("20260305", "20260307")
    assert later["UID"] == first["UID"]
    send(order, scan("in_transit", "2026-03-02T13:00", code="M"), window=TO_MIDNIGHT)
    same = _read(client.get(path).text)
    assert (same["DTSTART;VALUE=DATE"], same["DTEND;VALUE=DATE"]) == ("20260305", "20260307")
    # Whoever names a method has to name an organizer, too, and to say it in the answer's head (RFC 5546).
    assert "METHOD" not in same
    assert int(later["SEQUENCE"]) > int(first["SEQUENCE"])


def test_what_stands_in_an_entry_is_escaped_and_folded(
    portal: Portal, shop: Shop, client: FlaskClient, send: Callable[..., None], link: Callable[..., str]
) -> None:
    evil = "Tee; grün, 녹차 🍵\\x\r\nATTACH:https://evil.test " + "긴 이름 " * 20
    write_shop(shop.id, {"name": "A; B, C\\"})
    order = make_order(portal, shop, lines=(OrderLine("l1", evil, 2, sku="A"),))
    send(order, scan("in_transit"), window=HOURS, quantities={"l1": 2})
    told = _read(client.get(f"{link(order)}/parcels/1/window.ics").text)
    assert told["SUMMARY"] == "Parcel from A\\; B\\, C\\\\"
    assert told["DESCRIPTION"].startswith("2 × Tee\\; grün\\, 녹차 🍵\\\\x")
    assert "ATTACH" not in told


def test_no_file_without_a_window_a_parcel_or_the_grant(
    shop: Shop, client: FlaskClient, order: Order, send: Callable[..., None], link: Callable[..., str]
) -> None:
    send(order, scan("in_transit"))
    assert client.get(f"{link(order)}/parcels/1/window.ics").status_code == 404
    send(order, scan("in_transit"), window=HOURS)
    send(order, scan("in_transit"), window=HOURS, number="1Z999AA10123456784", quantities={"l1": 2})
    assert "Green tea" in client.get(f"{link(order)}/parcels/2/window.ics").text
    assert client.get(f"{link(order)}/parcels/9/window.ics").status_code == 404
    assert client.get(f"{link(order, tier='shared')}/parcels/1/window.ics").status_code == 403
    assert client.post(f"{link(order)}/parcels/1/window.ics").status_code == 405
    write_shop(shop.id, {"tiers": {"mail": ["hours"]}})
    plain = client.get(f"{link(order)}/parcels/2/window.ics")
    assert (plain.status_code, "Green tea" in plain.text) == (200, False)
    write_shop(shop.id, {"tiers": {"mail": ["pieces"]}})
    assert client.get(f"{link(order)}/parcels/1/window.ics").status_code == 403
