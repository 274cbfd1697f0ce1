"""Suppressions: who had their data erased, so that nothing brings it back and no notice goes out to them again.

They are kept in the database and, line by line, in a file beside it: a database that is put back from a backup knows
nothing of what was erased since, and the file tells it.
"""

import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.store.preferences import find_preference
from tracker.store.shops import load_shops
from tracker.store.suppressions import add_suppression, find_suppression

from .portal import Portal

PURPOSE = "suppressions"
FILE = "erased.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the file."""

    shop: int
    digest: str
    at: datetime


def is_suppressed(portal: Portal, shop: int, email: str) -> bool:
    """Whether a customer had their data erased, and has chosen nothing since."""
    return erased_at(portal, shop, email) is not None and find_preference(shop, email) is None


def erased_at(portal: Portal, shop: int, email: str) -> datetime | None:
    """When the customer with this address had their data erased in a shop."""
    return find_suppression(shop, digests(portal, shop, email)) if email else None


def suppress(portal: Portal, shop: int, email: str) -> None:
    """Remembers that a customer had their data erased. Call it inside the `writing` that erases it."""
    entry = Entry(shop, digests(portal, shop, email)[0], portal.now())
    add_suppression(entry.shop, entry.digest, entry.at)
    line = json.dumps({"shop": entry.shop, "digest": entry.digest, "at": entry.at.isoformat()})
    path = _path(portal)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Before the commit: a line too many only erases what somebody asked to be erased.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def find_unknown(portal: Portal) -> list[Entry]:
    """What the file knows of the database's shops and the database does not, or only an older word of it."""
    shops = {shop.id for shop in load_shops()}
    known = ((one, find_suppression(one.shop, [one.digest])) for one in _read(portal) if one.shop in shops)
    return [one for one, at in known if at is None or at < one.at]


def recall(portal: Portal) -> None:
    """Takes over what the file knows and the database does not. Call it inside of a transaction."""
    for one in find_unknown(portal):
        add_suppression(one.shop, one.digest, one.at)


def digests(portal: Portal, shop: int, email: str) -> list[str]:
    """What stands for an address in a shop, under each of the portal's keys; the first is for new ones."""
    told = f"{shop}:{email.strip().lower()}".encode()
    return [hmac.new(key, told, "sha256").hexdigest() for key in portal.config.purpose_keys(PURPOSE).values()]


def _read(portal: Portal) -> Iterator[Entry]:
    path = _path(portal)
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            told = json.loads(line)
            entry = Entry(int(told["shop"]), str(told["digest"])[:64], datetime.fromisoformat(told["at"]))
        except (ValueError, TypeError, KeyError):
            continue  # a line that a full disk cut off
        if entry.at.tzinfo is not None:
            yield entry


def _path(portal: Portal) -> Path:
    return Path(portal.config.instance) / FILE
