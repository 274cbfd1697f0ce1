"""The page in a real browser: it changes by itself, holds still where it should, and lets nothing foreign act."""

from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import COLOURS, find_broken, violations
from tests.browser.conftest import Live, complaints_of
from tests.browser.states import WAY, WINDOW, fill_slots
from tests.portals import scan
from tests.web.test_foreign_text import POLYGLOTS
from tracker.store.orders import Order
from tracker.store.shops import write_slot

Open = Callable[..., Page]


def _make(live: Live) -> Order:
    """An order on its way, with an offer that a shop's people filled in in each slot."""
    order = live.order()
    live.send(order, *WAY, window=WINDOW)
    fill_slots(live)
    return order


def violations_of_both(page: Page) -> list:
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += find_broken(page, COLOURS)
    page.emulate_media(color_scheme="light")
    return found


def test_w08_form_errors_and_error_pages_break_no_rule_of_axe(live: Live, open_page: Open) -> None:
    page = open_page(f"{live.address}/s/demo/find", 360)
    assert violations_of_both(page) == []
    page.locator("input").evaluate_all("(inputs) => inputs.forEach((input) => input.removeAttribute('required'))")
    page.click("main button")
    expect(page.locator("#number-error")).to_be_visible()
    assert violations_of_both(page) == []
    page.fill("#number", "1001")
    page.fill("#proof", "04524")
    page.click("main button")
    expect(page.get_by_role("heading", name="Look in your mailbox")).to_be_visible()
    assert violations_of_both(page) == []
    page.goto(f"{live.address}/t/{'A' * 32}")
    assert violations_of_both(page) == []


def test_w08_colours_of_the_system_are_followed_and_nothing_moves_where_that_is_asked(
    live: Live, open_page: Open
) -> None:
    order = _make(live)
    page = open_page(live.link(order), forced_colors="active", reduced_motion="reduce")
    assert violations(page) == []
    assert (
        page.locator(".history > summary").evaluate("(one) => getComputedStyle(one, '::after').transitionDuration")
        == "0s"
    )
    page.emulate_media(media="print")
    expect(page.locator(".headline")).to_be_visible()
    expect(page.locator(".slot").locator("visible=true")).to_have_count(0)


def test_an_open_page_follows_the_parcel_and_keeps_focus_and_opened_parts(live: Live, open_page: Open) -> None:
    live.portal.config = live.portal.config.model_copy(update={"page_pace": 1})
    order = _make(live)
    page = open_page(live.link(order))
    page.locator(".history > summary").click()
    page.locator(".carrier a").focus()
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.querySelector('#summary').textContent))"
        ".observe(document.querySelector('#summary'), { subtree: true, childList: true, characterData: true })"
    )
    path = live.link(order).removeprefix(live.address)
    end = monotonic() + 9
    while len(told := [status for asked, status in live.answers if asked == path]) < 3 and monotonic() < end:
        page.wait_for_timeout(50)
    # The page, the first fragment, and from then on nothing that the browser has already.
    assert told[:3] == [200, 200, 304]
    assert page.evaluate("said") == []
    live.send(order, scan("out_for_delivery", "2026-03-02T08:30"), window=WINDOW)
    expect(page.locator("h1")).to_have_text("Out for delivery", timeout=6000)
    assert page.evaluate("said") == ["It is on the vehicle that brings it to you."]
    assert page.evaluate("document.activeElement.matches('.carrier a')")
    assert not page.locator(".history").evaluate("(one) => one.open")
    live.send(order, scan("delivered", "2026-03-02T08:45"))
    expect(page.locator("h1")).to_have_text("Delivered", timeout=6000)
    assert page.locator("#tracking").get_attribute("hx-get") is None
    count = len(live.answers)
    page.wait_for_timeout(1500)
    assert len(live.answers) == count
    assert complaints_of(page) == []


def test_w12_a_hidden_page_asks_nothing_and_asks_at_once_when_it_is_seen_again(live: Live, open_page: Open) -> None:
    live.portal.config = live.portal.config.model_copy(update={"page_pace": 1})
    hide = "window.hidden = false; Object.defineProperty(document, 'hidden', { get: () => window.hidden })"
    page = open_page(live.link(_make(live)), script=hide)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("window.hidden = true")
    page.wait_for_timeout(2500)
    assert asked == []
    page.evaluate("window.hidden = false; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    assert len(asked) == 1


def test_a_page_whose_link_ended_goes_away(live: Live, open_page: Open) -> None:
    live.portal.config = live.portal.config.model_copy(update={"page_pace": 1})
    order = _make(live)
    page = open_page(live.link(order))
    Order.update(deleted_at=live.portal.now()).execute()
    expect(page.get_by_role("heading", name="Nothing is here")).to_be_visible(timeout=6000)


def test_an_answer_that_failed_leaves_the_page_as_it_was(
    live: Live, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.portal.config = live.portal.config.model_copy(update={"page_pace": 1})
    page = open_page(live.link(_make(live)))

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr("tracker.store.links.open_link", fail)
        page.wait_for_timeout(1500)
    expect(page.locator("h1")).to_have_text("On its way")


def test_the_page_answers_without_scripts_at_320_pixels(live: Live, open_page: Open) -> None:
    page = open_page(live.link(_make(live)), 320, java_script_enabled=False)
    for words in ("Has the shop got my order?", "Incheon, KR", "Thursday 5 March, 14–18 h"):
        expect(page.get_by_text(words).first).to_be_visible()
    page.get_by_text("3 entries so far").click()


@pytest.mark.parametrize("surface", ["t", "embed"])
def test_s08_polyglots_of_carrier_and_marketer_do_nothing_in_a_browser(
    live: Live, open_page: Open, surface: str
) -> None:
    watch = (
        "window.broken = []; addEventListener('securitypolicyviolation', (one) => broken.push(one.violatedDirective))"
    )
    texts = [text.replace("\0", "") for text in POLYGLOTS]
    events = [
        scan("in_transit", f"2026-03-02T{hour:02d}:00", code=f"C{hour}", text=text, place=text[:120])
        for hour, text in enumerate(texts)
    ]
    foreign: list[str] = []
    for text in texts:
        order = live.order(text[:30])
        live.send(order, *events)
        content = {"title": text[:80], "text": text[:200], "link_url": "https://lantern.example"}
        for slot in ("below", "widget"):
            write_slot(live.shop.id, slot, "offer", content, live.portal.now())
        page = open_page(script=watch)
        page.on("dialog", lambda dialog: (foreign.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: foreign.append(request.url) if "evil" in request.url else None)
        page.goto(live.link(order, surface))
        page.evaluate("document.querySelector('#tracking').dispatchEvent(new Event('wake'))")
        page.wait_for_timeout(300)
        assert foreign == []
        assert page.evaluate("broken") == []
        acting = (
            "[...document.querySelectorAll('*')].filter((one) => [...one.attributes].some(NAMES)).map((one) => one.id)"
        )
        names = "({ name }) => name.startsWith('on') || (name.startsWith('hx-') && name !== 'hx-ignore')"
        assert page.evaluate(acting.replace("NAMES", names)) == ["tracking"]
