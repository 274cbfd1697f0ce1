"""Plugins in a real browser: tests of the connection and labels appear by themselves, without scripts by reload."""

import pytest
from playwright.sync_api import expect

from tests.acme import HUSH, SETTINGS, add_acme
from tests.browser.conftest import complaints_of
from tests.browser.test_desk_axe import open_desk, site, violations  # noqa: F401 - a fixture
from tests.portals import make_order
from tracker.services import settings, shipping, work

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ACME = "/desk/demo/plugins/acme"


@pytest.fixture(autouse=True)
def acme(portal, tmp_path):
    add_acme(portal, tmp_path)


@pytest.mark.parametrize("scripts", [True, False])
def test_settings_are_filled_in_and_tested(chromium, site, portal, shop, scripts):  # noqa: F811
    page = open_desk(chromium, site, 360, scripts=scripts)
    page.goto(site + ACME)
    page.fill("#set-client_id", "away")
    page.fill("#set-client_secret", HUSH)
    page.keyboard.press("Enter")
    expect(page.locator(".flash").first).to_contain_text("The settings are saved.")
    assert "push_secret" not in portal.ports.settings.load(shop.id, "acme")
    assert page.input_value("#set-client_secret") == ""
    page.click("#trial form button")
    answer = page.locator("#trial-answer")
    expect(answer).to_contain_text("The answer appears here.")
    work.run_outbox(portal)
    if not scripts:
        page.click("#trial-answer a.button")
    expect(answer).to_contain_text("Acme Post does not answer.")
    if scripts:
        assert violations(page) == []
        page.fill("#set-client_id", "x")
        page.click("form:has(#set-client_id) .primary")
        expect(page.locator("#set-client_id-error")).to_contain_text("at least 2")
        assert violations(page) == []
        page.fill("#set-client_id", "fine")
        page.click("button[name=make]")
        expect(page.locator("#made")).to_have_value(portal.ports.settings.load(shop.id, "acme")["push_secret"])
        assert violations(page) == []
        assert [text for text in complaints_of(page) if "422" not in text] == []
    page.context.close()


def test_a_label_appears_and_comes_as_a_file(chromium, site, portal, shop):  # noqa: F811
    settings.save(portal, shop, "acme", SETTINGS, "test")
    order = make_order(portal, shop, "1003")
    for number in ("A1", "GONE"):
        shipping.add_shipment(portal, shop.id, order, "acme", number, actor="test")
    page = open_desk(chromium, site)
    page.goto(f"{site}/desk/demo/orders/{order.id}")
    for number in ("A1", "GONE"):
        page.get_by_role("button", name=f"Get the label {number}").click()
    work.run_outbox(portal)
    link = page.get_by_role("link", name="Download the label A1")
    expect(link).to_be_visible()
    expect(page.get_by_text("The carrier has no label for this number.")).to_be_visible()
    assert violations(page) == []
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".pdf")
    assert complaints_of(page) == []
    page.context.close()
