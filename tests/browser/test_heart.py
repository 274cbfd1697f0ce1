"""The heart of the page in a real browser: mirrored, reached by keyboard, calm when it changes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.portals import scan
from tests.web.test_heart import INSTRUCTION, change

Open = Callable[..., Page]
WAY = (scan("picked_up", "2026-03-01T18:40"), scan("in_transit", "2026-03-02T08:00", place="Incheon, KR"))
TRIED = scan("attempt_failed", "2026-03-02T09:00", reason="absent", action_required=True)


def test_w08_the_progress_is_mirrored_where_texts_run_from_right_to_left(live: Live, open_page: Open) -> None:
    order = live.order()
    live.send(order, *WAY)
    page = open_page(live.link(order))
    lefts = "[...document.querySelectorAll('.step')].map((one) => one.getBoundingClientRect().left)"
    plain = page.evaluate(lefts)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(lefts) == pytest.approx(plain[::-1], abs=1)


def test_a_changed_answer_is_read_out_once_and_focus_goes_to_the_step_in_its_place(live: Live, open_page: Open) -> None:
    live.portal.config = live.portal.config.model_copy(update={"page_pace": 1})
    order = live.order()
    live.send(order, *WAY, TRIED)
    page = open_page(live.link(order))
    # From the top of the page one reaches the step by Tab alone, right after the shop's name.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "heart-answer"
    page.locator(".carrier-words > summary").click()
    page.locator("#heart-answer").focus()
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.querySelector('[role=status]').innerText))"
        ".observe(document.querySelector('[role=status]'), { subtree: true, childList: true, characterData: true })"
    )
    change(order, {"instructions": [INSTRUCTION]})
    expect(page.locator("#heart-title")).to_have_text("Leave it in a safe place", timeout=6000)
    page.wait_for_timeout(300)
    assert len(page.evaluate("said")) == 1
    assert "The carrier has been told" in page.evaluate("said[0]")
    assert page.locator("#heart-answer").count() == 0
    assert page.evaluate("document.activeElement.id") == "heart-other"
    assert page.locator(".carrier-words").evaluate("(one) => one.open")
    expect(page.locator(".scan-said").first).to_be_visible()


def test_the_carriers_words_and_older_entries_open_without_scripts_and_paper_shows_them_all(
    live: Live, open_page: Open
) -> None:
    order = live.order()
    live.send(order, *(scan("in_transit", f"2026-03-02T{n:02d}:00", code=f"C{n}", text=f"Zork {n}") for n in range(12)))
    page = open_page(live.link(order), 320, java_script_enabled=False)
    expect(page.get_by_text("Zork 11")).to_be_hidden()
    page.get_by_text("Show the carrier’s own words").click()
    expect(page.get_by_text("Zork 11")).to_be_visible()
    expect(page.get_by_text("Zork 1”")).to_be_hidden()
    page.get_by_text("older entries").click()
    expect(page.get_by_text("Zork 1”")).to_be_visible()
    page.emulate_media(media="print")
    for gone in ("#heart-answer", ".ways", ".languages", ".carrier-words"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.get_by_text("Zork 0”")).to_be_visible()
