"""The doors of carriers: keys of others, odd requests, replies that could be more than words, keys in logs."""

import json
import logging

import pytest

from tests.portals import make_shop
from tests.services.vendor import Mute, Vendor, bring
from tracker.sdk import InboundRequest, Verdict
from tracker.services import push_doors, receiving
from tracker.store.inbox import Inbox
from tracker.store.plugins import write_switch
from tracker.web.security import HOOK_LIMIT

BODY = b'{"number": "M1"}'
DOOR = "/hooks/demo/carriers/vendor"


class Other(Vendor):
    id = "other"


@pytest.fixture
def vendor(portal):
    made = Vendor()
    bring(portal, Mute(), made, Other())
    return made


@pytest.fixture
def client(app):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def path(portal, shop, carrier="vendor"):
    return push_doors.address_of(portal, shop, carrier).removeprefix(portal.config.url)


def key(portal, shop, carrier="vendor"):
    return path(portal, shop, carrier).rpartition("=")[2]


def test_s04_the_key_of_another_shop_or_carrier_opens_nothing(portal, shop, vendor, client):
    other = make_shop(portal, "other")
    wrong = [key(portal, other), key(portal, shop, "other"), key(portal, shop).upper(), key(portal, shop)[:-1]]
    wrong += [f" {key(portal, shop)}", f"{key(portal, shop)}%00", "%ff%fe", "%F0%9F%94%91", "a" * 100_000]
    for one in wrong:
        assert client.post(f"{DOOR}?key={one}", data=BODY).status_code == 401, one[:50]
    assert client.post(f"{DOOR}?KEY={key(portal, shop)}", data=BODY).status_code == 401
    assert client.post(f"{DOOR}?key=no&key={key(portal, shop)}", data=BODY).status_code == 401
    assert client.post(DOOR, data={"key": key(portal, shop)}).status_code == 401
    assert client.post(DOOR, data=BODY, headers={"key": key(portal, shop)}).status_code == 401
    assert Inbox.select().count() == 0
    assert client.post(path(portal, other), data=BODY).status_code == 202
    assert [row.shop_id for row in Inbox.select()] == [other.id]


def test_a_carrier_that_the_shop_has_switched_off_is_not_let_in(portal, shop, vendor, client):
    write_switch(shop.id, "demo", False, portal.now())
    assert client.post(path(portal, shop), data=BODY).status_code == 404


def test_s28_a_body_over_the_limit_and_other_methods_are_refused(portal, shop, vendor, client):
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = client.post(path(portal, shop), data=b"x" * (HOOK_LIMIT + 1), content_type=kind)
        assert answer.status_code == 413, kind
    for verb in ("get", "put", "delete", "patch"):
        assert getattr(client, verb)(path(portal, shop), data=BODY).status_code == 405
    assert Inbox.select().count() == 0


def test_r02_the_same_message_a_hundred_times_leaves_one_row(portal, shop, vendor, client):
    for _ in range(100):
        assert client.post(path(portal, shop), data=BODY).status_code == 202
    assert Inbox.select().count() == 1


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("<script>alert(1)</script>", "text/plain"),
        ('{"a": "<img src=x onerror=alert(1)>"}', "application/json"),
        ("[1]", "application/json"),
        ("\ufeff<html>\r\nSet-Cookie: a=b\0", "text/plain"),
        ("x" * 5000, "text/plain"),
    ],
)
def test_s08_what_a_handshake_is_answered_is_never_a_page(portal, shop, vendor, client, monkeypatch, reply, kind):
    monkeypatch.setattr(vendor, "verify", lambda *_: Verdict(True, keep=False, reply=reply))
    answer = client.post(path(portal, shop), data=b"hello")
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert len(answer.data) <= 1000
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


def test_s07_no_noise_closes_the_door_for_those_who_may_come_in(portal, shop, vendor, client, monkeypatch):
    right = vendor.verify

    def verify(request: InboundRequest, ctx):
        if not request.known:
            raise RuntimeError("a stranger's noise")
        return right(request, ctx)

    monkeypatch.setattr(vendor, "verify", verify)
    for _ in range(30):
        assert client.post(DOOR, data=b"noise").status_code == 401
    assert client.post(path(portal, shop), data=BODY).status_code == 202
    receiving.process(portal, Inbox.get())


def test_s32_no_log_holds_the_key_of_a_door_or_the_token_of_a_page(portal, shop, vendor, client, monkeypatch, caplog):
    address, secret = path(portal, shop), key(portal, shop)
    with caplog.at_level(logging.DEBUG):
        client.post(address, data=BODY)
        client.get(address)
        client.post(address, data=b"x" * (HOOK_LIMIT + 1))
        client.post(address + "0", data=BODY)
        for broken in (RuntimeError("broken"), OSError("broken")):
            monkeypatch.setattr(receiving, "receive_carrier", lambda *_, broken=broken: (_ for _ in ()).throw(broken))
            assert client.post(address, data=BODY).status_code == 500
        monkeypatch.setattr("tracker.web.views.pages.links.follow", lambda *_: 1 / 0)
        assert client.get(f"/t/{secret}").status_code == 500
    told = [json.dumps(vars(record), default=repr) for record in caplog.records]
    assert sum("a view broke" in one for one in told) == 3
    assert [one for one in told if secret in one] == []
