"""Labels on the order's page: asked for, waited for, downloaded, and the reason where there is none."""

import pytest

from tests.acme import PDF, SETTINGS, add_acme
from tests.portals import make_order
from tracker.services import settings, shipping, work

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def acme(portal, shop, tmp_path):
    add_acme(portal, tmp_path)
    settings.save(portal, shop, "acme", SETTINGS, "test")


@pytest.fixture
def ship(portal, shop):
    """Sends a parcel; answers the address of its order and of its label."""
    order = make_order(portal, shop)

    def send(number="A1", carrier="acme"):
        one, _new = shipping.add_shipment(portal, shop.id, order, carrier, number, actor="test")
        page = f"/desk/{shop.slug}/orders/{order.id}"
        return page, f"{page}/shipments/{one.id}/label"

    return send


def raw(response):
    return response.get_data(as_text=True)


def test_a_label_is_got_on_the_orders_page(portal, shop, enter, ship):
    browser, (page, label) = enter(shop, "staff"), ship()
    assert "Get the label<" in raw(browser.get(page))
    response = browser.post(label)
    assert (response.status_code, response.headers["Location"]) == (303, f"{page}#label-1")
    for waiting in (browser.get(page), browser.get(label, headers=FRAGMENT)):
        assert f'hx-get="{label}"' in raw(waiting)
        assert "The label was asked for Mar 2, 2026 09:00." in raw(waiting)
        assert f'action="{label}"' not in raw(waiting)
    work.run_outbox(portal)
    fragment = raw(browser.get(label, headers=FRAGMENT))
    assert fragment.strip().startswith('<div id="label-1"')
    for told in (fragment, raw(browser.get(page))):
        assert f'href="{label}/file"' in told
        assert "Get the label again<" in told
        assert "hx-get" not in told.partition("label-1")[2].partition("</div>")[0]
    assert browser.get(label).status_code == 303


def test_the_file_is_handed_to_staff_alone_and_kept_by_nobody_on_the_way(portal, shop, enter, ship):
    browser, (_page, label) = enter(shop, "staff"), ship()
    browser.post(label)
    work.run_outbox(portal)
    response = browser.get(f"{label}/file")
    assert response.get_data() == PDF
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename=label-1.pdf"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert enter(shop, "marketer").get(f"{label}/file").status_code == 403


def test_before_there_is_a_label_the_file_leads_back_to_the_order(portal, shop, enter, ship):
    browser, (page, label) = enter(shop, "staff"), ship()
    for _ in range(2):
        response = browser.get(f"{label}/file")
        assert (response.status_code, response.headers["Location"]) == (303, page)
        assert "There is no label yet. Get it first." in raw(browser.get(page))
        browser.post(label)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("GONE", "The carrier has no label for this number. Was it bought in this account?"),
        ("WRONG", "The carrier does not let us in. An owner of the shop has to correct its settings."),
        ("ODD", "The carrier’s answer could not be read."),
        ("BUG", "The plugin itself broke. Tell its author what it said."),
        ("AWAY", "The carrier does not answer at the moment. It is asked again by itself."),
    ],
)
def test_why_there_is_none_is_told_in_words(portal, shop, enter, ship, number, sentence):
    browser, (page, label) = enter(shop, "staff"), ship(number)
    browser.post(label)
    work.run_outbox(portal)
    told = raw(browser.get(page))
    assert sentence in " ".join(told.split())
    assert "canary" not in told
    assert ("There is no label." in told) == (number != "AWAY")


def test_a_carrier_that_gives_none_is_not_asked(portal, shop, enter, ship):
    browser, (page, label) = enter(shop, "staff"), ship("P1", "manual")
    assert 'id="label-' not in raw(browser.get(page))
    assert "Get the label" not in raw(browser.get(page))
    browser.post(label)
    assert "This carrier gives no labels to print." in raw(browser.get(page))


def test_when_the_carrier_was_and_will_be_asked_stands_with_each_parcel(portal, shop, enter, ship, clock):
    browser, (page, _label) = enter(shop, "staff"), ship()
    assert "Carrier not asked yet · next Mar 2, 2026 09:00" in raw(browser.get(page))
    work.run_polls(portal)
    assert "Carrier asked Mar 2, 2026 09:00 · next Mar 2, 2026 11:00" in raw(browser.get(page))
    settings.save(portal, shop, "acme", {**SETTINGS, "client_id": "away"}, "test")
    clock.advance(hours=3)
    work.run_polls(portal)
    told = raw(browser.get(page))
    assert "Carrier asked Mar 2, 2026 12:00, last answer Mar 2, 2026 09:00 · next" in told
    assert "The carrier does not answer at the moment." in told
