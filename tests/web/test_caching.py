"""Caching: a page is named by what it shows, and never by who asked before."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.portals import make_order, scan
from tracker.services import pages
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.shops import Shop, write_shop, write_slot

Link = Callable[..., str]


def _etag(client: FlaskClient, path: str, **headers: str) -> str:
    return client.get(path, headers=headers).headers["ETag"]


def test_s15_a_page_is_private_and_asked_for_again(client: FlaskClient, order: Order, link: Link) -> None:
    for surface in ("t", "embed"):
        response = client.get(link(order, surface))
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert {"HX-Request", "Accept-Encoding", "Accept-Language"} <= set(response.headers["Vary"].split(", "))
        assert "Set-Cookie" not in response.headers


def test_s15_what_was_not_changed_is_not_sent_and_not_even_loaded(
    client: FlaskClient, order: Order, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = link(order)
    etag = _etag(client, path)

    def refuse(*_: object) -> None:
        raise AssertionError("a 304 needs no view")

    monkeypatch.setattr(pages, "load_page", refuse)
    answer = client.get(path, headers={"If-None-Match": etag})
    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == etag
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert client.get(path).status_code == 200
    assert client.get(path, headers={"If-None-Match": f'"other", {etag}'}).status_code == 304


def test_s15_everything_shown_is_in_the_name(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, link: Link, send: Callable[..., None]
) -> None:
    path, widget = link(order), link(order, "embed")
    write_shop(shop.id, {"origins": ["https://shop.example"]})
    names = [
        _etag(client, path),
        _etag(client, path + "?lang=en"),
        _etag(client, path, **{"Accept-Language": "ko"}),
        _etag(client, path, **{"HX-Request": "true"}),
        _etag(client, widget),
        _etag(client, widget + "?origin=https://shop.example"),
        _etag(client, widget + "?scheme=dark"),
    ]
    send(order, scan("in_transit"))
    names.append(_etag(client, path))
    for fields in (
        {"name": "New"},
        {"support_email": "x@example.com"},
        {"theme": {"accent": "#123456"}},
        {"logo": "f" * 64},
    ):
        write_shop(shop.id, fields)
        names.append(_etag(client, path))
    for shown in (True, False):
        write_slot(shop.id, "below", "offer", {}, portal.now(), shown=shown)
        portal.clock.advance(seconds=1)  # type: ignore[attr-defined]
        names.append(_etag(client, path))
    assert len(set(names)) == len(names)


def test_s15_two_links_to_one_order_never_share_an_answer(
    portal: Portal, shop: Shop, client: FlaskClient, send: Callable[..., None], link: Link
) -> None:
    one, two = make_order(portal, shop, "1001"), make_order(portal, shop, "1002")
    assert _etag(client, link(one)) != _etag(client, link(two))
    assert _etag(client, link(one)) != _etag(client, link(one, tier="shared"))
    assert client.get(link(two), headers={"If-None-Match": _etag(client, link(one))}).status_code == 200


def test_s15_the_body_holds_no_time_no_token_and_no_nonce(
    client: FlaskClient, order: Order, link: Link, clock: object
) -> None:
    path = link(order)
    first = client.get(path).data
    clock.advance(days=3)  # type: ignore[attr-defined]
    assert client.get(path).data == first
    assert b"nonce" not in first
    assert b"csrf" not in first


def test_s15_a_path_that_looks_like_a_file_is_no_page(client: FlaskClient, order: Order, link: Link) -> None:
    for tail in (".css", "/style.css", ".js", "%2Fx.css", ";.css"):
        assert client.get(link(order) + tail).status_code == 404


def test_s15_head_and_get_agree(client: FlaskClient, order: Order, link: Link) -> None:
    get, head = client.get(link(order)), client.head(link(order))
    assert head.data == b""
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_s15_compressed_and_plain_are_the_same_page(client: FlaskClient, order: Order, link: Link) -> None:
    import gzip

    plain = client.get(link(order))
    packed = client.get(link(order), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    refused = client.get(link(order), headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in refused.headers


def test_static_files_stay_for_good_under_their_own_digest_and_for_a_moment_under_another(client: FlaskClient) -> None:
    from tracker.web import files

    address = files.address("portal.css")
    right = client.get(address)
    assert "immutable" in right.headers["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": right.headers["ETag"]}).status_code == 304
    outdated = client.get("/static/portal.000000000000.css")
    assert outdated.data == right.data
    assert outdated.headers["Cache-Control"] == "public, no-cache"
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/nothing.css", "/static//etc/passwd"):
        assert client.get(path).status_code == 404
