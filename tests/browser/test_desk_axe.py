"""The desk in a real browser: accessible in light and dark, on a phone and by keyboard, and without scripts."""

import threading
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect
from werkzeug.serving import make_server

from tests.browser.axe import COLOURS, find_broken, load_axe, violations
from tests.browser.conftest import complaints_of
from tests.desk.conftest import PASSWORD
from tests.portals import make_order, scan
from tracker.domain.instruction_forms import Said
from tracker.sdk import ConcernKind, InstructionKind, TrackingResult
from tracker.services import concerns, instructions, links, recording, shipping, staff
from tracker.services.concerns import Draft
from tracker.store import imports, own_carriers, wording
from tracker.store.ratings import write_rating
from tracker.store.shops import Shop, Slot
from tracker.web import create_app

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EMAIL = "owner@demo.example"
UPS = "1Z999AA10123456784"


@pytest.fixture
def site(portal, shop):
    """The desk of a shop with an order in trouble, served on a port of its own; answers its address."""
    server = make_server(
        "127.0.0.1",
        0,
        lambda environ, start: app(environ, start),  # noqa: PLW0108 - made below
        threaded=True,
    )
    object.__setattr__(portal.config, "url", f"http://127.0.0.1:{server.port}")
    app = create_app(portal)
    order = make_order(portal, shop)
    make_order(portal, shop, "1002")
    person = staff.create(portal, EMAIL, PASSWORD, "Olive Kim")
    staff.grant(portal, shop.id, person.id, "owner")
    shipping.add_shipment(portal, shop.id, order, "ups", UPS, actor="staff:1")
    events = (scan("picked_up", "2026-03-02T11:00"), scan("exception", "2026-03-02T16:00", text="Held at customs"))
    odd = scan("unknown", "2026-03-02T12:00", code="QQ7", text="Parcel dreams of the sea")
    recording.record_result(portal, shop, "ups", TrackingResult(UPS, (*events, odd, scan("in_transit", None))))
    look = {"stage": "shipment", "milestone": "pending", "colour": "#8a3b12", "icon": "drop"}
    wording.add_status(shop.id, "being-glazed", portal.now(), words={"en": "Being glazed"}, **look)
    own_carriers.add_carrier(shop.id, "Uncle Lee", portal.now(), url="https://lee.example/{number}")
    problem = {"line": 2, "column": "Carrier", "value": "DHX", "reason": "no_order_number", "details": {}}
    counts = {"size": 10, "rows": 3, "refused": 1, "problems": [problem], "state": "done"}
    imports.create_import(shop.id, portal.now(), name="a.csv", path="/nowhere", **counts)
    concerns.raise_concern(portal, shop.id, order.id, Draft(ConcernKind.LATE, text="Where is it?"))
    rated = {"order": order.id, "carrier": "ups", "delivery_stars": 4, "comment": "Quick"}
    write_rating(shop.id, 1, rated, portal.now())
    opened = links.follow(portal, links.issue(portal, shop.id, order, order.email))
    instructions.give(portal, opened, 1, Said(InstructionKind.SAFE_PLACE, text="Behind the shed"), "k1")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join(timeout=5)


def open_desk(chromium, site, width=1200, scheme="light", locale="en-GB", scripts=True):
    """A page signed in to the desk."""
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale=locale, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(f"{site}/desk/")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.click("main button")
    return page


SCREENS = (
    "/desk/me", "/desk/demo/orders", "/desk/demo/orders?q=nothing", "/desk/demo/orders/1",
    "/desk/demo/orders/2/shipments/new", "/desk/demo/orders/1/shipments/1/edit", "/desk/demo/orders/1/shipments/1/say",
    "/desk/demo/orders/1/shipments/1/cancel", "/desk/demo/imports", "/desk/demo/imports/1", "/desk/demo/look",
    "/desk/demo/embedding",
    "/desk/demo/plugins", "/desk/demo/plugins/ups", "/desk/demo/statuses", "/desk/demo/statuses/new",
    "/desk/demo/words", "/desk/demo/carriers", "/desk/demo/concerns/1", "/desk/demo/ratings",
    "/desk/demo/tasks", "/desk/demo/tasks/1", "/desk/demo/tasks/wishes",
)  # fmt: skip


@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_no_screen_breaks_a_rule_of_axe_its_width_or_its_policy_and_each_names_a_thing_once(chromium, site, locale):
    page = chromium.new_context(locale=locale).new_page()
    page.goto(f"{site}/desk/sign-in")
    check_screen(page, "/desk/sign-in")
    page.context.close()
    page = open_desk(chromium, site, locale=locale)
    page.goto(f"{site}/desk/demo/tasks")
    assert page.evaluate("new Set([...document.querySelectorAll('.bar-nav a')].map((one) => one.offsetTop)).size") == 1
    assert page.locator("ul.card a").first.bounding_box()["x"] >= page.locator("ul.card").bounding_box()["x"] + 8
    for screen in SCREENS:
        page.goto(site + screen)
        check_screen(page, screen)
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
        assert sorted(ids) == sorted(set(ids)), screen
    # The frame of the preview has no scripts, and says so.
    assert [text for text in complaints_of(page) if "sandboxed" not in text] == []
    page.context.close()


def check_screen(page, screen):
    """Each screen is loaded once: scheme and width change while it is open, and no colour is caught on its way."""
    page.emulate_media(reduced_motion="reduce")
    load_axe(page)
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, (screen, width)
        if width == 768:
            continue
        page.emulate_media(color_scheme="light")
        assert find_broken(page) == [], (screen, width)
        page.emulate_media(color_scheme="dark")
        assert find_broken(page, COLOURS) == [], (screen, width)


def test_forms_that_were_refused_break_no_rule_of_axe(chromium, site):
    page = open_desk(chromium, site)
    page.goto(f"{site}/desk/demo/orders/2/shipments/new")
    page.fill("#number", UPS[:-1] + "5")
    page.click("main form.form .primary")
    expect(page.locator("#number-error")).to_contain_text("last digit should be 4; typed 5")
    assert violations(page) == []
    page.goto(f"{site}/desk/demo/look")
    page.fill("#accent", "#ffee00")
    page.click("#theme .primary")
    expect(page.locator("#accent-error")).to_be_visible()
    assert violations(page) == []
    page.context.close()


def test_an_order_is_found_and_sent_without_any_script(chromium, site):
    page = open_desk(chromium, site, 360, scripts=False)
    page.fill("#q", "1002")
    page.click(".filters .primary")
    page.click("text=1002")
    page.click("text=Add a shipment")
    page.fill("#number", "P-77")
    page.fill("#carrier", "other carrier")
    page.fill("#carrier_name", "Local Post")
    page.click("main form.form .primary")
    expect(page.locator(".flash")).to_contain_text("Shipment P-77 is added.")
    page.context.close()


def test_a_status_of_the_shops_own_is_made_and_said_without_mouse_or_script(chromium, site):
    page = open_desk(chromium, site, scripts=False)
    page.goto(f"{site}/desk/demo/statuses/new")
    page.focus("#word-en")
    page.keyboard.type("In the kiln")
    # Past the word in each other language.
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "milestone":
            break
    for keys in ("P", "Tab", "ArrowDown", "Enter"):
        page.keyboard.press(keys)
    expect(page.locator(".flash")).to_contain_text("The status is saved.")
    page.goto(f"{site}/desk/demo/orders/1/shipments/1/say")
    page.select_option("#milestone", label="In the kiln")
    page.click("main form.form .primary")
    expect(page.locator(".flash")).to_contain_text("Recorded: In the kiln.")
    page.goto(f"{site}/desk/demo/orders/2/shipments/new")
    page.fill("#number", "77")
    page.fill("#carrier", "uncle lee")
    page.click("main form.form .primary")
    expect(page.locator(".number a")).to_have_attribute("href", "https://lee.example/77")
    page.context.close()


def test_signing_in_and_searching_take_no_mouse(chromium, site):
    page = chromium.new_context(viewport={"width": 1200, "height": 800}).new_page()
    page.goto(f"{site}/desk/")
    expect(page.locator("input[type=email]")).to_be_focused()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("1001")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=1001**")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.context.close()


def test_the_list_refreshes_itself(chromium, site, portal, shop):
    page = open_desk(chromium, site)
    page.wait_for_url("**/orders")
    expect(page.locator("tbody tr")).to_have_count(2)
    make_order(portal, shop, "1003")
    page.evaluate("htmx.ajax('GET', location.pathname, {target: '#order_rows', swap: 'outerMorph'})")
    expect(page.locator("tbody tr")).to_have_count(3)
    assert page.locator("#order_rows").count() == 1
    page.context.close()


def test_a_draft_is_previewed_on_every_surface_and_not_kept(chromium, site):
    page = open_desk(chromium, site)
    page.goto(f"{site}/desk/demo/look")
    frame = page.frame_locator("iframe.preview-frame")
    for slot in ("above", "widget", "mail", "below"):
        page.click(f"#slot-{slot} summary")
        page.fill(f"#{slot}-title", f"Spring tea, {slot}")
        page.fill(f"#{slot}-link_url", "https://tea.example/spring")
        page.click(f"#slot-{slot} .previews button")
        expect(frame.get_by_text(f"Spring tea, {slot}")).to_be_visible()
    assert page.input_value("#below-title") == "Spring tea, below"
    assert Slot.select().count() == 0
    page.click("#slot-below .primary")
    expect(page.locator(".flash")).to_contain_text("The offer is saved.")
    assert (Slot.get().name, Slot.get().content["title"]) == ("below", "Spring tea, below")
    page.context.close()


def test_a_logo_goes_up_and_stands_in_the_preview(chromium, site, tmp_path):
    from PIL import Image

    file = tmp_path / "logo.png"
    Image.new("RGB", (300, 100), "#884422").save(file)
    page = open_desk(chromium, site)
    page.goto(f"{site}/desk/demo/look")
    page.set_input_files("#logo", str(file))
    page.click("#logo-card .primary")
    expect(page.locator(".flash")).to_contain_text("The logo is saved.")
    for locator in (page.locator(".logo-now"), page.frame_locator("iframe.preview-frame").locator("img").first):
        expect(locator).to_be_visible()
        assert locator.evaluate("image => image.naturalWidth") == 300
    page.context.close()


def test_a_file_goes_up(chromium, site, tmp_path, instance):
    file = Path(tmp_path / "shipments.csv")
    file.write_text(f"Order number,Tracking number,Carrier\n1002,{UPS},UPS\n")
    page = open_desk(chromium, site)
    page.goto(f"{site}/desk/demo/imports")
    page.set_input_files("#file", str(file))
    page.click("main form .primary")
    expect(page.locator(".flash")).to_contain_text("The file is here.")
    expect(page.locator("progress")).to_be_visible()
    page.context.close()


def test_shops_stay_apart_in_the_browser_too(chromium, site, portal):
    Shop.create(slug="other", name="Other", created_at=portal.now())
    page = open_desk(chromium, site)
    try:
        response = page.goto(f"{site}/desk/other/orders")
    except Error:
        pytest.fail("the page did not load")
    assert response.status == 404
    page.context.close()
