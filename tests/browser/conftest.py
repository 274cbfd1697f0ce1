"""A real browser, the portal on one origin and a shop's site on another."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import BaseWSGIServer, make_server

from tests.portals import make_order
from tracker.sdk import Event, TrackingResult, Window
from tracker.services import links, recording, shipping
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.shops import Shop, write_shop
from tracker.web import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
NO_SKIP = os.environ.get("CI") == "true" or bool(os.environ.get("TRACKER_NO_SKIP"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NUMBER = "1Z12345E0291980793"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if not CHROMIUM and not NO_SKIP:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: install it with `apt-get install chromium`"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Site:
    """A web server of this test: `pages` maps a path to its headers and HTML."""

    address: str
    pages: dict[str, tuple[dict[str, str], str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, html: str, csp: str = "") -> str:
        """Puts a page there; answers its address."""
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if csp:
            headers["Content-Security-Policy"] = csp
        self.pages[path] = (headers, html)
        return self.address + path

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        headers, html = self.pages.get(path, ({"Content-Type": "text/plain"}, ""))
        start("200 OK" if path in self.pages else "404 Not Found", list(headers.items()))
        return [html.encode()]


@pytest.fixture
def serve() -> Iterator[Callable[..., BaseWSGIServer]]:
    """Serves a WSGI application on a free port of its own until the test ends."""
    running: list[tuple[BaseWSGIServer, threading.Thread]] = []

    def run(application: Any) -> BaseWSGIServer:
        server = make_server("127.0.0.1", 0, application, threaded=True)
        # It notices its end twenty times a second, where two would cost every test as long as the test.
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        running.append((server, thread))
        return server

    yield run
    for server, thread in running:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()


@pytest.fixture
def host(serve: Callable[..., BaseWSGIServer]) -> Site:
    """The shop's own site, on 127.0.0.1."""
    site = Site("")
    site.put("/favicon.ico", "")
    site.address = f"http://127.0.0.1:{serve(site).port}"
    return site


@dataclass
class Live:
    """The portal as it is served, on localhost, and what its tests do with it."""

    portal: Portal
    shop: Shop
    address: str
    answers: list[tuple[str, int]] = field(default_factory=list)
    """Path and status of everything that was answered."""

    def link(self, order: Order, surface: str = "t") -> str:
        return f"{self.address}/{surface}/{self.token(order)}"

    def token(self, order: Order) -> str:
        return links.issue(self.portal, self.shop.id, order, "ada@example.com")

    def send(
        self, order: Order, *events: Event, window: Window | None = None, number: str = NUMBER, **more: Any
    ) -> None:
        shipment, _ = shipping.add_shipment(self.portal, self.shop.id, order, "ups", number, actor="test", **more)
        if events or window:
            result = TrackingResult(shipment.number, events, window)
            recording.record_result(self.portal, self.shop, "ups", result)

    def order(self, number: str = "1001", **fields: Any) -> Order:
        return make_order(self.portal, self.shop, number, **fields)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, sqlite_template: Any, instance: Any) -> str:
    """A browser does not see which database is behind: the small one."""
    shutil.copy(sqlite_template, instance / "tracker.sqlite3")
    return f"sqlite:///{instance / 'tracker.sqlite3'}"


@pytest.fixture
def live(portal: Portal, shop: Shop, host: Site, serve: Callable[..., BaseWSGIServer]) -> Live:
    """The portal on localhost, with a shop whose site is `host`."""
    applications: list[Any] = []
    answers: list[tuple[str, int]] = []

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        def note(status: str, *more: Any) -> Any:
            answers.append((environ["PATH_INFO"], int(status[:3])))
            return start(status, *more)

        return applications[0](environ, note)

    server = serve(application)
    address = f"http://localhost:{server.port}"
    portal.config = portal.config.model_copy(update={"url": address})
    applications.append(create_app(portal))
    write_shop(shop.id, {"origins": [host.address], "home_url": host.address})
    return Live(portal, shop, address, answers)


def complaints_of(page: Page) -> list[str]:
    """What the browser complained of in a page since it was opened: errors in its console, and those nobody caught."""
    said = [one.text for one in page.console_messages(filter="all") if one.type == "error"]
    return said + [str(error) for error in page.page_errors(filter="all")]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a profile of its own."""
    contexts = []

    def make(url: str = "", width: int = 1000, height: int = 800, script: str = "", **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        if url:
            page.goto(url)
        return page

    yield make
    for context in contexts:
        context.close()
