"""Which language: what the link says, else what its reader prefers, else the browser's, else the shop's. Everywhere."""

import re
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient

from tests.portals import make_order
from tests.web.reading import Reader
from tracker import i18n
from tracker.services import letters, lookups
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.preferences import Preference
from tracker.store.shops import Shop, write_shop

BELOW = ("", "/preferences", "/share", "/concerns/new", "/change")
ROWS = [
    # link, preference, browser, shop, and what comes of it
    ("de", "ko", "ar", "en", "de"), ("", "ko", "ar", "de", "ko"), ("", "", "ar-EG,de;q=0.5", "ko", "ar"),
    ("", "", "fr", "ko", "ko"), ("fr", "", "", "ar", "ar"), ("xx", "yy", "zz", "tlh", "en"),
]  # fmt: skip


def spoken(client: FlaskClient, path: str, browser: str) -> tuple[str, str]:
    """The language and the direction of a page."""
    answer = client.get(path, headers={"Accept-Language": browser} if browser else {})
    found = re.search(r'<(?:html|div|section|table)[^>]* lang="(\w+)" dir="(\w+)"', answer.text)
    assert found, (path, answer.status_code, answer.text[:300])
    return found[1], found[2]


@pytest.mark.parametrize(("asked", "wish", "browser", "own", "chosen"), ROWS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_order_of_choice_holds_on_every_surface(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, link: Callable[..., str],
    asked: str, wish: str, browser: str, own: str, chosen: str,
) -> None:  # fmt: skip
    write_shop(shop.id, {"locale": own})
    if wish:
        Preference.create(shop=shop, email=order.email, locale=wish, changed_at=portal.now())
    query, expected = f"?lang={asked}" if asked else "", (chosen, i18n.direction(chosen))
    token = link(order, tier="account").rpartition("/")[2]
    framed = (f"/embed/{token}{rest}" for rest in ("", "/element", "/include"))
    for path in (*(f"/t/{token}{rest}" for rest in BELOW), *framed):
        assert spoken(client, path + query, browser) == expected, path
    # A mail's block is fetched by the shop's server, whose own language is nobody's; the order has the buyer's.
    assert spoken(client, f"/embed/{token}/mail{query}", browser)[0] == i18n.choose(asked, wish, "en", otherwise=own)


@pytest.mark.parametrize("path", [*BELOW, "/concerns/new?kind=damaged", "/preferences/erase", "/unsubscribe"])
def test_each_page_offers_the_other_languages_and_stays_what_it_is(
    client: FlaskClient, order: Order, link: Callable[..., str], path: str
) -> None:
    address = link(order) + path
    page = Reader(client.get(address).text)
    offered = {one["lang"]: one["href"] for tag, one in page.elements if tag == "a" and "hreflang" in one}
    assert set(offered) == {"ko", "de", "ar"}
    other = client.get(urljoin(address, offered["de"])).text
    assert '<html lang="de"' in other
    fields = [(one["name"], one.get("type")) for tag, one in Reader(other).elements if "name" in one and tag != "meta"]
    assert fields == [(one["name"], one.get("type")) for tag, one in page.elements if "name" in one and tag != "meta"]


@pytest.mark.parametrize(
    ("path", "query", "browser", "chosen"),
    [
        ("/s/demo/find", "?lang=de", "ar", "de"), ("/s/demo/find", "", "ar", "ar"), ("/s/demo/find", "", "", "ko"),
        ("/t/" + "x" * 32, "", "ar", "ar"), ("/t/" + "x" * 32, "?lang=de", "ar", "de"), ("/nothing", "", "", "en"),
        ("/embed/" + "x" * 32, "", "de", "de"),
    ],
)  # fmt: skip
def test_where_nobody_is_known_the_link_the_browser_and_the_shop_decide(
    shop: Shop, client: FlaskClient, path: str, query: str, browser: str, chosen: str
) -> None:
    write_shop(shop.id, {"locale": "ko"})
    assert spoken(client, path + query, browser)[0] == chosen


@pytest.mark.parametrize(
    ("of_order", "of_shop", "chosen"), [("ar-EG", "ko", "ar"), ("fr", "de", "de"), ("", "xx", "en")]
)
def test_mails_follow_the_order_and_then_the_shop(
    portal: Portal, shop: Shop, of_order: str, of_shop: str, chosen: str
) -> None:
    write_shop(shop.id, {"locale": of_shop})
    row = Shop.get_by_id(shop.id)
    subject, html, _ = letters.preview(portal, row, "shipped", of_order)
    assert f'lang="{chosen}" dir="{i18n.direction(chosen)}"' in html
    with i18n.speak(chosen):
        assert i18n.gettext("Carrier:") in html
    order = make_order(portal, row)
    order.locale = of_order
    assert lookups._compose(portal, row, order, "key").locale == chosen
    assert subject


@pytest.mark.parametrize("browser", ["de", "ar", "fr", "ko", "en;q=0.1,ko"])
def test_staff_have_english_and_korean_and_no_screen_is_mixed(client: FlaskClient, shop: Shop, browser: str) -> None:
    language, direction = spoken(client, "/desk/sign-in", browser)
    assert language == ("ko" if "ko" in browser else "en")
    assert direction == "ltr"
    assert spoken(client, "/desk/sign-in?lang=ar", browser)[0] == language
