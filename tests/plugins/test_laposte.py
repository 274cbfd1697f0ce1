"""La Poste and Colissimo: several numbers asked over a real server, each with its own answer, and errors by kind."""

import json

import pytest
from tracker_plugins.laposte import RULES, Colissimo, LaPoste, LaPosteSettings

from tracker.sdk import AuthFailed, BadPayload, BadRequest, InvalidNumber, Payload, Query, RateLimited, Upstream

from .conftest import PLUGINS, LoopbackHttp

NUMBERS = ("6A99887766554", "XS998877665JB", "6A00998877661")
DOOR = "/suivi/v2/idships"
post = LaPoste()


def sample(name):
    return (PLUGINS / "laposte/samples" / f"{name}.json").read_bytes()


@pytest.fixture
def context(httpserver, make_context):
    settings = LaPosteSettings(api_key="hush", base_url=httpserver.url_for("/"))
    return make_context(settings, http=LoopbackHttp())


def ask(context, *numbers):
    return list(post.fetch([Query(number) for number in numbers or NUMBERS], context))


@pytest.mark.parametrize("status", [200, 207])
def test_many_numbers_are_one_question_and_each_has_its_own_answer(httpserver, context, status):
    httpserver.expect_oneshot_request(
        f"{DOOR}/{','.join(NUMBERS)}",
        method="GET",
        query_string={"lang": "fr_FR"},
        headers={"X-Okapi-Key": "hush"},
    ).respond_with_data(sample("three_numbers"), status=status, content_type="application/json")
    [payload] = ask(context)
    parsed = post.parse(payload)
    assert payload.numbers == NUMBERS
    assert [result.number for result in parsed.results] == list(NUMBERS[:2])
    assert [(error.kind, error.number) for error in parsed.errors] == [("not_found", NUMBERS[2])]
    assert post.limits.batch == 10


def test_parcels_of_different_carriers_are_asked_for_apart_and_keep_their_carrier(httpserver, context):
    one, two, three = NUMBERS
    for path in (f"{one},{three}", two):
        httpserver.expect_oneshot_request(f"{DOOR}/{path}").respond_with_data(sample("not_found"), status=404)
    queries = [Query(one, "laposte"), Query(two, "chronopost"), Query(three, "laposte")]
    told = [(payload.carrier, payload.numbers) for payload in post.fetch(queries, context)]
    assert told == [("laposte", (one, three)), ("chronopost", (two,))]


@pytest.mark.parametrize(
    ("status", "name", "kind"), [(404, "not_found", "not_found"), (400, "invalid_number", "invalid_number")]
)
def test_a_number_that_is_not_known_is_told_by_parse(httpserver, context, status, name, kind):
    httpserver.expect_request(f"{DOOR}/{NUMBERS[0]}").respond_with_data(sample(name), status=status)
    [problem] = post.parse(ask(context, NUMBERS[0])[0]).errors
    assert (problem.kind, problem.number) == (kind, NUMBERS[0])


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (401, {}, '{"code": "UNAUTHORIZED"}', AuthFailed),
        (403, {}, "", AuthFailed),
        (429, {"Retry-After": "30"}, "", RateLimited),
        (400, {}, "<html>", BadRequest),
        (503, {}, "down", Upstream),
    ],
)
def test_http_statuses_become_errors_by_kind(httpserver, context, status, headers, body, error):
    httpserver.expect_request(f"{DOOR}/{','.join(NUMBERS)}").respond_with_data(body, status=status, headers=headers)
    with pytest.raises(error) as caught:
        ask(context)
    assert "hush" not in str(caught.value)
    assert getattr(caught.value, "retry_after", None) == (30 if error is RateLimited else None)


def test_numbers_that_would_change_the_address_are_left_out(httpserver, context):
    wrong = ("../../oauth", "6A0 1", "6A1,6A2", "6A1?x", "É" * 13, "6" * 21, "")
    httpserver.expect_oneshot_request(f"{DOOR}/{NUMBERS[0]}").respond_with_data(sample("not_found"), status=404)
    assert [payload.numbers for payload in ask(context, *wrong, NUMBERS[0])] == [(NUMBERS[0],)]
    with pytest.raises(InvalidNumber):
        ask(context, *wrong)
    assert len(httpserver.log) == 1


def test_the_disguise_of_a_number_is_not_taken_for_one():
    body = sample("colissimo_invalid_number")
    errors = [post.parse(Payload(body, numbers=numbers)).errors[0] for numbers in ((), ("6A00112233440",))]
    assert [(one.kind, one.number) for one in errors] == [("invalid_number", ""), ("invalid_number", "6A00112233440")]


def test_a_day_is_expected_only_until_the_journey_ends():
    told = json.loads(sample("colissimo_journey"))[0]
    assert Colissimo().parse(Payload(json.dumps(told).encode())).results[0].estimated
    told["shipment"]["isFinal"] = True
    assert Colissimo().parse(Payload(json.dumps(told).encode())).results[0].estimated is None


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"returnCode": 400}, "invalid_number"),
        ({"returnCode": "404"}, "not_found"),
        ({"returnCode": 410}, "not_found"),
        ({"returnCode": 401}, "auth"),
        ({"returnCode": 429}, "rate_limit"),
        ({"returnCode": 504}, "upstream"),
        ({"code": "RESOURCE_ODD", "message": "why"}, "bad_request"),
    ],
)
def test_errors_in_a_body_are_told_by_kind(row, kind):
    assert [error.kind for error in post.parse(Payload(json.dumps(row).encode())).errors] == [kind]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}", b"[7]", b'{"shipment": 7}'])
def test_r25_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        post.parse(Payload(body))


@pytest.mark.parametrize(
    ("code", "text", "milestone"),
    [
        ("MD2", "Nous le préparons pour le mettre en livraison.", "in_transit"),
        ("MD2", "Votre colis est en cours de livraison.", "out_for_delivery"),
        ("MD2", "Le destinataire était absent.", "attempt_failed"),
        ("DI1", "", "delivered"),
        ("ZZ9", "Votre colis est livré.", "delivered"),
        ("ZZ9", "Une énigme", "unknown"),
    ],
)
def test_r14_the_text_decides_where_a_code_is_used_for_more_than_it_says(code, text, milestone):
    assert RULES.read(first=text, code=code, text=text)[0].milestone == milestone
