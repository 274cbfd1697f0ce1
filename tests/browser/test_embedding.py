"""The widget on a shop's page: which policy lets which rung through, and that the link is always there."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page
from werkzeug.serving import BaseWSGIServer

from tests.browser.conftest import Live, Site
from tests.portals import scan
from tracker.store.shops import write_shop
from tracker.web import files

Open = Callable[..., Page]
POLICIES = [
    # The policy of the host page (P is the portal), whether a plain frame shows, whether the script's frame shows.
    ("", True, True),
    ("default-src 'self'", False, False),
    ("default-src 'self'; frame-src P", True, False),
    ("default-src 'self'; script-src 'self' P; frame-src P", True, True),
    ("default-src 'self'; script-src 'self' P; connect-src 'self' P", False, False),
    ("default-src 'self'; script-src 'self' P", False, False),
    ("script-src 'nonce-n0' 'strict-dynamic'", True, True),
    ("default-src 'self'; script-src 'nonce-n0' 'strict-dynamic'", False, False),
    ("require-trusted-types-for 'script'", True, True),
]

HEARD = (
    "[...document.querySelectorAll('.tracking-box a')].every((link) => getComputedStyle(link).visibility === 'hidden')"
)


def link_rung(live: Live, token: str) -> str:
    return f'<a class="order-tracking" href="{live.address}/t/{token}">Track your parcel</a>'


def frame_rung(live: Live, token: str) -> str:
    return f'{link_rung(live, token)}<iframe src="{live.address}/embed/{token}" title="Tracking" height="800"></iframe>'


def script_rung(live: Live, token: str, more: str = "") -> str:
    script = f'<script async nonce="n0" src="{live.address}/embed/v1.js" data-token="{token}" {more}></script>'
    return f'<div class="tracking-box">{link_rung(live, token)}{script}</div>'


def page_around(piece: str) -> str:
    return f"<!doctype html><html lang=en><title>My order</title><body><h1>My order</h1>{piece}<footer>Shop</footer>"


def shows(page: Page, patience: float = 6) -> bool:
    """Whether a frame of the page comes to show the order."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        for frame in page.frames[1:]:
            if "/embed/" in frame.url and frame.locator(".headline").count():
                return True
        if not page.locator("iframe").count() and time.monotonic() > until - patience + 1:
            return False
        if any(frame.url.startswith("chrome-error:") for frame in page.frames):
            return False
        page.wait_for_timeout(50)
    return False


@pytest.mark.parametrize(("policy", "frame", "script"), POLICIES)
def test_w01_each_rung_shows_where_the_policy_lets_it_and_the_link_always_works(
    live: Live, host: Site, open_page: Open, policy: str, frame: bool, script: bool
) -> None:
    order = live.order()
    token, csp = live.token(order), policy.replace("P", live.address)
    rungs = {"link": (link_rung, None), "frame": (frame_rung, frame), "script": (script_rung, script)}
    for name, (rung, expected) in rungs.items():
        page = open_page(host.put(f"/{name}", page_around(rung(live, token)), csp))
        if expected is not None:
            assert shows(page) is expected, (name, policy)
        if not expected or name == "frame":
            fallback = page.get_by_role("link", name="Track your parcel")
            assert fallback.is_visible()
            with page.expect_navigation():
                fallback.click()
            assert page.locator("h1.headline").is_visible()


def test_w02_without_scripts_the_link_and_a_plain_frame_work(live: Live, host: Site, open_page: Open) -> None:
    order = live.order()
    live.send(order, scan("in_transit", place="Incheon, KR"))
    piece = script_rung(live, live.token(order)) + frame_rung(live, live.token(order))
    page = open_page(host.put("/", page_around(piece)), java_script_enabled=False)
    assert page.get_by_role("link", name="Track your parcel").first.is_visible()
    assert page.frame_locator("iframe").get_by_text("Incheon, KR").first.is_visible()


@pytest.mark.parametrize("how", ["blocked", "down", "slow", "failing"])
def test_w02_when_the_portal_does_not_answer_the_link_stays_and_the_host_is_not_held_up(
    live: Live, host: Site, open_page: Open, serve: Callable[..., BaseWSGIServer], how: str
) -> None:
    token = live.token(live.order())
    piece = script_rung(live, token)

    def fail(environ: dict, start: Callable[..., object]) -> list[bytes]:
        script = environ["PATH_INFO"].endswith(".js")
        if how == "slow":
            time.sleep(4)
        if how == "failing" and script:
            start("200 OK", [("Content-Type", "text/javascript")])
            return [files.load("embed/v1.js").body]
        start("500 INTERNAL SERVER ERROR", [("Content-Type", "text/html")])
        return [b"broken"]

    broken = serve(fail)
    address = f"http://localhost:{broken.port}"
    if how == "down":
        address = "http://localhost:1"
    if how != "blocked":
        piece = piece.replace(f"{live.address}/embed", f"{address}/embed")
    url = host.put("/", page_around(piece))
    page = open_page()
    if how == "blocked":
        page.route(f"{live.address}/**", lambda route: route.abort())
    began = time.monotonic()
    page.goto(url, wait_until="domcontentloaded")
    assert time.monotonic() - began < 2
    assert page.get_by_role("link", name="Track your parcel").is_visible()
    page.wait_for_timeout(5500 if how == "failing" else 300)
    assert page.locator("iframe").count() == 0
    assert page.get_by_role("link", name="Track your parcel").is_visible()


def test_w03_the_widget_needs_no_cookie_and_keeps_nothing(live: Live, host: Site, open_page: Open) -> None:
    token = live.token(live.order())
    page = open_page(host.put("/", page_around(script_rung(live, token))))
    assert shows(page)
    assert page.context.cookies() == []
    frame = page.frames[1]
    # Chromium keeps a foreign frame from its storage altogether: the widget works all the same.
    with pytest.raises(Error, match="Access is denied"):
        frame.evaluate("localStorage.length")
    assert frame.evaluate("document.cookie") == ""
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    alone = open_page(f"{live.address}/t/{token}")
    assert alone.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


@pytest.mark.parametrize(("sandbox", "expected"), [("allow-scripts allow-same-origin", True), ("allow-scripts", False)])
def test_w03_inside_a_sandbox_it_shows_where_the_sandbox_leaves_the_shop_its_origin(
    live: Live, host: Site, open_page: Open, sandbox: str, expected: bool
) -> None:
    host.put("/inner", page_around(script_rung(live, live.token(live.order()))))
    page = open_page(host.put("/", f'<iframe sandbox="{sandbox}" src="/inner" width="600" height="900"></iframe>'))
    inner = page.frame_locator("iframe")
    inner.get_by_role("heading", name="My order").wait_for()
    if expected:
        inner.frame_locator("iframe").locator(".headline").wait_for()
    else:
        page.wait_for_timeout(5500)
        assert inner.get_by_role("link", name="Track your parcel").is_visible()


@pytest.mark.parametrize(
    "css",
    ["*{all:unset}", "iframe{max-height:0!important;display:none!important;width:1px!important}",
     "iframe{float:right;height:10px!important}", "html{direction:rtl}", "body{zoom:4}", "body{display:flex}"],
)  # fmt: skip
def test_w05_a_hostile_style_sheet_leaves_the_widget_readable(
    live: Live, host: Site, open_page: Open, css: str
) -> None:
    piece = f"<style>{css}</style>" + script_rung(live, live.token(live.order()))
    page = open_page(host.put("/", page_around(piece)))
    assert shows(page)
    page.wait_for_timeout(300)
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["height"] > 300
    assert box["width"] > 250


def test_several_widgets_on_a_page_each_get_their_own_height_and_no_global_is_left(
    live: Live, host: Site, open_page: Open
) -> None:
    short, long = live.order("1001"), live.order("1002")
    live.send(long, *(scan("in_transit", f"2026-03-02T{hour:02d}:00", code=f"C{hour}") for hour in range(9)))
    piece = script_rung(live, live.token(short)) + script_rung(live, live.token(long), 'data-lang="ko"')
    page = open_page(host.put("/", page_around(piece)))
    page.frame_locator("iframe >> nth=1").get_by_text("주문이 접수되었나요?").wait_for()
    page.wait_for_function(HEARD)
    heights = page.evaluate("[...document.querySelectorAll('iframe')].map((frame) => frame.offsetHeight)")
    inner = [frame.evaluate("Math.ceil(document.body.getBoundingClientRect().height)") for frame in page.frames[1:]]
    assert sorted(heights) == sorted(inner)
    assert len(set(heights)) == 2
    plain = open_page(host.put("/plain", page_around("")))
    names = "Object.keys(window).filter((name) => isNaN(name))"
    assert set(page.evaluate(names)) == set(plain.evaluate(names))
    assert page.locator("iframe").first.get_attribute("title") == "Track your parcel"
    assert page.complaints == []  # type: ignore[attr-defined]


def test_s21_messages_of_strangers_move_nothing(live: Live, host: Site, open_page: Open) -> None:
    page = open_page(host.put("/", page_around(script_rung(live, live.token(live.order())))))
    assert shows(page)
    page.wait_for_function(HEARD)
    before = page.locator("iframe").bounding_box()
    page.evaluate(
        "for (const height of [4000, -1, NaN, 1e9, '9']) postMessage({ tracker: 1, type: 'height', height }, '*')"
    )
    forge = "parent.postMessage({ tracker: 1, type: 'height', height: HEIGHT }, '*')"
    for height in ("-5", "NaN", "1e9", "'x'", "{}"):
        page.frames[1].evaluate(forge.replace("HEIGHT", height))
    page.wait_for_timeout(200)
    assert page.locator("iframe").bounding_box() == before


def test_s16_only_listed_sites_may_frame_and_only_the_widget(
    live: Live, host: Site, open_page: Open, serve: Callable[..., BaseWSGIServer]
) -> None:
    order = live.order()
    token = live.token(order)
    stranger = Site("")
    stranger.address = f"http://127.0.0.1:{serve(stranger).port}"
    piece = frame_rung(live, token)
    assert not shows(open_page(stranger.put("/", page_around(piece))))
    host.put("/", page_around(piece))
    nested = open_page(stranger.put("/nested", f'<iframe src="{host.address}/" width=900 height=900></iframe>'))
    nested.wait_for_timeout(1000)
    assert not any(frame.locator(".headline").count() for frame in nested.frames if "/embed/" in frame.url)
    for path in (f"/t/{token}", "/s/demo/find", "/desk/sign-in", "/healthz"):
        page = open_page(host.put("/try", page_around(f'<iframe src="{live.address}{path}"></iframe>')))
        page.wait_for_timeout(300)
        assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"], path
    write_shop(live.shop.id, {"origins": []})
    assert not shows(open_page(host.address + "/"))
