"""Colissimo: ten parcels a request, errors that the body tells, and no promise once a parcel is home."""

import json

import pytest
from tracker_plugins.colissimo import Colissimo, ColissimoSettings

from tracker.sdk import AuthFailed, BadPayload, Payload, Query

from .conftest import PLUGINS, LoopbackHttp
from .servers import Server, reply

colissimo = Colissimo()
SAMPLES = PLUGINS / "colissimo/samples"
ONE, PAIR = (f"/suivi/v2/idships/{numbers}" for numbers in ("6A00112233440", "6A00112233440,6A00112233457"))
QUERIES = [Query("6A00112233440"), Query("6A00112233457")]


def sample(name, status=200):
    return reply((SAMPLES / f"{name}.json").read_bytes(), status)


@pytest.fixture
def server(httpserver):
    server = Server(httpserver)
    server.answers(PAIR, sample("journey", 207))
    return server


@pytest.fixture
def ctx(server, make_context):
    return make_context(ColissimoSettings(api_key="k", base_url=server.url), http=LoopbackHttp())


def test_parcels_are_asked_for_together_with_the_key(server, ctx):
    (payload,) = colissimo.fetch(QUERIES, ctx)
    assert server.paths() == [PAIR]
    assert server.asked[0].headers["X-Okapi-Key"] == "k"
    parsed = colissimo.parse(payload)
    assert [result.number for result in parsed.results] == ["6A00112233440"]
    assert [(error.kind, error.number) for error in parsed.errors] == [("not_found", "6A00112233457")]
    assert colissimo.limits.batch == 10


def test_wrong_keys_and_a_server_in_trouble_are_told_apart(server, ctx):
    server.misbehaves(ONE, lambda: colissimo.fetch(QUERIES[:1], ctx), colissimo)
    server.answers(ONE, sample("invalid_number", 400))
    (payload,) = colissimo.fetch(QUERIES[:1], ctx)
    errors = [(error.kind, error.number) for error in colissimo.parse(payload).errors]
    assert errors == [("invalid_number", "6A00112233440")], "the answer disguises the number; the question tells it"
    server.answers("/suivi/v2/idships/6A00000000000", sample("refused_key", 401), reply({"returnCode": 404}, 404))
    with pytest.raises(AuthFailed):
        colissimo.probe(ctx)
    colissimo.probe(ctx)


def test_a_day_is_expected_only_until_the_journey_ends():
    shipment = json.loads((SAMPLES / "journey.json").read_text())[0]
    assert colissimo.parse(Payload(json.dumps(shipment).encode())).results[0].estimated
    shipment["shipment"]["isFinal"] = True
    assert colissimo.parse(Payload(json.dumps([shipment]).encode())).results[0].estimated is None


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'[{"shipment": {}}]'])
def test_what_is_no_answer_of_la_poste_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        colissimo.parse(Payload(body))
