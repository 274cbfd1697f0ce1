"""Readout: what `tracker parse` tells, without a database and without a shop."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from tracker.domain.epochs import Frame, arrange
from tracker.domain.fold import fold
from tracker.domain.privacy import mask
from tracker.domain.statements import Source, Statement
from tracker.host.calls import Calls
from tracker.host.errors import PluginBug
from tracker.host.loader import load
from tracker.host.memory import InMemoryBreakers, in_memory_ports
from tracker.host.registry import Registry, UnknownProvider
from tracker.paths import resource
from tracker.sdk import (
    Carrier,
    Event,
    InboundRequest,
    Milestone,
    Parsed,
    Payload,
    Pickup,
    PluginError,
    Problem,
    Proof,
    TrackingResult,
    Window,
)

LONGEST_LINE = 32_000_000
"""Bytes of one line of a batch; a carrier's answer is a small part of that."""
_TYPES = {"json": "application/json", "xml": "application/xml"}
_ALL = Frame(datetime(2000, 1, 1, tzinfo=UTC), whole=True)
_LATER = datetime(2099, 12, 31, tzinfo=UTC)
"""A recorded answer is read as it stands: no date in it counts as being in the future."""

Json = dict[str, Any]


def load_plugins(folders: str = "", blocked: str = "") -> Registry:
    """The bundled and installed plugins, and those of further folders (colon-separated)."""
    further = [Path(folder) for folder in folders.split(":") if folder]
    names = [name.strip() for name in blocked.split(",") if name.strip()]
    return load([resource("plugins"), *further], blocked=names)


def read_payload(registry: Registry, carrier: str, payload: Payload) -> tuple[Parsed, list[Json]]:
    """What a payload says, and its errors as `{"kind", "detail"}`. Never raises: what escapes a plugin is `bug`."""
    try:
        provider = registry.carriers[carrier]
    except UnknownProvider as error:
        return Parsed(), [_error("unknown_carrier", str(error))]
    if type(provider.object).parse is Carrier.parse:
        return Parsed(), [_error("unknown_carrier", f"{carrier} is known by name alone; no plugin reads its answers")]
    try:
        # Each payload by itself: the breaker that guards a shop must not answer for the one before.
        parsed = Calls(InMemoryBreakers()).parse(provider, 0, payload)
    except (PluginError, PluginBug) as error:
        return Parsed(), [_error(error.kind, str(error))]
    return parsed, [_error(problem.kind, _detail(problem)) for problem in parsed.errors]


def answer_line(registry: Registry, line: bytes) -> str:
    """The answer to one line of a batch, as one line of JSON. Never raises."""
    try:
        carrier, payload, secret = _read_request(line)
        valid = judge(registry, carrier, payload, secret)
        if valid is False:
            return _line(_answer(Parsed(), [_error("bad_signature", "the message does not prove who sent it")], valid))
        parsed, errors = read_payload(registry, carrier, payload)
        answer = _answer(parsed, errors, valid)
    except ValueError as error:
        answer = _answer(Parsed(), [_error("bad_request", str(error))])
    except Exception as error:
        answer = _answer(Parsed(), [_error("bug", type(error).__name__)])
    return _line(answer)


def judge(registry: Registry, carrier: str, payload: Payload, secret: str) -> bool | None:
    """Whether a push proves its sender with this shared secret; `None` where there is nothing to judge."""
    provider = registry.carriers.get(carrier)
    if payload.mode != "push" or not secret or provider is None or type(provider.object).verify is Carrier.verify:
        return None
    from tracker.host.context import ContextMaker  # brings Babel, which nothing else here waits for

    model = registry.plugins[provider.plugin].plugin.settings
    values = {"push_secret": SecretStr(secret)} if "push_secret" in model.model_fields else {}
    contexts = ContextMaker(registry, in_memory_ports())
    ctx = contexts.make_with(provider.plugin, model.model_construct(None, **values))
    request = InboundRequest(payload.headers, payload.body)
    return Calls(InMemoryBreakers()).verify(provider, request, ctx).valid


def describe_result(result: TrackingResult) -> Json:
    """One result as JSON: its state by the fold of its events, and its events, undated ones first, oldest first."""
    statements = [Statement(Source.CARRIER, event) for event in result.events]
    state = fold(statements, _ALL, _LATER)
    delivered = state.status.milestone is Milestone.DELIVERED
    since = state.since.statement.event if state.since else None
    return {
        "number": result.number,
        "status": str(state.status.milestone),
        "reason": state.status.reason,
        "delayed": state.status.delayed,
        "action_required": state.status.action_required,
        "delivered": delivered,
        "delivered_at": _local(since, offset=True) if delivered and since else None,
        "estimated": _window(result.estimated),
        "successor": {"carrier": result.successor.carrier, "number": result.successor.number}
        if result.successor
        else None,
        "events": [_event(event) for event in _in_order(statements)],
        "proofs": [_proof(proof) for proof in result.proofs],
        "pickup": _pickup(result.pickup) if result.pickup else None,
    }


def _proof(proof: Proof) -> Json:
    """A proof without its picture, and without the part of its address that lets somebody in."""
    if proof.body:
        return {"kind": proof.kind, "bytes": len(proof.body)}
    return {"kind": proof.kind, "host": urlsplit(proof.url).hostname}


def _pickup(pickup: Pickup) -> Json:
    """Where a parcel waits; of its code only whether there is one."""
    return {
        "name": pickup.name,
        "address": pickup.address,
        "hours": list(pickup.hours),
        "until": pickup.until.isoformat() if pickup.until else None,
        "code": bool(pickup.code),
        "point": list(pickup.point) if pickup.point else None,
    }


def _read_request(line: bytes) -> tuple[str, Payload, str]:
    asked = _object(line)
    carrier, body = asked.get("carrier"), asked.get("body")
    if not isinstance(carrier, str) or not isinstance(body, str):
        raise ValueError('each line needs "carrier" and "body", both texts')
    mode = asked.get("mode", "fetch")
    if mode not in ("fetch", "push"):
        raise ValueError('"mode" is "fetch" or "push"')
    kind = asked.get("content_type") or "json"
    headers = asked.get("headers") or {}
    if not isinstance(headers, dict) or not isinstance(kind, str):
        raise ValueError('"headers" is an object of texts, "content_type" is "json" or "xml"')
    named = {str(name).lower(): str(value) for name, value in headers.items()}
    payload = Payload(body.encode("utf-8", "surrogatepass"), _TYPES.get(kind, kind), mode, named)
    return carrier, payload, str(asked.get("secret") or "")


def _object(line: bytes) -> Json:
    if len(line) > LONGEST_LINE:
        raise ValueError(f"a line may have {LONGEST_LINE:,} bytes")
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the line is not JSON: {type(error).__name__}") from None
    if not isinstance(asked, dict):
        raise ValueError("each line is one JSON object")
    return asked


def _answer(parsed: Parsed, errors: list[Json], valid: bool | None = None) -> Json:
    results = [describe_result(result) for result in parsed.results]
    return {"valid": valid, "results": results, "errors": errors, "warnings": list(parsed.warnings)}


def _error(kind: str, detail: str) -> Json:
    return {"kind": kind, "detail": detail}


def _detail(problem: Problem) -> str:
    return f"{problem.number}: {problem.detail}" if problem.number else problem.detail


def _in_order(statements: Sequence[Statement]) -> list[Event]:
    """Those that can be placed in time, oldest first; those that cannot stand before them, so that none is latest."""
    scans = arrange(statements, _LATER).scans
    placed = {id(scan.statement) for scan in scans}
    return [one.event for one in statements if id(one) not in placed] + [scan.statement.event for scan in scans]


def _event(event: Event) -> Json:
    return {
        "local": _local(event),
        "offset": _offset(event.offset),
        "zone_source": str(event.zone_source),
        "utc": event.utc.strftime("%Y-%m-%dT%H:%M:%SZ") if event.utc else None,
        "status": str(event.status.milestone),
        "reason": event.status.reason,
        "code": event.code,
        "text": mask(event.text, event.private),
        "place": event.place,
        "rule": event.rule,
        "point": list(event.point) if event.point else None,
    }


def _local(event: Event, offset: bool = False) -> str | None:
    if event.local is None:
        return None
    return event.local.isoformat(timespec="seconds") + ((_offset(event.offset) or "") if offset else "")


def _offset(offset: timedelta | None) -> str | None:
    if offset is None:
        return None
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _window(window: Window | None) -> Json | None:
    if window is None:
        return None
    return {"earliest": window.earliest.isoformat(), "latest": window.latest.isoformat()}


def _line(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
