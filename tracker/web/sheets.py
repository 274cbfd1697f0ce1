"""Pieces for a shop's own page: the same markup and the same style sheet as the widget's, made fit for strange soil."""

import hashlib
import re
from functools import lru_cache

from tracker.services import themes

from . import files

BEFORE, AFTER = ("embed/element.css",), ("portal.css", "page.css")
"""The style sheets of a piece: what stands before its theme, and what of the widget's stands behind it."""
PARTS = ("headline", "summary", "card", "button")
"""Classes that a shop's style sheet may reach, as `::part()`."""
REM = 16
"""Pixels of a rem. Many shops set the root's letters to 10 pixels, and a piece would shrink with them."""

_PART = re.compile(rf'class="({"|".join(PARTS)})(?=[ "])')
_HEADING = re.compile(r"<(/?)h([1-5])(?=[ >])")
_ADDRESS = re.compile(r'((?:href|src|action)=")/(?!/)')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DOCUMENT = re.compile(r"(?<![\w.#:-])(?::root|html|body)(?![\w-])")
_LENGTH = re.compile(r"(?<![\w.#])(\d*\.?\d+)rem\b")
_WINDOW = re.compile(r"(?<![\w.#])(\d*\.?\d+)vw\b")
_TOKEN = re.compile(r"--(accent|accent-text|radius|font):([^;}]+)")
_WIDTH = re.compile(r"@media \(((?:min|max)-width):")


def transplant(html: str, url: str) -> str:
    """A piece of a page of ours for a page of somebody else's.

    Its addresses are whole, its headings stand one level below that page's own, and its parts have names. Texts cannot
    look like what is changed here: their quotes and brackets are escaped.
    """
    html = _HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}", html)
    html = _ADDRESS.sub(rf"\1{url}/", html)
    return _PART.sub(r'part="\1" class="\1', html)


def sheet(tokens: dict[str, str]) -> bytes:
    """The style sheet of a piece in this theme. Its page may set the tokens anew, as `--tracker-accent` and so on."""
    before, after = _plain_sheets()
    theme = _TOKEN.sub(r"--\1:var(--tracker-\1,\2)", adapt(themes.render(tokens)[1]))
    return f"{before}\n{theme}\n{after}".encode()


def adapt(css: str) -> str:
    """A style sheet of a document of ours, for a shadow root.

    What was said of the document is said of the piece's outermost element, `.tracker`. Lengths depend on nothing
    outside of it, and what depended on the window's width depends on the piece's.
    """
    css = _DOCUMENT.sub(".tracker", _COMMENT.sub("", css))
    css = _LENGTH.sub(lambda found: f"{float(found[1]) * REM:g}px", css)
    css = _WINDOW.sub(r"\1cqi", css)
    return _WIDTH.sub(r"@container tracker (\1:", css)


def sheet_address(name: str) -> str:
    """Where a piece's style sheet in a theme of this name (`themes.render`) is."""
    return f"/embed/theme/{digest()}-{name}.css"


@lru_cache(maxsize=1)
def digest() -> str:
    """Changes with the style sheets that pieces are drawn by."""
    return hashlib.sha256("".join(_plain_sheets()).encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _plain_sheets() -> tuple[str, str]:
    before, after = ("\n".join(files.load(name).body.decode() for name in names) for names in (BEFORE, AFTER))
    return adapt(before), adapt(after)
