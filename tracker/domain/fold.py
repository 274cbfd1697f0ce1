"""The fold: from everything that was said about a number to the state of one shipment.

It is a pure function of the set of statements. Any order, repetition or split of the same set gives the same state:
statements are merged and sorted by content first, then walked from the oldest to the newest.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from tracker.sdk import Milestone, Status

from .epochs import FIRST_YEAR, HORIZON, LAST_YEAR, Frame, Scan, arrange, own_epoch
from .lateness import read_stall
from .moments import add_attempt
from .statements import Forecast, Source, Statement, merge
from .states import FINAL, SCANNED, UNEXPECTED, Moment, Span, State
from .wording import read_key

BEFORE = frozenset({Milestone.PENDING, Milestone.INFO_RECEIVED})
LEFT_BY = {
    Milestone.DELIVERED: frozenset({Milestone.RETURNING, Milestone.RETURNED, Milestone.EXCEPTION}),
    Milestone.RETURNING: frozenset({Milestone.DELIVERED, Milestone.RETURNED, Milestone.EXCEPTION, Milestone.RETURNING}),
    Milestone.RETURNED: frozenset({Milestone.RETURNED}),
}
"""Milestones that only these may follow. On its way back a parcel is scanned like any other, and stays that."""

ARRIVED = FINAL | {Milestone.OUT_FOR_DELIVERY, Milestone.AVAILABLE_FOR_PICKUP, Milestone.RETURNING}
"""From here on an earlier delay is no news any more."""

HANDED_OVER = SCANNED - {Milestone.EXCEPTION, Milestone.RETURNING, Milestone.RETURNED}
STATED = {
    Moment.OUT_FOR_DELIVERY: frozenset({Milestone.OUT_FOR_DELIVERY}),
    Moment.AVAILABLE_FOR_PICKUP: frozenset({Milestone.AVAILABLE_FOR_PICKUP}),
    Moment.DELIVERED: frozenset({Milestone.DELIVERED}),
    Moment.RETURNING: frozenset({Milestone.RETURNING, Milestone.RETURNED}),
    Moment.SHIPPED: HANDED_OVER,
}


def fold(statements: Iterable[Statement], frame: Frame, now: datetime, forecasts: Iterable[Forecast] = ()) -> State:
    """The state of the shipment that `frame` describes. `now` (aware) only sets apart dates that cannot be true."""
    arranged = arrange(merge(statements), now)
    scans = own_epoch(arranged.scans, frame)
    own = set(map(id, scans))
    strangers = [scan for scan in arranged.scans if id(scan) not in own]
    status, since, source, custom = _walk(scans)
    if frame.cancelled:
        status, since, source, custom = Status(Milestone.CANCELLED), None, Source.SHOP, ""
    span = _find_span(scans, strangers) if strangers or frame.others else None
    told = _own_forecasts([one for one in forecasts if _is_sane(one, now)], span if strangers else None)
    expected = told and status.milestone not in UNEXPECTED
    return State(
        status=status,
        source=source,
        since=since,
        scans=scans,
        # Without a date nobody can tell which parcel it is about, and the other one is somebody else's.
        undated=() if strangers else arranged.undated,
        quarantined=arranged.quarantined,
        moments={} if frame.cancelled else _find_moments(scans),
        window=max(told, key=lambda one: one.rank).window if expected else None,
        # Of windows told along with the same scan the earlier one, since a delay is told after the promise.
        promised=min(told, key=lambda one: one.rank).window if told else None,
        stalled=None if frame.cancelled else read_stall(status.milestone, scans),
        custom=custom,
        delivered_at=since.at if since and status.milestone is Milestone.DELIVERED else None,
        span=span,
    )


def _walk(scans: Sequence[Scan]) -> tuple[Status, Scan | None, Source, str]:
    """The shop's word is the status until the carrier has scanned the parcel; from then on the carrier's is."""
    scanned = any(
        scan.statement.source is Source.CARRIER and scan.statement.event.status.milestone in SCANNED for scan in scans
    )
    status, since, source, custom = Status(Milestone.PENDING), None, Source.SHOP, ""
    for scan in scans:
        said, who = scan.statement.event.status, scan.statement.source
        if who is Source.PORTAL:
            if said.delayed and status.milestone not in ARRIVED:
                status = Status(status.milestone, status.reason, True, status.action_required)
            continue
        if (scanned and who is not Source.CARRIER) or not _may_follow(status.milestone, said.milestone):
            continue
        if said.milestone is not status.milestone or since is None:
            since = scan
        delayed = said.delayed or (status.delayed and said.milestone not in ARRIVED)
        status, source = Status(said.milestone, said.reason, delayed, said.action_required), who
        custom = read_key(scan.statement.event.code) if who is Source.SHOP else ""
    return status, since, source, custom


def _may_follow(current: Milestone, said: Milestone) -> bool:
    if said is Milestone.UNKNOWN:
        return False
    if current in LEFT_BY:
        return said in LEFT_BY[current]
    if said in BEFORE:
        return current in BEFORE
    if said is Milestone.PICKED_UP:
        return current not in SCANNED or current is said
    return True


def _find_moments(scans: Sequence[Scan]) -> dict[str, datetime]:
    """When each moment was first stated, by whomever: a later statement may add to these and takes none away."""
    moments: dict[str, datetime] = {}
    for scan in scans:
        said = scan.statement.event.status
        for moment, milestones in STATED.items():
            if said.milestone in milestones:
                moments.setdefault(moment, scan.at)
        if said.delayed:
            moments.setdefault(Moment.DELAYED, scan.at)
        if said.milestone is Milestone.ATTEMPT_FAILED:
            add_attempt(moments, _wall(scan), scan.at)
    return moments


def _find_span(scans: Sequence[Scan], strangers: Sequence[Scan]) -> Span:
    """The wall clocks between which an answer was told of this parcel, where its number has others too."""
    begin = min(map(_wall, scans), default=datetime.max)  # noqa: DTZ901 - a wall clock
    end = min((_wall(one) for one in strangers if scans and one.at > scans[-1].at), default=datetime.max)  # noqa: DTZ901
    return begin, end


def _own_forecasts(forecasts: Sequence[Forecast], span: Span | None) -> Sequence[Forecast]:
    """The windows told of this parcel: where its number had others too, those that were told along with its scans."""
    if span is None:
        return forecasts
    return [one for one in forecasts if one.as_of is not None and span[0] <= one.as_of < span[1]]


def _wall(scan: Scan) -> datetime:
    assert scan.statement.event.local is not None
    return scan.statement.event.local


def _is_sane(forecast: Forecast, now: datetime) -> bool:
    """Not one that was told along with a scan from the future: it would stay the newest for ever.

    Nor one of the year 9999, by which some systems say that they do not know.
    """
    window = forecast.window
    if window.earliest.year < FIRST_YEAR or window.latest.year >= LAST_YEAR:
        return False
    return forecast.as_of is None or forecast.as_of.replace(tzinfo=UTC) <= now + HORIZON
