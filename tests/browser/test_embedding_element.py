"""The custom element over its life: it follows the order, asks no more than it is told, and leaves nothing behind."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page, Route, expect

from tests.browser.conftest import Live, Site, complaints_of
from tests.browser.rungs import ELEMENTS, HEARD, LINK, SHOWN, element_rung, page_around, script_rung
from tests.portals import scan
from tracker.services import links
from tracker.store.shops import write_shop

Open = Callable[..., Page]
HIDE = "window.hidden = false; Object.defineProperty(document, 'hidden', { get: () => window.hidden })"
COUNT_TIMERS = """
window.timers = new Set();
const begin = setTimeout, end = clearTimeout;
window.setTimeout = (what, ...more) => {
  const id = begin(() => { timers.delete(id); what(); }, ...more);
  timers.add(id);
  return id;
};
window.clearTimeout = (id) => { timers.delete(id); end(id); };
"""


def asked(live: Live) -> list[int]:
    """The statuses of what was answered to elements, in order."""
    return [status for path, status in live.answers if path.endswith("/element")]


def later(page: Page, seconds: float) -> None:
    """Lets time go by for the page, and what it then asks for be answered."""
    page.clock.fast_forward(round(seconds * 1000))
    page.wait_for_timeout(250)


def arrive(open_page: Open, url: str = "", script: str = "") -> Page:
    """A page whose time the test moves on."""
    page = open_page(script=script)
    page.clock.install()
    if url:
        page.goto(url)
    return page


def test_an_element_follows_its_order_keeps_focus_and_stops_when_all_is_done(
    live: Live, host: Site, open_page: Open
) -> None:
    order = live.order()
    live.send(order, scan("in_transit", "2026-03-02T08:00", place="Incheon, KR"))
    page = arrive(open_page, host.put("/", page_around(element_rung(live, live.token(order)))))
    page.locator("order-tracking .carrier a").first.focus()
    page.locator("order-tracking details").first.evaluate("(one) => { one.open = !one.open; window.was = one.open }")
    page.evaluate(
        f"window.said = []; const summary = {ELEMENTS}[0].shadowRoot.querySelector('[role=status]');"
        "new MutationObserver(() => said.push(summary.textContent))"
        ".observe(summary, { subtree: true, childList: true, characterData: true })"
    )
    pace = float(page.locator("order-tracking .tracker").get_attribute("data-pace") or 0)
    later(page, pace - 2)
    assert asked(live) == [200]
    for _ in range(2):
        later(page, pace)
    # The browser asks whether anything is new, and takes what it has where nothing is.
    assert asked(live) == [200, 304, 304]
    assert page.evaluate("said") == []
    live.send(order, scan("out_for_delivery", "2026-03-02T08:30"))
    later(page, pace)
    expect(page.locator("order-tracking .headline")).to_have_text("Out for delivery")
    assert page.evaluate("said") == ["It is on the vehicle that brings it to you."]
    assert page.evaluate(f"{ELEMENTS}[0].shadowRoot.activeElement.matches('.carrier a')")
    assert page.locator("order-tracking details").first.evaluate("(one) => one.open === was")
    live.send(order, scan("delivered", "2026-03-02T08:45"))
    later(page, pace)
    expect(page.locator("order-tracking .headline")).to_have_text("Delivered")
    count = len(asked(live))
    later(page, 90_000)
    assert len(asked(live)) == count
    assert complaints_of(page) == []


def test_what_the_shops_server_put_in_goes_on_by_the_script_and_ends_with_the_link(
    live: Live, host: Site, open_page: Open
) -> None:
    order = live.order()
    page = arrive(open_page)
    include = page.request.get(f"{live.address}/embed/{live.token(order)}/include?lang=ko").text()
    live.answers.clear()
    script = f'<script async src="{live.address}/embed/element-v1.js"></script>'
    page.goto(host.put("/", page_around(include + script), f"default-src 'self'; style-src {live.address};"
                       f"script-src {live.address}; connect-src {live.address}"))  # fmt: skip
    assert asked(live) == []
    headline = page.locator("order-tracking .headline")
    before = headline.text_content()
    page.wait_for_timeout(300)
    later(page, 600)
    assert asked(live)[-1] == 200
    assert headline.text_content() == before
    live.send(order, scan("in_transit"))
    later(page, 600)
    expect(headline).not_to_have_text(before or "")
    assert page.locator("order-tracking > a").is_hidden()
    links.revoke(live.portal, live.shop.id, order)
    later(page, 6000)
    expect(page.locator("order-tracking > a")).to_be_visible()
    assert page.evaluate(f"{ELEMENTS}[0].shadowRoot.textContent") == ""
    count = len(asked(live))
    later(page, 90_000)
    assert len(asked(live)) == count


def test_w12_it_asks_nothing_while_hidden_or_offline_and_less_after_a_refusal(
    live: Live, host: Site, open_page: Open
) -> None:
    page = arrive(open_page, host.put("/", page_around(element_rung(live, live.token(live.order())))), HIDE)
    page.wait_for_function(SHOWN)
    live.answers.clear()
    page.evaluate("window.hidden = true")
    later(page, 9000)
    assert asked(live) == []
    page.evaluate("window.hidden = false; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(250)
    assert len(asked(live)) == 1
    page.context.set_offline(True)
    later(page, 9000)
    assert len(asked(live)) == 1
    page.context.set_offline(False)
    page.wait_for_timeout(250)
    assert len(asked(live)) == 2
    refused: list[int] = []

    def refuse(route: Route) -> None:
        refused.append(1)
        told = {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "Retry-After",
            "Retry-After": "700",
        }
        route.fulfill(status=429, headers=told)

    page.route("**/element?*", refuse)
    for wait, count in ((125, 1), (650, 1), (60, 2), (1300, 2), (120, 3)):
        # Every two minutes at first; then what it was told to wait, and twice as long as before where that is longer.
        later(page, wait)
        assert len(refused) == count, wait
    assert page.locator("order-tracking .headline").is_visible()
    page.unroute("**/element?*")
    later(page, 3700)
    assert len(asked(live)) == 3
    later(page, 125)
    assert len(asked(live)) == 4


def test_w06_twenty_widgets_stand_on_a_page_and_a_hundred_visits_leave_nothing(
    live: Live, host: Site, open_page: Open
) -> None:
    short, long = live.order("1001"), live.order("1002")
    live.send(long, *(scan("in_transit", f"2026-03-02T{hour:02d}:00", code=f"C{hour}") for hour in range(9)))
    tokens = live.token(short), live.token(long)
    pieces = [rung(live, token) for rung in (script_rung, element_rung) for token in tokens * 5]
    page = open_page(host.put("/", page_around("".join(pieces))), script=COUNT_TIMERS)
    page.wait_for_function(f"{HEARD} && {SHOWN}")
    heights = page.evaluate("[...document.querySelectorAll('iframe')].map((frame) => frame.offsetHeight)")
    inner = [frame.evaluate("Math.ceil(document.body.getBoundingClientRect().height)") for frame in page.frames[1:]]
    assert sorted(heights) == sorted(inner)
    assert len(set(heights)) == 2
    assert page.evaluate(f"new Set({ELEMENTS}.map((one) => one.shadowRoot.adoptedStyleSheets[0])).size") == 1
    assert page.locator("iframe").first.get_attribute("title") == LINK
    plain = open_page(host.put("/plain", page_around("")), script=COUNT_TIMERS)
    names = "Object.keys(window).filter((name) => isNaN(name))"
    assert set(page.evaluate(names)) == set(plain.evaluate(names))
    assert complaints_of(page) == []
    _visit_often(page, host, live, tokens[0])


def _visit_often(page: Page, host: Site, live: Live, token: str) -> None:
    """Mounts and unmounts both rungs a hundred times as a single-page shop does, and compares what is held."""
    script = f'<script src="{live.address}/embed/element-v1.js"></script>'
    page.goto(host.put("/spa", page_around(f'{script}<div id="view"></div>')))
    page.evaluate(
        """([portal, token]) => {
          window.visit = async () => {
            const box = document.createElement('div'), one = document.createElement('order-tracking');
            box.innerHTML = `<a href="${portal}/t/${token}">Track</a>`;
            const script = document.createElement('script');
            script.src = portal + '/embed/v1.js';
            script.dataset.token = token;
            one.setAttribute('token', token);
            const loaded = new Promise((done) => script.onload = done);
            box.append(script);
            document.querySelector('#view').replaceChildren(box, one);
            await loaded;
            await new Promise((done) => requestAnimationFrame(done));
            document.querySelector('#view').replaceChildren();
          };
        }""",
        [live.address, token],
    )
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.evaluate("(async () => { for (let i = 0; i < 5; i++) await visit(); })()")
    before = _measure(page, session)
    page.evaluate("(async () => { for (let i = 0; i < 100; i++) await visit(); })()")
    after = _measure(page, session)
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 2, (before, after)
    assert after["Nodes"] <= before["Nodes"] + 50, (before, after)
    assert after["Documents"] <= before["Documents"] + 2, (before, after)
    assert page.evaluate("timers.size") <= 2


def _measure(page: Page, session: CDPSession) -> dict[str, float]:
    # A last widget that stays: its message is when the listeners of those that went notice that they did.
    page.wait_for_timeout(300)
    page.evaluate("dispatchEvent(new MessageEvent('message', { data: 0 }))")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(100)
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def test_attributes_choose_order_language_and_look_and_a_shop_reaches_the_parts(
    live: Live, host: Site, open_page: Open
) -> None:
    write_shop(live.shop.id, {"origins": [host.address], "theme": {"accent": "#123456"}})
    first, second = live.order("1001"), live.order("1002")
    head = "<style>order-tracking{--tracker-radius:3px} order-tracking::part(card){outline:7px solid red}</style>"
    page = open_page(
        host.put("/", page_around(element_rung(live, live.token(first), 'accent="#7a1fa2" lang="ko"'), head))
    )
    page.wait_for_function(SHOWN)
    look = f"getComputedStyle({ELEMENTS}[0].shadowRoot.querySelector('.tracker'))"
    assert "#7a1fa2" in page.evaluate(f"{look}.getPropertyValue('--accent')")
    assert page.evaluate(f"{look}.getPropertyValue('--radius')") == "3px"
    assert page.locator("order-tracking .card").first.evaluate("(one) => getComputedStyle(one).outlineWidth") == "7px"
    assert page.locator("order-tracking .tracker").get_attribute("lang") == "ko"
    page.evaluate(f"{ELEMENTS}[0].setAttribute('accent', '#ffee00')")
    page.wait_for_function(f"{look}.getPropertyValue('--accent').includes('#123456')")
    page.evaluate(f"{ELEMENTS}[0].setAttribute('token', '{live.token(second)}')")
    expect(page.locator("order-tracking").get_by_text("1002").first).to_be_visible()
    assert complaints_of(page) == []


def test_w08_pieces_and_the_framed_form_break_no_rule_of_axe(live: Live, host: Site, open_page: Open) -> None:
    order = live.order()
    live.send(order, *(scan("in_transit", f"2026-03-02T{hour:02d}:00", code=f"C{hour}") for hour in range(9)))
    token = live.token(order)
    # A page that follows the system, as the widget does.
    head = "<meta name=viewport content='width=device-width'><style>:root{color-scheme:light dark}</style>"
    for scheme, lang, width in (("light", "en", 1000), ("dark", "ar", 320)):
        page = open_page(width=width, color_scheme=scheme)
        include = page.request.get(f"{live.address}/embed/{token}/include?lang={lang}").text()
        element = element_rung(live, token, f"lang={lang}")
        pieces = [host.put(f"/{place}", page_around(one, head)) for place, one in enumerate((element, include))]
        for url in (*pieces, f"{live.address}/embed/find/demo?lang={lang}&accent=7a1fa2&font=mono"):
            page.goto(url)
            page.wait_for_function(SHOWN)
            found = Axe().run(page, context="order-tracking, .widget").response["violations"]
            assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == [], (url, scheme, lang)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (url, lang)
