"""One token for each credential and scope, asked for once."""

import json
import logging
from datetime import UTC, datetime

from tracker.sdk import ClientCredentials, Context, HttpAnswer, NoSettings

from .plugins.conftest import Memory, ScriptedHttp

CREDENTIALS = {"url": "https://carrier.example/token", "client_id": "me", "client_secret": "hush"}


def context(http):
    return Context(NoSettings(), Memory(), logging.getLogger("tests"), datetime(2026, 3, 2, tzinfo=UTC), str, http=http)


def hands_out_tokens():
    made = []

    def reply(method, url, more):
        if not url.endswith("/token"):
            return HttpAnswer(200, {}, b"", url)
        made.append(more)
        return HttpAnswer(200, {}, json.dumps({"access_token": f"t{len(made)}", "expires_in": 3600}).encode(), url)

    return ScriptedHttp(reply)


def test_a_token_for_one_scope_is_not_used_for_another():
    http = hands_out_tokens()
    ctx = context(http)
    scopes = ["tracking", "subscriptions", "tracking", "subscriptions"]
    for scope in scopes:
        credentials = ClientCredentials(**CREDENTIALS, json=True, extra={"scope": scope})
        credentials.request(ctx, "GET", "https://carrier.example/x")
    sent = [more["headers"]["Authorization"] for _, url, more in http.asked if url.endswith("/x")]
    assert sent == ["Bearer t1", "Bearer t2", "Bearer t1", "Bearer t2"]
    assert [more["json"]["scope"] for _, url, more in http.asked if url.endswith("/token")] == scopes[:2]


def test_a_changed_secret_is_not_served_the_old_token():
    http = hands_out_tokens()
    ctx = context(http)
    for secret in ("hush", "hush", "changed"):
        ClientCredentials(**{**CREDENTIALS, "client_secret": secret}).request(ctx, "GET", "https://carrier.example/x")
    sent = [more["headers"]["Authorization"] for _, url, more in http.asked if url.endswith("/x")]
    assert sent == ["Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_token_that_is_refused_in_other_words_than_401_is_renewed_once():
    http = hands_out_tokens()
    ctx = context(http)
    seen = []

    def refuses(answer):
        seen.append(answer.status)
        return True

    ClientCredentials(**CREDENTIALS, refuses=refuses).request(ctx, "GET", "https://carrier.example/x")
    sent = [more["headers"]["Authorization"] for _, url, more in http.asked if url.endswith("/x")]
    assert sent == ["Bearer t1", "Bearer t2"]
    assert seen == [200], "the second answer stands, whatever it says"
