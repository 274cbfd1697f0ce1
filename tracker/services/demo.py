"""The demo's side in the portal: its shop, who works there, how it looks, and how its parcels' stories stand."""

import io
from datetime import datetime, timedelta

from PIL import Image, ImageDraw, ImageFont

from tracker.sdk import Carrier
from tracker.store.shops import Shop
from tracker.store.staff import find_staff

from . import branding, fillings, settings, shops, staff
from .portal import Portal

SLUG = "demo"
NAME = "Nettle & Clay"
REAL_TIME = 3600.0
"""Seconds of a scripted hour in a story that goes on in real time."""
AHEAD = timedelta(seconds=25)
"""How long after the start of the demo a story comes to the hour that it is about."""
THEME = {"accent": "#4f6b4a"}
GREEN = "#66855f"
"""Of the logo: it has to be seen on light and on dark pages."""
OFFER = {
    "title": "A tin that keeps tea green",
    "text": "Two lids, no smell, stacks on itself. Ten per cent off your next order.",
    "link_url": "https://nettle-and-clay.example/tins",
    "button": "See the tins",
}


def set_up(portal: Portal, shop_url: str, webhook_secret: str, consumer_secret: str) -> Shop:
    """The demo's shop, connected to the store at this address."""
    shop = shops.find(portal, SLUG) or shops.create(portal, SLUG, NAME, zone="America/Los_Angeles", home_url=shop_url)
    wanted = {
        "url": shop_url,
        "webhook_secret": webhook_secret,
        "consumer_key": "ck_demo",
        "consumer_secret": consumer_secret,
    }
    if portal.ports.settings.load(shop.id, "woocommerce") != wanted:
        settings.change(portal, shop, "woocommerce", wanted, "demo")
    return shop


def hire(portal: Portal, shop: Shop, email: str, password: str) -> staff.Me:
    """The shop's owner, signed in; made where there is none."""
    if find_staff(email) is None:
        person = staff.create(portal, email, password, "Ada Nettle")
        staff.grant(portal, shop.id, person.id, "owner")
    me = staff.resume(portal, staff.sign_in(portal, email, password, "demo"))
    assert me is not None
    return me


def dress(portal: Portal, shop: Shop, shop_url: str, me: staff.Me) -> None:
    """Gives the shop its details, and where a marketer has not chosen yet its logo, colours and an offer."""
    details = branding.Details.model_validate(
        {**branding.read_details(shop), "home_url": shop_url, "origins": [shop_url],
         "support_email": "help@nettle-and-clay.example", "support_phone": "+1 510 555 0142"}
    )  # fmt: skip
    branding.save_details(portal, shop, details, me=me)
    if not shop.logo:
        branding.save_logo(portal, shop, draw_logo(), me=me)
        branding.save_theme(portal, shop, THEME, me=me)
    kind = fillings.find_kind(portal, shop.id, "offer")
    if kind is not None and not fillings.read_slots(shop.id):
        content = kind.block.object.content.model_validate(OFFER)
        for slot in ("below", "widget", "mail"):
            fillings.save_slot(portal, shop.id, slot, kind, content, me=me)


def number_parcel(portal: Portal, script: str, seed: int) -> str:
    """The tracking number of a parcel of the demo carrier that follows a script."""
    carrier: Carrier = portal.registry.carriers["demo"].object
    number: str = carrier.number(script, seed)  # type: ignore[attr-defined]
    return number


def place_story(portal: Portal, shop: Shop, number: str, hour: float) -> datetime:
    """Sets a parcel's story so that it comes to an hour of its script in a moment; when the story began.

    It goes on in real time, so that the parcel stays where it is for as long as anybody looks.
    """
    start = portal.now() + AHEAD - timedelta(hours=hour)
    memory = portal.contexts.make(shop.id, "demo").memory
    memory.set(f"story:{number}", {"start": start.isoformat(), "speed": REAL_TIME})
    return start


def draw_logo() -> bytes:
    """The shop's logo as PNG, drawn four times as large so that its edges come out smooth."""
    picture = Image.new("RGBA", (420 * 4, 96 * 4), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((24, 120, 264, 360), fill="#b4694a")
    draw.polygon([(144, 232), (56, 104), (144, 16), (232, 104)], fill=GREEN)
    draw.text((336, 88), NAME, fill=GREEN, font=ImageFont.load_default(size=176))
    _, _, end, _ = picture.getbbox() or (0, 0, *picture.size)
    # Nothing empty beside the name: it would keep the logo from the edge where pages run from right to left.
    whole = picture.crop((0, 0, end + 24, picture.height))
    out = io.BytesIO()
    whole.resize((whole.width // 4, whole.height // 4), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()
