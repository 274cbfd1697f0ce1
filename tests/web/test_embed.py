"""The widget's addresses: pieces for other people's pages, the look-up form in a frame, and a look within bounds."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.portals import make_order, scan
from tracker.services import links, passes, themes
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.shops import Shop, write_shop
from tracker.web import files, sheets

Link = Callable[..., str]
Send = Callable[..., None]
SHOP, OTHER = "https://shop.example", "https://evil.example"


@pytest.fixture
def listed(shop: Shop) -> Shop:
    write_shop(shop.id, {"origins": [SHOP]})
    return shop


@pytest.fixture
def piece(link: Link, order: Order) -> str:
    return link(order, "embed") + "/element"


def make_pass(portal: Portal, shop: Shop, order: str, tier: str = "account", **ahead: float) -> str:
    if not passes.show_key(portal, shop):
        passes.renew_key(portal, shop.id)
    ends = portal.now() + timedelta(**(ahead or {"hours": 2}))
    return passes.make(portal, Shop.get_by_id(shop.id), order, tier, ends)


class Tags(HTMLParser):
    """Every element of a piece, with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def test_s16_a_piece_may_be_read_by_the_listed_sites_alone_and_never_with_credentials(
    client: FlaskClient, listed: Shop, piece: str
) -> None:
    for origin, allowed in ((SHOP, SHOP), (OTHER, None), ("null", None), (SHOP + ":8443", None), ("", None)):
        answer = client.get(piece, headers={"Origin": origin} if origin else {})
        assert answer.status_code == 200
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Origin" in answer.headers["Vary"]
        assert "Set-Cookie" not in answer.headers
    etag = client.get(piece).headers["ETag"]
    same = client.get(piece, headers={"Origin": SHOP, "If-None-Match": etag})
    assert (same.status_code, same.headers["Access-Control-Allow-Origin"]) == (304, SHOP)
    assert "Origin" in same.headers["Vary"]


def test_a_piece_holds_no_form_no_script_no_htmx_and_only_whole_addresses(
    client: FlaskClient, listed: Shop, order: Order, piece: str, send: Send
) -> None:
    send(order, scan("in_transit", place="Incheon, KR"), scan("attempt_failed", "2026-03-02T11:00", reason="absent"))
    include = piece.replace("/element", "/include")
    for path in (piece, include, "/embed/find/demo/element"):
        tags = Tags(client.get(path + "?lang=ko&accent=7a1fa2").text).found
        assert not {tag for tag, _ in tags} & {"form", "input", "script", "iframe", "button", "style", "h1", "main"}
        names = {name for _, values in tags for name in values}
        assert not {name for name in names if name.startswith(("on", "hx-")) and name != "hx-ignore"}
        assert "style" not in names
        addresses = [values[name] for _, values in tags for name in ("href", "src") if name in values]
        assert addresses
        assert all(re.match(r"https?://|mailto:|tel:", one) for one in addresses), addresses
        assert all(values.get("target") in ("_top", "_blank") for tag, values in tags if tag == "a") or path == include


def test_a_piece_tells_its_sheet_and_when_to_ask_again(
    client: FlaskClient, listed: Shop, order: Order, piece: str, send: Send
) -> None:
    def outermost() -> dict[str, str]:
        return Tags(client.get(piece).text).found[0][1]

    assert int(outermost()["data-pace"]) > 0
    sheet = client.get(outermost()["data-sheet"], headers={"Accept-Encoding": "gzip"})
    assert sheet.headers["Cache-Control"] == files.FOR_GOOD
    assert sheet.headers["Access-Control-Allow-Origin"] == "*"
    assert sheet.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/embed/theme/nonsense.css").status_code == 404
    # A page that was kept since another version of ours asks by another name: what it gets is not to be kept for good.
    older = client.get("/embed/theme/older-1-7a1fa2-ffffff-3-serif-dark.css")
    assert (older.status_code, older.headers["Cache-Control"]) == (200, "public, no-cache")
    send(order, scan("delivered"))
    assert outermost()["data-pace"] == "0"


def test_every_part_that_is_documented_is_there(
    client: FlaskClient, listed: Shop, order: Order, piece: str, send: Send
) -> None:
    send(order, scan("in_transit"))
    parts = {values["part"] for _, values in Tags(client.get(piece).text).found if "part" in values}
    assert parts == {"frame", *sheets.PARTS}


def test_the_sheet_of_a_piece_depends_on_nothing_of_its_page() -> None:
    css = sheets.sheet(themes.complete({"accent": "#123456"})).decode()
    for wrong in (r"(?<![\w-]):root", r"\bhtml\b", r"(?<![\w-])body\b", r"\drem\b", r"\dvw\b", r"@media \((min|max)-"):
        assert not re.search(wrong, css), wrong
    assert css.index("all: initial") < css.index("--accent:var(--tracker-accent,#123456)")
    assert css.count("{") == css.count("}")


def test_an_include_is_whole_without_a_script(
    client: FlaskClient, listed: Shop, order: Order, piece: str, send: Send
) -> None:
    send(order, scan("in_transit", place="Incheon, KR"))
    path = piece.replace("/element", "/include")
    html = client.get(path + "?scheme=dark&radius=3").text
    tags = Tags(html).found
    assert tags[0] == ("order-tracking", {"token": path.split("/")[2], "radius": "3", "scheme": "dark"})
    assert tags[1] == ("template", {"shadowrootmode": "open"})
    assert tags[2][1]["rel"] == "stylesheet"
    assert "Incheon, KR" in html
    fallback = html.rpartition("</template>")[2]
    assert f'href="http://localhost:8000/t/{path.split("/")[2]}"' in fallback
    assert client.get(path, headers={"If-None-Match": client.get(path).headers["ETag"]}).status_code == 304


def test_what_went_wrong_is_told_to_any_page_and_holds_nothing(client: FlaskClient, listed: Shop) -> None:
    path = f"/embed/{'A' * 32}/element"
    answers = [client.get(path, headers={"Origin": OTHER}) for _ in range(links.MOST_MISSES + 2)]
    assert [answers[0].status_code, answers[-1].status_code] == [404, 429]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Retry-After" in answers[-1].headers["Access-Control-Expose-Headers"]


def test_s16_the_form_is_framed_by_the_shops_sites_and_sends_to_the_whole_window(
    client: FlaskClient, listed: Shop
) -> None:
    answer = client.get(f"/embed/find/demo?origin={SHOP}&lang=ko")
    assert f"frame-ancestors {SHOP}" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    (form,) = [values for tag, values in Tags(answer.text).found if tag == "form"]
    assert form["target"] == "_top"
    assert form["action"] == "/s/demo/find?lang=ko"
    assert f'data-parent="{SHOP}"' in answer.text
    assert "data-parent" not in client.get(f"/embed/find/demo?origin={OTHER}").text
    assert client.get("/embed/find/nobody").status_code == 404
    assert client.get("/embed/find/nobody/element").status_code == 404
    sent = client.post("/s/demo/find", data={"number": "1", "proof": "a@b.example"})
    assert sent.headers["X-Frame-Options"] == "DENY"


BAD = [
    "url(https://evil.example/x)", "#fff", "red", "0b6b5d}body{display:none", "#0b6b5d;background:url(//e)",
    "expression(1)", "0b6b5g", "-1", "9" * 500, "1e3", "var(--x)", "</style>", "\\65", "０b6b5d", "０",
]  # fmt: skip


def test_s22_nothing_but_a_token_gets_into_a_sheet(client: FlaskClient, listed: Shop, piece: str, link: Link) -> None:
    frame = piece.replace("/element", "")
    plain = Tags(client.get(piece).text).found[0][1]["data-sheet"]
    for bad in BAD:
        query = dict.fromkeys(("accent", "accent-text", "radius", "font", "scheme"), bad)
        answer = client.get(piece, query_string=query)
        assert Tags(answer.text).found[0][1]["data-sheet"] == plain, bad
        assert client.get(frame, query_string=query).data == client.get(frame).data, bad
        name = plain.rpartition("/")[2].removesuffix(".css")
        assert client.get(f"/embed/theme/{name}{bad}.css".replace("//", "/")).status_code == 404, bad
    good = client.get(piece, query_string={"accent": "#7A1FA2", "radius": "3", "font": "serif", "scheme": "dark"})
    assert Tags(good.text).found[0][1]["data-sheet"].endswith("-1-7a1fa2-ffffff-3-serif-dark.css")


@pytest.mark.parametrize(
    ("given", "accent", "text"),
    [
        ({"accent": "7a1fa2"}, "7a1fa2", "ffffff"),
        # Yellow on white cannot be read: the shop's own stays, and so does what was to stand on it.
        ({"accent": "ffee00"}, "0b6b5d", "ffffff"),
        ({"accent": "ffee00", "accent-text": "000000"}, "0b6b5d", "ffffff"),
        # A text that cannot be read on the accent becomes one that can.
        ({"accent": "7a1fa2", "accent-text": "6a1fa2"}, "7a1fa2", "ffffff"),
        ({"accent-text": "0b6b5c"}, "0b6b5d", "ffffff"),
    ],
)
def test_w09_a_colour_that_cannot_be_read_falls_back(
    client: FlaskClient, listed: Shop, piece: str, given: dict[str, str], accent: str, text: str
) -> None:
    for path in (piece, piece.replace("/element", "")):
        html = client.get(path, query_string=given).text
        assert f"-1-{accent}-{text}-" in html
    assert themes.contrast(themes._parse("#" + text), themes._parse("#" + accent)) >= themes.READABLE


def test_a_genuine_pass_shows_that_the_order_is_on_its_way_to_us_and_then_the_order(
    client: FlaskClient, portal: Portal, listed: Shop
) -> None:
    token = make_pass(portal, listed, "ref-7007")
    for path in (f"/embed/{token}", f"/embed/{token}/element", f"/embed/{token}/include", f"/t/{token}"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert "We have your order" in answer.text
        assert 'content="10"' in answer.text or 'data-pace="10"' in answer.text
    assert f"frame-ancestors {SHOP}" in client.get(f"/embed/{token}").headers["Content-Security-Policy"]
    assert client.get(f"/t/{token}").headers["X-Frame-Options"] == "DENY"
    order = make_order(portal, listed, "7007")
    assert "7007" in client.get(f"/embed/{token}").text
    Order.update(deleted_at=portal.now()).where(Order.id == order.id).execute()
    for path in (f"/embed/{token}", f"/embed/{token}/element", f"/t/{token}", f"/embed/{token[:-1]}0"):
        assert client.get(path).status_code == 404


def test_a_mails_block_stands_alone_in_the_orders_language_and_leads_to_the_page(
    client: FlaskClient, portal: Portal, listed: Shop, order: Order, send: Send, clock: Clock
) -> None:
    send(order, scan("in_transit"))
    write_shop(listed.id, {"theme": {"accent": "#7a1fa2", "radius": "4"}})
    token = make_pass(portal, listed, order.ref, "mail", days=300)
    html = client.get(f"/embed/{token}/mail").text
    assert {tag for tag, _ in Tags(html).found} <= {"table", "tr", "td", "p", "bdi", "a"}
    (link,) = [values["href"] for tag, values in Tags(html).found if tag == "a"]
    assert link == f"http://localhost:8000/t/{token}"
    assert "background:#7a1fa2" in html
    assert "On its way" in html
    text = client.get(f"/embed/{token}/mail.txt")
    assert text.mimetype == "text/plain"
    assert link in text.text
    Order.update(locale="ko").where(Order.id == order.id).execute()
    assert "On its way" not in client.get(f"/embed/{token}/mail").text
    assert "On its way" in client.get(f"/embed/{token}/mail?lang=en").text
    assert f"/t/{token}?lang=en" in client.get(f"/embed/{token}/mail?lang=en").text
    waiting = make_pass(portal, listed, "ref-unknown", "mail")
    assert "We have your order" in client.get(f"/embed/{waiting}/mail").text
    for known in (order.ref, "ref-unknown"):
        refused = client.get(f"/embed/{make_pass(portal, listed, known, 'account')}/mail")
        assert (refused.status_code, refused.mimetype) == (403, "text/plain")
    assert client.get(f"/embed/{'A' * 32}/mail").status_code == 404
    clock.advance(days=301)
    assert client.get(f"/embed/{token}/mail").status_code == 404


def test_w10_scripts_and_first_views_stay_within_their_sizes(
    client: FlaskClient, listed: Shop, order: Order, piece: str, link: Link, send: Send
) -> None:
    send(order, *(scan("in_transit", f"2026-03-01T{hour:02d}:00", code=f"C{hour}") for hour in range(20)))

    def size(path: str) -> int:
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert answer.headers["Content-Encoding"] == "gzip"
        return len(answer.data)

    assert size("/embed/v1.js") <= 1000
    assert size("/embed/element-v1.js") <= 1600
    frame = link(order, "embed") + f"?origin={SHOP}"
    html = client.get(frame).text
    sheet, *scripts = [
        *re.findall(r'<link rel="stylesheet" href="([^"]+)"', html), *re.findall(r'<script defer src="([^"]+)"', html)
    ]  # fmt: skip
    htmx = [one for one in scripts if "htmx" in one]
    without = size(frame) + size(sheet) + sum(size(one) for one in scripts if one not in htmx)
    assert without <= 15_000
    assert without + sum(map(size, htmx)) <= 30_000
    assert len(scripts) + 2 <= 4
    assert size(piece) + size(Tags(client.get(piece).text).found[0][1]["data-sheet"]) <= 15_000
    assert gzip.decompress(client.get(piece, headers={"Accept-Encoding": "gzip"}).data) == client.get(piece).data
