"""Evidence: which statements count for a shipment, and what its chain keeps of one."""

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from .statements import Statement, repeats
from .states import State


def own_test(state: State) -> Callable[[Statement], bool]:
    """Tells of a statement whether the state was made from it: of this parcel, and not of another under its number.

    Every wording of a scan counts, and so does its twin without a zone.
    """
    own = [scan.statement for scan in state.scans] + list(state.undated)
    keys = {_key(one) for one in own}
    zoned = [one for one in own if one.event.utc]

    def counts(statement: Statement) -> bool:
        return _key(statement) in keys or any(repeats(one, statement) for one in zoned)

    return counts


def describe(statement: Statement, salt: str) -> Mapping[str, Any]:
    """What is kept of a statement for good: all of it, but its words and its place as salted digests.

    Both can tell where somebody lives or who opened the door.
    """
    event, status = statement.event, statement.event.status
    return {
        "source": str(statement.source),
        "code": event.code,
        "local": event.local.isoformat(timespec="seconds") if event.local else "",
        "offset": None if event.offset is None else round(event.offset.total_seconds() / 60),
        "zone": str(event.zone_source),
        "milestone": str(status.milestone),
        "reason": status.reason,
        "delayed": status.delayed,
        "action_required": status.action_required,
        "rule": event.rule,
        "text": seal(salt, event.text),
        "place": seal(salt, event.place),
    }


def seal(salt: str, told: str | bytes) -> str:
    """HMAC-SHA256 of a text or a picture, 64 hexadecimal digits: without the salt none can be tried. Empty for none."""
    plain = told.encode() if isinstance(told, str) else told
    return hmac.new(salt.encode(), plain, "sha256").hexdigest() if plain else ""


def _key(statement: Statement) -> tuple[object, ...]:
    return (*statement.kind, statement.event.utc or statement.event.local)
