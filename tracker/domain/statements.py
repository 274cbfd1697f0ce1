"""Statements: who said what about a number, and which of them are the same scan said twice."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.sdk import Event, Milestone, Window

from .mapping import OWN

QUARTER = timedelta(minutes=15)
FARTHEST_ZONES = timedelta(hours=14)


class Source(StrEnum):
    """Who made a statement. `PORTAL` is our own clock (a window that passed)."""

    CARRIER = "carrier"
    SHOP = "shop"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Statement:
    """An event and who said so."""

    source: Source
    event: Event

    @property
    def content(self) -> tuple[object, ...]:
        """Everything said, comparable: ties between statements are decided by it and by nothing else.

        What the shop's own rule made of a scan is another statement than what the plugin made of it.
        """
        event, status = self.event, self.event.status
        return (
            str(self.source),
            event.local.isoformat(timespec="seconds") if event.local else "",
            "" if event.offset is None else str(round(event.offset.total_seconds() / 60)),
            str(event.zone_source),
            str(status.milestone),
            status.reason,
            status.delayed,
            status.action_required,
            event.code,
            event.text,
            event.place,
            *([event.rule] if event.rule.startswith(OWN) else []),
        )

    @property
    def digest(self) -> str:
        """Names the content: equal statements have one digest, a reworded one has another."""
        return hashlib.sha256(json.dumps(self.content, ensure_ascii=False).encode()).hexdigest()

    @property
    def kind(self) -> tuple[str, str, str]:
        """Who, what and where: the part of a scan's identity that is not time. Never the text."""
        event = self.event
        what = event.code or event.status.milestone
        return (self.source, " ".join(what.casefold().split()), " ".join(event.place.casefold().split()))


@dataclass(frozen=True, slots=True)
class Forecast:
    """A delivery window that a carrier named, and the newest scan it knew of then."""

    window: Window
    as_of: datetime | None = None

    @property
    def rank(self) -> tuple[datetime, datetime, datetime]:
        """Newest knowledge first; between equals the later window, since a delay is told after the promise."""
        return (self.as_of or datetime.min, self.window.latest, self.window.earliest)  # noqa: DTZ901 - a wall clock


def merge(statements: Iterable[Statement]) -> list[Statement]:
    """One statement a scan: repeats, rewordings and twins (said with and without zone) become one.

    The outcome depends on the content alone, never on the order.
    """
    zoned: dict[tuple[object, ...], Statement] = {}
    plain: dict[tuple[object, ...], Statement] = {}
    for statement in statements:
        utc, local = statement.event.utc, statement.event.local
        shelf, when = (zoned, utc) if utc else (plain, local)
        key = (*statement.kind, when)
        shelf[key] = max(shelf[key], statement, key=_worth) if key in shelf else statement
    twins = _find_twins(list(zoned.values()), list(plain.values()))
    return list(zoned.values()) + [statement for key, statement in plain.items() if key not in twins]


def repeats(zoned: Statement, plain: Statement) -> bool:
    """Whether a statement without a zone may be another one said again, as `merge` finds twins."""
    apart = plain.event.utc or plain.kind != zoned.kind
    return not apart and _gap(zoned, plain) is not None


def _worth(statement: Statement) -> tuple[object, ...]:
    event = statement.event
    known = event.status.milestone is not Milestone.UNKNOWN
    return (event.rule.startswith(OWN), known, bool(event.offset), len(event.text), statement.content)


def _find_twins(zoned: list[Statement], plain: list[Statement]) -> set[tuple[object, ...]]:
    """Keys of the zone-less statements that repeat a zoned one, each zoned one being repeated once at most.

    A carrier that drops the zone shows another zone's wall clock, so the two differ by whole quarters of an hour.
    """
    pairs = []
    by_kind: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in zoned:
        by_kind.setdefault(statement.kind, []).append(statement)
    for other in plain:
        for one in by_kind.get(other.kind, ()):
            gap = _gap(one, other)
            if gap is not None:
                pairs.append((gap, one.content, other.content, other))
    used: set[tuple[object, ...]] = set()
    twins: set[tuple[object, ...]] = set()
    for _, first, second, other in sorted(pairs, key=lambda pair: pair[:3]):
        if first not in used and second not in used:
            used |= {first, second}
            twins.add((*other.kind, other.event.local))
    return twins


def _gap(one: Statement, other: Statement) -> timedelta | None:
    if one.event.local is None or other.event.local is None:
        return None
    gap = abs(one.event.local - other.event.local)
    return gap if gap <= FARTHEST_ZONES and gap % QUARTER == timedelta(0) else None
