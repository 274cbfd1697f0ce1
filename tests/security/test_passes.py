"""Passes with the odd ids that stores have: what is in an address must lead back to the same order."""

import re
from datetime import timedelta
from urllib.parse import quote

from tests.portals import make_order
from tracker.services import passes
from tracker.store.shops import find_shop


def test_s01_a_pass_with_a_hash_in_its_order_leads_everywhere_by_whole_addresses(portal, shop, app):
    """A browser cuts an address off at its first `#`: the customer would be told that there is no such order."""
    passes.renew_key(portal, shop.id)
    make_order(portal, shop, ref="#1001")
    client, ends = app.test_client(), portal.now() + timedelta(days=1)
    for tier in ("account", "mail"):
        token = passes.make(portal, find_shop(shop.id), "woocommerce:#1001", tier, ends)
        path = quote(token, safe="~:")
        for door in (f"/t/{path}", f"/embed/{path}", f"/embed/{path}/element", f"/embed/{path}/include"):
            page = client.get(door)
            assert page.status_code == 200
            found = re.findall(r'(?:href|action|hx-get)="[^"]*?(/(?:t|embed)/[^"?#]*)', page.text)
            own = [one for one in found if "~" in one or one.startswith("/t/")]
            assert own
            assert all(path in one for one in own), (door, own)
        assert f'token="{token}"' in client.get(f"/embed/{path}/include").text
    assert f"/t/{path}" in client.get(f"/embed/{path}/mail.txt").text
    answer = client.post(f"/t/{path}/concerns/new", data={"kind": "other", "text": "Where is it?"})
    assert answer.location == f"/t/{path}/concerns/1"
    assert client.get(answer.location).status_code == 200
