"""A customer's page as bytes: named by everything it shows, made once for each name, and not at all for a 304."""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from flask import Response, render_template
from werkzeug.exceptions import NotFound, TooManyRequests

from tracker import i18n
from tracker.domain.tiers import Grant
from tracker.paths import PACKAGE, resource
from tracker.services import embeds, links, pages, slots, themes
from tracker.services.links import Look, Opened
from tracker.services.portal import Portal

from . import files, sheets
from .current import portal
from .htmx import Request, request
from .rendering import negotiate, wanted_locale

CACHE = "private, no-cache"
VARY = "HX-Request, Accept-Encoding, Accept-Language"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]{1,253}(?::\d{1,5})?")
MOST_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Surface:
    """Where a page is shown: `page` or `widget`, with the parent's origin and the tokens that the widget was given.

    `shape` is there where a widget is no frame but a piece of the shop's own page: `element` or `include`.
    """

    name: str
    parent: str = ""
    tokens: embeds.Tokens = ()
    shape: str = ""


class Kept:
    """The newest pages of this process, by name, up to a number of bytes. Nothing is lost with them."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._size = most, 0
        self._pages: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str) -> tuple[bytes, bytes] | None:
        with self._lock:
            found = self._pages.get(name)
            if found is not None:
                self._pages.move_to_end(name)
            return found

    def put(self, name: str, body: bytes, packed: bytes) -> None:
        with self._lock:
            if name in self._pages:
                return
            self._pages[name] = (body, packed)
            self._size += len(body) + len(packed)
            while self._size > self._most:
                _, (old, old_packed) = self._pages.popitem(last=False)
                self._size -= len(old) + len(old_packed)


kept = Kept()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request is shown, apart from the bytes. `name` is equal exactly while they would be."""

    name: str
    locale: str
    lang: str
    address: str
    fragment: bool
    base: str

    @property
    def headers(self) -> list[tuple[str, str]]:
        """What the page and its 304 both carry."""
        return [("ETag", f'W/"{self.name}"'), ("Cache-Control", CACHE), ("Vary", VARY)]


def allowed_origins(shop: Look) -> tuple[str, ...]:
    """The origins whose pages may show the shop's widget."""
    return tuple(origin for origin in shop.origins if _ORIGIN.fullmatch(origin))


def read_surface(kind: str, opened: Opened, asked: Request) -> Surface:
    """Where a request to `/t/` or `/embed/` (`kind`) shows its page, with nothing in it that is not allowed."""
    if kind == "t":
        return Surface("page")
    parent = asked.args.get("origin", "")
    return Surface("widget", parent if parent in allowed_origins(opened.shop) else "", embeds.read_tokens(asked.args))


def identify(root: Portal, opened: Opened, surface: Surface, asked: Request) -> Shown:
    """What a request is to be shown."""
    locale = negotiate(asked, opened.shop.locale, opened.language)
    lang = locale if wanted_locale(asked) else ""
    # The address holds the token: two people's links to one order are two pages.
    address = _address("/".join(map(links.spell, asked.path.split("/"))), surface, lang)
    fragment = asked.wants_fragment and not surface.shape
    shown = (opened.version, surface, locale, address, fragment, root.config.page_pace)
    base = f"{root.config.url if surface.shape else ''}/t/{links.spell(asked.path.split('/')[2])}"
    return Shown(_name(repr(shown)), locale, lang, address, fragment, base)


def answer(opened: Opened, surface: Surface) -> Response:
    """The page, its fragment for htmx, or 304."""
    shown = identify(portal(), opened, surface, request)
    i18n.begin(shown.locale)
    if request.if_none_match.contains_weak(shown.name):
        response = Response(status=304)
        del response.headers["Content-Type"]
    else:
        body, packed = kept.get(shown.name) or _make(opened, surface, shown)
        use_packed = request.accept_encodings.quality("gzip") > 0
        response = Response(packed if use_packed else body, mimetype="text/html")
        if use_packed:
            response.headers["Content-Encoding"] = "gzip"
    response.headers.extend(shown.headers)
    return response


def _make(opened: Opened, surface: Surface, shown: Shown) -> tuple[bytes, bytes]:
    page = pages.load_page(opened)
    if page is None:
        raise NotFound
    if page.pace is not None:
        page = replace(page, pace=min(page.pace, portal().config.page_pace))
    template = f"embed/{surface.shape}.html" if surface.shape else f"pages/{surface.name}.html"
    if shown.fragment:
        template = "partials/tracking.html"
    theme, _ = themes.render(embeds.lay_over(opened.shop.theme, surface.tokens))
    text = render_template(
        template,
        page=replace(page, pace=None) if surface.shape else page,
        pace=page.pace,
        sheet=sheets.sheet_address(theme),
        shop=opened.shop,
        surface=surface,
        address=shown.address,
        base=shown.base,
        lang=shown.lang,
        token=unquote(shown.base.rpartition("/")[2]),
        attributes=_attributes(surface, shown.lang),
        theme=theme,
        slots=slots.fill_all(portal(), opened.shop, surface.name, _lend(page.view, opened), shown.locale),
    )
    body = (sheets.transplant(text, portal().config.url) if surface.shape else text).encode()
    packed = files.pack(body)
    kept.put(shown.name, body, packed)
    return body, packed


def _lend(view: Mapping[str, Any], opened: Opened) -> Mapping[str, Any]:
    """What recommenders may know of an order: what they offer, and what they leave out, shows what was ordered."""
    return view if Grant.PIECES in opened.sight else {**view, "lines": []}


def _address(path: str, surface: Surface, lang: str) -> str:
    """The page's own address again, with what was said in it and nothing a stranger may have added."""
    pairs = [*_attributes(surface, lang), *([("origin", surface.parent)] if surface.parent else [])]
    query = "&".join(f"{key}={value}" for key, value in pairs)
    return path + (f"?{query}" if query else "")


def _attributes(surface: Surface, lang: str) -> list[tuple[str, str]]:
    """What a page was asked to be shown in, as an address and the custom element name it."""
    return [*([("lang", lang)] if lang else []), *embeds.spell_tokens(surface.tokens)]


def read_language(asked: str) -> str:
    """The `lang` of an address if it is a language that the portal speaks, else an empty text."""
    return asked if asked in i18n.locales() else ""


def refuse(address: str) -> NotFound | TooManyRequests:
    """The answer to a token that leads nowhere: the same whatever the reason, until there are too many of them."""
    wait = links.count_miss(portal(), address)
    return TooManyRequests(retry_after=int(wait) + 1) if wait else NotFound()


def _name(shown: str) -> str:
    return hashlib.blake2b((_revision() + shown).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=1)
def _revision() -> str:
    """Names the code, the templates and the words: a page of another release is another page."""
    digest = hashlib.sha256()
    folders = (resource("templates"), resource("static"), resource("translations"), resource("plugins"), PACKAGE)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".html", ".css", ".js", ".po", ".py", ".toml") and path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()
