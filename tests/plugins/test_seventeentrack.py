"""17TRACK: forty numbers a request, numbers refused one by one, and messages signed with the access key."""

import json
from hashlib import sha256

import pytest
from tracker_plugins.seventeentrack import SeventeenTrack, SeventeenTrackSettings

from tracker.sdk import AuthFailed, BadPayload, BadRequest, InboundRequest, Payload, Query, RateLimited, Subscription

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

track17 = SeventeenTrack()
SAMPLES = PLUGINS / "seventeentrack/samples"
INFO, REGISTER, STOP, QUOTA = (f"/track/v2.2/{name}" for name in ("gettrackinfo", "register", "stoptrack", "getquota"))
QUERIES = [Query("1Z5R89390357567127", "ups"), Query("390712648815", "nobody")]
KEY = "B0A1C2D3E4F5"


@pytest.fixture
def server(httpserver):
    return Server(httpserver)


@pytest.fixture
def ctx(server, make_context):
    return make_context(SeventeenTrackSettings(api_key=KEY, base_url=server.url), http=LoopbackHttp())


def refusal(number, code):
    return {
        "code": 0,
        "data": {"accepted": [], "rejected": [{"number": number, "error": {"code": code, "message": "no"}}]},
    }


def test_its_id_begins_with_digits():
    assert track17.id == "17track"


def test_many_numbers_cost_one_request(server, ctx):
    server.answers(INFO, reply((SAMPLES / "info.json").read_bytes()))
    (payload,) = track17.fetch(QUERIES, ctx)
    assert json.loads(server.asked[0].data) == [
        {"number": "1Z5R89390357567127", "carrier": 100002}, {"number": "390712648815"},
    ]  # fmt: skip
    assert server.asked[0].headers["17token"] == KEY
    parsed = track17.parse(payload)
    assert [(error.kind, error.number) for error in parsed.errors] == [("not_found", "390712648815")]
    assert (payload.carrier, track17.limits.batch) == ("", 40)


def test_a_server_in_trouble_raises_what_it_means(server, ctx):
    assert server.misbehaves(INFO, lambda: track17.fetch(QUERIES, ctx), track17) == MEANT


def test_numbers_are_registered_at_once_and_twice_does_no_harm(server, ctx):
    told = refusal("390712648815", -18019901)
    told["data"]["accepted"] = [{"origin": 1, "number": "1Z5R89390357567127", "carrier": 100002}]
    server.answers(REGISTER, reply(told))
    made = list(track17.subscribe(QUERIES, "https://door", ctx))
    assert [(one.number, one.ref, one.carrier) for one in made] == [
        ("1Z5R89390357567127", "100002", "ups"), ("390712648815", "", "nobody"),
    ]  # fmt: skip
    assert len(server.asked) == 1
    server.answers(STOP, reply(refusal("390712648815", -18019906)))
    for one in (*made, Subscription("X", "²")):
        track17.unsubscribe(one, ctx)
    assert [json.loads(request.data)[0].get("carrier") for request in server.asked[1:]] == [100002, None, None]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (refusal("390712648815", -18019903), BadRequest),
        (refusal("390712648815", -18019908), BadRequest),
        ({"code": -18010014, "data": {}}, RateLimited),
        ({"code": -18010002, "data": {"errors": [{"code": -18010002, "message": "invalid"}]}}, AuthFailed),
    ],
)
def test_what_is_refused_inside_http_200_is_told(server, ctx, body, error):
    for path in (REGISTER, QUOTA):
        server.answers(path, reply(body))
    with pytest.raises(error):
        list(track17.subscribe(QUERIES, "https://door", ctx))
    with pytest.raises(error):
        track17.probe(ctx)


def test_the_test_of_the_connection_asks_for_the_quota(server, ctx):
    server.answers(QUOTA, reply({"code": 0, "data": {"quota_total": 100}}))
    track17.probe(ctx)
    assert server.paths() == [QUOTA]


def test_s06_s07_a_message_needs_the_hash_of_its_very_bytes_and_the_key(ctx, make_context):
    body = (SAMPLES / "updated.json").read_bytes()
    good = sha256(body + b"/" + KEY.encode()).hexdigest()

    def judge(given, of=body, context=ctx):
        return track17.verify(InboundRequest({"sign": given} if given else {}, of, known=True), context).valid

    assert judge(good)
    assert judge(good.upper())
    assert not judge(good, body + b" ")
    for given in ("", "é", good[:-1], sha256(body).hexdigest(), sha256(body + b"/").hexdigest()):
        assert not judge(given)
    another = make_context(SeventeenTrackSettings(api_key="other", push_secret=KEY))
    assert judge(good, context=another)


@pytest.mark.parametrize(
    ("row", "local", "hours"),
    [
        ({"time_raw": {"date": "2026-03-04", "time": "10:00:00", "timezone": "+08:00"}}, "2026-03-04T10:00:00", 8),
        ({"time_raw": {"date": "2026-03-04", "time": "10:00:00", "timezone": None}}, "2026-03-04T10:00:00", None),
        ({"time_raw": {"date": "2026-03-04", "time": None, "timezone": None}}, "2026-03-04T00:00:00", None),
        ({"time_raw": None}, "2026-03-04T09:59:00", None),
        ({"time_raw": "?", "time_iso": 5}, None, None),
    ],
)
def test_an_offset_that_it_guessed_is_none(row, local, hours):
    event = {"time_iso": "2026-03-04T09:59:00+01:00", "sub_status": "InTransit_Other", **row}
    info = {"tracking": {"providers": [{"events": [event]}]}}
    body = {"event": "TRACKING_UPDATED", "data": {"number": "X1", "track_info": info}}
    (read,) = track17.parse(Payload(json.dumps(body).encode(), mode="push")).results[0].events
    assert (read.local and read.local.isoformat()) == local
    assert (read.offset and read.offset.total_seconds() / 3600) == hours


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"data": {}}', b"17"])
def test_what_is_nothing_of_17track_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        track17.parse(Payload(body))
