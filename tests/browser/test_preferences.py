"""The pages of preferences in a browser: without JavaScript, by keyboard, on small screens, in the dark, mirrored."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Live, complaints_of
from tests.browser.states import SCANS
from tracker.store.preferences import find_preference

Open = Callable[..., Page]


def test_w08_a_customer_calms_the_news_by_the_keyboard_alone_and_without_javascript(
    live: Live, open_page: Open
) -> None:
    page = open_page(live.link(live.order()) + "/preferences", 320, java_script_enabled=False)
    expect(page.locator("#saved")).to_be_hidden()
    page.locator("#channel-shipped").focus()
    page.keyboard.press("ArrowDown")
    page.locator("#only_trouble-1").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.locator("#quiet_from")).to_be_hidden()
    page.keyboard.press("Space")
    page.locator("#quiet_from").fill("")
    page.keyboard.press("Enter")
    # A time is missing: the summary has the focus, and leads to the field.
    expect(page.locator(".errors")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#quiet_from")).to_be_focused()
    page.locator("#quiet_from").fill("23:15")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_be_visible()
    row = find_preference(live.shop.id, "ada@example.com")
    assert row is not None
    assert (row.channels["shipped"], row.only_trouble, row.quiet_from, row.quiet_until) == ("", True, "23:15", "07:00")


def test_w08_w09_the_pages_break_no_rule_of_axe_and_no_small_screen(live: Live, open_page: Open) -> None:
    order = live.order()
    live.send(order, *SCANS["tried"])
    link = live.link(order)
    for scheme, width, path in (
        ("light", 320, "/preferences"),
        ("dark", 390, "/preferences?lang=ar"),
        ("dark", 320, "/preferences/erase?lang=ko"),
        ("light", 390, "/preferences/erase?lang=ar"),
        ("light", 320, "/unsubscribe"),
    ):
        page = open_page(link + path, width, color_scheme=scheme)
        if page.locator("#quiet-1").count():
            page.check("#quiet-1")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        small = page.evaluate("""() => [...document.querySelectorAll('main a, main button, main input, main select')]
            .filter(one => one.offsetParent).map(one => one.closest('.choice') || one)
            .filter(one => one.getBoundingClientRect().height < 24).map(one => one.outerHTML)""")
        assert small == [], path
        assert complaints_of(page) == [], path
