"""The whole way of a customer through everything that can be done: without a script, and by the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Live, complaints_of
from tests.portals import scan
from tracker.store.concerns import Concern
from tracker.store.instructions import Instruction
from tracker.store.orders import Order
from tracker.store.preferences import find_preference
from tracker.store.ratings import Rating

Open = Callable[..., Page]
WAY = (scan("picked_up", "2026-03-01T18:40"), scan("out_for_delivery", "2026-03-02T08:00"))
TRIED = scan("attempt_failed", "2026-03-02T09:00", reason="absent", action_required=True)
FARTHEST = 120
"""How many presses of the tab key anybody may need to reach something."""


class Mouse:
    """Somebody with a mouse and no script."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).locator("visible=true").first.click()

    def tick(self, name: str) -> None:
        self.page.get_by_role("radio", name=name).check()

    def choose(self, label: str, text: str) -> None:
        self.page.get_by_role("combobox", name=label).select_option(label=text)

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).locator("visible=true").first.fill(text)


class Keyboard(Mouse):
    """Somebody who has a keyboard and nothing else."""

    def follow(self, name: str) -> None:
        self._reach(self.page.get_by_role("link", name=name).first)
        self._leave("Enter")

    def press(self, name: str) -> None:
        self._reach(self.page.get_by_role("button", name=name).locator("visible=true").first)
        self._leave("Enter")

    def tick(self, name: str) -> None:
        wanted = self.page.get_by_role("radio", name=name)
        group = wanted.get_attribute("name")
        self._reach(self.page.locator(f"input[type=radio][name={group}]"))
        for _ in range(FARTHEST):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {name}")

    def choose(self, label: str, text: str) -> None:
        field = self.page.get_by_role("combobox", name=label)
        self._reach(field)
        self.page.keyboard.type(text)
        assert field.evaluate("(one) => one.selectedOptions[0].label") == text

    def write(self, label: str, text: str) -> None:
        self._reach(self.page.get_by_label(label).locator("visible=true").first)
        self.page.keyboard.type(text)

    def _reach(self, target: Locator) -> None:
        """Tabs until what is looked for has the focus; it must then be seen to have it."""
        for _ in range(FARTHEST):
            if target.evaluate_all("(all) => all.includes(document.activeElement)"):
                outline = self.page.evaluate(
                    "(() => { const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);"
                    " return outlineStyle !== 'none' && outlineWidth !== '0px' })()"
                )
                seen = outline or self.page.evaluate("document.activeElement.closest(':has(:focus-visible)') !== null")
                assert seen
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the tab key never reaches {target}")

    def _leave(self, key: str) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press(key)


@pytest.mark.parametrize(("hands", "options"), [(Mouse, {"java_script_enabled": False}), (Keyboard, {})])
def test_w08_a_customer_answers_chooses_reports_and_rates(
    live: Live, open_page: Open, hands: type[Mouse], options: dict[str, bool]
) -> None:
    order = live.order()
    live.send(order, *WAY, TRIED)
    page = open_page(live.link(order), 390, locale="en-GB", **options)
    me = hands(page)
    _answer(me, order)
    _choose(me, order)
    _report(me, order)
    live.send(order, *WAY, TRIED, scan("delivered", "2026-03-03T11:00"))
    _rate(me, order)
    assert not complaints_of(page)


def _answer(me: Mouse, order: Order) -> None:
    me.follow("Choose what happens")
    me.tick("Give it to a neighbour")
    me.write("Who, and where do they live?", "Kim, second floor")
    me.press("Send")
    expect(me.page.get_by_role("heading", level=1)).to_have_text("Delivery attempted")
    assert Instruction.get(Instruction.order == order.id).kind == "neighbour"


def _choose(me: Mouse, order: Order) -> None:
    me.follow("Notices and language")
    me.choose("It comes today", "Not at all")
    me.choose("Language", "Deutsch")
    me.press("Save")
    wishes = find_preference(order.shop_id, order.email)
    assert wishes is not None
    assert (wishes.locale, wishes.channels["out_for_delivery"]) == ("de", "")
    me.page.goto(me.page.url.split("/preferences")[0] + "?lang=en")


def _report(me: Mouse, order: Order) -> None:
    me.follow("Report a problem")
    me.follow("Something else")
    me.write("In your own words", "The box is wet.")
    me.press("Tell the shop")
    expect(me.page.get_by_text("The box is wet.")).to_be_visible()
    assert Concern.get(Concern.order == order.id).kind == "other"
    me.follow("Back to the order")


def _rate(me: Mouse, order: Order) -> None:
    me.page.reload()
    me.follow("How was the delivery?")
    me.press("5 of 5")
    assert Rating.get(Rating.order == order.id).delivery_stars == 5
    expect(me.page.locator("[role=status]")).to_contain_text("Thank you")
