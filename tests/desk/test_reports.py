"""Delivery reports in the desk, and ending links only after a question."""

import re

from tests.portals import make_order
from tracker.domain.reports import check
from tracker.services import evidence, links, shipping


def test_staff_fetch_a_report_at_any_time_from_the_order(portal, shop, enter):
    order = make_order(portal, shop)
    row, _new = shipping.add_shipment(portal, shop.id, order, "manual", "P-1", carrier_name="Post", actor="staff:1")
    browser = enter(shop, "staff")
    page = browser.get(f"/desk/demo/orders/{order.id}").text
    path = re.search(r'href="(/desk/demo/shipments/\d+/report.json)"', page)[1]
    report = browser.get(path)
    assert (report.status_code, report.mimetype) == (200, "application/json")
    assert 'filename="delivery-report-P-1.json"' in report.headers["Content-Disposition"]
    assert check(report.data, evidence.head(portal, shop.id, row.id)).holds
    assert browser.get("/desk/demo/shipments/9999/report.json").status_code == 404


def test_all_links_end_only_after_a_question_that_says_what_ends(portal, shop, enter):
    order = make_order(portal, shop)
    tokens = [links.issue(portal, shop.id, order, *who) for who in ((order.email, "mail"), ("", "shared"))]
    browser = enter(shop, "staff")
    page = browser.get(f"/desk/demo/orders/{order.id}").text
    path = f"/desk/demo/orders/{order.id}/links/end"
    assert f'href="{path}"' in page
    assert f'action="{path}"' not in page
    asked = browser.get(path).text
    assert "2 links end" in asked
    assert "stay open" in asked
    assert all(links.follow(portal, token) for token in tokens)
    assert browser.post(path).status_code == 303
    assert not any(links.follow(portal, token) for token in tokens)
