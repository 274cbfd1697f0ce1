"""What every answer carries, and what every request has to pass before a view sees it."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker.config import Config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KILO = 1024
FORM_LIMIT = 64 * KILO
HOOK_LIMIT = 256 * KILO
UPLOAD_LIMIT = 10 * KILO * KILO


class _Guard(CSRFProtect):  # type: ignore[misc]
    def protect(self, apply_exemptions: bool = False) -> None:
        # The same outcome as without it, before anything was looked up: a GET changes nothing.
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            super().protect(apply_exemptions)


csrf = _Guard()
"""Guards every POST by a token of the session. A door that knows no sessions says `csrf.exempt`, and why."""
V = TypeVar("V", bound=Callable[..., Any])

_ALWAYS = (
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


def init_app(app: Flask, config: Config) -> None:
    """Sets hosts, proxies, limits and headers. To be called before anything that reads a request's body."""
    app.config.update(
        PUBLIC_URL=config.url,
        TRUSTED_HOSTS=[config.host.rpartition("@")[2]],
        MAX_CONTENT_LENGTH=FORM_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        MAX_FORM_PARTS=200,
    )
    if config.proxies:
        # The host is never taken from a proxy's header: addresses we print come from the configuration alone.
        proxied = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=0, x_port=0, x_prefix=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    app.wsgi_app = _name_host(app.wsgi_app, config.host)  # type: ignore[method-assign, assignment]
    extra = (("Strict-Transport-Security", "max-age=31536000"),) if config.secure else ()
    app.before_request(_refuse_nul)
    app.before_request(_limit_body)
    app.after_request(lambda response: _add_headers(response, (*_ALWAYS, *extra)))


def _name_host(wsgi_app: "WSGIApplication", host: str) -> "WSGIApplication":
    """Answers what watches the machine under any name: it asks by number, and these answers print no address."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("PATH_INFO") in ("/healthz", "/readyz"):
            environ["HTTP_HOST"] = host.rpartition("@")[2]
        return wsgi_app(environ, start_response)

    return answer


def takes(limit: int) -> Callable[[V], V]:
    """Marks a view whose requests may have a body of up to `limit` bytes, but no larger form."""

    def mark(view: V) -> V:
        view.max_body = limit  # type: ignore[attr-defined]
        return view

    return mark


def allow_framing(origins: Sequence[str]) -> None:
    """Lets pages of these origins, and nobody else, frame the answer to this request. Only for `/embed/`."""
    g.framing = tuple(origins)


def allow_pictures() -> None:
    """Lets the answer show pictures from any https address (an offer's)."""
    g.pictures = True


def is_from_elsewhere() -> bool:
    """Whether a browser says that a page of another site sent this request; for forms that have no session."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and origin != current_app.config["PUBLIC_URL"]


def _refuse_nul() -> None:
    # PostgreSQL keeps no text with this character, and no address of ours holds it.
    if "\0" in request.path:
        abort(404)


def _limit_body() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, "max_body", None)
    # A file may be large. Fields are not, and a stranger's are taken apart before anybody asks who it is.
    if limit is not None and request.mimetype != "application/x-www-form-urlencoded":
        request.max_content_length = limit
        # Files are read through a buffer of this size too, in pieces of 64 kB.
        request.max_form_memory_size = min(limit, 4 * FORM_LIMIT)


def _add_headers(response: Response, always: tuple[tuple[str, str], ...]) -> Response:
    headers = response.headers
    if response.status_code == 304 and "Cache-Control" in headers:
        # The reader keeps the headers of the answer it has (RFC 9110, 15.4.5); every open page asks again and again.
        return response
    said = {name.lower() for name, _ in headers}
    for lower, name, value in _choose_headers(always, g.get("framing"), g.get("pictures", False)):
        if lower not in said:
            headers.add(name, value)
    return response


@lru_cache(maxsize=500)
def _choose_headers(
    always: tuple[tuple[str, str], ...], framing: tuple[str, ...] | None, pictures: bool
) -> list[tuple[str, str, str]]:
    """Headers of an answer that does not say otherwise: each name, in small letters and as it is sent, and value."""
    chosen = (
        *always,
        *((("X-Frame-Options", "DENY"),) if framing is None else ()),
        ("Cross-Origin-Resource-Policy", "same-origin" if framing is None else "cross-origin"),
        ("Content-Security-Policy", policy(framing or (), pictures)),
        ("Cache-Control", "no-store"),
    )
    return [(name.lower(), name, value) for name, value in chosen]


def policy(framing: tuple[str, ...] = (), pictures: bool = False) -> str:
    """The Content-Security-Policy: everything from ourselves, nothing inline, framed by nobody but `framing`."""
    images = "'self' https:" if pictures else "'self'"
    ancestors = " ".join(framing) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src {images}; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )
