"""bpost: one item a request, exceptions in its own words, and nobody's address."""

import pytest
from tracker_plugins.bpost import RULES, Bpost, BpostSettings

from tracker.sdk import BadPayload, Milestone, NotFound, Payload, Query, Upstream

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

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
    assert server.misbehaves(TRACK, lambda: bpost.fetch([Query(NUMBER)], ctx), bpost) == MEANT
    server.answers(TRACK, sample("not_found", 404))
    (payload,) = bpost.fetch([Query(NUMBER)], ctx)
    assert [(error.kind, error.number) for error in bpost.parse(payload).errors] == [("not_found", NUMBER)]
    for answer, error in ((sample("system_exception", 500), Upstream), (reply(b"", 404), NotFound)):
        server.answers(TRACK, answer)
        with pytest.raises(error):
            list(bpost.fetch([Query(NUMBER)], ctx))


def test_a_parcel_that_was_not_distributed_is_not_delivered():
    assert RULES.read(text="DistributedNormally - regular")[0].milestone is Milestone.DELIVERED
    assert RULES.read(text="NotDistributed - addressee_absent")[0].milestone is Milestone.ATTEMPT_FAILED
    assert RULES.read(text="NotDistributed - other", code="B24", group="B")[0].milestone is Milestone.ATTEMPT_FAILED


@pytest.mark.parametrize("body", [b"<a/>", b"{}", b"<systemException/>", b"<itemTracking>"])
def test_what_is_no_answer_of_bpost_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        bpost.parse(Payload(body))
