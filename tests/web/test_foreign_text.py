"""Foreign text: whatever a carrier, a store or a marketer writes is shown as text and does nothing."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.portals import make_order, scan
from tests.web.reading import Reader
from tracker.sdk import Buyer, OrderLine
from tracker.services.parcels import read_parcel
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.shops import Shop, write_shop, write_slot

POLYGLOTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1) hx-get=/evil hx-trigger=load>',
    "'><svg/onload=alert(1)>",
    "</bdi></span></dd><div hx-get='/evil' hx-trigger='load' hx-on:click='alert(1)'>",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A</stYle/</titLe/</teXtarEa/"
    "</scRipt/--!><sVg/oNloAd=alert()//>",
    "{{7*7}} {% raw %} ${7*7} #{7*7} %(carrier)s %s",
    "<template hx type=partial><hx-partial hx-target=body>x</hx-partial></template>",
    "<!-- --><base href=//evil.test><meta http-equiv=refresh content=0;url=//evil.test><iframe srcdoc=x>",
    "\u202eevil\u2066 \u0000\u001b[31m",
    "&lt;script&gt; &#60;b&#62; ]]>",
]
OURS = {
    "html", "head", "meta", "title", "link", "script", "body", "header", "main", "nav", "section", "aside", "div",
    "span",    "h1", "h2", "h3", "h4", "p", "ol", "ul", "li", "dl", "dt", "dd", "a", "bdi", "strong", "time", "details",
    "summary", "img",
}  # fmt: skip


def _check(html: str) -> Reader:
    page = Reader(html)
    for tag, attributes in page.elements:
        assert tag in OURS, tag
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        if any(name.startswith("hx-") and name != "hx-ignore" for name in attributes):
            assert attributes["id"] == "tracking", (tag, attributes)
        if tag == "script":
            assert attributes["src"].startswith("/static/"), attributes
        if tag == "a":
            assert attributes["href"].startswith(
                ("https://", "mailto:", "tel:", "?lang=", "http://localhost", "/t/", "#parcel-")
            ), attributes
        if tag == "img":
            assert attributes["src"].startswith(("https://", "/assets/")), attributes
    return page


@pytest.mark.parametrize("evil", POLYGLOTS)
def test_s08_foreign_text_is_shown_as_text(
    portal: Portal, shop: Shop, client: FlaskClient, send: Callable[..., None], link: Callable[..., str], evil: str
) -> None:
    order = make_order(
        portal, shop, evil.replace("\0", "")[:60], word=evil.replace("\0", "")[:60],
        lines=(OrderLine("l1", evil.replace("\0", ""), 1, sku="A"), OrderLine("l2", "Cup", 1)),
        buyer=Buyer(name=evil.replace("\0", ""), email="ada@example.com"),
    )  # fmt: skip
    safe = evil.replace("\0", "")
    events = (
        scan("in_transit", text=safe, place=safe[:120], code=safe[:40]),
        scan("unknown", None, text=safe, place=safe[:120]),
    )
    send(order, *events, carrier="manual", number="N-1", carrier_name=safe[:100], quantities={"l1": 1})
    write_shop(shop.id, {"name": safe[:100], "support_email": safe[:100], "support_phone": safe[:30]})
    for surface in ("t", "embed"):
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get(link(order, surface), headers=headers)
            assert response.status_code == 200
            page = _check(response.text)
            assert "49 %s" not in page.text


@pytest.mark.parametrize("evil", POLYGLOTS)
def test_s08_what_a_marketer_writes_is_text_too(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, link: Callable[..., str], evil: str
) -> None:
    safe = evil.replace("\0", "")
    content = {"title": safe[:80], "text": safe[:200], "button": safe[:30], "link_url": "https://lantern.example/x"}
    for slot in ("above", "below", "widget"):
        write_slot(shop.id, slot, "offer", content, portal.now())
    for surface in ("t", "embed"):
        _check(client.get(link(order, surface)).text)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//evil.test", "\\\\evil.test", "https://a@evil.test", "http://evil.test",
     " https://x.example", "https://x.example/\"onclick=", "vbscript:x", "https:\nevil"],
)  # fmt: skip
def test_s09_an_address_that_slipped_in_is_refused_again_when_it_is_shown(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, link: Callable[..., str], send: Callable[..., None],
    address: str,
) -> None:  # fmt: skip
    send(order, scan("in_transit"))
    view = Order.get_by_id(order.id).view
    view["parcels"][0]["url"] = address
    Order.update(view=view).where(Order.id == order.id).execute()
    write_shop(shop.id, {"home_url": address, "support_url": address})
    write_slot(shop.id, "below", "offer", {"title": "T", "link_url": address}, portal.now())
    page = _check(client.get(link(order)).text)
    assert not [one for one in page.elements if address in one[1].values()]
    assert read_parcel(view["parcels"][0]).url == ""


def test_foreign_text_stands_apart_from_htmx_and_from_the_direction_of_the_page(
    client: FlaskClient, order: Order, link: Callable[..., str], send: Callable[..., None]
) -> None:
    send(order, scan("in_transit", text="وصلت الشحنة", place="دبي"))
    html = client.get(link(order)).text
    for text in ("وصلت الشحنة", "دبي"):
        before = html[: html.index(text)]
        opened = before.rindex('<span class="foreign" hx-ignore><bdi dir="auto">')
        assert "</bdi>" not in before[opened:]


def test_a_long_word_breaks_and_a_page_of_scans_stays_a_page(
    client: FlaskClient, order: Order, link: Callable[..., str], send: Callable[..., None]
) -> None:
    events = [
        scan("in_transit", f"2026-03-02T{hour:02d}:{minute:02d}", code=f"C{hour}-{minute}", text="긴" * 300)
        for hour in range(3) for minute in range(20)
    ]  # fmt: skip
    send(order, *events)
    assert client.get(link(order)).text.count('class="scan"') == 61
