"""A customer's page as bytes: named by everything it shows, made once for each name, and not at all for a 304."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache

from flask import Response, render_template, request
from werkzeug.exceptions import NotFound, TooManyRequests

from tracker.paths import PACKAGE, resource
from tracker.services import links, pages, slots, themes
from tracker.services.links import Opened

from . import files
from .current import portal
from .htmx import request as htmx_request
from .rendering import choose_locale

CACHE = "private, no-cache"
MOST_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Surface:
    """Where a page is shown: `page` or `widget`, with the parent's origin and the scheme that the widget was given."""

    name: str
    parent: str = ""
    scheme: str = ""


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


def answer(opened: Opened, surface: Surface) -> Response:
    """The page, its fragment for htmx, or 304."""
    locale = choose_locale(opened.shop.locale)
    fragment = htmx_request.wants_fragment
    lang = locale if request.args.get("lang") else ""
    # The address holds the token: two people's links to one order are two pages.
    shown = (opened.version, surface, locale, _address(surface, lang), fragment, portal().config.page_pace)
    name = _name(repr(shown))
    etag = f'W/"{name}"'
    if request.if_none_match.contains_weak(name):
        response = Response(status=304)
        del response.headers["Content-Type"]
    else:
        body, packed = kept.get(name) or _make(name, opened, surface, locale, lang, fragment)
        use_packed = request.accept_encodings.quality("gzip") > 0
        response = Response(packed if use_packed else body, mimetype="text/html")
        if use_packed:
            response.headers["Content-Encoding"] = "gzip"
    headers = response.headers
    headers["ETag"] = etag
    headers["Cache-Control"] = CACHE
    headers["Vary"] = "HX-Request, Accept-Encoding, Accept-Language"
    return response


def _make(name: str, opened: Opened, surface: Surface, locale: str, lang: str, fragment: bool) -> tuple[bytes, bytes]:
    page = pages.load_page(opened)
    if page is None:
        raise NotFound
    if page.pace is not None:
        page = replace(page, pace=min(page.pace, portal().config.page_pace))
    template = "partials/tracking.html" if fragment else f"pages/{surface.name}.html"
    theme, _ = themes.render({**opened.shop.theme, **({"scheme": surface.scheme} if surface.scheme else {})})
    text = render_template(
        template,
        page=page,
        shop=opened.shop,
        surface=surface,
        level=1 if surface.name == "page" else 2,
        address=_address(surface, lang),
        lang=lang,
        theme=theme,
        slot=slots.fill(portal(), opened.shop, surface.name, page.view, locale),
    )
    body = text.encode()
    packed = files.pack(body)
    kept.put(name, body, packed)
    return body, packed


def _address(surface: Surface, lang: str) -> str:
    """The page's own address again, with what was said in it and nothing a stranger may have added."""
    pairs = (("lang", lang), ("origin", surface.parent), ("scheme", surface.scheme))
    query = "&".join(f"{key}={value}" for key, value in pairs if value)
    return request.path + (f"?{query}" if query else "")


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
