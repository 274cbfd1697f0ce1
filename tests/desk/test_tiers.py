"""The table of what links show, as the owner sets it, and what it does at the doors."""

import re

import pytest

from tracker.domain.tiers import ALL, Grant, Tier, bound, see
from tracker.store.audit import load_audit
from tracker.store.shops import Shop

TABLE = "/desk/demo/tiers"


def boxes(page):
    """The boxes that can be ticked, and whether they are, by tier and grant."""
    found = re.findall(r'<input type="checkbox" name="(\w+)" value="(\w+)"[^>]*?( checked)?>', page)
    return {(tier, grant): bool(ticked) for tier, grant, ticked in found}


def test_the_owner_sees_what_can_be_chosen_and_what_is_fixed(shop, enter):
    shown = boxes(enter(shop).get(TABLE).text)
    assert {tier for tier, _grant in shown} == {"mail", "account"}
    fixed = {(tier, grant) for tier in ("mail", "account") for grant in Grant} - set(shown)
    assert fixed == {("mail", "signature"), ("mail", "preferences"), ("account", "preferences")}
    assert all(shown.values())


def test_a_choice_is_kept_within_bounds_and_can_be_taken_back(portal, shop, enter):
    browser = enter(shop)
    browser.get(TABLE)
    tampered = {
        "shared": ["places", "report"],
        "mail": ["hours", "signature", "nonsense"],
        "account": ["report", "photo"],
    }
    page = browser.post(TABLE, tampered, follow_redirects=True)
    assert "stays off" in page.text
    kept = Shop.get().tiers
    assert kept == {"shared": [], "mail": ["hours", "preferences"], "account": ["photo", "preferences"]}
    assert boxes(page.text)[("mail", "hours")]
    assert not boxes(page.text)[("mail", "places")]
    browser.post(TABLE, tampered)
    browser.post(TABLE, {"usual": "1"})
    assert Shop.get().tiers is None
    assert [(one.actor, one.action) for one in load_audit(shop.id, "shop")] == [("staff:1", "tiers")] * 2


def test_each_tier_is_previewed_as_it_is_saved(portal, shop, enter):
    browser = enter(shop)
    pages = {tier: browser.get(f"{TABLE}/preview/{tier}") for tier in Tier}
    assert {page.status_code for page in pages.values()} == {200}
    assert "Daejeon" in pages[Tier.MAIL].text
    assert "Daejeon" not in pages[Tier.SHARED].text
    browser.post(TABLE, {"mail": ["hours"]})
    assert "Daejeon" not in browser.get(f"{TABLE}/preview/mail").text
    assert browser.get(f"{TABLE}/preview/nobody").status_code == 404


@pytest.mark.parametrize("tier", [*Tier, "nobody", ""])
def test_no_table_leads_out_of_bounds(tier):
    most = {"shared": frozenset(), "mail": ALL - {Grant.SIGNATURE}, "account": ALL}.get(tier, frozenset())
    everything = {str(one): [str(grant) for grant in Grant] for one in Tier}
    for table in (None, {}, everything, {tier: []}, {tier: ["report"]}, {tier: ["x", "", "act"]}, bound(everything)):
        sight = see(tier, table)
        assert sight <= most
        assert Grant.REPORT not in sight or {Grant.NUMBERS, Grant.HOURS} <= sight
        assert tier not in ("mail", "account") or Grant.PREFERENCES in sight
