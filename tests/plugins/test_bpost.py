"""bpost: one item a request, exceptions in its own words, and nobody's address."""

import pytest
from tracker_plugins.bpost import RULES, Bpost, BpostSettings

from tracker.sdk import AuthFailed, BadPayload, Milestone, NotFound, Payload, Query

from .conftest import PLUGINS, LoopbackHttp
from .servers import Server, reply

bpost = Bpost()
SAMPLES = PLUGINS / "bpost/samples"
NUMBER = "323211999900012345678901"
TRACK = f"/services/trackedmail/item/{NUMBER}/trackingInfo"


def sample(name, status=200):
    return reply((SAMPLES / f"{name}.xml").read_bytes(), status)


@pytest.fixture
def server(httpserver):
    server = Server(httpserver)
    server.answers(TRACK, sample("journey"))
    return server


@pytest.fixture
def ctx(server, make_context):
    return make_context(BpostSettings(account_id="12", passphrase="word", base_url=server.url), http=LoopbackHttp())


def test_an_item_is_asked_for_with_the_account(server, ctx):
    (payload,) = bpost.fetch([Query(NUMBER)], ctx)
    assert (server.asked[0].authorization.username, server.asked[0].authorization.password) == ("12", "word")
    (result,) = bpost.parse(payload).results
    assert (result.number, len(result.events)) == (NUMBER, 6)
    for personal in ("ANN", "NOWHERE", "@", "AALST"):
        assert personal not in str(result)


def test_wrong_accounts_and_a_server_in_trouble_are_told_apart(server, ctx):
    server.misbehaves(TRACK, lambda: bpost.fetch([Query(NUMBER)], ctx), bpost)
    for answer, kind in ((sample("system_exception", 500), "upstream"), (sample("not_found", 404), "not_found")):
        server.answers(TRACK, answer)
        (payload,) = bpost.fetch([Query(NUMBER)], ctx)
        assert [(error.kind, error.number) for error in bpost.parse(payload).errors] == [(kind, NUMBER)]
    server.answers(TRACK, reply(b"", 404))
    with pytest.raises(NotFound):
        list(bpost.fetch([Query(NUMBER)], ctx))
    probed = "/services/trackedmail/item/323200000000000000000000/trackingInfo"
    server.answers(probed, reply(b"", 401), sample("not_found", 404))
    with pytest.raises(AuthFailed):
        bpost.probe(ctx)
    bpost.probe(ctx)


def test_a_parcel_that_was_not_distributed_is_not_delivered():
    assert RULES.read(text="DistributedNormally - regular")[0].milestone is Milestone.DELIVERED
    assert RULES.read(text="NotDistributed - addressee_absent")[0].milestone is Milestone.ATTEMPT_FAILED
    assert RULES.read(text="NotDistributed - other", code="B24", group="B")[0].milestone is Milestone.ATTEMPT_FAILED


@pytest.mark.parametrize("body", [b"<a/>", b"{}", b"<systemException/>", b"<itemTracking>"])
def test_what_is_no_answer_of_bpost_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        bpost.parse(Payload(body))
