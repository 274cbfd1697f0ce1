"""How tall the widget is on a shop's page: nothing jumps, it follows what it shows, and nobody else moves it."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import Live, Site, complaints_of
from tests.browser.rungs import ELEMENTS, HEARD, RESERVED, SHOWN, element_rung, frame_rung, page_around, script_rung
from tests.portals import scan
from tracker.sdk import Window
from tracker.store.shops import write_slot

Open = Callable[..., Page]
FIRST = Path(__file__).parents[1] / "fixtures/embed/v1-first.js"
"""The loader as it was when it first came out."""
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((one) => shifted += one.value))
  .observe({ type: "layout-shift", buffered: true });
"""
MOST_SHIFT = 0.01
MORE = "<p>More of the shop.</p>" * 40
OFFER = {"title": "A cup for every season", "text": "Until Sunday.", "link_url": "https://lantern.example/cups"}
WINDOW = Window(datetime(2026, 3, 5, 14), datetime(2026, 3, 5, 18))
FRAME_HEIGHT = "document.querySelector('iframe').offsetHeight"


def many(live: Live, number: str, count: int) -> str:
    """The token of an order whose parcel has had so many scans."""
    order = live.order(number)
    days = ((1 + place // 24, place % 24) for place in range(count))
    live.send(
        order,
        *(scan("in_transit", f"2026-02-{day:02d}T{hour:02d}:00", code=f"C{day}-{hour}") for day, hour in days),
        number=f"1Z12345E0{number}",
        window=WINDOW,
    )
    return live.token(order)


def test_w04_nothing_on_the_shops_page_jumps_and_the_height_follows_at_once(
    live: Live, host: Site, open_page: Open
) -> None:
    tokens = {count: many(live, str(1000 + count), count) for count in (1, 60)}
    page = open_page(script=SHIFTS)
    for offer in (False, True):
        if offer:
            write_slot(live.shop.id, "widget", "offer", OFFER, live.portal.now())
        # As docs/embedding.md says: eight more where an offer stands in the widget.
        head = RESERVED.replace("40vw)", "40vw) + 8rem").replace("max(", "calc(max(").replace("8rem;", "8rem);")
        for width, count in [(width, 60) for width in (320, 360, 768, 1000)] + [(360, 1)]:
            # Tall enough to see what stands below the widget.
            page.set_viewport_size({"width": width, "height": 1400})
            for rung, shown in ((script_rung, HEARD), (element_rung, SHOWN)):
                page.goto(host.put("/", page_around(rung(live, tokens[count]) + MORE, head if offer else RESERVED)))
                page.wait_for_function(shown)
                page.wait_for_timeout(120)
                assert page.evaluate("shifted") <= MOST_SHIFT, (width, count, rung.__name__, offer)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, rung.__name__)
    page.goto(host.put("/", page_around(script_rung(live, tokens[60]) + MORE)))
    page.wait_for_function(HEARD)
    page.wait_for_timeout(120)
    # What it measures is there to be measured.
    assert page.evaluate("shifted") > MOST_SHIFT
    before = page.evaluate(FRAME_HEIGHT)
    details = page.frames[1].locator("details.history").first
    page.evaluate(
        "(before) => { const frame = document.querySelector('iframe'); window.followed = new Promise((done) =>"
        " new ResizeObserver(() => frame.offsetHeight !== before && done(performance.timeOrigin + performance.now()))"
        ".observe(frame)); return 0 }",
        before,
    )
    began = details.evaluate("(one) => { one.open = !one.open; return performance.timeOrigin + performance.now() }")
    assert page.evaluate("followed") - began <= 100
    assert page.evaluate(FRAME_HEIGHT) != before
    details.evaluate("(one) => { one.open = !one.open }")
    page.wait_for_function(f"{FRAME_HEIGHT} === {before}")


def test_w04_nothing_in_the_frame_jumps_when_its_sheet_comes_late(live: Live, host: Site, open_page: Open) -> None:
    piece = frame_rung(live, many(live, "1003", 3))
    for rung in (piece, frame_rung(live, "").replace("/embed/", f"/embed/find/{live.shop.slug}")):
        for _turn in range(3):
            page = open_page(script=SHIFTS)
            page.route("**/theme/*.css", lambda route: (time.sleep(0.3), route.continue_()))
            page.goto(host.put("/", page_around(rung)))
            page.frames[1].wait_for_function("document.querySelector('.headline')?.offsetHeight > 0")
            page.wait_for_timeout(120)
            assert page.frames[1].evaluate("shifted") <= MOST_SHIFT


def test_w09_long_words_of_many_scripts_widen_neither_frame_nor_element_at_320_pixels(
    live: Live, host: Site, open_page: Open
) -> None:
    order = live.order("1001")
    texts = ("x" * 200, "배송물품이" * 40, "貨物已到達" * 40, "الشحنة في الطريق " * 12, "📦" * 100)
    live.send(order, *(scan("in_transit", f"2026-03-02T0{n}:00", text=text, place=text[:60], code=f"T{n}")
                       for n, text in enumerate(texts)))  # fmt: skip
    token = live.token(order)
    page = open_page(
        host.put("/", page_around(script_rung(live, token) + element_rung(live, token), RESERVED)), width=320
    )
    page.wait_for_function(f"{HEARD} && {SHOWN}")
    for place in (page, page.frames[1]):
        assert place.evaluate("document.documentElement.scrollWidth <= innerWidth")
    inside = f"(one => one.scrollWidth <= one.clientWidth)({ELEMENTS}[0].shadowRoot.querySelector('.tracker'))"
    assert page.evaluate(inside)


def test_s21_messages_of_strangers_and_nonsense_move_nothing(live: Live, host: Site, open_page: Open) -> None:
    page = open_page(host.put("/", page_around(script_rung(live, live.token(live.order())))))
    page.wait_for_function(HEARD)
    before = page.locator("iframe").bounding_box()
    page.evaluate(
        "for (const height of [4000, -1, NaN, 1e9, '9']) postMessage({ tracker: 1, type: 'height', height }, '*')"
    )
    # Of the right shape and from the right window, but of another site; and a flood of them.
    page.evaluate(
        "const stranger = document.body.appendChild(document.createElement('iframe'));"
        'stranger.contentWindow.eval("for (let i = 0; i < 5000; i++)'
        " parent.postMessage({ tracker: 1, type: 'height', height: 9 + i % 900 }, '*')\")"
    )
    forge = "parent.postMessage(MESSAGE, '*')"
    own = ("-5", "NaN", "'x'", "{}", "null", "-Infinity")
    for message in (
        *(f"{{ tracker: 1, type: 'height', height: {height} }}" for height in own),
        "{ tracker: 2, type: 'height', height: 77 }", "{ tracker: 1, type: 'wide', height: 77 }",
        "null", "'tracker'", "[1]",
    ):  # fmt: skip
        page.frames[1].evaluate(forge.replace("MESSAGE", message))
    page.wait_for_timeout(300)
    assert page.locator("iframe").first.bounding_box() == before
    for height in ("1e9", "Infinity"):
        page.frames[1].evaluate(f"parent.postMessage({{ tracker: 1, type: 'height', height: {height} }}, '*')")
    page.wait_for_timeout(100)
    assert page.evaluate(FRAME_HEIGHT) == 5000
    assert complaints_of(page) == []


def test_w07_the_first_loader_works_with_this_portal_and_this_loader_with_the_first_portal(
    live: Live, host: Site, open_page: Open
) -> None:
    token = live.token(live.order())
    page = open_page()
    page.route("**/embed/v1.js", lambda route: route.fulfill(path=FIRST, content_type="text/javascript"))
    page.goto(host.put("/", page_around(script_rung(live, token, 'data-scheme="dark" data-lang="ko"'))))
    page.wait_for_function(HEARD)
    assert page.frames[1].locator("html").get_attribute("lang") == "ko"
    page.unroute("**/embed/v1.js")
    # What the first portal's frame did: it told its height, and knew no other tokens than these two.
    told = "<body><h1>Order</h1><script>parent.postMessage({ tracker: 1, type: 'height', height: 432 }, '*')</script>"
    page.route(f"**/embed/{token}?**", lambda route: route.fulfill(body=told, content_type="text/html"))
    page.goto(host.put("/", page_around(script_rung(live, token, 'data-accent="#123456" data-radius="2"'))))
    page.wait_for_function(HEARD)
    assert page.evaluate(FRAME_HEIGHT) == 432
    # It had no look-up form to frame, nor elements: the link stays.
    page.route("**/embed/find/**", lambda route: route.fulfill(status=404, body="Nothing is here"))
    piece = script_rung(live, "", 'data-shop="demo"') + element_rung(live, "", 'shop="demo"')
    page.clock.install()
    page.goto(host.put("/", page_around(piece)))
    page.wait_for_timeout(500)
    page.clock.fast_forward(5000)
    assert [one.is_visible() for one in page.locator("a.order-tracking").all()] == [True, True]
