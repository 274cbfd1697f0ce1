"""TNT: many consignments a form, numbers that TNT uses again, and refusals under 200."""

import pytest
from tracker_plugins.tnt import Tnt, TntSettings

from tracker.sdk import AuthFailed, BadPayload, BadRequest, Payload, Query

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

tnt = Tnt()
SAMPLES = PLUGINS / "tnt/samples"
TRACK = "/ectrack/track"
QUERIES = [Query("501234567"), Query("501<567"), Query("501234574")]


def sample(name):
    return reply((SAMPLES / f"{name}.xml").read_bytes())


@pytest.fixture
def server(httpserver):
    server = Server(httpserver)
    server.answers(TRACK, sample("journey"))
    return server


@pytest.fixture
def ctx(server, make_context):
    settings = TntSettings(username="me", password="word", country="DE", base_url=server.url + TRACK)
    return make_context(settings, http=LoopbackHttp())


def test_many_consignments_are_asked_for_in_one_form(server, ctx):
    (payload,) = tnt.fetch(QUERIES, ctx)
    assert server.asked[0].authorization.username == "me"
    asked = server.asked[0].form["xml_in"]
    assert "<ConsignmentNumber>501234567</ConsignmentNumber><ConsignmentNumber>501234574</ConsignmentNumber>" in asked
    assert 'originCountry="DE"' in asked
    assert [error.number for error in tnt.parse(payload).errors] == ["501234574"]
    assert tnt.limits.batch > 1


def test_wrong_accounts_and_a_server_in_trouble_are_told_apart(server, ctx):
    assert server.misbehaves(TRACK, lambda: tnt.fetch(QUERIES, ctx), tnt) == MEANT
    for refusal in (sample("refused"), reply(b"", 401)):
        server.answers(TRACK, refusal)
        with pytest.raises(AuthFailed):
            tnt.probe(ctx)
    server.answers(TRACK, sample("bad_request"))
    with pytest.raises(BadRequest, match="Invalid number of digits"):
        list(tnt.fetch(QUERIES, ctx))


def test_two_consignments_of_one_number_stay_two_and_nobody_is_named():
    parsed = tnt.parse(Payload((SAMPLES / "journey.xml").read_bytes()))
    assert [(result.number, len(result.events)) for result in parsed.results] == [("501234567", 5), ("501234567", 1)]
    for personal in ("Example", "EXAMPLE", "Nowhere", "NOWHERE"):
        assert personal not in str(parsed)


@pytest.mark.parametrize("body", [b"<a/>", b"{}", b"<html><body/></html>", b"<TrackResponse>"])
def test_what_is_no_answer_of_tnt_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        tnt.parse(Payload(body))
