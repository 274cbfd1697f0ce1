"""The snippets of the plugin guide: what stands in its pages between fences, and what each is said to be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/plugins"
PAGES = sorted(GUIDE.glob("*.md"))
_FENCE = re.compile(r"(?:<!-- (?P<mark>[^>]+) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Snippet:
    """One fenced block. `mark` is the comment before it: `file: PATH`, `part of: PATH`, or a name."""

    page: str
    kind: str
    mark: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}: {self.mark or self.text[:30]!r}"

    def path(self, mark: str) -> str:
        """What a mark names, or an empty text."""
        name, _, path = self.mark.partition(": ")
        return path if name == mark else ""


def find_snippets(*kinds: str, page: str = "") -> list[Snippet]:
    """All blocks of some kinds (`python`, `toml`, ...), in the order of the pages, or of one page."""
    return [one for one in _all_snippets() if one.kind in kinds and page in ("", one.page)]


def _all_snippets() -> Iterator[Snippet]:
    for page in PAGES:
        for found in _FENCE.finditer(page.read_text(encoding="utf-8")):
            yield Snippet(page.name, found["kind"], found["mark"] or "", found["text"])


def write_files(folder: Path) -> None:
    """Writes every snippet that is a file."""
    for snippet in _all_snippets():
        if path := snippet.path("file"):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(snippet.text, encoding="utf-8")


def read_marked(mark: str) -> str:
    """The one snippet with this mark."""
    (text,) = [one.text for one in _all_snippets() if one.mark == mark]
    return text


def assemble_carrier(id: str) -> str:
    """The guide's carrier with every piece of `carriers.md` put in where that page says it goes, under another id."""
    pieces = [one.text for one in find_snippets("python", page="carriers.md")]
    classes = [text for text in pieces if text.startswith("class ")]
    members = [f'id = "{id}"\n', *(text for text in pieces if text not in classes)]
    return "\n".join([
        read_marked("file: plugins/acme/__init__.py"),
        "from datetime import timedelta\nfrom urllib.parse import quote\nfrom tracker.sdk import *\n",
        *classes,
        "class Acme(Acme):",
        *(indent(text, "    ") for text in members),
        f'PLUGIN = Plugin("{id}", "Acme, whole", "1.0", settings=PushSettings)\n',
    ])  # fmt: skip
