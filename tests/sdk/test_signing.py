"""Signatures, shared secrets and access tokens."""

import base64
import hmac
import json
import logging
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel, SecretStr

from tracker.host.context import PluginMemory
from tracker.host.memory import in_memory_ports
from tracker.sdk import (
    AuthFailed,
    BadPayload,
    ClientCredentials,
    Context,
    HttpAnswer,
    InboundRequest,
    KeptToken,
    NoSettings,
    RateLimited,
    Upstream,
    Verdict,
    judge,
    peek,
    push_secret,
    same,
    signed,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BODY, SECRET = b'{"a": 1}', "s\u00e9cret"


def sign(encoding, digest, body=BODY, secret=SECRET):
    raw = hmac.digest(secret.encode(), body, digest)
    return raw.hex() if encoding == "hex" else base64.b64encode(raw).decode()


@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("digest", ["sha256", "sha1", "sha512"])
def test_a_signature_holds_for_its_message_and_secret_alone(encoding, digest):
    def holds(secret, body, signature):
        return signed(secret, body, signature, encoding=encoding, digest=digest)

    good = sign(encoding, digest)
    assert holds(SECRET, BODY, good)
    assert not holds(SECRET, BODY + b" ", good)
    assert not holds("other", BODY, good)
    assert not holds(SECRET, BODY, sign(encoding, "md5"))
    assert not holds("", BODY, sign(encoding, digest, secret="")), "no secret, no proof"
    for nonsense in (None, "", " ", "x", "\ud800", "é", "=" * 4, good[:-4], good + "AAAA", "9" * 100_000):
        assert not holds(SECRET, BODY, nonsense)
        assert not holds("\ud800", BODY, nonsense)
        assert not same(nonsense, "\udcff")


def test_signatures_of_other_encodings_do_not_hold():
    assert not signed(SECRET, BODY, sign("hex", "sha256"))
    assert not signed(SECRET, BODY, sign("base64", "sha256"), encoding="hex")


def test_a_shared_secret_is_the_same_or_not():
    assert same(SECRET, SECRET)
    for given in (None, "", "secret", "\ud800", SECRET + "x"):
        assert not same(given, SECRET)
    assert not same("", "")
    assert not same("x", "")


class PushSettings(BaseModel):
    push_secret: SecretStr = SecretStr("")


def context(settings=None, http=None):
    memory = PluginMemory(in_memory_ports(), 1, "acme", lambda: NOW)
    return Context(settings or NoSettings(), memory, logging.getLogger("x"), NOW, str, http=http)


def test_the_push_secret_is_a_field_of_the_settings_or_empty():
    assert push_secret(context(PushSettings(push_secret=SecretStr("x")))) == "x"
    assert push_secret(context(PushSettings())) == push_secret(context()) == ""


@pytest.mark.parametrize(
    ("secret", "shown", "known", "valid"),
    [
        ("x", "x", False, True),
        ("x", "y", False, False),
        ("x", "y", True, False),
        ("x", "", True, False),
        ("", "", True, True),
        ("", "", False, False),
        ("", "x", False, False),
    ],
)
def test_a_push_is_judged_by_the_secret_and_without_one_by_its_address(secret, shown, known, valid):
    request = InboundRequest({"x-secret": shown}, b'{"event": {"id": 7}}', known=known)
    ctx = context(PushSettings(push_secret=SecretStr(secret)))
    verdict = judge(request, ctx, lambda kept: same(request.headers["x-secret"], kept), "event", "id")
    assert (verdict.valid, verdict.delivery, bool(verdict.reason)) == (valid, "7" if valid else "", not valid)
    assert "secret" in verdict.reason or valid
    assert judge(request, ctx, lambda kept: same(shown, kept)) == Verdict(valid, verdict.reason)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"id": {}}', b'{"id": ""}', b'{"ID": "7"}'])
def test_a_peek_at_what_is_not_there_is_empty(body):
    assert peek(body, "id") == ""


def test_a_peek_is_short_and_plain():
    assert peek(b'{"a": ["x\\ny", "longer"]}', "a", 0) == "x y"
    assert peek(b'{"a": ["x", "longer"]}', "a", 1, limit=4) == "long"


class Door:
    """An OAuth server and the API behind it: `refuses` names tokens that the API does not take."""

    def __init__(self, life=3600, refuses=(), token_answer=None):
        self.life, self.refuses, self.token_answer = life, set(refuses), token_answer
        self.asked, self.made = [], 0

    def request(self, method, url, **more):
        self.asked.append((method, url, more))
        if url.endswith("/token"):
            self.made += 1
            told = {"access_token": f"t{self.made}", "expires_in": self.life}
            return self.token_answer or HttpAnswer(200, {}, json.dumps(told).encode(), url)
        token = more["headers"]["Authorization"].removeprefix("Bearer ")
        return HttpAnswer(401 if token in self.refuses else 200, {}, token.encode(), url)


def credentials(**more):
    return ClientCredentials("https://api.example/token", "id", "secret", **more)


def ask(ctx, **more):
    return credentials(**more).request(ctx, "GET", "https://api.example/x", headers={"X-Id": "7"}, params={"a": "b"})


def test_one_token_serves_many_requests_and_headers_are_kept():
    door = Door()
    ctx = context(http=door)
    assert [ask(ctx).body for _ in range(5)] == [b"t1"] * 5
    assert door.made == 1
    (method, _, more), *rest = door.asked
    assert (method, more["form"]) == (
        "POST",
        {"grant_type": "client_credentials", "client_id": "id", "client_secret": "secret"},
    )
    assert rest[0][2] == {"headers": {"X-Id": "7", "Authorization": "Bearer t1"}, "params": {"a": "b"}}


def test_each_credential_and_each_scope_has_a_token_of_its_own():
    door = Door()
    ctx = context(http=door)
    ask(ctx)
    ask(ctx, extra={"scope": "tracking"})
    ClientCredentials("https://api.example/token", "id", "changed").token(ctx)
    ClientCredentials("https://api.example/token", "id", "changed").token(ctx)
    assert door.made == 3


def test_basic_and_json_credentials_stand_where_they_belong():
    door = Door()
    ask(context(http=door), basic=True, extra={"scope": "tracking"})
    assert door.asked[0][2]["auth"] == ("id", "secret")
    assert door.asked[0][2]["form"] == {"grant_type": "client_credentials", "scope": "tracking"}
    ask(context(http=door), json=True)
    assert door.asked[2][2]["json"]["client_secret"] == "secret"


def test_a_token_that_is_refused_is_renewed_once_and_for_all_that_follow():
    door = Door(refuses=["t1"])
    ctx = context(http=door)
    assert ask(ctx).body == b"t2"
    assert ask(ctx).body == b"t2"
    assert door.made == 2


def test_a_token_that_is_refused_in_other_words_than_401_is_renewed_once():
    door, seen = Door(), []
    ctx = context(http=door)

    def refuses(answer):
        seen.append(answer.body)
        return True

    assert ask(ctx, refuses=refuses).body == b"t2"
    assert seen == [b"t1"], "the second answer stands, whatever it says"


def test_a_token_of_any_kind_is_kept_for_its_account_alone():
    ctx, made = context(), []

    def make(ctx):
        made.append(f"t{len(made)}")
        return made[-1], 3600

    def show(token):
        return HttpAnswer(200, {}, token.encode(), "")

    mine, other = KeptToken("me", make), KeptToken("you", make)
    assert [one.use(ctx, show, lambda answer: False).body for one in (mine, other, mine)] == [b"t0", b"t1", b"t0"]
    assert mine.use(ctx, show, lambda answer: answer.body == b"t0").body == b"t2"
    assert (mine.read(ctx), other.read(ctx)) == ("t2", "t1")


def test_a_second_refusal_is_the_answer():
    door = Door(refuses=["t1", "t2", "t3"])
    assert ask(context(http=door)).status == 401
    assert door.made == 2


def test_who_comes_late_takes_the_token_that_another_worker_has_just_made():
    door = Door(refuses=["t1"])
    ctx = context(http=door)
    request, met = door.request, []

    def meet(method, url, **more):
        answer = request(method, url, **more)
        if answer.status == 401 and not met:
            door.request = request
            met.append(ask(ctx).body)  # meanwhile, in another worker
        return answer

    door.request = meet
    assert ask(ctx).body == b"t2"
    assert met == [b"t2"]
    assert door.made == 2


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [(400, b'{"error": "invalid_client"}', AuthFailed), (401, b"", AuthFailed), (403, b"", AuthFailed),
     (429, b"", RateLimited), (503, b"<html>", Upstream),
     (200, b"<html>", BadPayload), (200, b"{}", BadPayload), (200, b"[]", BadPayload),
     (200, b'{"access_token": ""}', BadPayload), (200, b'{"access_token": 7}', BadPayload),
     (200, rb'{"access_token": "a\nX-Evil: 1"}', BadPayload), (200, rb'{"access_token": "\ud800"}', BadPayload),
     (200, b'{"access_token": "%s"}' % (b"a" * 8001), BadPayload)],
)  # fmt: skip
def test_what_goes_wrong_with_the_token_is_told_by_its_kind_and_without_the_secret(status, body, error):
    door = Door(token_answer=HttpAnswer(status, {}, body, "https://api.example/token"))
    with pytest.raises(error) as caught:
        ask(context(http=door))
    assert "secret" not in str(caught.value).replace("client ID and secret", "")


@pytest.mark.parametrize(
    ("told", "life"), [(3600, 3480), ("3600", 3480), (None, 60), ("soon", 60), (30, 60), (1.5, 60)]
)
def test_a_token_is_renewed_before_its_maker_forgets_it(told, life):
    lives = []
    ctx = context(http=Door(life=told))
    memory = ctx.memory

    class Watch:
        get, set, delete = memory.get, memory.set, memory.delete

        def token(self, key, make):
            token, seconds = make()
            lives.append(seconds)
            return token

    credentials().token(Context(ctx.settings, Watch(), ctx.log, ctx.now, str, http=ctx.http))
    assert lives == [life]
