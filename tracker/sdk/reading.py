"""Reading what strangers send: JSON that may be hostile, and text that may hold anything."""

import json
import unicodedata
from typing import Any

from .errors import BadPayload

_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])


def read_json(body: bytes) -> Any:
    """The decoded JSON. Raises `BadPayload`, and nothing else, for bytes that are not plain UTF-8 JSON.

    NaN and infinities are refused, and so is nesting that is too deep to walk.
    """
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise BadPayload("the body is not UTF-8") from error
    except RecursionError as error:
        raise BadPayload("the JSON is nested too deeply") from error
    except ValueError as error:
        raise BadPayload(f"the body is not JSON: {error}"[:200]) from error


def plain(value: object, limit: int = 200) -> str:
    """A text field as one line of plain text of at most `limit` characters; numbers become text, all else empty.

    Controls and line ends become spaces; lone surrogates and characters that override the direction are dropped.
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return str(value)
    if not isinstance(value, str):
        return ""
    head = value[: limit * 4].translate(_OVERRIDES)
    if not (head.isascii() and head.isprintable()):
        kinds = ((unicodedata.category(c), c) for c in head)
        head = "".join(" " if kind == "Cc" else c for kind, c in kinds if kind != "Cs")
    return " ".join(head.split())[:limit].rstrip()


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
