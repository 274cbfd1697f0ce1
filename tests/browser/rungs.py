"""The rungs of the ladder as a shop's page has them, and how to see which of them shows the order."""

import time

from playwright.sync_api import Page

from tests.browser.conftest import Live

LINK = "Track your parcel"
HEARD = (
    "[...document.querySelectorAll('.tracking-box a')].every((link) => getComputedStyle(link).visibility === 'hidden')"
)
ELEMENTS = "[...document.querySelectorAll('order-tracking')]"
SHOWN = f"{ELEMENTS}.every((one) => one.shadowRoot?.querySelector('.headline'))"
RESERVED = """<style>
.tracking-box, order-tracking { display: block; min-height: max(62rem, 84rem - 40vw); }
</style>"""


def link_rung(live: Live, token: str) -> str:
    return f'<a class="order-tracking" href="{live.address}/t/{token}">{LINK}</a>'


def frame_rung(live: Live, token: str) -> str:
    return f'{link_rung(live, token)}<iframe src="{live.address}/embed/{token}" title="Tracking" height="800"></iframe>'


def script_rung(live: Live, token: str, more: str = "") -> str:
    script = f'<script async nonce="n0" src="{live.address}/embed/v1.js" data-token="{token}" {more}></script>'
    return f'<div class="tracking-box">{link_rung(live, token)}{script}</div>'


def element_rung(live: Live, token: str, more: str = "") -> str:
    script = f'<script async nonce="n0" src="{live.address}/embed/element-v1.js"></script>'
    return f'<order-tracking token="{token}" {more}>{link_rung(live, token)}</order-tracking>{script}'


def page_around(piece: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><title>My order</title>{head}<body><h1>My order</h1>{piece}<footer>Shop</footer>"
    )


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


def what_shows(page: Page) -> tuple[bool, bool, bool]:
    """Of a page with a `#frame`, a `#script` and an `#element`: which of them show the order now."""
    framed = any(
        frame.locator(".headline").count()
        for frame in page.frames[1:]
        if "/embed/" in frame.url and "origin=" not in frame.url
    )
    script, element = page.evaluate(
        "[getComputedStyle(document.querySelector('#script a')).visibility === 'hidden',"
        " !!document.querySelector('#element order-tracking').shadowRoot?.querySelector('.headline')]"
    )
    return framed, script, element
