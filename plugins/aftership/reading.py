"""Reads AfterShip's trackings: from a list, from the answer to a registration, and from a webhook."""

from typing import Any

from tracker.sdk import (
    BadPayload,
    Covers,
    Event,
    Parsed,
    Problem,
    TrackingResult,
    Vocabulary,
    ZoneSource,
    find_names,
    part,
    pick,
    plain,
    read_point,
    read_time,
    read_window,
    rows,
    word,
)

ERRORS = {
    **dict.fromkeys(("401", "403"), "auth"),
    **dict.fromkeys(("404", "4004"), "not_found"),
    "429": "rate_limit",
    "4005": "invalid_number",
}


class Reader:
    """What trackings say, in our words."""

    def __init__(self, words: Vocabulary, covers: Covers) -> None:
        self._words, self._covers = words, covers

    def read(self, data: object, asked: tuple[str, ...]) -> Parsed:
        """All of one decoded body; of the numbers that were asked for, those that it leaves out are not found."""
        found = [tracking for tracking in _trackings(data) if word(tracking, "tracking_number")]
        results = tuple(map(self._result, found))
        if not found and (code := word(data, "meta", "code")) != "200":
            return Parsed(errors=(_problem(data, code),))
        told = {result.number.casefold() for result in results}
        missing = (number for number in asked if number.casefold() not in told)
        undated = [f"{result.number}: a scan has no readable time" for result in results if not _is_dated(result)]
        return Parsed(results, tuple(Problem("not_found", "not registered", one) for one in missing), tuple(undated))

    def _result(self, tracking: dict[str, Any]) -> TrackingResult:
        signer = word(tracking, "signed_by", limit=100)
        events = tuple(self._event(row, signer) for row in rows(tracking, "checkpoints"))
        due = part(tracking, "latest_estimated_delivery")
        latest = due.get("datetime_max") or due.get("datetime") or tracking.get("expected_delivery")
        return TrackingResult(
            word(tracking, "tracking_number", limit=64),
            events,
            read_window(latest, due.get("datetime_min")),
            carrier=self._covers.ours(word(tracking, "slug")),
        )

    def _event(self, row: dict[str, Any], signer: str) -> Event:
        get = row.get
        tag, subtag, text = plain(get("tag")), plain(get("subtag")), plain(get("message"), 500)
        status, rule = self._words.read(tag, subtag)
        local, offset = read_time(get("checkpoint_time"))
        point = get("coordinate")
        return Event(
            local,
            status,
            offset,
            ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
            subtag or tag,
            text or plain(get("subtag_message")),
            plain(get("location")) or _place(row),
            rule,
            read_point(pick(point, "latitude"), pick(point, "longitude")) if point else None,
            find_names(text, (signer,)) if signer else (),
        )


def _trackings(data: object) -> list[dict[str, Any]]:
    if not isinstance(data, dict) or not ("msg" in data or "meta" in data):
        raise BadPayload("neither an answer nor a webhook of AfterShip")
    if "msg" in data:
        if not word(data, "msg", "tracking_number"):
            raise BadPayload("a webhook of AfterShip without a tracking number")
        return rows(data, "msg")
    inner = part(data, "data")
    return rows(inner, "trackings") or rows(inner, "tracking") or [inner]


def _place(row: dict[str, Any]) -> str:
    names = ("country_region_name", "country_region", "country_name")
    country = next(filter(None, (plain(row.get(name)) for name in names)), "")
    return ", ".join(filter(None, (plain(row.get("city")), plain(row.get("state")), country)))


def _problem(data: object, code: str) -> Problem:
    kind = ERRORS.get(code) or ("upstream" if code[:1] == "5" or not code else "bad_request")
    return Problem(kind, f"{code}: {word(data, 'meta', 'message')}")


def _is_dated(result: TrackingResult) -> bool:
    return all(event.local for event in result.events)
