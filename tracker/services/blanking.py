"""Blanking: a carrier's answer without the people and the secrets in it, in the shape that it came in."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.dom import Node
from xml.dom.minidom import Document, Element, parseString

from tracker.host.redact import SHORTEST_SECRET, redact
from tracker.sdk import BadPayload, read_json, read_xml

BLANK = "(blanked)"
SHORTEST_NUMBER = 5
LONGEST_TEXT = 500
"""A longer run of base64 is a picture: of a signature, or of somebody's door."""

_KINDS: Mapping[str, re.Pattern[str]] = {
    "secret": re.compile(
        r"token|secret|passw|passphrase|apikey|authori[sz]ation|credential|session|cookie|"
        r"(account|customer|contract|client)(number|no|id|code)$"
    ),
    "phone": re.compile(r"phone|mobile|^tel$|^telno|^fax|^cell"),
    "e-mail": re.compile(r"mail(address)?$"),
    "picture": re.compile(r"image|photo|picture|signature(url|svg|png|data|file)?$|base64|^pod(url|link)?$"),
    "name": re.compile(
        r"signed(for)?by|signer|signator|receivedby|deliveredto(?!.*(city|country))|leftwith|deliveryman$|manname$|"
        r"(person|contact|recipient|receiver|consignee|shipper|sender|customer|addressee|driver|buyer|"
        r"first|last|family|given|manager|user)name$|(?<!carrier)(?<!service)fullname$|"
        r"^(recipient|receiver|consignee|shipper|sender|addressee|driver|attention)$"
    ),
    "address": re.compile(
        r"street|addressline|^address[0-9]*$|^addr[0-9]*$|address[0-9]$|houseno|housenumber|^line[0-9]$|postal|postcode|"
        r"^zip|zipcode|zip[0-9]$|doorcode|apartment"
    ),
    "reference": re.compile(r"reference|orderno|ordernumber|orderid|invoice|purchaseorder|ponumber"),
    "place": re.compile(r"^(lat|latitude|lng|lon|long|longitude)$"),
}
_PEOPLE = re.compile(
    r"^(recipient|receiver|consignee|shipper|sender|customer|contact|addressee|buyer|driver|from|to|user|person)"
    r"(s|info|details|information|contact|address)?$"
)
_TELLING = re.compile(r"country|type|code|kind|language|locale")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?(?:encoding\s*=\s*["']([\w.-]+)["'][^>]*)?\?>""")
_PLAIN = frozenset({"true", "false", "yes", "no", "y", "n"})
_LONG = re.compile(r"[A-Za-z0-9+/_=\s-]+")


@dataclass
class Blanker:
    """Blanks answers of one carrier for one shop, and keeps where and why in `found`: path to what it was.

    `secrets` and `private` are blanked wherever they occur; `numbers` are replaced by what they map to, however they
    are spaced.
    """

    secrets: Iterable[str] = ()
    private: Iterable[str] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._secrets = sorted((one for one in self.secrets if len(one) >= SHORTEST_SECRET), key=len, reverse=True)
        self._private = sorted({one for one in self.private if len(one.strip()) > 1}, key=len, reverse=True)

    def blank(self, body: bytes) -> tuple[bytes, str]:
        """The answer without people and secrets, indented, and what it is: `json` or `xml`.

        Raises `BadPayload` for what is neither: nobody can tell what stands in it.
        """
        if body.lstrip()[:1] == b"<":
            read_xml(body)  # refuses document types, and with them entities
            document = parseString(_undeclared(body))  # noqa: S318
            for element in (one for one in document.childNodes if isinstance(one, Element)):
                self._element(element, "", False)
            blanked, kind = _indented(document), "xml"
        else:
            data = self._value(read_json(body), "", "", False)
            blanked, kind = json.dumps(data, ensure_ascii=False, indent=2) + "\n", "json"
        self._look_again(blanked)
        return blanked.encode(), kind

    def _value(self, value: Any, path: str, name: str, personal: bool) -> Any:
        if isinstance(value, dict):
            personal = personal or bool(_PEOPLE.match(_plain(name)))
            pairs = ((key, self._value(one, _join(path, key), key, personal)) for key, one in value.items())
            return {self._text(key, path): one for key, one in pairs}
        if isinstance(value, list):
            return [self._value(one, f"{path}[]", name, personal) for one in value]
        if isinstance(value, bool) or value is None or value == "" or str(value).casefold() in _PLAIN:
            return value
        return self._leaf(value, path, "" if self._is_number(value) else _kind(name, personal), personal)

    def _leaf(self, value: Any, path: str, kind: str, personal: bool) -> Any:
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            return self._within(value, path, personal)
        if kind == "place":
            return self._rounded(value, path)
        if kind:
            self.found[path] = kind
            return BLANK if isinstance(value, str) else 0
        return self._text(value, path) if isinstance(value, str) else self._digits(value, path)

    def _within(self, value: str, path: str, personal: bool) -> str:
        """JSON inside of a text: some carriers wrap their answers twice."""
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            return self._text(value, path)
        return json.dumps(self._value(inner, path, "", personal), ensure_ascii=False)

    def _element(self, element: Element, path: str, personal: bool) -> None:
        name = element.localName or element.tagName
        path = _join(path, name)
        children = [child for child in element.childNodes if child.nodeType == Node.ELEMENT_NODE]
        personal = personal or bool(children and _PEOPLE.match(_plain(name)))
        for key, value in list(element.attributes.items()):
            if not key.startswith("xmlns"):
                bare = key.rpartition(":")[2]
                element.setAttribute(key, str(self._value(value, f"{path}@{bare}", bare, personal)))
        for child in list(element.childNodes):
            if child.nodeType == Node.ELEMENT_NODE:
                self._element(child, path, personal)
            elif child.nodeType in (Node.TEXT_NODE, Node.CDATA_SECTION_NODE) and child.data.strip():
                child.data = str(self._value(child.data.strip(), path, name, personal))
            elif child.nodeType not in (Node.TEXT_NODE, Node.CDATA_SECTION_NODE):
                element.removeChild(child)  # comments say what nobody reads
            elif children:
                element.removeChild(child)

    def _text(self, text: str, path: str) -> str:
        """A text with what is personal in it replaced, whatever field it stands in."""
        if _is_picture(text):
            self.found[path] = "picture"
            return BLANK
        kept = text
        for number, other in self.numbers.items():
            kept = _renumbered(kept, number, other)
        for secret in self._secrets:
            kept = self._without(kept, secret, path, "secret")
        for piece in self._private:
            kept = self._without(kept, piece, path, "private text")
        if "://" in kept and urlsplit(kept).query:
            kept = self._without(kept, f"?{urlsplit(kept).query}", path, "link's query")
        redacted = kept if _is_code(kept, path) else self._redacted(kept)
        if redacted != kept:
            self.found.setdefault(path, "phone or e-mail")
        return redacted

    def _redacted(self, text: str) -> str:
        """Without what looks like a phone number or mail address; some tracking numbers look like one too."""
        numbers = [spelled for number in self.numbers.values() if (spelled := _spelled(number))]
        if not numbers:
            return redact(text)
        pieces = re.split(f"({'|'.join(numbers)})", text, flags=re.IGNORECASE)
        return "".join(piece if place % 2 else redact(piece) for place, piece in enumerate(pieces))

    def _without(self, text: str, piece: str, path: str, kind: str) -> str:
        if piece not in text:
            return text
        self.found[path] = kind
        return text.replace(piece, BLANK)

    def _is_number(self, value: Any) -> bool:
        """Whether it is the parcel's own number, which some carriers call an invoice or a reference."""
        tidy = re.sub(r"[^A-Z0-9]", "", str(value).upper())
        return any(tidy == re.sub(r"[^A-Z0-9]", "", number.upper()) for number in self.numbers)

    def _digits(self, value: Any, path: str) -> Any:
        for number, other in self.numbers.items():
            if str(value) == number:
                return int(other) if str(int(other)) == other else other
        if str(value) in self._secrets:
            self.found[path] = "secret"
            return 0
        return value

    def _rounded(self, value: Any, path: str) -> Any:
        """Coordinates to a tenth of a degree: the town, and not the door."""
        try:
            rounded = round(float(value), 1)
        except (TypeError, ValueError, OverflowError):
            return self._text(value, path) if isinstance(value, str) else value
        self.found[path] = "place to a tenth of a degree"
        return str(rounded) if isinstance(value, str) else rounded

    def _look_again(self, text: str) -> None:
        """Nothing is written where a secret is still in it, whatever way it came there."""
        if any(secret in text for secret in self._secrets):
            raise BadPayload("a secret of the shop's is still in the answer; nothing was written")


def same_shape(number: str, other: str) -> bool:
    """Whether two numbers look alike: letters where there are letters, digits where there are digits."""
    return len(number) == len(other) and all(
        (a.isdigit(), a.isupper(), a.islower()) == (b.isdigit(), b.isupper(), b.islower())
        for a, b in zip(number, other, strict=True)
    )


def _kind(name: str, personal: bool) -> str:
    """What a field of this name holds, empty for nothing that matters."""
    plain = _plain(name)
    kind = next((kind for kind, pattern in _KINDS.items() if pattern.search(plain)), "")
    return kind or ("person" if personal and not _TELLING.search(plain) else "")


def _is_code(text: str, path: str) -> bool:
    """Whether digits alone are a code and no phone number."""
    return text.isdigit() and bool(_TELLING.search(_plain(re.split(r"[.@]", path)[-1])))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_picture(text: str) -> bool:
    if text.startswith("data:") or (len(text) > LONGEST_TEXT and _LONG.fullmatch(text)):
        return True
    try:
        head = base64.b64decode(text[:40], validate=True)
    except (binascii.Error, ValueError):
        return False
    return head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"RIFF"))


def _renumbered(text: str, number: str, other: str) -> str:
    """The text with a number replaced, however it is spaced and in whatever letter case."""
    spelled = _spelled(number)
    if not spelled or number == other:
        return text

    def replace(match: re.Match[str]) -> str:
        fresh: Iterator[str] = iter(char for char in other if char.isalnum())
        return "".join(_like(next(fresh), char) if char.isalnum() else char for char in match[0])

    return re.sub(spelled, replace, text, flags=re.IGNORECASE)


def _spelled(number: str) -> str:
    """A pattern for a number with and without spaces and hyphens; empty for one that stands in many a text."""
    letters = [re.escape(char) for char in number if char.isalnum()]
    return r"[ -]?".join(letters) if len(letters) >= SHORTEST_NUMBER else ""


def _like(char: str, other: str) -> str:
    return char.lower() if other.islower() else char


def _undeclared(body: bytes) -> bytes:
    """XML as UTF-8 without its declaration: the parser knows fewer encodings than carriers use."""
    declared = _DECLARED.match(body)
    charset = (declared[1] or b"utf-8").decode() if declared else "utf-8"
    text = body.decode("utf-8-sig" if charset.lower() in ("utf-8", "utf8") else charset)
    return re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL).strip().encode()


def _indented(document: Document) -> str:
    text = document.toprettyxml(indent="  ", encoding=None)
    return "\n".join(line for line in text.splitlines() if line.strip()) + "\n"
