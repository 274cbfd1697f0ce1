"""What a carrier said, in values: events, delivery windows, and the answer that carried them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from .proofs import Pickup, Proof
from .statuses import UNKNOWN, Status


class ZoneSource(StrEnum):
    """Where an event's offset came from. Without a source there is no offset, and no instant."""

    CARRIER = "carrier"
    PLACE = "place"
    UNKNOWN = "unknown"


_CARRIER, _UNKNOWN = ZoneSource.CARRIER, ZoneSource.UNKNOWN  # a member of an enum takes long to find


@dataclass(frozen=True, slots=True)
class Event:
    """One statement that something happened to a parcel.

    `local` is the wall clock at the place, without zone; `None` for an undated event. `offset` is its distance from
    UTC where the carrier (or the place) tells it, else `None`: it is never guessed; where no `zone_source` is given,
    the carrier told it. `code` and `text` are the carrier's own; `place` is what a reader would call the place ("Wayne,
    NJ, US"); `point` its latitude and longitude in degrees, where the carrier gives them. `rule` names the rule that
    made `status` out of the carrier's words, as `Rules.read` answers it. `private` lists pieces of `text` that tell
    who somebody is (a driver's name and phone, who signed): the portal hides them unless the shop shows them.
    """

    local: datetime | None
    status: Status = UNKNOWN
    offset: timedelta | None = None
    zone_source: ZoneSource = ZoneSource.UNKNOWN
    code: str = ""
    text: str = ""
    place: str = ""
    rule: str = ""
    point: tuple[float, float] | None = None
    private: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.local is not None and self.local.tzinfo is not None:
            raise ValueError("Event.local is the wall clock without zone; put the distance from UTC into offset")
        if self.offset is not None and self.zone_source is _UNKNOWN:
            object.__setattr__(self, "zone_source", _CARRIER)

    @property
    def utc(self) -> datetime | None:
        """The instant, where the offset is known."""
        if self.local is None or self.offset is None:
            return None
        try:
            return self.local.replace(tzinfo=timezone(self.offset)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Window:
    """When a parcel is expected: two wall clocks at the destination. Whole days run from 00:00 to 23:59."""

    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Successor:
    """The parcel's number at the carrier that takes over for the last mile."""

    carrier: str
    number: str


@dataclass(frozen=True, slots=True)
class TrackingResult:
    """What one answer says about one number. Events may come in any order.

    `carrier` is our id of the carrier that moves it, where the answer came from somebody else who tells (a vendor that
    `covers` it); empty for the carrier itself. `ask` is true where the sender only says that there is news.
    `proofs` and `pickup` are what it tells beside scans.
    """

    number: str
    events: tuple[Event, ...] = ()
    estimated: Window | None = None
    successor: Successor | None = None
    carrier: str = ""
    ask: bool = False
    proofs: tuple[Proof, ...] = ()
    pickup: Pickup | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """An error that the answer itself tells, as data. `kind` is that of an error class in `tracker.sdk.errors`."""

    kind: str
    detail: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that one payload says. A field that could not be read leaves a warning and costs only itself."""

    results: tuple[TrackingResult, ...] = ()
    errors: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes of one answer or push, as they came. `mode` is `fetch` or `push`; header names are lower case.

    `numbers` and `carrier` repeat what was asked for (`Query`), for answers that do not say so themselves.
    """

    body: bytes
    content_type: str = "application/json"
    mode: str = "fetch"
    headers: Mapping[str, str] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    carrier: str = ""

    @property
    def number(self) -> str:
        """The number that was asked for, where it was one alone; else an empty text."""
        return self.numbers[0] if len(self.numbers) == 1 else ""
