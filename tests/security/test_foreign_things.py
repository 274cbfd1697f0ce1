"""S-04 on every address that there is: another order's or shop's things are not there, and nothing changes by trying.

The addresses come from the application's own map. One that is added later is tried, too, or fails here for want of a
value to fill in.
"""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from tests.desk.test_access import desk_rules, make_things
from tests.portals import make_order, make_shop, scan
from tests.services.test_erasure import everything
from tracker.sdk import Buyer, TrackingResult
from tracker.services import links, passes, projections, recording, shipping
from tracker.store import concerns, proofs
from tracker.store.concerns import Photo
from tracker.store.orders import Order
from tracker.store.proofs import Proof
from tracker.store.shops import Shop

IVY = Buyer("Ivy Canary", "ivy@canary.example", "010-9999-0000", postcode="99999", country="KR", locale="en")
WORDS = ("canary", "99999", "010-9999")
NO_THINGS = ("Kept.", "Rate", "Shop.")
"""Counters of who asks how often, and a shop's own row, which says when it was last looked at."""


def picture():
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, "PNG")
    return out.getvalue()


def make_all(portal, shop, number="1001", buyer=IVY):
    """An order with one of everything: a parcel that nobody met, a proof, a concern with a photo."""
    order = make_order(portal, shop, number, buyer=buyer)
    parcel, _ = shipping.add_shipment(portal, shop.id, order, "demo", f"N-{shop.id}-{number}", actor="test")
    came = scan("attempt_failed", "2026-03-02T12:00", text="Canary Lane")
    recording.record_result(portal, shop, "demo", TrackingResult(parcel.number, (came,)))
    concern = concerns.add_concern(shop.id, order.id, "other", portal.now())
    remark = concerns.add_remark(shop.id, concern.id, portal.now(), by_customer=True, text="The canary")
    concerns.add_photo(shop.id, concern.id, remark.id, portal.now(), content_type="image/png", body=picture())
    proof = proofs.Draft("photo", f"d{parcel.id}", "kept", "", "image/png", picture())
    proofs.add_proof(shop.id, "demo", parcel.number, proof, "2026-03-02T12:00:00", portal.now())
    projections.refresh_order(portal, shop.id, order.id)
    photo, shown = (model.select().order_by(model.id.desc()).get().id for model in (Photo, Proof))
    return {"shipment": parcel.id, "number": concern.number, "photo": photo, "proof": shown, "order": order}


def fill(rule, /, **values):
    for name, value in values.items():
        rule = re.sub(rf"<(?:[^<>]*:)?{name}>", str(value), rule)
    assert "<" not in rule, f"this test does not know what to fill in: {rule}"
    return rule


def page_rules(app):
    """All below an order's page and widget: address, verb."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/t/<token>", "/embed/<token>")):
            yield from ((rule.rule, verb) for verb in sorted(rule.methods & {"GET", "POST", "PUT", "DELETE", "PATCH"}))


def forms(parcel):
    """A body for every form that there is: each would change something for whoever may send it."""
    answer = {"kind": "safe_place", "safe_place-text": "Shed", "key": "a" * 32}
    change = {"kind": "cancel", "key": "b" * 32}
    concern = {"kind": "other", "text": "Hm", "parcel": str(parcel), "key": "c" * 32}
    rest = {"delivery": "1", "when": "now", "sure": "1", "locale": "ko", "pause": "always", "erase": "now"}
    return [answer, change, {**concern, **rest}]


def send_all(client, app, token, ids):
    """Every verb on every address of a token, with these ids; each answer."""
    for rule, verb in page_rules(app):
        path = fill(rule, token=token, **ids)
        for form in forms(ids["shipment"]) if verb == "POST" else [None]:
            yield rule, verb, client.open(path, method=verb, data=form)


def state():
    return {where: text for where, text in everything().items() if not where.startswith(NO_THINGS)}


def ids_of(things):
    return {name: value for name, value in things.items() if name != "order"}


@pytest.fixture
def victim(portal, shop):
    return make_all(portal, shop)


def test_s04_no_page_reaches_the_things_of_another_order_or_shop(portal, shop, app, victim, monkeypatch):
    monkeypatch.setattr("tracker.web.customer.MOST_DEEDS", 10_000)
    elsewhere = make_shop(portal, "other")
    strangers = [(shop, make_order(portal, shop, "2002")), (elsewhere, make_order(portal, elsewhere, "2003"))]
    client, tried = app.test_client(), 0
    for place, order in strangers:
        tokens = [links.issue(portal, place.id, order, order.email)]
        passes.renew_key(portal, place.id)
        row, ends = Shop.get_by_id(place.id), portal.now() + timedelta(days=1)
        tokens += [passes.make(portal, row, order.ref, "account", ends)]
        for token in tokens:
            before = state()
            with_ids = [(rule, verb) for rule, verb in page_rules(app) if "<int:" in rule]
            for rule, verb in with_ids:
                for form in forms(victim["shipment"]):
                    answer = client.open(fill(rule, token=token, **ids_of(victim)), method=verb, data=form)
                    assert answer.status_code == 404, (rule, verb, answer.status_code)
                    tried += 1
            # What names a parcel in a form or a query is no way round.
            form = {"kind": "other", "text": "Hm", "parcel": str(victim["shipment"]), "key": "d" * 32}
            assert client.post(f"/t/{token}/concerns/new?kind=other", data=form).status_code == 422
            shown = client.get(f"/t/{token}/concerns/new?kind=damaged&parcel={victim['shipment']}")
            assert not [word for word in WORDS if word in shown.text.lower()]
            assert state() == before
    assert tried > 80


def test_s04_a_token_that_leads_nowhere_leads_nowhere_on_every_address(portal, shop, app, victim, monkeypatch):
    monkeypatch.setattr("tracker.services.links.MOST_MISSES", 100_000)
    order = victim["order"]
    passes.renew_key(portal, shop.id)
    soon = portal.now() + timedelta(days=1)
    good = passes.make(portal, Shop.get_by_id(shop.id), order.ref, "mail", soon)
    ended = links.issue(portal, shop.id, order, order.email)
    links.revoke(portal, shop.id, order)
    bad = [ended, "A" * 32, good[:-1] + ("0" if good[-1] != "0" else "1"), good.replace("~mail~", "~account~")]
    other = make_shop(portal, "other")
    bad += [good.replace(f"{shop.slug}~", f"{other.slug}~", 1), good.replace(order.ref, f"x:{order.ref}", 1)]
    before = state()
    for token in bad:
        for rule, verb, answer in send_all(app.test_client(), app, token, ids_of(victim)):
            assert answer.status_code == 404, (rule, verb, token)
    assert state() == before


def test_s04_a_shared_link_changes_nothing_and_tells_of_nobody(portal, shop, app, victim):
    token = links.issue(portal, shop.id, victim["order"], "", "shared")
    before = state()
    for rule, verb, answer in send_all(app.test_client(), app, token, ids_of(victim)):
        assert answer.status_code in (200, 403, 404) if verb == "GET" else answer.status_code in (403, 404), (
            rule,
            verb,
        )
        assert not [word for word in WORDS if word in answer.text.lower()], (rule, verb)
    assert state() == before


def test_s18_nothing_that_is_only_looked_at_changes_anything(portal, shop, app, victim):
    """Scanners of mail open what they find, and many ask by HEAD, which is no POST either."""
    token = links.issue(portal, shop.id, victim["order"], IVY.email)
    before, client = state(), app.test_client()
    query = "kind=not_here&text=Hm&sure=1&when=now&delivery=5&stars=5&locale=ko&List-Unsubscribe=One-Click"
    for rule, _verb in page_rules(app):
        path = fill(rule, token=token, **ids_of(victim))
        for verb in ("GET", "HEAD", "OPTIONS"):
            answer = client.open(f"{path}?{query}", method=verb)
            assert answer.status_code in (200, 303, 404, 405), (path, verb, answer.status_code)
    assert state() == before


def test_s04_no_desk_reaches_anything_through_its_own_things(portal, shop, other_shop, enter):
    """Their own order before our shipment, their own concern before our photo, and so on, on every address."""
    ours, theirs = make_things(portal, shop), make_things(portal, other_shop)
    mine, foreign = make_all(portal, other_shop, "3001", Buyer("Bo")), make_all(portal, shop, "3002")
    own = {
        "slug": other_shop.slug, "order": mine["order"].id, "shipment": mine["shipment"], "concern": mine["number"],
        "photo": mine["photo"], "proof": mine["proof"], "id": theirs.file.id, "carrier": theirs.carrier.id,
        "rule": theirs.rule.id, "task": theirs.task,
    }  # fmt: skip
    alien = {
        "order": foreign["order"].id, "shipment": foreign["shipment"], "concern": 999_999, "photo": foreign["photo"],
        "proof": foreign["proof"], "id": ours.file.id, "carrier": ours.carrier.id, "rule": ours.rule.id,
        "task": ours.task,
    }  # fmt: skip
    words = {"surface": "page", "slot": "above", "plugin": "demo", "tier": "mail", "key": "glazed"}
    browser, tried = enter(other_shop, "owner"), 0
    before = state()
    for rule, verb, _endpoint, _roles in desk_rules():
        for name in re.findall(r"<int:(\w+)>", rule) if "<slug>" in rule else ():
            path = fill(rule, **{**words, **own, name: alien[name]})
            browser.get("/desk/me")
            answer = browser.get(path) if verb == "GET" else browser.post(path, {"word": "x", "answer": "yes"})
            assert answer.status_code == 404, (rule, verb, name)
            tried += 1
    after = {where: text for where, text in state().items() if not where.startswith("Session.")}
    assert after == {where: text for where, text in before.items() if not where.startswith("Session.")}
    assert tried > 30
    assert Order.select().count() == 4
