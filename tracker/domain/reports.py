"""Delivery reports: a shipment's chain as a file, and whether such a file is still what it was.

There is one way to spell a report, and everything in it is hashed, its names through the root of the chain: a byte that
is changed anywhere is found. `docs/verify_report.py` says the same in sixty lines, for those who have no portal.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .audit import Entry, hash_json, root_of, write_instant

FORMAT = "tracker-delivery-report/1"
UNBOUND = "tracker-delivery-report/0"
"""Of a chain that was begun before chains were bound to their names; it tells none."""
MOST_BYTES = 5_000_000
_KEYS = ["chain", "entries", "format", "shop"]
_HASHED = ("position", "at", "actor", "action", "body", "previous")
_HEAD = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a report is what its head speaks of, and a sentence about it."""

    holds: bool
    said: str


def write(shop: str, chain: str, entries: Sequence[Entry]) -> bytes:
    """The report of a shop's chain, in the one spelling: sorted keys, a space a level, UTF-8, a newline at its end."""
    bound = bool(entries and entries[0].previous)
    report = {
        "format": FORMAT if bound else UNBOUND,
        "shop": shop if bound else "",
        "chain": chain if bound else "",
        "entries": [
            {
                "position": entry.position, "at": write_instant(entry.at), "actor": entry.actor,
                "action": entry.action, "body": entry.body, "previous": entry.previous, "hash": entry.hash,
            }
            for entry in entries
        ],
    }  # fmt: skip
    return _spell(report)


def read_head(text: str) -> str | None:
    """A head as somebody copied it, or `None` for what is none."""
    head = "".join(text.split()).lower()
    return head if _HEAD.fullmatch(head) else None


def check(data: bytes, head: str) -> Verdict:
    """Whether a file is a whole report, unchanged, of which an entry has this hash. Never raises."""
    if len(data) > MOST_BYTES:
        return Verdict(False, "This is no delivery report: it is larger than 5 MB.")
    try:
        report = json.loads(data.decode())
        if _spell(report) != data:
            return Verdict(False, "The report was changed: it is not spelt as the portal spells it.")
        return _check_chain(report, head)
    except (ValueError, RecursionError):
        return Verdict(False, "This is no delivery report: it cannot be read.")


def _check_chain(report: Any, head: str) -> Verdict:
    if not isinstance(report, dict) or sorted(report) != _KEYS or report["format"] not in (FORMAT, UNBOUND):
        return Verdict(False, "This is no delivery report that this check knows.")
    names, entries = [report["shop"], report["chain"]], report["entries"]
    bound = report["format"] == FORMAT
    before = root_of(*names) if bound else ""
    if not isinstance(entries, list) or not entries or not (bound or names == ["", ""]):
        return Verdict(False, "This is no delivery report that this check knows.")
    found = None
    for position, entry in enumerate(entries):
        if not _follows(entry, position, before):
            return Verdict(False, f"The report was changed: entry {position + 1} of {len(entries)} does not fit.")
        before = entry["hash"]
        found = position if before == head else found
    if found is None:
        return Verdict(False, "The report fits together, but no entry has this head: the head speaks of another.")
    return Verdict(True, _tell(entries, found))


def _follows(entry: Any, position: int, before: str) -> bool:
    if not isinstance(entry, dict) or sorted(entry) != sorted([*_HASHED, "hash"]):
        return False
    made = hash_json([entry[name] for name in _HASHED])
    return bool(entry["position"] == position and entry["previous"] == before and entry["hash"] == made)


def _tell(entries: Sequence[Mapping[str, Any]], found: int) -> str:
    said = f"The report holds. The head is that of entry {found + 1} of {len(entries)}, written {entries[found]['at']}."
    later = len(entries) - found - 1
    return said + (f" It does not speak for the {later} after it." if later else "")


def _spell(report: object) -> bytes:
    return (json.dumps(report, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
