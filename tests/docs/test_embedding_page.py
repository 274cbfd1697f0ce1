"""The page about embedding: its passes open orders in all four languages, and its tables say what was measured."""

import ast
import hashlib
import hmac
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import playwright
import pytest

from tests.conftest import Clock
from tests.portals import make_order
from tracker.services import embeds, links, passes, themes
from tracker.services.portal import Portal
from tracker.store.shops import Shop
from tracker.web import sheets

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs/examples/embedding"
NODE = Path(playwright.__file__).parent / "driver/node"
"""Playwright brings it along, so it is on every machine that runs these tests."""
Names = Mapping[str, str | int]


def read(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")


def sign(told: str, key: str) -> str:
    return hmac.new(key.encode(), told.encode(), hashlib.sha256).hexdigest()


def run_python(names: Names) -> str:
    space: dict[str, Any] = dict(names)
    exec(compile(read("pass.py"), "pass.py", "exec"), space)
    return str(space["token"])


def run_javascript(names: Names) -> str:
    given = "".join(f"const {name} = {json.dumps(value)};" for name, value in names.items())
    done = subprocess.run(
        [NODE, "-e", f"{given}{read('pass.js')}console.log(pass)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def run_php(names: Names, text: str = "") -> str:
    """The lines by PHP itself where there is one, and always by what PHP's manual says that they mean."""
    text = text or read("pass.php")
    php = shutil.which("php")
    by_hand = _evaluate_php(text, names)
    if php is not None:
        given = "".join(f"${name} = {value!r};" for name, value in names.items())
        code = f"{given}{text.removeprefix('<?php')}echo $pass;"
        assert subprocess.run([php, "-r", code], capture_output=True, text=True, check=True).stdout == by_hand
    return by_hand


def _evaluate_php(text: str, names: Names) -> str:
    space: dict[str, Any] = {
        **names, "time": lambda: int(time.time()), "intdiv": lambda one, other: one // other,
        "hash_hmac": lambda algorithm, told, key: hmac.new(key.encode(), told.encode(), algorithm).hexdigest(),
    }  # fmt: skip
    for name, value in re.findall(r"^\s*\$(\w+) = (.+);$", text, re.MULTILINE):
        texts = re.sub(r'"([^"]*)"', lambda found: 'f"' + found[1].replace("{$", "{") + '"', value)
        space[name] = eval(re.sub(r"\$(\w+)", r"\1", texts).replace(" . ", " + "), {"__builtins__": {}}, space)
    return str(space["pass"])


FILTERS: dict[str, Callable[..., Any]] = {
    # As Shopify's reference describes them; a whole number divides into a whole number, rounded down.
    "date": lambda value, form: str(int(time.time())) if (value, form) == ("now", "%s") else None,
    "divided_by": lambda value, other: int(value) // other,
    "plus": lambda value, other: int(value) + other,
    "times": lambda value, other: int(value) * other,
    "append": lambda value, other: f"{value}{other}",
    "prepend": lambda value, other: f"{other}{value}",
    "hmac_sha256": lambda value, key: sign(str(value), str(key)),
}


def run_liquid(names: Names, text: str = "") -> str:
    """The lines by the meaning of their filters. There is no Liquid among what this project needs."""
    space: Names = {**names, "order.id": names["order"], "slug": names["shop"]}

    def read_value(text: str) -> Any:
        text = text.strip()
        return ast.literal_eval(text) if text[0] in "'\"" or text.isdigit() else space[text]

    for name, value in re.findall(r"\{%-? assign (\w+) = (.+?) -?%\}", text or read("pass.liquid")):
        if value.startswith("shop.metafields"):
            continue
        first, *steps = value.split(" | ")
        result = read_value(first)
        for step in steps:
            filter_name, _, argument = step.partition(":")
            result = FILTERS[filter_name](result, read_value(argument))
        space[name] = result
    return space["pass"]


def test_the_filter_means_what_shopify_prints() -> None:
    """The example of Shopify's own reference."""
    assert FILTERS["hmac_sha256"]("Polyjuice", "Polina").startswith("8e0d5d65cff1242a4af66c8f4a32854f")


def _from_plugin(names: Names) -> str:
    """The WooCommerce plugin's own lines, with what stands around them there."""
    text = read("woocommerce/order-tracking.php")
    body = text[text.index("function order_tracking_pass") : text.index("/** The widget")]
    assert "woocommerce:{$order_id}" in body
    body = body.replace('TRACKER_SHOP . "', '"{$shop}').replace("TRACKER_KEY", "$key").replace("woocommerce:", "")
    body = body.replace("$order_id", "$order").replace("return ", "$pass = ").replace("( ", "(").replace(" )", ")")
    return run_php({**names, "tier": "account", "days": 2}, body)


WRITERS: dict[str, Callable[[Names], str]] = {
    "php": run_php, "liquid": run_liquid, "python": run_python, "javascript": run_javascript,
    "woocommerce": _from_plugin, "shopify": lambda names: run_liquid(names, read("shopify/order-tracking.liquid")),
}  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_lines_of_every_language_make_a_pass_that_opens_the_order(portal: Portal, shop: Shop, clock: Clock) -> None:
    clock.now = datetime.now(UTC)
    order = make_order(portal, shop)
    names = {"shop": shop.slug, "order": order.ref, "key": passes.renew_key(portal, shop.id)}
    for language, write in WRITERS.items():
        opened = links.follow(portal, write(names))
        assert opened, language
        assert (opened.order, opened.tier) == (order.id, "account"), language
        assert links.follow(portal, write({**names, "key": names["key"] + "x"})) is None, language
        assert links.follow(portal, write({**names, "order": "ref-2"})) is None, language


@pytest.mark.parametrize("name", ["pass.php", "pass.liquid", "pass.py", "pass.js"])
def test_the_page_shows_the_lines_that_are_tested(name: str) -> None:
    assert f"\n{read(name)}```" in PAGE


def test_the_shopify_snippet_and_the_page_sign_alike() -> None:
    lines = [line for line in read("pass.liquid").splitlines() if line]
    assert len(lines) == 3
    for line in lines:
        assert line in read("shopify/order-tracking.liquid")


def test_the_table_of_policies_is_what_was_measured() -> None:
    from tests.browser.test_embedding import POLICIES

    table = PAGE[PAGE.index("| policy of the shop's page") :].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    told = [("" if name == "none" else name.strip("`"), *(cell == "shows" for cell in cells)) for name, *cells in rows]
    assert told == POLICIES


def test_every_place_reserves_the_height_that_was_measured() -> None:
    from tests.browser.rungs import RESERVED

    (rule,) = re.findall(r"min-height: (max\(.+?\));", RESERVED)
    assert rule in PAGE
    for path in ("tracker/web/snippets.py", "tracker/testing/shop/pages/shop.css"):
        assert rule in (ROOT / path).read_text(encoding="utf-8")
    assert rule.replace(", ", ",") in read("woocommerce/order-tracking.php")


def test_tokens_parts_and_attributes_that_are_named_are_those_there_are() -> None:
    look = PAGE[PAGE.index("## The look") :]
    assert re.findall(r"^\| `([\w-]+)` \|", look, re.MULTILINE) == list(embeds.NAMES)
    for font in themes.FONTS:
        assert f"`{font}`" in look
    parts = re.search(r"The parts are (.+?)\. ", PAGE)
    assert parts
    assert re.findall(r"`(\w+)`", parts[1]) == ["frame", *sheets.PARTS]
    loader = (ROOT / "static/embed/v1.js").read_text(encoding="utf-8")
    for name in re.findall(r"^\| `data-(\w+)` \|", PAGE, re.MULTILINE):
        assert re.search(rf"\b{name}\b", loader), name
    element = (ROOT / "static/embed/element-v1.js").read_text(encoding="utf-8")
    for name in ("token", "shop", "lang", *embeds.NAMES):
        assert f'"{name}"' in element, name


def test_the_woocommerce_plugin_hangs_its_own_functions_on_the_hooks_it_is_said_to() -> None:
    text = read("woocommerce/order-tracking.php")
    functions = set(re.findall(r"^function (\w+)\(", text, re.MULTILINE))
    hung = re.findall(r"^add_(?:action|filter|shortcode)\( '(\w+)', '(\w+)'", text, re.MULTILINE)
    assert {hook for hook, _ in hung} == {
        "woocommerce_view_order", "woocommerce_thankyou", "woocommerce_email_after_order_table", "wp_enqueue_scripts",
        "wp_nav_menu_items", "track_order",
    }  # fmt: skip
    assert {function for _, function in hung} <= functions
    assert text.count("{") == text.count("}")
    assert text.count("(") == text.count(")")
    # Nothing of a request is read, so nothing of one can be printed.
    assert not re.search(r"\$_(GET|POST|REQUEST|COOKIE|SERVER)", text)
