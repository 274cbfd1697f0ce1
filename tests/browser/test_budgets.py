"""What the first view of page and frame costs a phone: bytes over the line, requests, cookies and storage."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page, Request

from tests.browser.conftest import Live, Site, complaints_of
from tests.browser.rungs import HEARD, page_around, script_rung
from tests.browser.states import WAY, WINDOW, fill_slots
from tests.portals import scan
from tracker.web import files

Open = Callable[..., Page]
LONGER = tuple(scan("in_transit", f"2026-03-02T{n:02d}:30", code=f"C{n}", place="Busan, KR") for n in range(8))
HTMX = "vendor/htmx-4.0.1.min.js"
STORED = """(() => { try { return localStorage.length + sessionStorage.length + document.cookie.length }
    catch (refused) { return refused.name } })()"""
REFUSED = "SecurityError"
"""Where the browser gives a foreign frame no storage: a script that asked for it would have failed, and complained."""


def _weigh(page: Page, open_view: Callable[[], object]) -> list[tuple[str, int]]:
    """Address and compressed bytes of all that the page asks for until it has stood for a while."""
    done: list[Request] = []
    page.on("requestfinished", lambda one: done.append(one))  # noqa: PLW0108 - Playwright marks what it calls
    open_view()
    page.wait_for_timeout(600)
    return [(one.url, one.sizes()["responseBodySize"]) for one in done]


def _hold(live: Live, page: Page, asked: list[tuple[str, int]], frame: Frame) -> str:
    assert all(url.startswith(live.address) for url, _ in asked), asked
    assert 2 <= len(asked) <= 4, asked
    everything = sum(size for _, size in asked)
    assert any("/htmx" in url or "/live." in url for url, _ in asked), asked
    plain = everything - len(files.load(HTMX).packed)
    assert 0 < plain <= 15_000, asked
    assert everything <= 30_000, asked
    assert page.context.cookies() == []
    assert page.context.storage_state() == {"cookies": [], "origins": []}
    assert frame.evaluate(STORED) in (0, REFUSED if frame.parent_frame else 0)
    assert complaints_of(page) == []
    return f"{len(asked)} requests, {plain} bytes without htmx, {everything} with"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_w10_w11_the_first_view_of_page_and_frame_stays_within_its_budget(
    live: Live, host: Site, open_page: Open, language: str
) -> None:
    order = live.order()
    live.send(order, *WAY, *LONGER, window=WINDOW)
    fill_slots(live)
    page = open_page(width=390, locale=language)
    asked = _weigh(page, lambda: page.goto(live.link(order)))
    assert page.locator(".slot").count() == 2
    print(f"page in {language}: {_hold(live, page, asked, page.main_frame)}")

    page = open_page(width=390, locale=language)

    def embed() -> None:
        page.goto(host.put("/", page_around(script_rung(live, live.token(order)))))
        page.wait_for_function(HEARD)

    asked = [one for one in _weigh(page, embed) if not one[0].startswith(host.address)]
    loader = [size for url, size in asked if url.endswith("/embed/v1.js")]
    assert len(loader) == 1
    assert loader[0] <= 1_000
    frame = page.frames[1]
    assert frame.locator(".slot").count() == 1
    inside = [one for one in asked if not one[0].endswith("/embed/v1.js")]
    print(f"frame in {language}: {_hold(live, page, inside, frame)}; the loader {loader[0]} bytes")
    assert page.evaluate(STORED) == 0
