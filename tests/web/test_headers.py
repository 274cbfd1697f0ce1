"""What every answer carries, and what never gets past the door."""

import json
import logging
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from tests.conftest import Clock
from tracker.config import Config
from tracker.services import links
from tracker.services.portal import Portal
from tracker.store.errors import StoreBusy, StoreFull, StoreUnavailable, TransactionDoomed
from tracker.store.orders import Order
from tracker.store.shops import Shop, write_shop
from tracker.web import create_app

Link = Callable[..., str]
NOWHERE = "/t/" + "A" * 32


def _directives(response: object) -> dict[str, str]:
    policy = response.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return {part.split()[0]: " ".join(part.split()[1:]) for part in policy.split(";") if part.strip()}


def _paths(app: Flask, method: str, besides: tuple[str, ...] = ()) -> list[str]:
    """Every address that takes a method, with something put into its parameters."""
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.rule not in besides]
    return sorted({adapter.build(rule.endpoint, _fill(rule), method=method) for rule in rules})


def _fill(rule: Rule) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        items = getattr(converter, "items", None)
        values[name] = min(items) if items else 1 if isinstance(converter, IntegerConverter) else "x"
    return values


def test_every_route_carries_the_headers_and_a_policy_without_unsafe(app: Flask, client: FlaskClient) -> None:
    paths = _paths(app, "GET")
    assert len(paths) > 10
    for path in paths:
        response = client.get(path)
        assert response.status_code < 500 or path == "/readyz", path
        assert "unsafe" not in response.headers["Content-Security-Policy"], path
        assert response.headers["Referrer-Policy"] == "no-referrer", path
        assert response.headers["X-Content-Type-Options"] == "nosniff", path
        assert "noindex" in response.headers["X-Robots-Tag"], path
        assert response.headers["Cache-Control"], path
        assert "Permissions-Policy" in response.headers, path
        assert "Server" not in response.headers, path


def test_s16_only_the_widget_may_be_framed_and_only_by_the_listed_origins(
    client: FlaskClient, shop: Shop, order: Order, link: Link
) -> None:
    page, widget = link(order), link(order, "embed")
    assert _directives(client.get(page))["frame-ancestors"] == "'none'"
    assert client.get(page).headers["X-Frame-Options"] == "DENY"
    assert _directives(client.get(widget))["frame-ancestors"] == "'none'"
    write_shop(shop.id, {"origins": ["https://shop.example", "https://www.shop.example"]})
    framed = client.get(widget)
    assert _directives(framed)["frame-ancestors"] == "https://shop.example https://www.shop.example"
    assert "X-Frame-Options" not in framed.headers
    assert _directives(client.get(page))["frame-ancestors"] == "'none'"
    assert _directives(client.get("/embed/" + "A" * 32))["frame-ancestors"] == "'none'"


def test_s16_an_origin_that_holds_more_than_an_origin_is_left_out(
    client: FlaskClient, shop: Shop, order: Order, link: Link
) -> None:
    write_shop(shop.id, {"origins": ["https://a.example; script-src *", "*", "https://ok.example", "'self'", "https:"]})
    policy = _directives(client.get(link(order, "embed")))
    assert policy["frame-ancestors"] == "https://ok.example"
    assert policy["script-src"] == "'self'"


def test_the_parent_is_told_the_height_only_where_it_is_listed(
    client: FlaskClient, shop: Shop, order: Order, link: Link
) -> None:
    write_shop(shop.id, {"origins": ["https://shop.example"]})
    widget = link(order, "embed")
    assert 'data-parent="https://shop.example"' in client.get(f"{widget}?origin=https://shop.example").text
    for origin in ("https://evil.example", "*", 'https://shop.example"><script>', ""):
        assert "data-parent" not in client.get(widget, query_string={"origin": origin}).text


def test_s14_another_host_is_refused_and_forwarded_ones_are_ignored(
    client: FlaskClient, order: Order, link: Link
) -> None:
    for host in ("evil.test", "localhost.evil.test", "evil.test:8000", "localhost@evil.test"):
        response = client.get(link(order), headers={"Host": host})
        assert response.status_code == 400
        assert "evil" not in response.text
    for name in ("X-Forwarded-Host", "X-Original-Host", "Forwarded", "X-Host"):
        response = client.get(link(order), headers={name: "evil.test"})
        assert response.status_code == 200
        assert "evil" not in response.text


def test_what_watches_the_machine_may_ask_for_its_health_by_number(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz"):
        response = client.get(path, headers={"Host": "10.0.0.7:8000"})
        assert set(response.get_json()) <= {"status", "checks"}
    assert client.get("/desk/", headers={"Host": "10.0.0.7:8000"}).status_code == 400


def test_https_is_insisted_on_where_the_portal_has_it(portal: Portal, client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    portal.config = Config.model_validate({**portal.config.model_dump(), "url": "https://track.example.com"})
    app = create_app(portal)
    response = app.test_client().get("/healthz", headers={"Host": "track.example.com"})
    assert response.headers["Strict-Transport-Security"].startswith("max-age=")
    assert app.config["SESSION_COOKIE_SECURE"] is True


def test_s03_a_proxys_header_counts_only_where_proxies_are_configured(
    portal: Portal, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhaust(client: FlaskClient) -> list[int]:
        links._waiting.clear()
        forged = ({"X-Forwarded-For": f"198.51.100.{index}"} for index in range(links.MOST_MISSES + 2))
        return [client.get(NOWHERE, headers=headers).status_code for headers in forged]

    assert exhaust(client)[-1] == 429
    portal.config = portal.config.model_copy(update={"proxies": 1})
    assert set(exhaust(create_app(portal).test_client())) == {404}


def test_bodies_are_limited_by_door(client: FlaskClient, shop: Shop) -> None:
    form = {"number": "1", "proof": "x" * 70_000}
    assert client.post("/s/demo/find", data=form).status_code == 413
    assert client.post("/hooks/demo/stores/woocommerce", data=b"x" * (256 * 1024 + 1)).status_code == 413
    assert client.post("/hooks/demo/stores/woocommerce", data=b"x" * 256 * 1024).status_code == 401


def test_s17_a_form_without_its_token_is_refused(app: Flask, client: FlaskClient) -> None:
    doors = ("/hooks/<slug>/stores/<store>", "/hooks/<slug>/carriers/<carrier>")
    paths = _paths(app, "POST", besides=("/s/<slug>/find", *doors))
    # A customer's forms are guarded by their address: tests/web/test_doors.py.
    for path in [path for path in paths if not path.startswith("/t/")]:
        for headers in ({}, {"Origin": "https://evil.test", "Content-Type": "text/plain"}):
            assert client.post(path, headers=headers).status_code in (400, 403), path


def test_s10_no_public_address_takes_one_elsewhere(client: FlaskClient, shop: Shop, order: Order, link: Link) -> None:
    for target in ("//evil.test", "/\\evil.test", "https:evil.test", "https://evil.test", "javascript:alert(1)"):
        for name in ("next", "return", "url", "redirect", "origin", "lang", "scheme"):
            for path in (link(order), link(order, "embed"), "/s/demo/find", "/"):
                response = client.get(path, query_string={name: target})
                assert "Location" not in response.headers
                assert "evil.test" not in response.text


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [(StoreBusy("busy", 7), 503, "7"), (StoreFull("full"), 503, "60"), (StoreUnavailable("gone"), 503, "15")],
)
def test_r19_a_busy_database_is_said_with_a_time_to_come_back(
    client: FlaskClient, shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, wait: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("tracker.store.links.open_link", fail)
    monkeypatch.setattr("tracker.services.receiving.find_door", fail)
    page = client.get(NOWHERE)
    assert (page.status_code, page.headers["Retry-After"]) == (status, wait)
    assert "Nothing was lost." in page.text
    hook = client.post("/hooks/demo/stores/woocommerce", data=b"{}")
    assert (hook.status_code, hook.headers["Retry-After"]) == (status, wait)
    assert hook.is_json


def test_a_bug_is_a_page_that_tells_nothing(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (RuntimeError("secret-detail"), TransactionDoomed("secret-detail")):

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr("tracker.store.links.open_link", fail)
        response = client.get(NOWHERE)
        assert response.status_code == 500
        assert "secret-detail" not in response.text
        assert response.headers["Content-Security-Policy"]


def test_errors_say_what_to_do_next_in_the_readers_language(client: FlaskClient, shop: Shop) -> None:
    assert "Use the newest e-mail" in client.get(NOWHERE).text
    assert "아무것도 없습니다" in client.get(NOWHERE, headers={"Accept-Language": "ko"}).text
    assert client.put("/s/demo/find").headers["Allow"]
    assert client.get("/hooks/demo/stores/woocommerce").is_json


def test_s32_the_access_log_names_routes_and_no_token_and_nobody(
    client: FlaskClient, shop: Shop, order: Order, link: Link, caplog: pytest.LogCaptureFixture
) -> None:
    path = link(order)
    with caplog.at_level(logging.INFO):
        client.get(path + "?lang=en", headers={"X-Request-Id": "given-id-1234"})
        client.post("/s/demo/find", data={"number": "order-canary", "proof": "ada@example.com"})
    lines = [json.loads(record.msg) for record in caplog.records if record.name == "tracker.web"]
    assert [line["route"] for line in lines] == ["/t/<token>", "/s/<slug>/find"]
    assert lines[0]["id"] == "given-id-1234"
    said = repr([vars(record) for record in caplog.records])
    for secret in (path.rpartition("/")[2], "ada@example.com", "order-canary", "127.0.0.1"):
        assert secret not in said


def test_a_request_id_that_could_forge_a_log_line_is_replaced(client: FlaskClient) -> None:
    for forged in ("short", "a b c d e f g h", "x" * 65, 'quote"quote"'):
        assert client.get("/healthz", headers={"X-Request-Id": forged}).headers["X-Request-Id"] != forged


def test_health_asks_nobody_and_readiness_asks_database_and_worker(
    portal: Portal, client: FlaskClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.services import heartbeat

    assert client.get("/readyz").status_code == 503
    heartbeat.beat(portal)
    assert client.get("/readyz").json == {"status": "ok", "checks": {"database": "ok", "worker": "ok"}}
    clock.advance(minutes=2)
    assert client.get("/readyz").status_code == 503

    def fail() -> None:
        raise StoreUnavailable("The database server cannot be reached.")

    monkeypatch.setattr(portal.database, "check", fail)
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").json == {"status": "ok"}
