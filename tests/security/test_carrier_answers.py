"""Hostile answers: whatever a carrier says, its plugin answers in time, and raises nothing but `BadPayload`."""

import copy
import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracker.host.registry import Provider
from tracker.host.results import check_parsed
from tracker.paths import resource
from tracker.sdk import BadPayload, Carrier, Payload

ROUNDS = 15
LONGEST = 2.0
"""Seconds that one answer may take, with a wide margin for a machine that others use too."""
SAMPLES = [
    path
    for path in sorted(Path(resource("plugins")).glob("*/samples/*.*"))
    if not path.name.endswith(".expected.json") and path.parents[1].name not in ("feed", "woocommerce")  # no carriers
]
WORST = (
    None, True, 0, -1, 10**30, int("9" * 400), 1.5, 1e308, "", "x" * 5000, "0" * 5000, " " * 5000, "\ud800", "a\0b",
    "\u202e", "\ufdfa" * 30, "●", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "99991231", "00010101",
    "9999-12-31T24:00:00", "31.12.9999 24:00", "12/31/9999 11:59:59 PM", "2026-02-30", "2026-03-02T10:00:00+23:59",
    253402300799999, "-62135596800", "nan", "inf", "１２", "담당:김철수" * 60, "signed by:" * 50, "<" * 2000, [], {},
    [[]], [{}], [None], ["x"] * 3000, [{}] * 3000, {"a": {}},
)  # fmt: skip


def carrier_of(registry: Any, sample: Path) -> Carrier:
    expected = sample.with_name(f"{sample.stem}.expected.json")
    named = json.loads(expected.read_text()).get("reader") if expected.exists() else None
    plugin = sample.parents[1].name
    found: list[Provider[Carrier]] = [one for one in registry.carriers.values() if one.plugin == plugin]
    return next(one.object for one in found if named in (None, one.id))


def wrong_with(carrier: Carrier, sample: Path, body: bytes, mode: str = "fetch") -> str:
    """What is wrong with how an answer is read: something but `BadPayload` is raised, or it takes too long."""
    began = time.thread_time()
    try:
        check_parsed(carrier.parse(Payload(body, numbers=("A1",), mode=mode)))
    except BadPayload:
        pass
    except Exception as error:
        return f"{sample.parents[1].name}/{sample.name} raised {error!r} for {body[:2000]!r}"
    took = time.thread_time() - began
    return "" if took < LONGEST else f"{sample.parents[1].name}/{sample.name}: {took:.1f} s for {body[:200]!r}..."


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for step, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(value, (*path, step))


def put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = copy.deepcopy(value)


def spoil(body: bytes, dice: random.Random) -> bytes:
    """The answer with one to four of its values replaced."""
    data = json.loads(body)
    for _ in range(dice.choice((1, 1, 2, 4))):
        if known := list(places(data)):
            put(data, dice.choice(known), dice.choice(WORST))
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")


def spoil_xml(body: bytes, dice: random.Random) -> bytes:
    text = body.decode()
    where = dice.choice(list(re.finditer(r">[^<>]*<|\"[^\"]*\"", text)))
    value = dice.choice([one for one in WORST if isinstance(one, str | int) and str(one).isprintable()])
    said = str(value).replace("<", "&lt;")
    return (text[: where.start() + 1] + said + text[where.end() - 1 :]).encode()


@pytest.mark.parametrize("plugin", sorted({sample.parents[1].name for sample in SAMPLES}))
def test_s27_no_value_in_an_answer_breaks_its_plugin(registry: Any, plugin: str) -> None:
    dice = random.Random(plugin)
    for sample in (one for one in SAMPLES if one.parents[1].name == plugin):
        carrier, body = carrier_of(registry, sample), sample.read_bytes()
        for _ in range(ROUNDS):
            spoilt = (spoil_xml if sample.suffix == ".xml" else spoil)(body, dice)
            assert not wrong_with(carrier, sample, spoilt, dice.choice(("fetch", "push")))


@pytest.mark.parametrize("gmt", ["0001-01-01T01:00:00", "9999-12-31T23:00:00"])
@pytest.mark.parametrize("offset", ["-05:00", "+10:00"])
def test_r10_the_first_and_the_last_day_of_the_calendar_break_nothing(registry: Any, gmt: str, offset: str) -> None:
    told = {"trackingNumber": "9400", "trackingEvents": [{"GMTTimestamp": gmt, "GMTOffset": offset}]}
    (result,) = check_parsed(registry.carriers["usps"].object.parse(Payload(json.dumps(told).encode()))).results
    assert (result.number, len(result.events)) == ("9400", 1)


LISTS = {
    "dhl_universal": {"shipments": [{"id": "1", "events": [{}] * 2000}] * 40},
    "easypost": {"trackers": [{"tracking_code": "1", "tracking_details": [{}] * 2000}] * 40},
    "fedex": {"output": {"completeTrackResults": [{"trackResults": [{"scanEvents": [{}] * 2000}] * 40}]}},
    "ups": {"trackResponse": {"shipment": [{"package": [{"activity": [{}] * 2000}] * 40}]}},
}


@pytest.mark.parametrize("carrier", LISTS)
def test_r25_no_answer_takes_long_however_many_scans_it_claims(registry: Any, carrier: str) -> None:
    sample = next(one for one in SAMPLES if one.parents[1].name == carrier)
    assert not wrong_with(registry.carriers[carrier].object, sample, json.dumps(LISTS[carrier]).encode())
    doubled = json.dumps({**LISTS[carrier], "more": [{}] * 1_500_000}).encode()
    with pytest.raises(BadPayload):
        registry.carriers[carrier].object.parse(Payload(doubled))
