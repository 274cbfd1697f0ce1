"""DPD: logging in once, a token that stands in the body, and dates of two spellings."""

from datetime import datetime

import pytest
from tracker_plugins.dpd import Dpd, DpdSettings
from tracker_plugins.dpd.reading import _read_moment

from tracker.sdk import AuthFailed, BadPayload, InvalidNumber, Payload, Query

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

dpd = Dpd()
LOGIN = "/soap/services/LoginService/V2_1"
TRACK = "/soap/services/ParcelLifeCycleService/V2_0"
SAMPLES = PLUGINS / "dpd/samples"
QUERIES = [Query("05410022334455"), Query("05410022334462")]
JOURNEY, REFUSED = (reply((SAMPLES / name).read_bytes(), status) for name, status in (
    ("journey.xml", 200), ("refused_token.xml", 500),
))  # fmt: skip


def token(word: str, end: str = "2026-03-03T03:00:00.00"):
    told = f"<authToken>{word}</authToken><depot>0541</depot><authTokenExpires>{end}</authTokenExpires>"
    space = "http://dpd.com/common/service/types/LoginService/2.1"
    inner = f'<n:getAuthResponse xmlns:n="{space}"><return>{told}</return></n:getAuthResponse>'
    return reply(
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{inner}</s:Body></s:Envelope>'
    )


@pytest.fixture
def server(httpserver):
    server = Server(httpserver)
    server.answers(LOGIN, token("first"), token("second"))
    server.answers(TRACK, JOURNEY)
    return server


@pytest.fixture
def ctx(server, make_context):
    settings = DpdSettings(delis_id="KD<1>", password="p&w", base_url=server.url)
    return make_context(settings, http=LoopbackHttp())


def test_one_login_serves_many_parcels_and_its_token_stands_in_the_body(server, ctx):
    payloads = list(dpd.fetch(QUERIES, ctx))
    assert server.paths() == [LOGIN, TRACK, TRACK]
    assert b"<delisId>KD&lt;1&gt;</delisId><password>p&amp;w</password>" in server.asked[0].data
    assert b"<authToken>first</authToken>" in server.asked[2].data
    assert b"<parcelLabelNumber>05410022334462</parcelLabelNumber>" in server.asked[2].data
    assert server.asked[2].headers["SOAPAction"].endswith("ParcelLifeCycleService/2.0/getTrackingData")
    assert [dpd.parse(payload).results[0].number for payload in payloads] == [query.number for query in QUERIES]
    (lasts,) = (life for _, life in ctx.memory.tokens.values())
    assert lasts == 16 * 3600, "03:00 by DPD's clock is at the earliest 01:00 UTC, and it is 09:00 UTC"


def test_a_refused_token_is_renewed_once(server, ctx):
    server.answers(TRACK, REFUSED, JOURNEY)
    (payload,) = dpd.fetch(QUERIES[:1], ctx)
    assert server.paths() == [LOGIN, TRACK, LOGIN, TRACK]
    assert b"<authToken>second</authToken>" in server.asked[3].data
    assert dpd.parse(payload).results
    server.answers(TRACK, REFUSED)
    with pytest.raises(AuthFailed):
        list(dpd.fetch(QUERIES[:1], ctx))


def test_wrong_credentials_and_a_server_in_trouble_are_told_apart(server, ctx):
    dpd.probe(ctx)
    assert server.misbehaves(TRACK, lambda: dpd.fetch(QUERIES[:1], ctx), dpd) == MEANT
    server.answers(TRACK, reply((SAMPLES / "not_found.xml").read_bytes(), 500))
    (payload,) = dpd.fetch(QUERIES[:1], ctx)
    assert [error.kind for error in dpd.parse(payload).errors] == ["not_found"]
    server.answers(LOGIN, REFUSED)
    with pytest.raises(AuthFailed, match="DELICOM_ERR_AUTHENTICATION"):
        dpd.probe(ctx)
    server.answers(LOGIN, reply("<a/>"))
    with pytest.raises(BadPayload):
        dpd.probe(ctx)
    with pytest.raises(InvalidNumber):
        list(dpd.fetch([Query("<x/>")], ctx))


def test_who_receives_a_parcel_is_not_read():
    assert "Example" not in str(dpd.parse(Payload((SAMPLES / "journey.xml").read_bytes())))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("8/17/2021 7:11:26 PM", datetime(2021, 8, 17, 19, 11, 26)),
        ("8/18/2021 12:09:55 AM", datetime(2021, 8, 18, 0, 9, 55)),
        ("12/1/2021 12:00:00 PM", datetime(2021, 12, 1, 12)),
        ("17/08/2021 19:11", datetime(2021, 8, 17, 19, 11)),
        ("2021-08-17 19:11:26", datetime(2021, 8, 17, 19, 11, 26)),
        ("13/13/2021 1:00:00 PM", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_r10_a_date_with_am_or_pm_begins_with_the_month_and_any_other_with_the_day(text, moment):
    assert _read_moment(text) == moment


@pytest.mark.parametrize("body", [b"<a/>", b"{}", b"<Envelope><Body/></Envelope>", b"<Envelope>"])
def test_what_is_no_answer_of_dpd_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        dpd.parse(Payload(body))
