"""htmx: what the library behind it gets wrong stays behind our own module."""

import pytest
from flask import Flask

from tracker.web import htmx


@pytest.fixture
def small() -> Flask:
    app = Flask(__name__)
    htmx.init_app(app)
    app.add_url_rule("/", view_func=lambda: "<p>x</p>")
    return app


def test_the_request_knows_what_version_4_sends(small: Flask) -> None:
    headers = {"HX-Request": "true", "HX-Source": "button#s%C3%A4nd", "HX-Target": "div#out"}
    with small.test_request_context("/", headers=headers):
        assert htmx.request.wants_fragment
        assert (htmx.request.source_id, htmx.request.target_id) == ("sänd", "out")
    with small.test_request_context("/"):
        assert not htmx.request.wants_fragment
        assert htmx.request.source_id == ""


def test_every_html_answer_varies_by_htmx(small: Flask) -> None:
    assert "HX-Request" in small.test_client().get("/").headers["Vary"]


@pytest.mark.parametrize("reswap", ["beforebegin", "afterbegin", "innerMorph", "outerMorph", "innerHTML swap:1s"])
def test_every_way_to_swap_can_be_asked_for(small: Flask, reswap: str) -> None:
    with small.test_request_context():
        assert htmx.make_response("x", reswap=reswap).headers["HX-Reswap"] == reswap


@pytest.mark.parametrize("reswap", ["everything", "innerHTML\r\nX: y", "innerHTML 한"])
def test_a_way_that_does_not_exist_is_a_mistake_of_ours(small: Flask, reswap: str) -> None:
    with small.test_request_context(), pytest.raises(ValueError, match="no way to swap"):
        htmx.make_response("x", reswap=reswap)


def test_header_values_stay_within_ascii(small: Flask) -> None:
    with small.test_request_context():
        response = htmx.make_response("x", trigger="저장됨, next", push_url="/주문?q=é", redirect="/ok")
        named = htmx.make_response("x", trigger={"said": "저장됨"})
    for value in (*response.headers.values(), *named.headers.values()):
        assert value.isascii()
    assert response.headers["HX-Redirect"] == "/ok"
    assert response.headers["HX-Push-Url"].startswith("/%EC")
