"""A poll without news is answered before the application: the same 304, and never where the application would not."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.portals import scan
from tracker.services import links
from tracker.services.portal import Portal
from tracker.store.errors import StoreBusy
from tracker.store.orders import Order
from tracker.store.shops import Shop, write_shop

Link = Callable[..., str]


class _Browser(FlaskClient):
    """A client that names the portal's whole host, as browsers do."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        return super().open(*args, **{"base_url": "http://localhost:8000", **kwargs})  # type: ignore[arg-type]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = _Browser
    return app.test_client()


@pytest.fixture
def reached(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of requests that got as far as Flask."""
    paths: list[str] = []
    plain = app.full_dispatch_request

    def note(*args: object) -> object:
        from flask import request

        paths.append(request.path)
        return plain(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(app, "full_dispatch_request", note)
    return paths


def _etag(client: FlaskClient, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.headers["ETag"]


@pytest.mark.parametrize("query", ["", "?lang=ko", "?scheme=dark", "?origin=https://nowhere.example&lang=en"])
@pytest.mark.parametrize("kind", ["t", "embed"])
def test_a_page_without_news_never_gets_to_flask(
    client: FlaskClient, order: Order, link: Link, reached: list[str], kind: str, query: str
) -> None:
    path = link(order).replace("/t/", f"/{kind}/") + query
    for headers in ({}, {"HX-Request": "true"}, {"Accept-Language": "ko"}):
        page = client.get(path, headers=headers)
        reached.clear()
        same = client.get(path, headers={**headers, "If-None-Match": page.headers["ETag"]})
        assert (same.status_code, same.data, reached) == (304, b"", [])
        for name in ("ETag", "Cache-Control", "Vary"):
            assert same.headers[name] == page.headers[name]
        assert len(same.headers["X-Request-Id"]) == 16


def test_s15_one_page_is_never_taken_for_another(client: FlaskClient, order: Order, link: Link) -> None:
    path = link(order)
    etag = _etag(client, path)
    for other, headers in (
        (path, {"HX-Request": "true"}),
        (path, {"Accept-Language": "ko"}),
        (path + "?lang=ko", {}),
        (path.replace("/t/", "/embed/"), {}),
    ):
        assert client.get(other, headers={**headers, "If-None-Match": etag}).status_code == 200


def test_news_are_shown_and_an_ended_link_stays_closed(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, link: Link, send: Callable[..., None]
) -> None:
    path = link(order)
    etag = _etag(client, path)
    send(order, scan("in_transit"))
    news = client.get(path, headers={"If-None-Match": etag})
    assert news.status_code == 200
    write_shop(shop.id, {"name": "Another name"})
    assert client.get(path, headers={"If-None-Match": news.headers["ETag"]}).status_code == 200
    etag = _etag(client, path)
    links.revoke(portal, shop.id, order)
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 404


def test_a_link_that_ran_out_is_not_unchanged(client: FlaskClient, order: Order, link: Link, clock: Clock) -> None:
    path = link(order)
    etag = _etag(client, path)
    clock.advance(days=500)
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 404


def test_a_strange_host_and_other_methods_are_the_applications(
    client: FlaskClient, order: Order, link: Link, reached: list[str]
) -> None:
    path = link(order)
    etag = _etag(client, path)
    reached.clear()
    assert client.get(path, headers={"If-None-Match": etag, "Host": "evil.example"}).status_code == 400
    assert client.head(path, headers={"If-None-Match": etag}).status_code == 304
    assert client.post(path, headers={"If-None-Match": etag}).status_code == 405
    assert len(reached) == 3


def test_a_busy_database_is_told_by_the_application(
    client: FlaskClient, order: Order, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = link(order)
    etag = _etag(client, path)

    def refuse(*_: object) -> None:
        raise StoreBusy("held")

    monkeypatch.setattr(links, "follow", refuse)
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 503
