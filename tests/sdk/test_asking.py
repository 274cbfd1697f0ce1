"""Carriers that are asked over HTTP: what `ApiCarrier` makes of the one request that a carrier writes."""

import json
import logging
from datetime import UTC, datetime

import pytest

from tracker.sdk import (
    ApiCarrier,
    AuthFailed,
    BadPayload,
    BadRequest,
    Context,
    HttpAnswer,
    InvalidNumber,
    Limits,
    NoSettings,
    NotFound,
    Problems,
    Query,
    RateLimited,
    TrackingResult,
    Upstream,
    collect,
    read_json,
    rows,
    word,
)

PROBLEMS = Problems({"key": "auth", "busy": "rate_limit", "down": "upstream", "none": "not_found"})
CONTEXT = Context(NoSettings(), None, logging.getLogger("tests"), datetime(2026, 3, 2, tzinfo=UTC), str)


class Acme(ApiCarrier):
    """Answers what it is told to, once for each batch."""

    id, names, nobody, lengths, limits = "acme", {"en": "Acme"}, "AC00000000", (4, 10), Limits(batch=2)

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def ask(self, queries, ctx):
        self.asked.append([query.number for query in queries])
        status, body = self.answers.pop(0)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return HttpAnswer(status, {"content-type": "application/json", "retry-after": "7"}, raw, "https://acme.example")

    def parse(self, payload):
        data = read_json(payload.body)
        errors = [PROBLEMS.read(word(row, "code"), number=word(row, "no")) for row in rows(data, "errors")]
        results = [TrackingResult(word(row, "no")) for row in rows(data, "parcels")]
        return collect([*results, *errors], "no answer of Acme")


def problem(code, number=""):
    return {"errors": [{"code": code, "no": number}]}


FINE = {"parcels": [{"no": "AC11"}]}


def fetch(carrier, *numbers, carriers=("",)):
    queries = [Query(number, carriers[at % len(carriers)]) for at, number in enumerate(numbers or ("AC11",))]
    got = []
    try:
        for payload in carrier.fetch(queries, CONTEXT):
            got.append(payload)
    except Exception as error:
        return got, type(error)
    return got, None


def test_numbers_are_asked_for_by_batches_and_each_answer_names_its_own():
    carrier = Acme((200, FINE), (200, FINE))
    got, error = fetch(carrier, "AC11", "AC22", "AC33", carriers=("acme", "other", "acme"))
    assert error is None
    assert carrier.asked == [["AC11", "AC22"], ["AC33"]]
    assert [(one.numbers, one.number, one.carrier) for one in got] == [
        (("AC11", "AC22"), "", ""),
        (("AC33",), "AC33", "acme"),
    ]
    assert got[0].body == json.dumps(FINE).encode()
    assert got[0].content_type == "application/json"


def test_nobody_is_asked_about_what_is_no_number():
    carrier = Acme((200, FINE))
    assert fetch(carrier, "AC1", "AC11", "../x", "AC11?", "AC1111111111", "한국한국")[1] is None
    assert carrier.asked == [["AC11"]]
    assert fetch(carrier, "a b", "") == ([], InvalidNumber)
    assert fetch(carrier, "x/y/z") == ([], InvalidNumber)
    assert list(carrier.fetch([], CONTEXT)) == []
    assert len(carrier.asked) == 1


@pytest.mark.parametrize(
    ("status", "body", "handed", "error"),
    [
        (200, FINE, 1, None),
        (200, problem("none", "AC11"), 1, None),
        (404, problem("none", "AC11"), 1, None),
        (400, problem("riddle", "AC11"), 1, None),
        (400, problem("riddle"), 1, BadRequest),
        (404, problem("none"), 1, None),
        (404, b"<html>", 0, NotFound),
        (400, {}, 0, BadRequest),
        (404, FINE, 0, NotFound),
        (401, problem("key"), 0, AuthFailed),
        (429, problem("busy"), 0, RateLimited),
        (503, problem("down"), 0, Upstream),
        (200, b"<html>", 1, None),
        (200, problem("key", "AC11"), 1, AuthFailed),
        (400, problem("key"), 1, AuthFailed),
        (200, problem("busy"), 1, RateLimited),
        (200, problem("busy", "AC11"), 1, RateLimited),
        (200, problem("down"), 1, Upstream),
        (200, problem("down", "AC11"), 1, None),
    ],
)
def test_what_concerns_everybody_is_raised_and_the_rest_handed_on(status, body, handed, error):
    got, raised = fetch(Acme((status, body)))
    assert (len(got), raised) == (handed, error)


def test_no_second_batch_is_asked_for_with_a_refused_key():
    carrier = Acme((200, problem("key")), (200, FINE))
    assert fetch(carrier, "AC11", "AC22", "AC33")[1] is AuthFailed
    assert len(carrier.asked) == 1


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, problem("none"), None),
        (404, problem("none"), None),
        (400, problem("riddle", "AC00000000"), None),
        (200, problem("down", "AC00000000"), Upstream),
        (200, problem("key"), AuthFailed),
        (403, b"", AuthFailed),
        (200, b"<html>", BadPayload),
        (404, b"<html>", NotFound),
    ],
)
def test_settings_are_proved_by_a_parcel_of_nobody(status, body, error):
    carrier = Acme((status, body))
    if error is None:
        carrier.probe(CONTEXT)
    else:
        with pytest.raises(error):
            carrier.probe(CONTEXT)
    assert carrier.asked == [["AC00000000"]]


def test_a_vendor_is_proved_by_a_parcel_of_a_carrier_that_it_covers():
    class Hub(Acme):
        covers = {"ups": "u", "usps": "p"}

        def ask(self, queries, ctx):
            assert [query.carrier for query in queries] == ["ups"]
            return super().ask(queries, ctx)

    Hub((200, problem("none"))).probe(CONTEXT)


def test_a_carrier_without_a_number_of_nobody_has_to_write_its_own_probe():
    class Bare(Acme):
        nobody = ""

    with pytest.raises(NotImplementedError, match="nobody"):
        Bare().probe(CONTEXT)
