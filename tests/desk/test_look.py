"""The look: details, logo, colours and the offer, refused where they must be, and previewed before they count."""

import hashlib
import io
import re
import zlib

import pytest
from PIL import Image

from tests.portals import make_order
from tracker.services import pictures, settings, themes
from tracker.store.audit import load_audit
from tracker.store.outbox import Outbox
from tracker.store.shops import Asset, Shop, Slot

DETAILS = {"name": "Lantern Tea", "locale": "en", "zone": "Asia/Seoul", "sender": "hello@lantern.example"}
SLOTS = {"above": "page", "below": "page", "widget": "widget", "mail": "mail"}


def offer(slot="below", **more):
    """The form of a slot, filled in; `more` are fields of its block."""
    fields = {"title": "Spring tea", "text": "First flush", "link_url": "https://tea.example/s", **more}
    return {"slot": slot, "kind": "offer", "shown": "1"} | {f"{slot}-{name}": value for name, value in fields.items()}


@pytest.fixture
def browser(shop, enter):
    return enter(shop, "marketer")


def error_of(text, field):
    found = re.search(rf'id="{field}-error">([^<]*)<', text)
    return found[1] if found else ""


def picture(kind="PNG", size=(900, 300), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **options)
    return out.getvalue()


def send_logo(browser, body, name="logo.png"):
    data = {"logo": (io.BytesIO(body), name)}
    return browser.post("/desk/demo/look/logo", data, content_type="multipart/form-data")


def shop_now():
    return Shop.get(Shop.slug == "demo")


# --- details ---------------------------------------------------------------------------------------------------------


def test_details_are_kept_and_the_deed_too(shop, browser):
    form = DETAILS | {
        "support_phone": "+82 2 123", "support_url": "https://lantern.example/help", "home_url": "http://localhost:8001",
        "origins": "https://Lantern.example/\r\n\r\nhttp://127.0.0.1:8001\nhttps://lantern.example",
    }  # fmt: skip
    assert browser.post("/desk/demo/look/details", form).status_code == 303
    row = shop_now()
    assert row.origins == ["https://lantern.example", "http://127.0.0.1:8001"]
    assert (row.zone, row.support_phone, row.home_url) == ("Asia/Seoul", "+82 2 123", "http://localhost:8001")
    entry = load_audit(shop.id, "shop")[-1]
    assert (entry.actor, entry.action) == ("staff:1", "details")
    assert "zone" in entry.body["fields"]


def test_names_of_drivers_and_signers_are_shown_only_where_the_shop_says_so(shop, browser):
    assert browser.post("/desk/demo/look/details", DETAILS).status_code == 303
    assert shop_now().show_people is False
    assert browser.post("/desk/demo/look/details", DETAILS | {"show_people": "on"}).status_code == 303
    assert shop_now().show_people is True


def test_saving_the_same_details_leaves_no_deed(shop, browser):
    form = DETAILS | {"support_email": "help@lantern.example"}
    for _ in range(2):
        browser.post("/desk/demo/look/details", form)
    assert len(load_audit(shop.id, "shop")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 121), ("support_email", "nobody"), ("sender", "a@b@c"), ("zone", "Mars/Olympus"),
        ("zone", "../etc/passwd"), ("locale", "xx"), ("locale", ""), ("support_url", "javascript:alert(1)"),
        ("home_url", "//evil.example"), ("home_url", "http://shop.example"), ("origins", "shop.example"),
        ("origins", "https://*.example"), ("origins", "https://a.example/path"), ("origins", "http://a.example"),
        ("origins", "https://a.example; script-src *"), ("origins", "https://a.example 'unsafe-inline'"),
        ("origins", "\n".join(f"https://s{number}.example" for number in range(21))), ("origins", "null"),
        ("origins", "*"),
    ],
)  # fmt: skip
def test_s09_details_that_cannot_be_are_refused_beside_their_field(shop, browser, field, value):
    response = browser.post("/desk/demo/look/details", DETAILS | {"support_phone": "kept typing", field: value})
    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert error_of(text, field)
    assert "kept typing" in text
    assert shop_now().zone == "UTC"


# --- logo ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_is_drawn_anew_and_served(shop, browser, kind):
    assert send_logo(browser, picture(kind)).status_code == 303
    asset = Asset.get()
    body = bytes(asset.body)
    assert shop_now().logo == asset.digest == hashlib.sha256(body).hexdigest()
    drawn = Image.open(io.BytesIO(body))
    assert drawn.size == (512, 171)
    served = browser.get(f"/assets/{asset.digest}")
    assert (served.status_code, served.get_data()) == (200, body)


def test_s29_where_a_picture_was_taken_is_left_out(shop, browser):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 0.0)
    body = picture("JPEG", exif=exif.tobytes(), comment=b"secret comment")
    assert b"taken at home" in body
    send_logo(browser, body)
    kept = bytes(Asset.get().body)
    assert b"taken at home" not in kept
    assert b"secret comment" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_s29_what_follows_a_picture_is_left_out(shop, browser):
    send_logo(browser, picture() + b"<script>alert(1)</script><?php evil(); ?>")
    assert b"script" not in bytes(Asset.get().body)


def test_a_turned_photograph_stands_upright(shop, browser):
    exif = Image.Exif()
    exif[0x0112] = 6
    send_logo(browser, picture("JPEG", (400, 200), exif=exif.tobytes()))
    assert Image.open(io.BytesIO(bytes(Asset.get().body))).size == (200, 400)


def bomb():
    """A PNG of a few kilobytes that says it is 30,000 × 30,000 pixels."""

    def chunk(kind, body):
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = (30_000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (SVG, "SVG"), (b"   <SVG onload=alert(1)>", "SVG"), (bomb(), "pixels"), (b"", "not a picture"),
        (b"GIF89a", "not a picture"), (b"%PDF-1.4", "not a picture"), (picture()[:200], "not a picture"),
        (picture("TIFF"), "not a picture"), (picture("BMP"), "not a picture"), (b"\xff\xd8\xff" * 500, "not a picture"),
        (picture("PPM", (1500, 1500)), "5 MB"),
    ],
    ids=["svg", "svg in capitals", "bomb", "nothing", "head only", "pdf", "cut", "tiff", "bmp", "noise", "huge"],
)  # fmt: skip
def test_s29_what_is_no_picture_or_too_large_a_one_is_refused(shop, browser, body, words):
    response = send_logo(browser, body)
    assert response.status_code == 422
    assert words in error_of(response.get_data(as_text=True), "logo")
    assert Asset.select().count() == 0


def test_s29_a_picture_with_many_colours_stays_small(shop, browser):
    noise = Image.effect_noise((1600, 1600), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG")
    send_logo(browser, out.getvalue())
    asset = Asset.get()
    assert asset.content_type == "image/webp"
    assert len(bytes(asset.body)) < 400_000


def test_see_through_stays_see_through():
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    kind, body = pictures.redraw(out.getvalue())
    assert (kind, Image.open(io.BytesIO(body)).getpixel((5, 5))[3]) == ("image/png", 0)


def test_a_logo_can_be_taken_away(shop, browser):
    send_logo(browser, picture())
    browser.post("/desk/demo/look/logo", {"remove": "1"})
    assert shop_now().logo == ""
    assert [entry.action for entry in load_audit(shop.id, "shop")] == ["logo", "logo"]


# --- colours ---------------------------------------------------------------------------------------------------------

THEME = {"accent": "#0b6b5d", "accent_text": "#ffffff", "radius": "8", "font": "serif", "scheme": "dark"}


def test_colours_are_kept(shop, browser):
    assert browser.post("/desk/demo/look/theme", THEME).status_code == 303
    assert shop_now().theme == THEME


@pytest.mark.parametrize("accent", ["#ffee00", "#9bd1ff", "#777777"])
def test_a_colour_that_cannot_be_read_is_refused_with_one_that_can(shop, browser, accent):
    response = browser.post("/desk/demo/look/theme", THEME | {"accent": accent})
    text = response.get_data(as_text=True)
    assert response.status_code == 422
    proposal = re.search(r"Use (#[0-9a-f]{6}) and save", text)[1]
    assert themes.contrast(themes._parse(proposal), themes.WHITE) >= 4.5
    assert shop_now().theme == {}


def test_the_proposed_colour_is_taken_with_one_press(shop, browser):
    assert browser.post("/desk/demo/look/theme", THEME | {"accent": "#ffee00", "use": "1"}).status_code == 303
    assert themes.check(shop_now().theme) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "red"),
        ("accent", "#fff;}body{"),
        ("radius", "25"),
        ("radius", "x"),
        ("font", "evil"),
        ("scheme", "</style>"),
    ],
)
def test_tokens_of_another_shape_are_refused(shop, browser, field, value):
    response = browser.post("/desk/demo/look/theme", THEME | {field: value})
    assert response.status_code == 422
    assert error_of(response.get_data(as_text=True), field)
    assert shop_now().theme == {}


# --- slots -----------------------------------------------------------------------------------------------------------


def test_each_slots_form_is_drawn_from_its_block(browser):
    text = browser.get("/desk/demo/look").get_data(as_text=True)
    for slot in SLOTS:
        for name in ("title", "text", "image_url", "link_url", "button"):
            assert f'name="{slot}-{name}"' in text
    assert "products:feed" not in text


@pytest.mark.parametrize("slot", SLOTS)
def test_a_slot_is_filled_alone_and_can_be_off(shop, browser, slot):
    answer = browser.post(f"/desk/demo/look/slots/{slot}", offer(slot))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/demo/look#slot-{slot}")
    row = Slot.get()
    assert (row.name, row.block, row.recommender, row.shown) == (slot, "offer", "", True)
    assert row.content["title"] == "Spring tea"
    assert load_audit(shop.id, "shop")[-1].body["slot"] == slot
    browser.post(f"/desk/demo/look/slots/{slot}", {k: v for k, v in offer(slot).items() if k != "shown"})
    assert Slot.get().shown is False


def test_a_recommender_fills_a_slot_once_its_plugin_is_set_up(portal, shop, browser):
    settings.change(portal, shop, "feed", {"url": "https://lantern.example/products.json"}, "test")
    text = browser.get("/desk/demo/look?widget=products:feed").get_data(as_text=True)
    assert "Products: Product feed" in text
    assert 'name="widget-most"' in text
    form = {"slot": "widget", "kind": "products:feed", "widget-title": "More tea", "widget-most": "4", "shown": "1"}
    assert browser.post("/desk/demo/look/slots/widget", form).status_code == 303
    row = Slot.get()
    assert (row.block, row.recommender, row.content) == ("products", "feed", {"title": "More tea", "most": 4})
    owed = [one.payload for one in Outbox.select().where(Outbox.topic == "recommend")]
    assert owed == [{"shop": shop.id, "recommender": "feed"}]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "x" * 81), ("link_url", ""), ("link_url", "javascript:alert(1)"),
        ("link_url", "http://tea.example"), ("image_url", "data:image/png;base64,x"),
        ("image_url", "//x.example/a.png"),
    ],
)  # fmt: skip
def test_s09_s35_an_offer_that_cannot_be_is_refused_beside_its_field(browser, field, value):
    response = browser.post("/desk/demo/look/slots/above", offer("above", **{"button": "typed words", field: value}))
    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert error_of(text, f"above-{field}")
    assert "typed words" in text
    assert Slot.select().count() == 0


def test_an_unknown_kind_or_slot_fills_nothing(browser):
    assert browser.post("/desk/demo/look/slots/below", offer() | {"kind": "nobody"}).status_code == 422
    assert browser.post("/desk/demo/look/slots/below", offer() | {"kind": "products:feed"}).status_code == 422
    assert browser.post("/desk/demo/look/slots/billboard", offer("billboard")).status_code == 404
    assert browser.post("/desk/demo/look/preview/page", offer("billboard")).status_code == 422
    assert Slot.select().count() == 0


# --- previews --------------------------------------------------------------------------------------------------------

SURFACES = ("page", "widget", "mail")


@pytest.mark.parametrize("surface", SURFACES)
def test_a_preview_shows_the_draft_where_it_belongs_and_keeps_nothing(shop, browser, surface):
    for slot, where in SLOTS.items():
        response = browser.post(f"/desk/demo/look/preview/{surface}", offer(slot))
        assert response.status_code == 200
        assert ("Spring tea" in response.get_data(as_text=True)) == (where == surface)
    hidden = {name: value for name, value in offer("below").items() if name != "shown"}
    assert "Spring tea" not in browser.post(f"/desk/demo/look/preview/{surface}", hidden).get_data(as_text=True)
    assert "Spring tea" not in browser.get(f"/desk/demo/look/preview/{surface}").get_data(as_text=True)
    assert Slot.select().count() == 0
    assert load_audit(shop.id, "shop") == []


@pytest.mark.parametrize("surface", SURFACES)
def test_a_preview_shows_draft_colours(shop, browser, surface):
    text = browser.post(f"/desk/demo/look/preview/{surface}", THEME | {"accent": "#123456"}).get_data(as_text=True)
    assert "123456" in text
    assert shop_now().theme == {}


def test_a_draft_that_is_not_complete_says_what_is_missing(browser):
    response = browser.post("/desk/demo/look/preview/page", offer(title=""))
    assert response.status_code == 422
    assert "Fill this in." in response.get_data(as_text=True)


@pytest.mark.parametrize("surface", SURFACES)
def test_s16_a_preview_is_framed_by_the_desk_alone_and_shows_no_customer(portal, shop, browser, surface):
    make_order(portal, shop)
    response = browser.get(f"/desk/demo/look/preview/{surface}")
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    text = response.get_data(as_text=True)
    assert "TR-1024" in text or surface == "mail"
    for secret in ("Ada Ito", "ada@example.com", "Green tea"):
        assert secret not in text


def test_the_look_may_frame_the_desk_and_nothing_else(browser):
    policy = browser.get("/desk/demo/look").headers["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
