"""Templates, and the words and files that they may use."""

from flask import Flask, Request, request
from jinja2 import Environment

from tracker import i18n
from tracker.i18n import templates
from tracker.sdk.urls import api_url

from . import files

STAFF_PATHS = ("/desk", "/dev/")
"""Where no customer goes: these screens have the languages of staff."""


def init_app(app: Flask) -> None:
    """Installs languages and `static_file()`, and chooses a locale for every request."""
    environment: Environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    templates.install(environment)
    environment.globals.update(
        static_file=files.address,
        theme_file=theme_file,
        language_names=language_names,
    )
    environment.filters["web_url"] = web_url

    @app.before_request
    def _begin() -> None:
        if request.path.startswith(STAFF_PATHS):
            i18n.begin(i18n.choose_for_staff(wanted_locale(request), accept=request.headers.get("Accept-Language", "")))
        else:
            choose_locale()


def theme_file(name: str) -> str:
    """The address of the portal's style sheet under a theme of this name (`themes.render`)."""
    return f"/theme/{files.sheet().digest}-{name}.css"


def language_names() -> list[tuple[str, str]]:
    """All languages the portal speaks, each by the name it gives itself."""
    return [(code, i18n.name_of(code)) for code in i18n.locales()]


def web_url(address: str) -> str:
    """The address if a link may lead there: https, or this machine's own http. Else an empty text."""
    try:
        return api_url(address) if address else ""
    except ValueError:
        return ""


def wanted_locale(asked: Request) -> str:
    """The `lang` of the address; most have no query at all, and then none is taken apart."""
    return asked.args.get("lang", "")[:16] if asked.query_string else ""


def negotiate(asked: Request, otherwise: str, preferred: str = "") -> str:
    """The locale that a request should be answered in.

    The link's `lang`, else what the reader has said to prefer, else the browser's, else `otherwise`.
    """
    accept = asked.headers.get("Accept-Language", "")
    return i18n.choose(wanted_locale(asked), preferred, accept=accept, otherwise=otherwise)


def choose_locale(otherwise: str = i18n.SOURCE, preferred: str = "") -> str:
    """Puts the reader's locale in force and tells it, by `negotiate`."""
    locale = negotiate(request, otherwise, preferred)
    # The context of a thread is used again, so every request begins by saying its own.
    i18n.begin(locale)
    return locale
