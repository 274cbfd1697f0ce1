"""Embeds: what a shop puts into its own pages and mails, and the tokens of its look that such a page may choose."""

from collections.abc import Mapping

from tracker.i18n import choose, gettext, speak
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.links import open_order
from tracker.store.orders import find_order
from tracker.store.shops import Shop, find_shop

from . import branding, looks, pages, passes, texts, themes, words
from .links import Look, Opened
from .portal import Portal
from .staff import Me

Tokens = tuple[tuple[str, str], ...]
"""Tokens of a look, each with the portal's own name for it and a value of the right shape."""
NAMES: Mapping[str, str] = {
    "accent": "accent", "accent-text": "accent_text", "radius": "radius", "font": "font", "scheme": "scheme",
}  # fmt: skip
"""What a shop's page may choose, by the name that an address or an attribute has for it."""


def read_tokens(given: Mapping[str, str]) -> Tokens:
    """The tokens among what stands in an address; anything that is not exactly of a token's shape is not there.

    Colours may stand without their `#`, which means something else in an address.
    """
    found = {own: given.get(name, "").strip().lower()[:40] for name, own in NAMES.items()}
    for name in ("accent", "accent_text"):
        if themes.is_colour(f"#{found[name]}"):
            found[name] = f"#{found[name]}"
    whole = themes.complete(found)
    return tuple((name, value) for name, value in found.items() if value and whole[name] == value)


def spell_tokens(tokens: Tokens) -> tuple[tuple[str, str], ...]:
    """The same tokens as an address or an attribute names them."""
    given = dict(tokens)
    return tuple((name, given[own].removeprefix("#")) for name, own in NAMES.items() if own in given)


def lay_over(theme: Mapping[str, str], tokens: Tokens) -> dict[str, str]:
    """A shop's theme with these tokens in place of its own.

    Colours that could not be read are left out: an accent falls back to the shop's, a text on it to black or white.
    """
    own, given = themes.complete(theme), dict(tokens)
    plain = {name: value for name, value in given.items() if name not in ("accent", "accent_text")}
    if "accent" not in given and "accent_text" not in given:
        return {**own, **plain}
    colours = {"accent": own["accent"], "accent_text": own["accent_text"], **given}
    problems = {problem.field: problem for problem in themes.check({**own, **colours})}
    if "accent" in problems:
        return {**own, **plain}
    if "accent_text" in problems:
        colours["accent_text"] = problems["accent_text"].proposal
    return {**own, **colours, **plain}


def find_waiting(portal: Portal, token: str) -> Look | None:
    """The shop of a genuine pass whose order the portal has not been told of yet; `None` for every other token."""
    wanted = passes.read(portal, token)
    if wanted is None or open_order(wanted.shop, wanted.store, wanted.ref) is not None:
        return None
    shop = find_shop(wanted.shop)
    return looks.read_look(shop) if shop else None


def render_mail(opened: Opened, address: str, lang: str = "") -> tuple[str, str] | None:
    """How an order stands, for a mail of the shop's own: HTML that needs no style sheet, and the same as plain text.

    In the language `lang`, else the one that its reader asked for, else the order's. `address` is where its button
    leads. `None` when the order has just gone.
    """
    order = find_order(opened.shop.id, opened.order)
    locale = choose(lang, opened.language, order.locale if order else "", otherwise=opened.shop.locale)
    with speak(locale):
        page = pages.load_page(opened)
        if page is None:
            return None
        return _draw_mail(opened.shop, address, page.headline, page.summary, page.number)


def render_waiting_mail(shop: Look, address: str, lang: str = "") -> tuple[str, str]:
    """The same for an order that the portal has not been told of yet."""
    with speak(choose(lang, otherwise=shop.locale)):
        summary = gettext("The button shows where it is, as soon as there is something to show.")
        return _draw_mail(shop, address, words.order_words("placed")[0], summary, "")


def renew_key(portal: Portal, shop: Shop, *, at_once: bool, me: Me) -> None:
    """Makes a new embed key, with the deed in the audit record. The one before it counts a week more, or no longer."""
    with writing(shop.id):
        passes.renew_key(portal, shop.id, at_once=at_once)
        append_audit(shop.id, branding.CHAIN, portal.now(), me.actor, "embed-key", {"at_once": at_once})


def reveal_key(portal: Portal, shop: Shop, *, me: Me) -> str:
    """The embed key, for the shop's server; the audit record says who looked. Empty where there is none."""
    key = passes.show_key(portal, shop)
    if key:
        with writing(shop.id):
            append_audit(shop.id, branding.CHAIN, portal.now(), me.actor, "embed-key-shown", {})
    return key


def _draw_mail(shop: Look, address: str, headline: str, summary: str, number: str) -> tuple[str, str]:
    tokens = themes.complete(shop.theme)
    values = {
        "headline": headline, "summary": summary, "number": number, "address": address, "tokens": tokens,
        "font": themes.FONTS[tokens["font"]],
    }  # fmt: skip
    return texts.render("notices/_embed.html", values), texts.render("notices/_embed.txt", values)
