"""Reads tracker.delivery's answers and pings, and the answers of CJ Logistics' own page that it is made of.

Senders and recipients are left where they are; a driver's name in a text is told to be private.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    BadRequest,
    Event,
    Parsed,
    Problem,
    Query,
    Rules,
    TrackingResult,
    ZoneSource,
    part,
    pick,
    read_json,
    read_time,
    rows,
    word,
)

COVERS = {
    "cjlogistics": ("kr.cjlogistics",),
    "hanjin": ("kr.hanjin",),
    "lotte": ("kr.lotte",),
    "logen": ("kr.logen",),
    "koreapost": ("kr.epost", "kr.epost.ems"),
    "kdexp": ("kr.kdexp",),
}
"""Our carriers and tracker.delivery's words for them. Korea Post's international mail is a carrier of its own there."""
OURS = {theirs: ours for ours, words in COVERS.items() for theirs in words}
RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {
    "NOT_FOUND": "not_found", "BAD_REQUEST": "invalid_number", "UNAUTHENTICATED": "auth", "FORBIDDEN": "auth",
    "RATE_LIMITED": "rate_limit", "TOO_MANY_REQUESTS": "rate_limit", "GRAPHQL_VALIDATION_FAILED": "bad_request",
}  # fmt: skip
LONGEST_NAME = 20
"""A longer name of a status is a sentence with places and times in it, and cannot stand for a code."""
_PERSON = re.compile(r"(?:담당|기사|사원|배달원|집배원)[자님]?\s?[:：]\s?([가-힣]{2,5})")
_PHONE = re.compile(r"(?<![0-9])(?:\+82[- ]?|0)[0-9]{1,3}[- ]?[0-9]{3,4}[- ]?[0-9]{4}(?![0-9])")


def vendor_id(query: Query) -> str:
    """The vendor's word for the carrier of a parcel. Raises `BadRequest` for carriers that it is not asked about."""
    words = COVERS.get(query.carrier)
    if words is None:
        raise BadRequest(f"tracker.delivery is not asked about {query.carrier or 'a parcel of an unknown carrier'}")
    return words[-1 if query.number[:1].isalpha() else 0]


def read_answer(body: bytes, number: str, carrier: str) -> Parsed:
    """What one answer says about the parcel it was asked for. Raises `BadPayload` where it is none of the two kinds."""
    data = read_json(body)
    if pick(data, "parcelDetailResultMap") is not None:
        return _read_page(data, number)
    errors = tuple(read_problems(data, number))
    track = pick(data, "data", "track")
    if type(track) is not dict:
        if errors:
            return Parsed(errors=errors)
        if pick(data, "data") is None:
            raise BadPayload("neither a track nor an error of tracker.delivery")
        return Parsed(errors=(Problem("not_found", "tracker.delivery tells nothing about it", number),))
    nodes = (part(edge, "node") for edge in rows(track, "events", "edges"))
    events = tuple(_event(node) for node in nodes if node)
    return _parsed(TrackingResult(word(track, "trackingNumber", limit=64) or number, events, carrier=carrier), errors)


def read_problems(data: Any, number: str) -> Iterator[Problem]:
    """The errors of a GraphQL answer, which come under HTTP 200."""
    for row in rows(data, "errors"):
        code = word(row, "extensions", "code", limit=60)
        yield Problem(KINDS.get(code, "upstream"), f"{code}: {word(row, 'message')}", number)


def read_ping(body: bytes) -> Parsed:
    """A ping: it says only that there is news of a parcel."""
    data = part(read_json(body))
    carrier, number = word(data, "carrierId", limit=60), word(data, "trackingNumber", limit=64)
    if not (carrier and number):
        raise BadPayload("not a ping of tracker.delivery")
    if carrier not in OURS:
        return Parsed(warnings=(f"a ping about a parcel of {carrier}, which is nobody's here",))
    return Parsed((TrackingResult(number, carrier=OURS[carrier], ask=True),))


def _event(node: dict[str, Any]) -> Event:
    said = part(node, "status")
    code, name = word(said, "code", limit=60), word(said, "name", limit=60)
    text = word(node, "description", limit=300) or name
    status, rule = RULES.read(sure=code, text=text if name in text else f"{name} {text}", code=code)
    local, offset = read_time(node.get("time"))
    source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
    own = name if 0 < len(name) <= LONGEST_NAME else code
    place = word(node, "location", "name", limit=120)
    return Event(local, status, offset, source, own, text, place, rule, private=_people(text, node))


def _people(text: str, node: dict[str, Any]) -> tuple[str, ...]:
    """The names and telephone numbers of people that stand in a text."""
    contact = part(node, "contact")
    if not (contact or "0" in text or ":" in text or "：" in text):
        return ()
    named = (one for one in (word(contact, "name"), word(contact, "phoneNumber")) if one and one in text)
    return tuple(dict.fromkeys([*_PERSON.findall(text), *_PHONE.findall(text), *named]))


def _read_page(data: Any, number: str) -> Parsed:
    """CJ Logistics' own page: wall clocks without offset, and codes of its own."""
    page = part(data, "parcelDetailResultMap")
    events = tuple(map(_page_event, rows(page, "resultList")))
    return _parsed(TrackingResult(word(page, "paramInvcNo", limit=64) or number, events, carrier="cjlogistics"), ())


def _page_event(row: dict[str, Any]) -> Event:
    code, name, text = word(row, "crgSt", limit=20), word(row, "scanNm", limit=60), word(row, "crgNm", limit=300)
    status, rule = RULES.read(sure=code, text=f"{name} {text}", code=code)
    local = read_time(row.get("dTime")).local
    place = word(row, "regBranNm", limit=120)
    return Event(local, status, code=name or code, text=text, place=place, rule=rule, private=_people(text, {}))


def _parsed(result: TrackingResult, errors: tuple[Problem, ...]) -> Parsed:
    unread = tuple(f"{event.code} has no readable time" for event in result.events if event.local is None)
    return Parsed((result,), errors, unread)
