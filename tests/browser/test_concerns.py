"""Concerns and ratings in a real browser: by keyboard alone, without scripts, on a small phone, in every dress."""

from collections.abc import Callable
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from tests.portals import scan
from tracker.sdk import ConcernKind
from tracker.services import concerns, ratings
from tracker.services.concerns import Draft
from tracker.store.concerns import Concern, Photo

from .conftest import Live, complaints_of

ARRIVED = scan("delivered", "2026-03-02T10:00")


def check(page: Page) -> None:
    """Nothing against the rules of axe, and nothing wider than the screen."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def walk(page: Page, wanted: str, key: str = "Tab") -> None:
    """Presses a key until what is wanted has the focus."""
    for _press in range(30):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached by {key}")


def send(page: Page) -> None:
    """Presses Enter, and waits for the page behind it."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_parcel_is_reported_and_rated_by_keyboard_without_scripts(
    live: Live, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    order = live.order()
    live.send(order, ARRIVED)
    Image.effect_noise((400, 300), 60).convert("RGB").save(tmp_path / "lid.jpg")
    page = open_page(f"{live.link(order)}/concerns/new", 390, java_script_enabled=False)
    # Scripts of the page are off; those of the test still run.
    walk(page, ".kind[href*='not_here']")
    send(page)
    walk(page, "input[value='neighbour']")
    page.keyboard.press("Space")
    walk(page, "textarea")
    page.keyboard.type("Nobody has seen it.")
    page.set_input_files("#photos", str(tmp_path / "lid.jpg"))
    walk(page, "form.card button")
    send(page)
    expect(page.locator(".said-text")).to_have_text("Nobody has seen it.")
    expect(page.locator(".shots img")).to_have_js_property("naturalWidth", 400)
    assert Concern.get().checks == ["neighbour"]
    walk(page, "form[action$='/close'] button")
    send(page)
    expect(page.locator(".summary")).to_contain_text("This is closed.")
    page.goto(f"{live.link(order)}/parcels/1/rating?stars=2")
    walk(page, ".star[value='4']")
    send(page)
    expect(page.locator(".summary")).to_contain_text("You said: 4 of 5, Good.")
    walk(page, "input[name='carrier']")
    page.keyboard.press("ArrowDown")
    walk(page, "textarea")
    page.keyboard.type("Friendly")
    page.keyboard.press("Tab")
    send(page)
    expect(page.locator(".summary")).to_contain_text("Thank you.")
    row = ratings.find(live.shop.id, 1)
    assert row
    assert (row.delivery_stars, row.comment) == (4, "Friendly")
    assert Photo.select().count() == 1


def test_the_pages_hold_on_a_small_phone_light_dark_mirrored_and_refused(
    live: Live, open_page: Callable[..., Page]
) -> None:
    order = live.order()
    live.send(order, ARRIVED)
    said = Draft(ConcernKind.MISSING, 1, "한국어로 씁니다\n" + "x" * 90, pieces={"l2": 1})
    concerns.raise_concern(live.portal, live.shop.id, order.id, said)
    parcel = ratings.find_parcel(live.shop.id, order.id, 1)
    assert parcel
    ratings.rate(live.portal, parcel, delivery=3)
    paths = (
        "concerns/new",
        "concerns/new?kind=not_here",
        "concerns/new?kind=missing",
        "concerns/1",
        "parcels/1/rating",
    )
    for scheme, mirrored in (("light", False), ("dark", True)):
        page = open_page(width=320, color_scheme=scheme)
        for path in paths:
            page.goto(f"{live.link(order)}/{path}")
            if mirrored:
                page.evaluate("document.documentElement.dir = 'rtl'")
            check(page)
    page.goto(f"{live.link(order)}/concerns/new?kind=damaged")
    page.click("form.card button")
    expect(page.locator(".errors")).to_be_focused()
    check(page)
    assert [text for text in complaints_of(page) if "422" not in text] == []
