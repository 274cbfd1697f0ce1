"""Hermes: a hundred parcels a request, and a token whose end is told with a 400."""

import pytest
from tracker_plugins.hermes import Hermes, HermesSettings

from tracker.sdk import AuthFailed, BadPayload, Payload, Query

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

hermes = Hermes()
TOKEN, TRACK = "/token", "/services/hsi/shipmentinfo"
SAMPLES = PLUGINS / "hermes/samples"
QUERIES = [Query("H1000730000834501017"), Query("H1000730000834501024")]
RUN_OUT = reply({"listOfResultCodes": [{"code": "e903", "message": "The token has run out."}]}, 400)


@pytest.fixture
def server(httpserver):
    server = Server(httpserver)
    server.answers(TOKEN, reply({"access_token": "first", "expires_in": "3600"}), reply({"access_token": "second"}))
    server.answers(TRACK, reply((SAMPLES / "journey.json").read_bytes()))
    return server


@pytest.fixture
def ctx(server, make_context):
    settings = HermesSettings(
        client_id="app", client_secret="s", username="me", password="word",
        base_url=f"{server.url}/services/hsi", login_url=server.url + TOKEN,
    )  # fmt: skip
    return make_context(settings, http=LoopbackHttp())


def test_many_parcels_cost_one_request_and_one_token(server, ctx):
    for _ in range(2):
        (payload,) = hermes.fetch(QUERIES, ctx)
    assert server.paths() == [TOKEN, TRACK, TRACK]
    form = server.asked[0].form
    assert (form["grant_type"], form["username"], form["client_id"]) == ("password", "me", "app")
    assert server.asked[1].args.getlist("shipmentID") == [query.number for query in QUERIES]
    parsed = hermes.parse(payload)
    assert [result.number for result in parsed.results] == [QUERIES[0].number]
    assert [(error.kind, error.number) for error in parsed.errors] == [("not_found", QUERIES[1].number)]
    assert hermes.limits.batch == 100


@pytest.mark.parametrize("refusal", [RUN_OUT, reply(b"", 401)])
def test_a_token_that_has_run_out_is_renewed_once(server, ctx, refusal):
    server.answers(TRACK, refusal, reply({"shipmentinfo": []}))
    list(hermes.fetch(QUERIES, ctx))
    sent = [request.headers["Authorization"] for request in server.asked if request.path == TRACK]
    assert sent == ["Bearer first", "Bearer second"]
    server.answers(TRACK, refusal)
    with pytest.raises(AuthFailed):
        list(hermes.fetch(QUERIES, ctx))
    assert server.paths().count(TRACK) == 4


def test_wrong_credentials_and_a_server_in_trouble_are_told_apart(server, ctx):
    hermes.probe(ctx)
    assert server.misbehaves(TRACK, lambda: hermes.fetch(QUERIES, ctx), hermes) == MEANT
    ctx.memory.tokens.clear()
    server.answers(TOKEN, reply({"error": "invalid_grant"}, 400))
    with pytest.raises(AuthFailed):
        hermes.probe(ctx)


def test_where_a_parcel_goes_is_not_read():
    assert "28195" not in str(hermes.parse(Payload((SAMPLES / "journey.json").read_bytes())))


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"status": "up"}'])
def test_what_is_no_answer_of_hermes_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        hermes.parse(Payload(body))
