"""That the helper which other tests trust hears what a browser complains of."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import Site, complaints_of


def test_complaints_of_console_policy_and_scripts_are_heard_still_after_the_next_page(
    host: Site, open_page: Callable[..., Page]
) -> None:
    script = "console.log('calm'); console.error('said'); setTimeout(() => { throw new Error('thrown') })"
    page = open_page(host.put("/loud", f"<script>{script}</script>"))
    page.goto(host.put("/strict", "<script>1</script><img src='/none.png'>", "script-src 'none'"))
    page.goto(host.put("/quiet", "<p>Nothing</p>"))
    heard = complaints_of(page)
    assert len(heard) == 4
    assert all(any(part in one for one in heard) for part in ("said", "Content Security Policy", "404", "thrown"))
