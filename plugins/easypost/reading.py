"""Reads EasyPost's trackers: alone, in a list, and inside the events that it pushes."""

from typing import Any

from tracker.sdk import (
    BadPayload,
    Covers,
    Event,
    Parsed,
    Problem,
    Time,
    TrackingResult,
    Vocabulary,
    ZoneSource,
    find_names,
    part,
    plain,
    read_time,
    read_window,
    rows,
    word,
)

ERRORS = {
    "TRACKER.NOT_FOUND": "not_found", "NOT_FOUND": "not_found", "TRACKER.CREATE.ERROR": "bad_request",
    "TRACKER.INVALID_TRACKING_CODE": "invalid_number", "RATE_LIMITED": "rate_limit", "FORBIDDEN": "auth",
    "APIKEY.INACTIVE": "auth", "APIKEY.INVALID": "auth", "UNAUTHORIZED": "auth", "INTERNAL_SERVER_ERROR": "upstream",
}  # fmt: skip


class Reader:
    """What trackers say, in our words."""

    def __init__(self, words: Vocabulary, covers: Covers) -> None:
        self._words, self._covers = words, covers

    def read(self, data: object, asked: tuple[str, ...]) -> Parsed:
        """All of one decoded body; of the numbers that were asked for, those that it leaves out are not found."""
        body = part(data)
        if fault := part(body, "error"):
            code = word(fault, "code")
            return Parsed(errors=(Problem(ERRORS.get(code, "bad_request"), f"{code}: {word(fault, 'message')}"),))
        if body.get("object") == "Event" or "description" in body:
            if word(body, "result", "object") != "Tracker":
                return Parsed(warnings=(f"an event about something else: {word(body, 'description')}",))
            body = part(body, "result")
        if "trackers" not in body and not word(body, "tracking_code"):
            raise BadPayload("neither a tracker of EasyPost nor a list of them")
        trackers = rows(body, "trackers") if "trackers" in body else [body]
        results = tuple(self._result(tracker) for tracker in trackers if word(tracker, "tracking_code"))
        told = {result.number.casefold() for result in results}
        missing = (number for number in asked if number.casefold() not in told)
        undated = (result for result in results if not all(event.local for event in result.events))
        return Parsed(
            results,
            tuple(Problem("not_found", "there is no tracker for it", number) for number in missing),
            tuple(f"{result.number}: a scan has no readable time" for result in undated),
        )

    def _result(self, tracker: dict[str, Any]) -> TrackingResult:
        signer = word(tracker, "signed_by", limit=100)
        due = part(tracker, "carrier_detail")
        day, clock = word(due, "est_delivery_date_local"), word(due, "est_delivery_time_local")
        local = f"{day[:10]}T{clock}" if day and clock else day
        return TrackingResult(
            word(tracker, "tracking_code", limit=64),
            tuple(self._event(row, signer) for row in rows(tracker, "tracking_details")),
            read_window(local) or read_window(word(tracker, "est_delivery_date")[:10]),
            carrier=self._covers.ours(word(tracker, "carrier")),
        )

    def _event(self, row: dict[str, Any], signer: str) -> Event:
        get = row.get
        main, detail, text = plain(get("status")), plain(get("status_detail")), plain(get("message"), 500)
        status, rule = self._words.read(main, detail)
        local, offset = _read_moment(row)
        where = part(get("tracking_location")).get
        return Event(
            local,
            status,
            offset,
            ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
            f"{main}/{detail}" if detail and detail != main else main,
            text or plain(get("description"), 500),
            ", ".join(filter(None, (plain(where("city")), plain(where("state")), plain(where("country"))))),
            rule,
            private=find_names(text, (signer,)) if signer else (),
        )


def _read_moment(row: dict[str, Any]) -> Time:
    """The wall clock of a scan, and its offset where EasyPost knows it.

    EasyPost gives times in the zone of their place, and puts `Z` behind those whose place it does not know (its
    documents of 2026): that `Z` says nothing.
    """
    for name in ("datetime_local", "datetime"):
        value = row.get(name)
        moment = read_time(value[:-1] if isinstance(value, str) and value[-1:] in "Zz" else value)
        if moment.local is not None:
            return moment
    return Time(None, None)
