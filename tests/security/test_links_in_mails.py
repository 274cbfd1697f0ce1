"""Every address in every mail: it leads somewhere, and a scanner that opens all of them changes nothing."""

import html
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.mails import body, box
from tests.portals import make_order, make_shop, scan
from tests.security.test_foreign_things import state
from tracker.domain.instruction_forms import Said
from tracker.i18n import locales
from tracker.sdk import Buyer, ConcernKind, InstructionKind, TrackingResult
from tracker.services import (
    concern_desk,
    concerns,
    instructions,
    links,
    lookups,
    preferences,
    recording,
    shipping,
    tasks,
    work,
)
from tracker.services.concerns import Draft
from tracker.services.staff import Me
from tracker.store.shops import write_shop
from tracker.store.staff import add_staff

__all__ = ["box"]
ME = Me(1, "", "", "en", 1, "")
STORY = [
    ("in_transit", "T08:00", {}), ("in_transit", "T09:00", {"delayed": True}), ("out_for_delivery", "T10:00", {}),
    ("attempt_failed", "T11:00", {}), ("available_for_pickup", "T12:00", {}), ("delivered", "T13:00", {}),
    ("returning", "T14:00", {}),
]  # fmt: skip
HREF = re.compile(r'(?:href|src|action)="([^"]+)"')
PLAIN = re.compile(r"https?://[^\s<>\"]+")


def addresses(mail):
    """All that can be pressed in a mail, in its head, its HTML and its text."""
    head = re.findall(r"<([^<>\s]+:[^<>\s]+)>", str(mail["List-Unsubscribe"] or ""))
    shown = [html.unescape(one) for one in HREF.findall(body(mail, "html"))] if mail.get_body(("html",)) else []
    return {*head, *shown, *PLAIN.findall(body(mail))}


def tell_all(portal, shop, locale, number):
    """Has a customer get every mail that there is."""
    buyer = Buyer("Ivy", f"ivy-{locale}@example.com", postcode="04524", country="KR", locale=locale)
    order = make_order(portal, shop, f"9{locale}", buyer=buyer)
    parcel, _ = shipping.add_shipment(portal, shop.id, order, "ups", f"1Z12345E02919807{number:02}", actor="test")
    opened = links.follow(portal, links.issue(portal, shop.id, order, order.email))
    for milestone, at, flags in STORY:
        came = scan(milestone, f"2026-03-02{at}", **flags)
        recording.record_result(portal, shop, "ups", TrackingResult(parcel.number, (came,)))
        if milestone == "attempt_failed":
            row = instructions.give(portal, opened, parcel.id, Said(InstructionKind.NEIGHBOUR, text="x"), "k")
            assert tasks.refuse(portal, shop.id, row.id, "No", me=ME)
        work.run_outbox(portal)
    raised = concerns.raise_concern(portal, shop.id, order.id, Draft(ConcernKind.OTHER, text="Hm"))
    work.run_outbox(portal)
    person = add_staff(f"{locale}@shop.example", "S", "x", portal.now())
    me = replace(ME, id=person.id)
    concern_desk.answer(portal, concerns.find(shop.id, raised.number), "Yes", me=me)
    lookups.ask(portal, shop.id, order.number, order.email, "10.0.0.1")
    work.run_lookups(portal)
    work.run_outbox(portal)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_s18_s19_all_links_of_all_mails_lead_where_they_say_and_change_nothing(portal, shop, app, box):
    write_shop(shop.id, {"home_url": "https://lantern.example/", "support_url": "https://lantern.example/help"})
    for number, locale in enumerate(sorted(locales())):
        tell_all(portal, shop, locale, number)
    mails, before, client = box.mails(), state(), app.test_client()
    assert len(mails) == len(locales()) * (len(STORY) + 4), [str(mail["Subject"]) for mail in mails]
    pressed, elsewhere = set(), set()
    for mail in mails:
        for address in addresses(mail):
            path = address.removeprefix(portal.config.url)
            if path == address:
                elsewhere.add(urlsplit(address)._replace(query="").geturl())
                continue
            # A desk's page asks who is there, and a parcel that went back is rated no more.
            moved = ("/desk/demo/concerns/", "/t/") if "/rating?" in path else ("/desk/demo/concerns/",)
            for verb in ("GET", "HEAD"):
                status = client.open(path, method=verb).status_code
                assert status == (303 if path.startswith(moved) else 200), (path, verb, status)
            pressed.add(re.sub(r"/t/[\w-]{32}|\d+|\?.*", "", path))
    assert state() == before
    assert elsewhere == {"https://www.ups.com/track", "https://lantern.example/help", "mailto:help@lantern.example"}
    assert {"/unsubscribe", "/preferences", "/parcels//answer", "/parcels//rating", "/concerns/new"} < pressed
    press_one_click(portal, shop, client, mails)


def press_one_click(portal, shop, client, mails):
    """S-19: the address in a mail's head is one reader's, however often a mail program posts to it."""
    mine = next(mail for mail in mails if mail["To"] == "ivy-ko@example.com" and mail["List-Unsubscribe"])
    path = str(mine["List-Unsubscribe"]).strip().strip("<>").removeprefix(portal.config.url)
    one_click = {"data": str(mine["List-Unsubscribe-Post"]), "content_type": "application/x-www-form-urlencoded"}
    assert [client.post(path, **one_click).status_code for _ in range(2)] == [200, 200]
    ended = {locale: preferences.find(shop.id, f"ivy-{locale}@example.com") for locale in locales()}
    assert [locale for locale, wishes in ended.items() if preferences.is_unsubscribed(wishes)] == ["ko"]
    other = make_order(portal, make_shop(portal, "other"), buyer=Buyer("Ivy", "ivy-ko@example.com"))
    assert not preferences.is_unsubscribed(preferences.find(other.shop_id, other.email))
