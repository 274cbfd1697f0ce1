"""The made-up language on every customer's screen and in every mail: no text stands there that is not translated."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from tests.portals import make_order, scan
from tests.web.test_page import OFFER, WINDOW
from tools import pseudo
from tracker.sdk import Milestone, OrderMilestone
from tracker.services.portal import Portal
from tracker.store.shops import Shop

FOREIGN = frozenset({
    "Lantern Tea", "UPS", "Demo carrier", "Green tea", "Stone cup", "Seoul, KR", "1001", "help@lantern.example",
    "http://localhost:8000", "https://localhost", OFFER["title"], OFFER["link_url"], "Tracker", "SAMPLE1234567",
    "Deutsch", "العربية",
})  # fmt: skip
REASONS = {"exception": "customs", "attempt_failed": "absent"}


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    with pseudo.spoken():
        yield


def check(html: str, locale: str) -> list[str]:
    return pseudo.Untranslated(html, locale, FOREIGN).found


def test_the_made_up_language_finds_what_is_not_translated() -> None:
    said = pseudo.stretch("It came on %(day)s.") % {"day": "Donnerstag, 26. November"}
    assert (
        check(f'<p title="{said}">{said} <bdi>Seoul</bdi> 14–18 Uhr <i lang="ko">서울</i> \u2068DHL\u2069</p>', "de")
        == []
    )
    assert check("<p>It came.</p>", "de") == ["It came."]
    assert check(f"<p>{said} at last</p><img alt='A parcel'>", "de") == ["at last", "A parcel"]
    assert len(said) > 1.3 * len("It came on .")


@pytest.mark.parametrize("locale", [pseudo.LEFT, pseudo.RIGHT])
def test_every_state_of_page_and_widget_is_translated(
    portal: Portal, shop: Shop, client: FlaskClient, link: Callable[..., str], send: Callable[..., None], locale: str
) -> None:
    orders = [make_order(portal, shop, f"2{at:03}", milestone=one) for at, one in enumerate(OrderMilestone)]
    for at, milestone in enumerate(Milestone):
        orders.append(make_order(portal, shop, f"3{at:03}"))
        events = [scan("picked_up", "2026-03-01T18:40"), scan(milestone, reason=REASONS.get(milestone, ""))]
        send(orders[-1], *events, window=WINDOW, number=f"DEMO{at:08}", carrier="demo")
    for order in orders:
        for surface, tier in (("t", "account"), ("t", "shared"), ("embed", "mail")):
            answer = client.get(f"{link(order, surface, tier)}?lang={locale}")
            assert answer.status_code == 200
            assert f'dir="{"rtl" if locale == pseudo.RIGHT else "ltr"}"' in answer.text
            assert check(answer.text, locale) == [], (order.number, surface, tier)
