"""Every state of page and widget, light and dark, from left to right and from right to left, on each width."""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from tests.browser.axe import ALL, COLOURS, find_broken, load_axe
from tests.browser.conftest import Live, complaints_of
from tests.browser.states import make_states

Open = Callable[..., Page]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SURFACES = {"t": (320, 1000), "embed": (360,)}
"""320 is also what a screen of 1280 pixels has left at 400 %."""
WIDER = """[...document.querySelectorAll('body *')].filter((one) => document.documentElement.scrollWidth > innerWidth
    && one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML.slice(0, 100)).slice(-2)"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>'
FITS = "document.documentElement.scrollWidth <= innerWidth"


def _check(page: Page, where: object, rules: dict[str, Any] = ALL) -> None:
    assert find_broken(page, rules) == [], where
    assert page.evaluate(FITS), (where, page.evaluate(WIDER))


def _load(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer
    assert answer.status == 200, address
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    load_axe(page)


def _turn(page: Page, widths: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    """Puts a page through both schemes and each width, from one to the next without loading it again."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            yield scheme, width


@pytest.mark.parametrize(("surface", "language"), [(one, lang) for one in SURFACES for lang in ("en", "ar")])
def test_w08_no_state_breaks_a_rule_of_axe_or_its_width(
    live: Live, open_page: Open, surface: str, language: str
) -> None:
    page, count, begin = open_page(), 0, perf_counter()
    # A projection tells of proofs here that nobody ever sent.
    page.route("**/proofs/*", lambda route: route.fulfill(content_type="image/svg+xml", body=PICTURE))
    tokens = make_states(live)
    for state, token in tokens.items():
        _load(page, f"{live.address}/{surface}/{token}?lang={language}")
        assert page.evaluate("document.documentElement.dir || 'ltr'") == ("rtl" if language == "ar" else "ltr")
        for scheme, width in _turn(page, SURFACES[surface]):
            _check(page, (state, scheme, width), COLOURS if scheme == "dark" else ALL)
            count += 1
    assert count == len(tokens) * 2 * len(SURFACES[surface])
    assert complaints_of(page) == []
    print(f"{surface} in {language}: {len(tokens)} states, {count} combinations, {perf_counter() - begin:.0f} s")


def test_w08_other_languages_forced_colours_and_asked_stillness_break_nothing(live: Live, open_page: Open) -> None:
    tokens = make_states(live)
    page = open_page(width=320)
    for state, language in (("tried", "ko"), ("several", "de"), ("pick-up point", "de"), ("long", "ko")):
        for surface in SURFACES:
            _load(page, f"{live.address}/{surface}/{tokens[state]}?lang={language}")
            page.emulate_media(forced_colors="none", reduced_motion="no-preference")
            _check(page, (state, language, surface))
            page.emulate_media(forced_colors="active", reduced_motion="reduce")
            _check(page, (state, language, surface, "forced"))
            moving = "document.getAnimations().filter((one) => one.playState === 'running').length"
            assert page.evaluate(moving) == 0
    assert complaints_of(page) == []
