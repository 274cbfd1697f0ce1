"""The rules of axe, asked of a page as it is now. It is put into a page once; that costs as much as asking it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""All that another scheme can change of what the rules say: the sheets change nothing but colours by it."""
ALL = {"rules": {"target-size": {"enabled": True}}}
_SCRIPT = Axe().axe_script
_RUN = """(options) => axe.run({ resultTypes: ['violations'], preload: false, ...options }).then(
    ({ violations, passes }) => [violations.length + passes.length, violations.map(({ id, nodes }) =>
        [id, nodes[0].html.slice(0, 200), nodes[0].failureSummary])])"""


def load_axe(page: Page) -> None:
    """Puts axe into the page that is open."""
    page.evaluate(_SCRIPT)


def find_broken(page: Page, options: dict[str, Any] = ALL) -> list[Any]:
    """Each broken rule of a page that has axe: its id, one element, and what is wrong."""
    ran, broken = page.evaluate(_RUN, options)
    assert ran
    found: list[Any] = broken
    return found


def violations(page: Page) -> list[Any]:
    """Each rule that the page breaks as it is now."""
    load_axe(page)
    return find_broken(page)
