"""Shippo: one track a request, its carrier named, and events that few shops have signed."""

import hmac
import json

import pytest
from tracker_plugins.shippo import Shippo, ShippoSettings

from tracker.sdk import AuthFailed, BadPayload, BadRequest, InboundRequest, Payload, Query

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

shippo = Shippo()
SAMPLES = PLUGINS / "shippo/samples"
NUMBER = "9205590164917337751081"
TRACK, TRACKS, HOOKS = f"/tracks/usps/{NUMBER}", "/tracks/", "/webhooks"
DOOR = "https://shop.example/hooks/shippo"
SECRET = "a word from its support"
QUERY = Query(NUMBER, "usps")


@pytest.fixture
def server(httpserver):
    return Server(httpserver)


@pytest.fixture
def ctx(server, make_context):
    settings = ShippoSettings(api_key="shippo_live", push_secret=SECRET, base_url=server.url)
    return make_context(settings, http=LoopbackHttp())


def sign(body, moment, secret=SECRET):
    return f"t={moment},v1={hmac.digest(secret.encode(), f'{moment}.'.encode() + body, 'sha256').hex()}"


def test_each_number_is_asked_for_at_its_carrier(server, ctx):
    server.answers(TRACK, reply((SAMPLES / "track.json").read_bytes()))
    server.answers("/tracks/fedex/3907", reply((SAMPLES / "nothing_yet.json").read_bytes()))
    first, second = shippo.fetch([QUERY, Query("3907", "fedex")], ctx)
    assert server.asked[0].headers["Authorization"] == "ShippoToken shippo_live"
    assert (first.carrier, second.carrier) == ("usps", "fedex")
    assert len(shippo.parse(first).results[0].events) == 4, "the present status stands in the history already"
    assert [error.kind for error in shippo.parse(second).errors] == ["not_found"]


def test_a_parcel_of_nobody_that_it_knows_is_not_asked_for(server, ctx):
    with pytest.raises(BadRequest, match="carrier"):
        list(shippo.fetch([Query(NUMBER, "hanjin")], ctx))
    assert server.asked == []


def test_a_server_in_trouble_raises_what_it_means(server, ctx):
    assert server.misbehaves(TRACK, lambda: shippo.fetch([QUERY], ctx), shippo) == MEANT
    server.answers(TRACK, reply({"detail": "Not found."}, 404))
    (payload,) = shippo.fetch([QUERY], ctx)
    assert [(error.kind, error.number) for error in shippo.parse(payload).errors] == [("not_found", NUMBER)]
    server.answers(HOOKS, reply({"detail": "Invalid token"}, 401))
    with pytest.raises(AuthFailed):
        shippo.probe(ctx)


@pytest.mark.parametrize("there", [False, True])
def test_the_webhook_is_made_once_however_often_numbers_are_registered(server, ctx, there):
    known = {"results": [{"object_id": "w1", "url": DOOR if there else "https://other.example"}]}
    server.answers(HOOKS, reply(known), reply({"object_id": "w2"}, 201))
    server.answers(TRACKS, reply({}, 201))
    made = [one for _ in range(2) for one in shippo.subscribe([QUERY], DOOR, ctx)]
    assert [(one.number, one.ref, one.carrier) for one in made] == [(NUMBER, "", "usps")] * 2
    hooks = [request.method for request in server.asked if request.path == HOOKS]
    assert hooks == (["GET"] if there else ["GET", "POST"])
    assert json.loads(server.asked[-1].data) == {"carrier": "usps", "tracking_number": NUMBER}


def test_s06_s07_a_signature_is_fresh_and_of_the_very_bytes(ctx):
    body, now = (SAMPLES / "updated.json").read_bytes(), int(ctx.now.timestamp())

    def judge(signature, of=body):
        return shippo.verify(InboundRequest({"shippo-auth-signature": signature}, of, known=True), ctx).valid

    assert judge(sign(body, now))
    assert judge(sign(body, now - 299).replace(",", " , "))
    wrong = [
        "", "t=,v1=", "v1=00", f"t={now}", sign(body, now, "other"), sign(body, "soon"), sign(body, "٣"), "\ud800",
        sign(body, now - 301), sign(body, now + 301), sign(body, now).replace(f"t={now}", f"t={now - 1}"),
    ]  # fmt: skip
    assert not [given for given in wrong if judge(given)]
    assert not judge(sign(body, now), body + b" ")


def test_without_a_secret_the_address_that_only_shippo_was_given_is_proof_enough(make_context):
    ctx = make_context(ShippoSettings(api_key="k"))
    assert shippo.verify(InboundRequest({}, b"{}", known=True), ctx).valid
    assert not shippo.verify(InboundRequest({}, b"{}"), ctx).valid


def test_shippos_own_word_on_who_has_to_act_counts():
    row = {"status": "TRANSIT", "status_date": "2026-03-04T10:00:00Z"}
    rows = [{**row, "substatus": {"code": "package_held", "action_required": told}} for told in (True, False, None, 1)]
    body = json.dumps({"tracking_number": NUMBER, "tracking_history": rows}).encode()
    events = shippo.parse(Payload(body)).results[0].events
    assert [event.status.action_required for event in events] == [True, False, True, True]


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b'{"event": "track_updated"}', b'{"event": "track_updated", "data": []}']
)
def test_what_is_nothing_of_shippo_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        shippo.parse(Payload(body))
