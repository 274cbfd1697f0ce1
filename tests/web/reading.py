"""Reads HTML in tests: the words in the order of the page, and every element with its attributes."""

from html.parser import HTMLParser

SILENT = {"script", "style", "title", "head"}


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._silent += tag in ("script", "style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "title")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def find(self, **attributes: str) -> list[tuple[str, dict[str, str]]]:
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [one for one in self.elements if wanted.items() <= one[1].items()]
