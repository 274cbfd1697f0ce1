"""Recording as the portal does it: within the carrier's limits, and honest about what blanking changed."""

from dataclasses import replace

import pytest

from tracker.sdk import Carrier, Limits, Payload, Query
from tracker.services import recorder
from tracker.services.portal import Portal
from tracker.services.refusals import Refused
from tracker.store.shops import Shop


@pytest.fixture
def demo(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Carrier:
    """The demo carrier, whose answers a test may replace."""
    carrier = portal.registry.carriers["demo"].object
    monkeypatch.setattr(type(carrier), "limits", Limits(requests=1))
    return carrier


def test_a_carrier_is_recorded_as_often_as_it_may_be_asked(portal: Portal, shop: Shop, demo: Carrier) -> None:
    number = demo.number("delayed", 7)
    (recorded,) = recorder.record(portal, shop, "demo", Query(number.lower()))
    assert recorded.told == {"numbers": [number]}
    assert recorded.kind == "json"
    assert recorded.parsed.results[0].number == number
    assert recorded.changed == 0
    with pytest.raises(Refused, match="Try again in 60 seconds"):
        recorder.record(portal, shop, "demo", Query(number))


def test_a_rule_that_read_what_was_blanked_is_told(
    portal: Portal, shop: Shop, demo: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b'{"number": "1", "scans": [{"at": "2026-03-02T10:00:00", "code": "DEL", "text": "010-1234-5678"}]}'
    monkeypatch.setattr(type(demo), "fetch", lambda *_: [Payload(body)])
    plain = demo.parse(Payload(body))
    (event,) = plain.results[0].events
    other = replace(plain, results=(replace(plain.results[0], events=(event, event)),))
    monkeypatch.setattr(type(demo), "parse", lambda _, payload: plain if b"[phone]" in payload.body else other)
    (recorded,) = recorder.record(portal, shop, "demo", Query("1"))
    assert recorded.changed == 1


@pytest.mark.parametrize(
    ("carrier", "query", "number_as", "said"),
    [
        ("manual", Query("1"), "", "manual is not asked"),
        ("demo", Query("DEMO1"), "DEMO12", "put letters for letters"),
    ],
)
def test_what_cannot_be_recorded_is_refused_before_anybody_is_asked(
    portal: Portal, shop: Shop, carrier: str, query: Query, number_as: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        recorder.record(portal, shop, carrier, query, number_as)


def test_a_carrier_that_says_nothing_leaves_no_sample(
    portal: Portal, shop: Shop, demo: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(demo), "fetch", lambda *_: [])
    with pytest.raises(Refused, match="answered nothing at all"):
        recorder.record(portal, shop, "demo", Query("1"))
