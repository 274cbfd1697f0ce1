"""The form of instructions in a browser: on small screens, in the dark, mirrored, without JavaScript, by keyboard."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Live, complaints_of
from tests.browser.states import SCANS
from tracker.store.instructions import Instruction
from tracker.store.shipments import load_shipments

Open = Callable[..., Page]


def _address(live: Live) -> str:
    order = live.order()
    live.send(order, *SCANS["tried"])
    return f"{live.link(order)}/parcels/{load_shipments(live.shop.id, order.id)[0].id}/answer"


def test_w08_a_failed_delivery_is_answered_by_the_keyboard_alone_and_without_javascript(
    live: Live, open_page: Open
) -> None:
    page = open_page(_address(live), 320, java_script_enabled=False)
    first = page.locator("input[name=kind]").first
    while not first.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#kind-safe_place")).to_be_checked()
    expect(page.locator("#another_day-day")).to_be_hidden()
    expect(page.locator("button:visible")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    # Nothing was written: the summary has the focus, and leads to the field.
    expect(page.locator(".errors")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#safe_place-text")).to_be_focused()
    page.keyboard.type("Behind the shed")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[id^=parcel-]:target")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Leave it in a safe place")
    assert [(row.kind, row.state) for row in Instruction.select()] == [("safe_place", "task")]


def test_w08_w09_the_form_breaks_no_rule_of_axe_and_no_small_screen(live: Live, open_page: Open) -> None:
    address = _address(live)
    change = live.link(live.order("1002")) + "/change"
    for scheme, width, path in (
        ("light", 320, f"{change}?kind=correction"),
        ("dark", 390, f"{address}?lang=ar&kind=another_day"),
    ):
        page = open_page(path, width, color_scheme=scheme)
        page.locator("button:visible").click()
        expect(page.locator(".errors")).to_be_focused()
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        small = page.evaluate("""() => [...document.querySelectorAll('main a, main button, main input')]
            .filter(one => one.offsetParent).map(one => one.closest('.choice') || one)
            .filter(one => one.getBoundingClientRect().height < 24).map(one => one.outerHTML)""")
        assert small == [], path
        # The browser itself speaks of the 422.
        assert [said for said in complaints_of(page) if "422" not in said] == []
