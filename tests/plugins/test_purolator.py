"""Purolator: one SOAP request a parcel, and the name behind "delivered to"."""

import pytest
from tracker_plugins.purolator import Purolator, PurolatorSettings

from tracker.sdk import AuthFailed, BadPayload, Milestone, Payload, Query

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

purolator = Purolator()
TRACK = "/PWS/V1/Tracking/TrackingService.asmx"
SAMPLES = PLUGINS / "purolator/samples"
QUERIES = [Query("329014141414"), Query("329014141438")]


def sample(name, status=200):
    return reply((SAMPLES / f"{name}.xml").read_bytes(), status)


@pytest.fixture
def server(httpserver):
    server = Server(httpserver)
    server.answers(TRACK, sample("journey"), sample("waiting"))
    return server


@pytest.fixture
def ctx(server, make_context):
    settings = PurolatorSettings(key="key", password="word", user_token="<token>", base_url=server.url)
    return make_context(settings, http=LoopbackHttp())


def test_each_parcel_is_asked_for_with_the_key_and_the_token(server, ctx):
    first, second = purolator.fetch(QUERIES, ctx)
    asked = server.asked[1]
    assert (asked.authorization.username, asked.authorization.password) == ("key", "word")
    assert asked.headers["SOAPAction"] == "http://purolator.com/pws/service/v1/TrackPackagesByPin"
    assert b"<p:UserToken>&lt;token&gt;</p:UserToken>" in asked.data
    assert b"<p:Value>329014141438</p:Value>" in asked.data
    assert purolator.parse(first).results[0].number == first.numbers[0]
    assert [(error.kind, error.number) for error in purolator.parse(second).errors] == [("not_found", "329014141438")]


def test_wrong_credentials_and_a_server_in_trouble_are_told_apart(server, ctx):
    assert server.misbehaves(TRACK, lambda: purolator.fetch(QUERIES, ctx), purolator) == MEANT
    server.answers(TRACK, sample("fault", 500))
    (payload,) = purolator.fetch(QUERIES[:1], ctx)
    assert [error.kind for error in purolator.parse(payload).errors] == ["upstream"]
    for refusal in (reply(b"", 401), sample("refused")):
        server.answers(TRACK, refusal)
        with pytest.raises(AuthFailed):
            purolator.probe(ctx)
    server.answers(TRACK, sample("waiting"))
    purolator.probe(ctx)


def test_who_took_a_parcel_in_is_private_and_no_rule_reads_it():
    body = (SAMPLES / "journey.xml").read_bytes().replace(b"M. EXAMPLE at FRONT DOOR", b"REFUSED WEATHER INC")
    (delivered, *_) = purolator.parse(Payload(body)).results[0].events
    assert delivered.private == ("REFUSED WEATHER INC",)
    assert delivered.status.milestone is Milestone.DELIVERED
    for piece in ("Example Goods", "bWFkZSB1cA"):
        assert piece not in str(purolator.parse(Payload(body)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The PIN was not found", "not_found"),
        ("Invalid PIN entered", "invalid_number"),
        ("Authentication failed", "auth"),
        ("Too many requests", "rate_limit"),
        ("Something broke", "upstream"),
    ],
)
def test_an_error_is_told_by_its_words(text, kind):
    body = (SAMPLES / "refused.xml").read_bytes().replace(b"The caller is not authorized", text.encode())
    assert [error.kind for error in purolator.parse(Payload(body)).errors] == [kind]


@pytest.mark.parametrize("body", [b"<a/>", b"{}", b"<Envelope><Body><x/></Body></Envelope>"])
def test_what_is_no_answer_of_purolator_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        purolator.parse(Payload(body))
