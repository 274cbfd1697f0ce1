"""GLS: one token and one request for ten parcels, and errors by kind."""

from datetime import timedelta

import pytest
from tracker_plugins.gls import Gls, GlsSettings

from tracker.sdk import AuthFailed, BadPayload, BadRequest, Payload, Query

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

gls = Gls()
TOKEN = "/oauth2/v2/token"
TRACK = "/track-and-trace-v1/tracking/simple/trackids"
QUERIES = [Query("604477120083"), Query("604477120090")]
PAIR = f"{TRACK}/604477120083,604477120090"


@pytest.fixture
def server(httpserver):
    server = Server(httpserver)
    server.answers(TOKEN, reply({"access_token": "first", "expires_in": 14400}), reply({"access_token": "second"}))
    return server


@pytest.fixture
def ctx(server, make_context):
    return make_context(GlsSettings(client_id="app", client_secret="s", base_url=server.url), http=LoopbackHttp())


def test_ten_parcels_cost_one_request_and_one_token(server, ctx):
    server.answers(PAIR, reply((PLUGINS / "gls/samples/journey.json").read_bytes()))
    for _ in range(2):
        (payload,) = gls.fetch(QUERIES, ctx)
    assert server.paths() == [TOKEN, PAIR, PAIR]
    assert server.asked[0].authorization.username == "app"
    assert server.asked[1].headers["Authorization"] == "Bearer first"
    parsed = gls.parse(payload)
    assert [result.number for result in parsed.results] == ["604477120083"]
    assert [(error.kind, error.number) for error in parsed.errors] == [("not_found", "604477120090")]
    assert gls.limits.batch == 10
    assert gls.limits.per == timedelta(days=1)


def test_a_refused_token_is_renewed_once(server, ctx):
    server.answers(PAIR, reply(b"<html>Authorization failed</html>", 401), reply({"parcels": []}))
    list(gls.fetch(QUERIES, ctx))
    assert [request.headers["Authorization"] for request in server.asked if request.path == PAIR] == [
        "Bearer first", "Bearer second",
    ]  # fmt: skip
    server.answers(PAIR, reply(b"", 401))
    with pytest.raises(AuthFailed):
        list(gls.fetch(QUERIES, ctx))


def test_wrong_credentials_and_a_server_in_trouble_are_told_apart(server, ctx):
    assert server.misbehaves(PAIR, lambda: gls.fetch(QUERIES, ctx), gls) == MEANT
    server.answers(PAIR, reply({"title": "Bad Request", "status": 400}, 400))
    with pytest.raises(BadRequest):
        list(gls.fetch(QUERIES, ctx))
    ctx.memory.tokens.clear()
    server.answers(TOKEN, reply({"errors": [{"type": "400", "message": "Invalid client identifier"}]}, 400))
    with pytest.raises(AuthFailed):
        gls.probe(ctx)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"status": 1}', b'{"fault": "x"}'])
def test_what_is_no_answer_of_gls_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        gls.parse(Payload(body))
