"""The hash chain of the audit record."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done: when, by whom, what, with which facts. `hash` covers these and the hash before."""

    position: int
    at: datetime
    actor: str
    action: str
    body: Mapping[str, Any]
    previous: str
    hash: str


def chain(previous: Entry | None, at: datetime, actor: str, action: str, body: Mapping[str, Any]) -> Entry:
    """The entry that follows `previous` (or begins a chain)."""
    position = previous.position + 1 if previous else 0
    before = previous.hash if previous else ""
    return Entry(position, at, actor, action, body, before, digest(position, at, actor, action, body, before))


def digest(position: int, at: datetime, actor: str, action: str, body: Mapping[str, Any], previous: str) -> str:
    """SHA-256 over the canonical JSON (sorted keys, no spaces, UTF-8) of all fields but the hash itself."""
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [position, instant, actor, action, body, previous]
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def find_break(entries: Iterable[Entry]) -> int | None:
    """The position of the first entry that does not fit its chain; `None` when all fit."""
    before = ""
    for position, entry in enumerate(entries):
        made = digest(position, entry.at, entry.actor, entry.action, entry.body, before)
        if entry.position != position or entry.previous != before or entry.hash != made:
            return position
        before = entry.hash
    return None
