"""Reads AfterShip's trackings: from a list, from the answer to a registration, and from a webhook.

The fields of proofs (`type`, `url`) and of `pickup_location`: github.com/AfterShip/tracking-sdk-python.
"""

from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    Covers,
    Event,
    Parsed,
    Payload,
    Pickup,
    Problem,
    Problems,
    Proof,
    TrackingResult,
    collect,
    find_names,
    load_vocabulary,
    part,
    pick,
    plain,
    read_json,
    read_place,
    read_point,
    read_proof,
    read_time,
    read_window,
    rows,
    word,
)

HERE = Path(__file__).parent
COVERS = Covers.load(HERE / "covers.toml")
WORDS = load_vocabulary(HERE / "aftership.toml")
PROBLEMS = Problems({"4004": "not_found", "4005": "invalid_number"})
FINE = "200"
PHOTOS = frozenset({"photo", "picture", "image"})


def read_answer(payload: Payload) -> Parsed:
    """All of one body; of the numbers that were asked for, those that it leaves out are not found."""
    data = read_json(payload.body)
    results = [_read_tracking(one) for one in _trackings(data) if word(one, "tracking_number")]
    code = word(data, "meta", "code")
    if not results and code != FINE:
        return collect([PROBLEMS.read(code, word(data, "meta", "message"), status="" if code else "500")])
    told = {result.number.casefold() for result in results}
    missing = (number for number in payload.numbers if number.casefold() not in told)
    return collect([*results, *(Problem("not_found", "AfterShip has not registered it", one) for one in missing)])


def _trackings(data: object) -> list[dict[str, Any]]:
    if not isinstance(data, dict) or not ("msg" in data or "meta" in data):
        raise BadPayload("neither an answer nor a webhook of AfterShip")
    if "msg" in data:
        if not word(data, "msg", "tracking_number"):
            raise BadPayload("a webhook of AfterShip without a tracking number")
        return rows(data, "msg")
    inner = part(data, "data")
    return rows(inner, "trackings") or rows(inner, "tracking") or [inner]


def _read_tracking(tracking: dict[str, Any]) -> TrackingResult:
    signer, due = word(tracking, "signed_by", limit=100), part(tracking, "latest_estimated_delivery")
    latest = due.get("datetime_max") or due.get("datetime") or tracking.get("expected_delivery")
    return TrackingResult(
        word(tracking, "tracking_number", limit=64),
        tuple(_read_event(row, signer) for row in rows(tracking, "checkpoints")),
        read_window(latest, due.get("datetime_min")),
        carrier=COVERS.ours(word(tracking, "slug")),
        proofs=_read_proofs(tracking["proof_of_delivery"]) if tracking.get("proof_of_delivery") else (),
        pickup=Pickup(place) if (place := word(tracking, "pickup_location")) else None,
    )


def _read_proofs(told: object) -> tuple[Proof, ...]:
    """Photos as such; everything else may show who signed."""
    kinds = [("photo" if word(row, "type").lower() in PHOTOS else "signature", row.get("url")) for row in rows(told)]
    return tuple([proof for kind, url in kinds if url and (proof := read_proof(kind, url))])


def _read_event(row: dict[str, Any], signer: str) -> Event:
    get = row.get
    tag, subtag, text = plain(get("tag")), plain(get("subtag")), plain(get("message"), 500)
    status, rule = WORDS.read(tag, subtag)
    local, offset = read_time(get("checkpoint_time"))
    point = get("coordinate")
    return Event(
        local,
        status,
        offset,
        code=subtag or tag,
        text=text or plain(get("subtag_message")),
        place=plain(get("location")) or _read_place(row),
        rule=rule,
        point=read_point(pick(point, "latitude"), pick(point, "longitude")) if point else None,
        private=find_names(text, (signer,)),
    )


def _read_place(row: dict[str, Any]) -> str:
    names = ("country_region_name", "country_region", "country_name")
    return read_place(row, "city", "state", next((name for name in names if row.get(name)), "country_name"))
