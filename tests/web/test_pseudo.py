"""The made-up language on every customer's screen and in every mail: no text stands there that is not translated."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.portals import make_order, scan
from tests.web.test_page import OFFER, WINDOW
from tools import pseudo
from tracker.domain.states import Moment
from tracker.sdk import Milestone, OrderMilestone
from tracker.services import letters, lookups
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop

FOREIGN = frozenset({
    "Lantern Tea", "UPS", "Demo carrier", "Demo-Paketdienst",
    "شركة الشحن التجريبية", "Green tea", "Stone cup", "Seoul, KR", "1001", "help@lantern.example",
    "http://localhost:8000", "https://localhost", OFFER["title"], OFFER["link_url"], "Tracker", "SAMPLE1234567",
    "Deutsch", "E-Mail", "البريد الإلكتروني", "العربية",
})  # fmt: skip
REASONS = {"exception": "customs", "attempt_failed": "absent"}


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    with pseudo.spoken():
        yield


def check(html: str, locale: str) -> list[str]:
    return pseudo.Untranslated(html, locale, FOREIGN).found


def test_the_made_up_language_finds_what_is_not_translated() -> None:
    said = pseudo.stretch("It came on %(day)s.") % {"day": "Donnerstag, 26. November"}
    assert (
        check(f'<p title="{said}">{said} <bdi>Seoul</bdi> 14–18 Uhr <i lang="ko">서울</i> \u2068DHL\u2069</p>', "de")
        == []
    )
    assert check("<p>It came.</p>", "de") == ["It came."]
    assert check(f"<p>{said} at last</p><img alt='A parcel'>", "de") == ["at last", "A parcel"]
    assert len(said) > 1.3 * len("It came on .")


VIEWS = (("t", "account", pseudo.LEFT), ("embed", "mail", pseudo.RIGHT), ("t", "shared", pseudo.RIGHT))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_state_of_page_and_widget_is_translated(
    portal: Portal, shop: Shop, client: FlaskClient, link: Callable[..., str], send: Callable[..., None]
) -> None:
    orders = [make_order(portal, shop, f"2{at:03}", milestone=one) for at, one in enumerate(OrderMilestone)]
    for at, milestone in enumerate(Milestone):
        orders.append(make_order(portal, shop, f"3{at:03}"))
        events = [scan("picked_up", "2026-03-01T18:40"), scan(milestone, reason=REASONS.get(milestone, ""))]
        send(orders[-1], *events, window=WINDOW, number=f"DEMO{at:08}", carrier="demo")
    for order in orders:
        for surface, tier, locale in VIEWS:
            answer = client.get(f"{link(order, surface, tier)}?lang={locale}")
            assert answer.status_code == 200
            assert f'dir="{"rtl" if locale == pseudo.RIGHT else "ltr"}"' in answer.text
            assert check(answer.text, locale) == [], (order.number, surface, tier)


def find_screens(app: Flask) -> list[str]:
    """Every address below an order's page and a shop's that a GET leads to."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return sorted({rule.rule for rule in rules if rule.rule.startswith(("/t/<", "/embed/<", "/s/<"))})


def fill_in(rule: str, token: str, shop: Shop, shipment: int) -> str:
    given = {"token": token, "slug": shop.slug, "shop": shop.slug, "shipment": str(shipment), "number": "1"}
    names = re.compile(r"<(?:[^<>:]*:)?(\w+)>")
    return names.sub(lambda hole: given.get(hole[1], "1"), rule)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_screen_below_an_orders_page_is_translated(
    portal: Portal, shop: Shop, app: Flask, order: Order, link: Callable[..., str], send: Callable[..., None]
) -> None:
    send(order, scan("picked_up", "2026-03-01T18:40"), scan("attempt_failed", reason="absent"))
    client, shipment = app.test_client(), Shipment.get().id
    token = link(order, tier="account").rpartition("/")[2]
    seen, wrong = set(), {}
    for locale in (pseudo.LEFT, pseudo.RIGHT):
        for rule in find_screens(app):
            answer = client.get(f"{fill_in(rule, token, shop, shipment)}?lang={locale}")
            if answer.mimetype != "text/html" or not answer.text:
                continue
            seen.add(rule) if answer.status_code == 200 else None
            found = check(answer.text, locale)
            if found:
                wrong[locale, rule] = found
    assert wrong == {}
    assert len(seen) > 8, seen


@pytest.mark.parametrize("locale", [pseudo.LEFT, pseudo.RIGHT])
def test_errors_and_the_look_up_are_translated(shop: Shop, client: FlaskClient, locale: str) -> None:
    header = {"Accept-Language": locale}
    forms = [{"number": "", "proof": ""}, {"number": "1001", "proof": "x"}, {"number": "1001", "proof": "a@b.example"}]
    answers = [client.get("/s/demo/find", headers=header), client.get("/nothing", headers=header)]
    answers += [client.post("/s/demo/find", data=form, headers=header) for form in forms]
    answers += [client.get("/t/" + "x" * 32, headers=header), client.delete("/s/demo/find", headers=header)]
    for answer in answers:
        if answer.mimetype == "text/html" and answer.text:
            assert check(answer.text, locale) == [], answer.status_code


@pytest.mark.parametrize("locale", [pseudo.LEFT, pseudo.RIGHT])
def test_every_mail_is_translated(portal: Portal, shop: Shop, order: Order, locale: str) -> None:
    for moment in Moment:
        subject, html, text = letters.preview(portal, shop, moment, locale)
        assert check(html, locale) == [], moment
        for part in (subject, text):
            assert pseudo.find_untranslated(part, FOREIGN) == [], moment
    order.locale = locale
    sent = lookups._compose(portal, shop, order, "key")
    assert check(sent.html, locale) == []
    assert pseudo.find_untranslated(sent.subject + sent.text, FOREIGN | {sent.text.split("http")[1].split()[0]}) == []
