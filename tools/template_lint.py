"""Refuses in templates what a strict Content-Security-Policy would stop or what could turn foreign text into code.

    python -m tools.template_lint templates plugins

Mails (`notices/`) may carry styles, since mail programs take no style sheets; everything else holds for them too.
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SAFE = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\(")
CONSTANT = re.compile(r"'[^']*'\s*\|\s*safe\b")
"""A constant of the template itself may be markup; nothing that came from elsewhere may."""
UNQUOTED = re.compile(r"""\s[\w:-]+=\{\{""")
SCRIPT_URL = re.compile(r"\s*(?:javascript|vbscript|data):", re.IGNORECASE)


class Reader(HTMLParser):
    """Walks a template whose Jinja parts are blanked out, and notes what breaks a rule."""

    def __init__(self, mail: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.mail = mail
        self.found: list[tuple[int, str]] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        ignored = "hx-ignore" in values or any(ignored for _, ignored in self._open)
        for problem in (*_check_element(tag, values, self.mail), *_check_attributes(values, self.mail)):
            self.note(problem)
        if tag == "bdi" and values.get("dir") == "auto" and not ignored and not self.mail:
            self.note('foreign text (<bdi dir="auto">) needs an element with hx-ignore around it')
        if tag not in VOID:
            self._open.append((tag, ignored))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == tag:
                del self._open[index:]
                return

    def note(self, problem: str) -> None:
        self.found.append((self.getpos()[0], problem))


def _check_element(tag: str, values: dict[str, str], mail: bool) -> Iterator[str]:
    if tag == "script" and not values.get("src"):
        yield "a script stands in a file of its own"
    if tag == "style" and not mail:
        yield "styles stand in a style sheet"
    if tag in ("base", "object", "embed", "applet"):
        yield f"<{tag}> is not for our pages"
    if values.get("target") == "_blank" and "noopener" not in values.get("rel", ""):
        yield 'target="_blank" needs rel="noopener"'


def _check_attributes(values: dict[str, str], mail: bool) -> Iterator[str]:
    for name, value in values.items():
        if name.startswith("on"):
            yield f"{name} is inline script"
        if name.startswith(("hx-on", "data-hx")):
            yield f"{name} needs eval or hides from this check"
        if name == "hx-disable" and not value:
            yield "hx-disable switches buttons off in htmx 4; what is said by others stands in hx-ignore"
        if name == "style" and not mail:
            yield "a style attribute needs 'unsafe-inline'"
        if name == "hx-trigger" and "[" in value:
            yield "a [filter] in hx-trigger needs eval"
        if name.startswith("hx-") and re.match(r"\s*(?:js|javascript):", value):
            yield f"{name} with js: needs eval"
        if name in ("href", "src", "action", "formaction", "hx-get", "hx-post") and SCRIPT_URL.match(value):
            yield f"{name} holds a script address"


def check(text: str, mail: bool = False) -> list[tuple[int, str]]:
    """Line and rule of everything that is wrong with one template."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if SAFE.search(CONSTANT.sub("", line)):
            found.append((number, "escaping is switched off"))
        if UNQUOTED.search(re.sub(r"\{%.*?%\}", "", line)):
            found.append((number, "an attribute with {{ }} needs quotes"))
    reader = Reader(mail)
    reader.feed(JINJA.sub(_blank, text))
    reader.close()
    return sorted(found + reader.found)


def _blank(match: re.Match[str]) -> str:
    """Something as many lines long, that a value may hold and markup may have around it."""
    return ("x" if match.group().startswith("{{") else "") + "\n" * match.group().count("\n")


def find_templates(roots: list[Path]) -> Iterator[Path]:
    """The HTML templates below some folders; of plugins only what lies in a `templates` folder."""
    for root in roots:
        for path in sorted(root.rglob("*.html")):
            if root.name != "plugins" or "templates" in path.parts:
                yield path


def main(arguments: list[str]) -> int:
    """Prints what is wrong; 1 where anything is."""
    wrong = 0
    for path in find_templates([Path(argument) for argument in arguments] or [Path("templates"), Path("plugins")]):
        for line, problem in check(path.read_text(encoding="utf-8"), mail="notices" in path.parts):
            print(f"{path}:{line}: {problem}")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
