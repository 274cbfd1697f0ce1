"""EasyPost: trackers in batches, one webhook for all of them, and events under a secret in NFKD."""

import hmac
import json
import unicodedata
from datetime import datetime, timedelta

import pytest
from tracker_plugins.easypost import EasyPost, EasyPostSettings

from tracker.sdk import AuthFailed, BadPayload, BadRequest, InboundRequest, NotFound, Payload, Query, Subscription

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

easypost = EasyPost()
SAMPLES = PLUGINS / "easypost/samples"
BATCH, TRACKERS, HOOKS = "/v2/trackers/batch", "/v2/trackers", "/v2/webhooks"
DOOR = "https://shop.example/hooks/easypost"
SECRET = "gr\u00fc\ufb01ne T\u00fcr"


@pytest.fixture
def server(httpserver):
    return Server(httpserver)


@pytest.fixture
def ctx(server, make_context):
    settings = EasyPostSettings(api_key="EZAK", push_secret=SECRET, base_url=server.url)
    return make_context(settings, http=LoopbackHttp())


def sign(body, secret=SECRET):
    key = unicodedata.normalize("NFKD", secret).encode()
    return f"hmac-sha256-hex={hmac.digest(key, body, 'sha256').hex()}"


def test_many_numbers_cost_one_request_and_those_without_a_tracker_are_not_found(server, ctx):
    server.answers(BATCH, reply((SAMPLES / "batch.json").read_bytes()))
    (payload,) = easypost.fetch([Query("1Z5R89390357567127", "ups"), Query("Z1", "ups")], ctx)
    assert json.loads(server.asked[0].data) == {"tracking_codes": ["1Z5R89390357567127", "Z1"]}
    assert (server.asked[0].authorization.username, server.asked[0].authorization.password) == ("EZAK", "")
    assert [(error.kind, error.number) for error in easypost.parse(payload).errors] == [("not_found", "Z1")]
    assert payload.carrier == "ups"


def test_a_server_in_trouble_raises_what_it_means(server, ctx):
    assert server.misbehaves(BATCH, lambda: easypost.fetch([Query("Z1")], ctx), easypost) == MEANT
    server.answers(TRACKERS, reply({"error": {"code": "APIKEY.INACTIVE"}}, 403))
    with pytest.raises(AuthFailed):
        easypost.probe(ctx)


def test_one_webhook_serves_all_trackers_and_labels_of_the_shop_keep_theirs(server, ctx):
    others = {"webhooks": [{"id": "hook_1", "url": "https://other.example"}]}
    server.answers(HOOKS, reply(others), reply({"id": "hook_2"}))
    trackers = [{"id": "trk_1"}, {"id": "trk_2", "shipment_id": "shp_9"}, {"id": "trk_3"}]
    server.answers(TRACKERS, *map(reply, trackers))
    asked = [Query("Z1", "usps"), Query("Z2", "nobody")]
    made = [*easypost.subscribe(asked, DOOR, ctx), *easypost.subscribe([Query("Z3")], DOOR, ctx)]
    assert [(one.number, one.ref) for one in made] == [("Z1", "trk_1"), ("Z2", ""), ("Z3", "trk_3")]
    assert server.paths() == [HOOKS, HOOKS, TRACKERS, TRACKERS, TRACKERS], "the webhook is looked after once"
    assert json.loads(server.asked[1].data) == {"webhook": {"url": DOOR, "webhook_secret": SECRET}}
    assert [json.loads(request.data)["tracker"] for request in server.asked[2:]] == [
        {"tracking_code": "Z1", "carrier": "USPS"}, {"tracking_code": "Z2"}, {"tracking_code": "Z3"},
    ]  # fmt: skip
    server.answers(f"{TRACKERS}/trk_1", reply(b"", 204))
    easypost.unsubscribe(made[0], ctx)
    easypost.unsubscribe(Subscription("Z2"), ctx)
    assert (server.asked[-1].method, len(server.asked)) == ("DELETE", 6)


def test_a_webhook_that_is_there_is_told_the_secret_anew(server, ctx):
    server.answers(HOOKS, reply({"webhooks": [{"id": "hook_7", "url": DOOR}]}))
    server.answers(f"{HOOKS}/hook_7", reply({}))
    server.answers(TRACKERS, reply({"id": "trk_1"}))
    list(easypost.subscribe([Query("Z1")], DOOR, ctx))
    assert [request.method for request in server.asked] == ["GET", "PATCH", "POST"]
    assert all(SECRET not in key and DOOR not in key for key in ctx.memory.tokens), "keys hold neither"


def test_a_refused_tracker_is_told(server, ctx):
    server.answers(HOOKS, reply({"webhooks": []}), reply({"id": "hook_2"}))
    server.answers(TRACKERS, reply({"error": {"code": "TRACKER.CREATE.ERROR"}}, 422))
    with pytest.raises(BadRequest):
        list(easypost.subscribe([Query("Z1")], DOOR, ctx))


def test_s06_s07_an_event_needs_the_signature_of_its_very_bytes(ctx, make_context):
    body = (SAMPLES / "event_failure.json").read_bytes()
    assert sign(body) != f"hmac-sha256-hex={hmac.digest(SECRET.encode(), body, 'sha256').hex()}", "NFKD matters"
    good = easypost.verify(InboundRequest({"x-hmac-signature": sign(body)}, body), ctx)
    assert (good.valid, good.delivery) == (True, "evt_0f1e2d3c4b5a")
    bare = sign(body).partition("=")[2]
    for given in ("", bare, f"sha256={bare}", sign(body, "other"), "hmac-sha256-hex=zz", "hmac-sha256-hex="):
        assert not easypost.verify(InboundRequest({"x-hmac-signature": given}, body, known=True), ctx).valid
    assert not easypost.verify(InboundRequest({"x-hmac-signature": sign(body)}, body[:-1]), ctx).valid
    assert easypost.verify(InboundRequest({"x-hmac-signature": sign(b"no")}, b"no"), ctx).delivery == ""
    open_door = make_context(EasyPostSettings(api_key="k"))
    assert easypost.verify(InboundRequest({}, body, known=True), open_door).valid
    assert not easypost.verify(InboundRequest({}, body), open_door).valid


@pytest.mark.parametrize(
    ("main", "detail", "status"),
    [
        ("delivered", "arrived_at_destination", ("delivered", "")),
        ("pre_transit", "status_update", ("info_received", "")),
        ("in_transit", "status_update", ("in_transit", "other")),
        ("in_transit", "unknown", ("in_transit", "")),
        ("failure", "lost", ("exception", "lost")),
        ("failure", "weather_delay", ("exception", "")),
        ("return_to_sender", "refused", ("returning", "")),
        ("canceled", "", ("cancelled", "")),
        ("on_fire", "status_update", ("unknown", "")),
        ("on_fire", "burning", ("unknown", "")),
    ],
)
def test_a_detail_refines_its_status_and_never_contradicts_it(main, detail, status):
    row = {"status": main, "status_detail": detail, "datetime": "2026-03-04T10:00:00Z"}
    body = json.dumps({"object": "Tracker", "tracking_code": "Z1", "tracking_details": [row]}).encode()
    (event,) = easypost.parse(Payload(body)).results[0].events
    assert (event.status.milestone, event.status.reason) == status


@pytest.mark.parametrize(
    ("row", "local", "offset"),
    [
        ({"datetime": "2026-03-04T10:00:00Z"}, "2026-03-04T10:00:00", None),
        ({"datetime": "2026-03-04T10:00:00-05:00"}, "2026-03-04T10:00:00", -5),
        (
            {"datetime": "2026-03-04T15:00:00Z", "datetime_local": "2026-03-04T10:00:00-05:00"},
            "2026-03-04T10:00:00",
            -5,
        ),
        ({"datetime": "2026-03-04T15:00:00Z", "datetime_local": "2026-03-04T10:00:00"}, "2026-03-04T10:00:00", None),
        ({"datetime": None}, None, None),
    ],
)
def test_a_z_behind_a_wall_clock_is_no_offset(row, local, offset):
    body = json.dumps({"tracking_code": "Z1", "tracking_details": [{"status": "in_transit", **row}]}).encode()
    (event,) = easypost.parse(Payload(body)).results[0].events
    assert event.local == (local and datetime.fromisoformat(local))
    assert event.offset == (None if offset is None else timedelta(hours=offset))


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"object": "Tracker"}', b'{"result": {}}'])
def test_what_is_nothing_of_easypost_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        easypost.parse(Payload(body))


def test_a_label_is_found_by_its_number_and_fetched_without_the_key(server, ctx):
    server.answers(TRACKERS, reply({"trackers": [{"id": "trk_1"}, {"id": "trk_2", "shipment_id": "shp_9"}]}))
    zpl = {"postage_label": {"label_url": f"{server.url}/files/label.zpl"}}
    pdf = {"postage_label": {**zpl["postage_label"], "label_pdf_url": f"{server.url}/files/label.pdf"}}
    server.answers("/v2/shipments/shp_9", reply(zpl))
    server.answers("/v2/shipments/shp_9/label", reply(pdf))
    server.answers("/files/label.pdf", reply(b"%PDF-1.7 label"), reply(b"^XA label"))
    label = easypost.label(Query("Z1", "usps"), ctx)
    assert (label.body, label.content_type) == (b"%PDF-1.7 label", "application/pdf")
    assert server.asked[0].args["tracking_code"] == "Z1"
    assert server.asked[-1].authorization is None
    with pytest.raises(BadPayload, match="neither PDF nor PNG"):
        easypost.label(Query("Z1", "usps"), ctx)


def test_a_parcel_whose_label_was_bought_elsewhere_has_none_here(server, ctx):
    server.answers(TRACKERS, reply({"trackers": [{"id": "trk_1"}]}))
    with pytest.raises(NotFound, match="where it was bought"):
        easypost.label(Query("Z1", "usps"), ctx)
