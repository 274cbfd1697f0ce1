"""Reads tracker.delivery's answers and pings, and the answers of CJ Logistics' own page that it is made of.

Senders and recipients are left where they are; a driver's name in a text is told to be private.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    BadRequest,
    Event,
    Parsed,
    Payload,
    Problem,
    Problems,
    Query,
    Rules,
    TrackingResult,
    collect,
    find_contacts,
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
PROBLEMS = Problems(
    {
        "NOT_FOUND": "not_found", "BAD_REQUEST": "invalid_number", "UNAUTHENTICATED": "auth", "FORBIDDEN": "auth",
        "RATE_LIMITED": "rate_limit", "TOO_MANY_REQUESTS": "rate_limit", "GRAPHQL_VALIDATION_FAILED": "bad_request",
    },
    otherwise="upstream",
)  # fmt: skip
LONGEST_NAME = 20
"""A longer name of a status is a sentence with places and times in it, and cannot stand for a code."""


def vendor_id(query: Query) -> str:
    """The vendor's word for the carrier of a parcel. Raises `BadRequest` for carriers that it is not asked about."""
    words = COVERS.get(query.carrier)
    if words is None:
        raise BadRequest(f"tracker.delivery is not asked about {query.carrier or 'a parcel of an unknown carrier'}")
    return words[-1 if query.number[:1].isalpha() else 0]


def read_answer(payload: Payload) -> Parsed:
    """What one answer says about the parcel it was asked for. Raises `BadPayload` where it is none of the two kinds."""
    data, number = read_json(payload.body), payload.number
    if (page := pick(data, "parcelDetailResultMap")) is not None:
        events = tuple(map(_read_row, rows(page, "resultList")))
        own = word(page, "paramInvcNo", limit=64) or number
        return Parsed((TrackingResult(own, events, carrier="cjlogistics"),))
    return collect(_read_track(data, payload), "neither a track nor an error of tracker.delivery")


def _read_track(data: Any, payload: Payload) -> Iterator[TrackingResult | Problem]:
    problems = list(read_problems(data, payload.number))
    yield from problems
    track = pick(data, "data", "track")
    if type(track) is dict:
        nodes = (part(edge, "node") for edge in rows(track, "events", "edges"))
        events = tuple(_read_node(node) for node in nodes if node)
        own = word(track, "trackingNumber", limit=64) or payload.number
        yield TrackingResult(own, events, carrier=payload.carrier)
    elif not problems and pick(data, "data") is not None:
        yield Problem("not_found", "tracker.delivery tells nothing about it", payload.number)


def read_problems(data: Any, number: str) -> Iterator[Problem]:
    """The errors of a GraphQL answer, which come under HTTP 200; those about the number name it."""
    for row in rows(data, "errors"):
        problem = PROBLEMS.read(word(row, "extensions", "code", limit=60), word(row, "message"))
        yield replace(problem, number=number) if problem.kind in ("not_found", "invalid_number") else problem


def read_ping(payload: Payload) -> Parsed:
    """A ping: it says only that there is news of a parcel."""
    data = part(read_json(payload.body))
    carrier, number = word(data, "carrierId", limit=60), word(data, "trackingNumber", limit=64)
    if not (carrier and number):
        raise BadPayload("not a ping of tracker.delivery")
    if carrier not in OURS:
        return Parsed(warnings=(f"a ping about a parcel of {carrier}, which is nobody's here",))
    return Parsed((TrackingResult(number, carrier=OURS[carrier], ask=True),))


def _read_node(node: dict[str, Any]) -> Event:
    said = part(node, "status")
    code, name = word(said, "code", limit=60), word(said, "name", limit=60)
    text, place = word(node, "description", limit=300) or name, word(node, "location", "name", limit=120)
    status, rule = RULES.read(sure=code, text=text if name in text else f"{name} {text}", code=code)
    local, offset = read_time(node.get("time"))
    own = name if 0 < len(name) <= LONGEST_NAME else code
    people = find_contacts(text, word(node, "contact", "name"), word(node, "contact", "phoneNumber"))
    return Event(local, status, offset, code=own, text=text, place=place, rule=rule, private=people)


def _read_row(row: dict[str, Any]) -> Event:
    """A row of CJ Logistics' own page: a wall clock without offset, and a code of its own."""
    code, name, text = word(row, "crgSt", limit=20), word(row, "scanNm", limit=60), word(row, "crgNm", limit=300)
    status, rule = RULES.read(sure=code, text=f"{name} {text}", code=code)
    local, place = read_time(row.get("dTime")).local, word(row, "regBranNm", limit=120)
    return Event(local, status, code=name or code, text=text, place=place, rule=rule, private=find_contacts(text))
