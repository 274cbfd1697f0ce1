"""Reading what strangers send: JSON and XML that may be hostile, and text that may hold anything."""

import json
import re
import unicodedata
from typing import Any
from xml.etree import ElementTree

from .errors import BadPayload

MOST_ROWS = 2000
"""More rows than this of one list are not read."""
MOST_OBJECTS, MOST_TAGS = 100_000, 200_000
"""A body with more objects, or tags, than this is not read: there is far less in any that tells of parcels."""
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9._-]{1,20})["']""")
_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "euc-kr"}
_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])


def read_json(body: bytes) -> Any:
    """The decoded JSON. Raises `BadPayload`, and nothing else, for bytes that are not plain UTF-8 JSON.

    NaN and infinities are refused, and so are nesting that is too deep to walk and more than `MOST_OBJECTS` objects.
    """
    if body.count(b"{") > MOST_OBJECTS:
        raise BadPayload(f"the JSON holds more than {MOST_OBJECTS:,} objects")
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise BadPayload("the body is not UTF-8") from error
    except RecursionError as error:
        raise BadPayload("the JSON is nested too deeply") from error
    except ValueError as error:
        raise BadPayload(f"the body is not JSON: {error}"[:200]) from error


def read_xml(body: bytes) -> Any:
    """The decoded XML as plain values, to be read like JSON. Raises `BadPayload`, and nothing else.

    An element with children or attributes is a dict (children by local name, attributes by `@name`, its own text by
    `#text`), repeated children are a list, and an element with text alone is that text. The dict that is answered holds
    the root by its name. Namespaces are dropped. Document types, and so entities, are refused, and so are more than
    `MOST_TAGS` tags.
    """
    if body.count(b"<") > MOST_TAGS:
        raise BadPayload(f"the XML holds more than {MOST_TAGS:,} tags")
    declared = _DECLARED.match(body)
    charset = declared[1].decode().lower() if declared else "utf-8"
    if charset not in _CHARSETS:
        raise BadPayload(f"XML in the encoding {charset}")
    try:
        text = body.decode("utf-8-sig" if charset in ("utf-8", "utf8") else charset).lstrip()
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise BadPayload("the XML brings a document type")
        root = ElementTree.fromstring(text)  # noqa: S314 - without a document type there are no entities
        return {_local(root.tag): _value(root, {}, {})}
    except (UnicodeDecodeError, ElementTree.ParseError, ValueError, RecursionError) as error:
        raise BadPayload(f"the body is not XML: {error}"[:200]) from error


def pick(data: Any, *path: str | int) -> Any:
    """What lies at the end of a path of keys and positions, or `None` where the way breaks off."""
    for step in path:
        if type(data) is dict:
            data = data.get(step)
        elif type(data) is list and isinstance(step, int) and -len(data) <= step < len(data):
            data = data[step]
        else:
            return None
    return data


def word(data: Any, *path: str | int, limit: int = 200) -> str:
    """The text (or number) at the end of a path as one line of plain text, empty where there is none."""
    for step in path:
        data = data.get(step) if type(data) is dict else pick(data, step)
    # What `plain` does with nearly every text, without the call: this is the most called function of all.
    if type(data) is str and len(data) <= limit and data.isprintable() and "  " not in data:
        return data.strip()
    return "" if data is None else plain(data, limit)


def peek(body: bytes, *path: str | int, limit: int = 64) -> str:
    """The text at the end of a path in a body that should be JSON; empty where there is none."""
    try:
        return word(read_json(body), *path, limit=limit)
    except BadPayload:
        return ""


def part(data: Any, *path: str | int) -> dict[str, Any]:
    """The object at the end of a path; an empty one where there is none."""
    value = pick(data, *path) if path else data
    return value if type(value) is dict else {}


def rows(data: Any, *path: str | int) -> list[dict[str, Any]]:
    """The objects of the list at the end of a path, `MOST_ROWS` at most; a lone object counts as a list of one."""
    value = pick(data, *path) if path else data
    if type(value) is dict:
        return [value]
    return [row for row in value[:MOST_ROWS] if type(row) is dict] if type(value) is list else []


def plain(value: object, limit: int = 200) -> str:
    """A text field as one line of plain text of at most `limit` characters; numbers become text, all else empty.

    Controls and line ends become spaces; lone surrogates and characters that override the direction are dropped.
    """
    if type(value) is str and len(value) <= limit and value.isprintable() and "  " not in value:
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return str(value)
    if not isinstance(value, str):
        return ""
    head = value[: limit * 4].translate(_OVERRIDES)
    if not head.isprintable():
        kinds = ((unicodedata.category(c), c) for c in head)
        head = "".join(" " if kind == "Cc" else c for kind, c in kinds if kind != "Cs")
    return " ".join(head.split())[:limit].rstrip()


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _value(element: ElementTree.Element, names: dict[str, str], attributes: dict[str, str]) -> Any:
    """The element's value. Leaves are read where they hang: a call for each would take longer than all the rest.

    `keys()` is asked before `attrib`, which makes a dict where there was none.
    """
    value: dict[str, Any] = {}
    if element.keys():
        for name, told in element.attrib.items():
            value[attributes.get(name) or attributes.setdefault(name, f"@{_local(name)}")] = told
    for child in element:
        name = names.get(child.tag) or names.setdefault(child.tag, _local(child.tag))
        leaf = not (len(child) or child.keys())
        told = (child.text or "").strip() if leaf else _value(child, names, attributes)
        if name not in value:
            value[name] = told
        elif type(value[name]) is list:
            value[name].append(told)
        else:
            value[name] = [value[name], told]
    text = (element.text or "").strip()
    if not value:
        return text
    if text:
        value["#text"] = text
    return value


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
