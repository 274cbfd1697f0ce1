"""Payloads with one thing wrong: cut off, or with one field of a wrong type.

A recorded answer is made small first, and each kind of field is spoiled once: a list of a hundred scans says about a
reader what two of them say, and a contract that takes minutes is not run.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from tracker.sdk import Payload

WRONG_VALUES: tuple[Any, ...] = (None, True, -7, 1e30, "", "x", [], {}, [None], {"x": [{}]}, "\ud800", "9" * 400)
WRONG_TEXTS = ("", "x", "-7", "9" * 400, "\u202e")
MOST_CUTS = 24
MOST_SHAPES = 150
Path = tuple[str | int, ...]


def truncations(body: bytes) -> Iterator[bytes]:
    """The beginning of a body, cut at up to 24 places."""
    step = max(1, len(body) // MOST_CUTS)
    return (body[:end] for end in range(0, len(body), step))


def spoiled(payload: Payload, seen: set[Path] | None = None) -> Iterator[tuple[str, Payload]]:
    """The payload with one field of a wrong type, for each kind of field and each wrong value; nothing for plain text.

    Fields whose path is in `seen` are left out, and those that were spoiled are added to it.
    """
    seen = set() if seen is None else seen
    body = payload.body.lstrip()
    make = _spoiled_xml if body[:1] == b"<" else _spoiled_json
    for change, spoilt in make(body, seen):
        yield change, replace(payload, body=spoilt)


def _spoiled_json(body: bytes, seen: set[Path]) -> Iterator[tuple[str, bytes]]:
    try:
        data = small(json.loads(body))
    except (ValueError, RecursionError):
        return
    for path, shape in list(_paths(data))[: MOST_SHAPES * 4]:
        if shape in seen or len(seen) >= MOST_SHAPES:
            continue
        seen.add(shape)
        for value in WRONG_VALUES:
            yield f"{_say(path)} = {value!r:.40}", json.dumps(_put(data, path, value)).encode()


def small(data: Any) -> Any:
    """The data with only those rows of each list that bring a field which the rows before them did not have."""
    if isinstance(data, dict):
        return {key: small(value) for key, value in data.items()}
    if not isinstance(data, list):
        return data
    kept: list[Any] = []
    known: set[Path] = set()
    for row in data:
        shapes = {shape for _, shape in _paths([row])}
        if not shapes <= known:
            known |= shapes
            kept.append(small(row))
    return kept


def _paths(data: Any, path: Path = (), shape: Path = ()) -> Iterator[tuple[Path, Path]]:
    """Where each field stands, and the same without the positions in lists."""
    if path:
        yield path, shape
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _paths(value, (*path, key), (*shape, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _paths(value, (*path, place), (*shape, "*"))


def _put(data: Any, path: Path, value: Any) -> Any:
    """A copy of the data along the path, with the value at its end."""
    if not path:
        return value
    changed = data.copy()
    changed[path[0]] = _put(data[path[0]], path[1:], value)
    return changed


def _spoiled_xml(body: bytes, seen: set[Path]) -> Iterator[tuple[str, bytes]]:
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - samples are the author's own
    except (ElementTree.ParseError, ValueError):
        return
    _thin(root)
    for path, shape in list(_elements(root)):
        if shape in seen or len(seen) >= MOST_SHAPES:
            continue
        seen.add(shape)
        for change, spoil in _CHANGES.items():
            changed = copy.deepcopy(root)
            parent = changed
            for place in path[:-1]:
                parent = parent[int(place)]
            spoil(parent, parent[int(path[-1])])
            yield f"{_say(shape)} {change}", ElementTree.tostring(changed)


def _thin(element: ElementTree.Element) -> None:
    """Takes out elements that bring nothing which those beside them of the same name did not have."""
    known: set[Path] = set()
    for child in list(element):
        shapes = {(child.tag,), *((child.tag, *shape) for _, shape in _elements(child))}
        if shapes <= known:
            element.remove(child)
        else:
            known |= shapes
            _thin(child)


def _elements(element: ElementTree.Element, path: Path = (), shape: Path = ()) -> Iterator[tuple[Path, Path]]:
    for place, child in enumerate(element):
        here, name = (*path, place), (*shape, child.tag.rpartition("}")[2])
        yield here, name
        yield from _elements(child, here, name)


def _text(value: str) -> Any:
    def change(_: ElementTree.Element, element: ElementTree.Element) -> None:
        for child in list(element):
            element.remove(child)
        element.text = value

    return change


def _doubled(parent: ElementTree.Element, element: ElementTree.Element) -> None:
    parent.append(copy.deepcopy(element))


def _without(parent: ElementTree.Element, element: ElementTree.Element) -> None:
    parent.remove(element)


def _nested(_: ElementTree.Element, element: ElementTree.Element) -> None:
    element.append(ElementTree.Element("x", {"y": "z"}))


_CHANGES = {
    **{f"= {value!r:.40}": _text(value) for value in WRONG_TEXTS},
    "twice": _doubled,
    "left out": _without,
    "with an element in it": _nested,
}


def _say(path: Path) -> str:
    return ".".join(map(str, path))
