"""What plugins return, as input: types are checked, texts cleaned as foreign text, sizes cut.

A wrong type raises `Wrong` (the plugin's bug); too long or too many is cut and leaves a warning.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, cast

from tracker.sdk import (
    Event,
    InstructionAnswer,
    Label,
    Meaning,
    Milestone,
    OrderMilestone,
    OrderState,
    Parsed,
    Payload,
    Problem,
    Receipt,
    Status,
    Subscription,
    Successor,
    TrackingResult,
    Verdict,
    Window,
    ZoneSource,
)
from tracker.sdk.errors import KINDS

from .checks import is_slug
from .proofs import check_pickup, check_proofs
from .values import Wrong, check_point, clean, cut, expect, items_of, optional

MOST_EVENTS, MOST_RESULTS, MOST_WARNINGS = 2000, 1000, 100
MOST_IN_ALL, MOST_TWINS, MOST_PRIVATE = 20_000, 20, 200
"""Events of one answer, results about one number in it, and pieces of a text that are private."""
TEXT, PLACE, CODE, NUMBER, REASON = 300, 120, 60, 64, 40
MOST_HEADERS, NAME, HEADER = 50, 100, 1000
_SECRET_HEADERS = {"set-cookie", "set-cookie2", "cookie", "authorization", "www-authenticate"}
READ = 2000
"""How far a text is read for what is private, before it is cut."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST_LABEL = 5_000_000
FARTHEST = timedelta(hours=24)


def check_parsed(value: object) -> Parsed:
    """A carrier's answer, safe to keep. Raises `Wrong`."""
    parsed = expect(value, Parsed)
    warnings: list[str] = []
    results = cut(items_of(parsed.results), MOST_RESULTS, "results", warnings)
    read = [_result(result, warnings) for result in results]
    kept = _ration([result for result in read if result is not None], warnings)
    errors = cut(items_of(parsed.errors), MOST_RESULTS, "errors", warnings)
    told = [clean(warning, TEXT) for warning in items_of(parsed.warnings)[:MOST_WARNINGS]]
    return Parsed(
        tuple(kept),
        tuple(_problem(error) for error in errors),
        (*told, *warnings)[: 2 * MOST_WARNINGS],
    )


def check_payload(value: object) -> Payload:
    """One answer as a plugin fetched it, safe to keep until it is read. Raises `Wrong`."""
    payload = expect(value, Payload)
    expect(payload.body, bytes)
    if not isinstance(payload.headers, Mapping):
        raise Wrong("headers that are no mapping")
    headers = {expect(name, str)[:NAME].lower(): text for name, text in islice(payload.headers.items(), MOST_HEADERS)}
    kept = {name: clean(text, HEADER) for name, text in headers.items() if name not in _SECRET_HEADERS}
    numbers = tuple(clean(number, NUMBER) for number in items_of(payload.numbers)[:MOST_RESULTS])
    kind = clean(payload.content_type, NAME)
    return replace(payload, content_type=kind, headers=kept, numbers=numbers, carrier=_carrier(payload.carrier))


def check_receipt(value: object) -> Receipt:
    """What a channel says became of a message. Raises `Wrong`."""
    receipt = expect(value, Receipt)
    expect(receipt.accepted, bool)
    expect(receipt.permanent, bool)
    return replace(receipt, reply=clean(receipt.reply, TEXT), provider_id=clean(receipt.provider_id, 200))


def check_verdict(value: object) -> Verdict:
    """Whether a request may come in. Only the very value `True` opens the door. Raises `Wrong`."""
    verdict = expect(value, Verdict)
    expect(verdict.valid, bool)
    expect(verdict.keep, bool)
    return replace(
        verdict,
        reason=clean(verdict.reason, TEXT),
        delivery=clean(verdict.delivery, 200),
        reply=clean(verdict.reply, 1000),
    )


def check_meaning(value: object) -> Meaning | None:
    """What a word means; `None` where it is none. Raises `Wrong`."""
    if value is not None and not isinstance(value, OrderMilestone | OrderState):
        _status(value)
    return cast(Meaning | None, value)


def check_subscriptions(value: object) -> tuple[Subscription, ...]:
    """What a carrier promised to send news of. Raises `Wrong`."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise Wrong(f"{type(value).__name__} where subscriptions belong")
    found = [expect(one, Subscription) for one in islice(value, MOST_RESULTS)]
    return tuple(
        Subscription(clean(one.number, NUMBER), clean(one.ref, 200), _expiry(one.expires), _carrier(one.carrier))
        for one in found
    )


def _expiry(value: object) -> datetime | None:
    """When a promise ends, in UTC; one that ends after everything else has no end."""
    if value is None:
        return None
    moment = expect(value, datetime)
    if moment.tzinfo is None:
        raise Wrong("a subscription that expires by a clock without zone")
    if moment.year >= LAST_YEAR:
        return None
    return moment.astimezone(UTC) if moment.year > FIRST_YEAR else datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)


def check_label(value: object) -> Label:
    """A label to print. Raises `Wrong`."""
    label = expect(value, Label)
    signs = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG"}
    if label.content_type not in signs or not expect(label.body, bytes).startswith(signs[label.content_type]):
        raise Wrong("a label that is neither PDF nor PNG")
    if len(label.body) > LARGEST_LABEL:
        raise Wrong(f"a label of more than {LARGEST_LABEL:,} bytes")
    return label


INSTRUCTED = frozenset({"sent", "accepted", "refused", "done"})


def check_instruction_answer(value: object) -> InstructionAnswer:
    """What a carrier made of an instruction. Raises `Wrong`."""
    answer = expect(value, InstructionAnswer)
    if expect(answer.state, str) not in INSTRUCTED:
        raise Wrong(f"an instruction that is {answer.state!r:.40}; it can be {', '.join(sorted(INSTRUCTED))}")
    return InstructionAnswer(answer.state, clean(answer.reply, TEXT), clean(answer.ref, 80))


def check_variables(value: object) -> dict[str, Any] | None:
    """A block's variables by name. Raises `Wrong`."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise Wrong(f"{type(value).__name__} where a mapping or None belongs")
    if not all(isinstance(name, str) and name.isidentifier() for name in value):
        raise Wrong("a variable's name is not a plain name")
    return dict(value)


def _result(value: object, warnings: list[str]) -> TrackingResult | None:
    result = expect(value, TrackingResult)
    number = clean(result.number, 4 * NUMBER)
    if len(number) > NUMBER:
        warnings.append(f"a result whose number has more than {NUMBER} characters is left out")
        return None
    told = cut(items_of(result.events), MOST_EVENTS, f"events of {number}", warnings)
    events = tuple(map(_event, told))
    if undated := [event.code or event.text for event in events if event.local is None]:
        warnings.append(f"{number}: no readable time of {', '.join(undated)}"[:TEXT])
    return TrackingResult(
        number,
        events,
        optional(result.estimated, _window),
        optional(result.successor, lambda value: _successor(value, warnings)),
        _carrier(result.carrier),
        expect(result.ask, bool),
        check_proofs(result.proofs, warnings) if result.proofs else (),
        None if result.pickup is None else check_pickup(result.pickup, warnings),
    )


def _ration(results: list[TrackingResult], warnings: list[str]) -> list[TrackingResult]:
    """The results as far as one answer may go: each new one costs the worker, and each event the database."""
    told: Counter[str] = Counter()
    kept: list[TrackingResult] = []
    left = MOST_IN_ALL
    for result in results:
        if len(result.events) <= left and told[result.number] < MOST_TWINS:
            kept.append(result)
            told[result.number] += 1
            left -= len(result.events)
    if len(kept) < len(results):
        warnings.append(f"{len(results) - len(kept)} results of too many are left out")
    return kept


def _event(value: object) -> Event:
    event = expect(value, Event)
    if event.local is not None:
        expect(event.local, datetime)
    if event.offset is not None:
        expect(event.offset, timedelta)
        if abs(event.offset) >= FARTHEST:
            raise Wrong(f"an offset of {event.offset}")
    expect(event.zone_source, ZoneSource)
    _status(event.status)
    if event.point is not None:
        check_point(event.point)
    if event.private:
        event = _keep_private(event)
    texts = (clean(event.code, CODE), clean(event.text, TEXT), clean(event.place, PLACE), clean(event.rule, TEXT))
    if texts == (event.code, event.text, event.place, event.rule):
        return event
    return replace(event, code=texts[0], text=texts[1], place=texts[2], rule=texts[3])


def _keep_private(event: Event) -> Event:
    """The event with its private pieces spelt as its text is kept, none in its code, and no half of one at an end."""
    pieces = items_of(event.private)
    if len(pieces) > MOST_PRIVATE:
        raise Wrong(f"{len(pieces)} private pieces in one text")
    pieces = tuple(clean(piece, READ) for piece in pieces)
    text = clean(event.text, READ)
    ends = [TEXT]
    for piece in filter(None, pieces):
        at = text.find(piece, max(TEXT + 1 - len(piece), 0))
        ends += [at] if 0 <= at < TEXT < at + len(piece) else []
    # Some codes are made of the text. They are kept and shown everywhere, whatever the shop shows of people.
    code = expect(event.code, str)
    for piece in pieces:
        code = code.replace(piece, "●") if len(piece) > 1 else code
    return replace(event, text=text[: min(ends)], code=code, private=pieces)


def _status(value: object) -> None:
    status = expect(value, Status)
    expect(status.milestone, Milestone)
    expect(status.delayed, bool)
    expect(status.action_required, bool)
    if clean(status.reason, REASON) != status.reason:
        raise Wrong("a status whose reason is not a short word")


def _window(value: object) -> Window:
    window = expect(value, Window)
    for end in (window.earliest, window.latest):
        expect(end, datetime)
        if end.tzinfo is not None:
            raise Wrong("a window with a zone; it holds wall clocks at the destination")
    if window.latest < window.earliest:
        raise Wrong("a window that ends before it begins")
    return window


def _successor(value: object, warnings: list[str]) -> Successor | None:
    successor = expect(value, Successor)
    carrier, number = clean(successor.carrier, READ), clean(successor.number, 4 * NUMBER)
    if is_slug(carrier) and 0 < len(number) <= NUMBER:
        return Successor(carrier, number)
    warnings.append(f"a successor is left out: {carrier[:CODE]!r} is no carrier here, or its number is none")
    return None


def _carrier(value: object) -> str:
    """A carrier's id; empty for what can be nobody's."""
    carrier = clean(value, READ)
    return carrier if is_slug(carrier) else ""


def _problem(value: object) -> Problem:
    problem = expect(value, Problem)
    if problem.kind not in KINDS:
        raise Wrong(f"an error of the unknown kind {problem.kind!r:.40}")
    return Problem(problem.kind, clean(problem.detail, TEXT), clean(problem.number, NUMBER))
