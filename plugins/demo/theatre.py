"""Plays the demo carrier's server: which scans of a parcel's script have happened by now."""

import json
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.sdk import Memory

from .answering import Turn, read_turn
from .tables import PLACES, SCRIPTS, TEXTS, Script, Step

PATTERN = "DEMO(?P<serial>[A-Z]{3}[0-9]{6})(?P<check>[0-9])"
PHOTO = b64encode(Path(__file__).with_name("door.png").read_bytes()).decode()
PATIENCE = timedelta(days=7)
"""How long a parcel waits to be collected."""
MIDDLE = timedelta(hours=15)
"""Of each window, on the destination's clock."""
WAITING = {
    "name": "Tea room on Shattuck Avenue",
    "street": "2042 Shattuck Avenue, Berkeley, CA 94704",
    "hours": ["Monday to Friday 8 am to 7 pm", "Saturday 9 am to 2 pm"],
    "latitude": 37.8708,
    "longitude": -122.2682,
}
_NUMBER = re.compile(PATTERN)
_CODES = {script.code: script for script in SCRIPTS.values()}


def demo_number(script: str, seed: int) -> str:
    """`DEMO`, the script's three letters, six digits of seed and the check digit. Raises `KeyError` for no script."""
    serial = f"{SCRIPTS[script].code}{seed % 1_000_000:06d}"
    return f"DEMO{serial}{_check(serial)}"


def play(number: str, now: datetime, memory: Memory, seconds_per_hour: float) -> bytes:
    """The answer about a number as JSON. Its story begins when it is first asked for, and keeps the speed of then.

    A scan's time is the instant at which it became visible, so that no scan ever lies in the future.
    """
    match = _NUMBER.fullmatch(number)
    if match is None or match["serial"][:3] not in _CODES or _check(match["serial"]) != match["check"]:
        return _dump({"number": number, "error": "invalid_number"})
    script = _CODES[match["serial"][:3]]
    start, speed = _story(number, now, memory, seconds_per_hour)
    steps = [(start + step.hour * speed, step.code, step.place) for step in _steps(script, match["serial"])]
    turn = read_turn(number, memory)
    if turn:
        # Whoever answers has the story go on in another way.
        place = script.steps[-1].place
        steps = [one for one in steps if one[0] <= turn.at] + [(at, code, place) for at, code in turn.scans]
    seen = [one for one in steps if one[0] <= now]
    return _dump(
        {
            "number": number,
            "scans": [_scan(*one) for one in seen],
            "window": _window(script, start, speed, now, seen[-1][1], turn) if seen else None,
            **(_beside(*seen[-1], match["serial"]) if seen else {}),
        }
    )


def script_of(number: str) -> str:
    """The name of the script that a number follows. Raises `KeyError` for a number that follows none."""
    match = _NUMBER.fullmatch(number)
    return _CODES[match["serial"][:3] if match else ""].name


def _story(number: str, now: datetime, memory: Memory, seconds_per_hour: float) -> tuple[datetime, timedelta]:
    """When the story began, and how long a scripted hour takes in it."""
    kept = memory.get(f"story:{number}")
    if kept is None:
        kept = {"start": now.astimezone(UTC).replace(microsecond=0).isoformat(), "speed": seconds_per_hour}
        memory.set(f"story:{number}", kept)
    return datetime.fromisoformat(kept["start"]), timedelta(seconds=kept["speed"])


def _steps(script: Script, serial: str) -> tuple[Step, ...]:
    return script.twin if int(serial[-1]) % 2 else script.steps


def _scan(instant: datetime, code: str, at: str) -> dict[str, str]:
    place, zone = PLACES[at]
    local = instant.replace(microsecond=0).astimezone(zone)
    return {"code": code, "at": local.isoformat(), "text": TEXTS[code], "place": place}


def _beside(instant: datetime, code: str, at: str, serial: str) -> dict[str, object]:
    """What the carrier tells beside the newest scan: a photo of the delivery, or where the parcel waits."""
    if code == "DLV":
        return {"photo": PHOTO}
    if code != "PUD":
        return {}
    last = instant.astimezone(PLACES[at][1]) + PATIENCE
    until = last.replace(hour=19, minute=0, second=0, microsecond=0, tzinfo=None).isoformat(timespec="minutes")
    return {"waits_at": {**WAITING, "until": until, "code": serial[-4:]}}


def _window(
    script: Script, start: datetime, speed: timedelta, now: datetime, newest: str, turn: Turn | None
) -> dict[str, str] | None:
    """The last window told so far: the afternoon, by the destination's clock, that is over no earlier than the script
    says in real hours after the start. Nobody delivers at night.
    """
    told = [window for window in script.windows if window[0] <= (now - start) / speed]
    if not told or newest in ("DLV", "REF", "RTN", "RTD", "PUD"):
        return None
    if turn:
        return {"from": turn.window[0].isoformat(), "to": turn.window[1].isoformat()} if turn.window else None
    zone = PLACES[script.steps[-1].place][1]
    _, earliest, latest = told[-1]
    last, length = (start + timedelta(hours=latest)).astimezone(zone).replace(tzinfo=None), latest - earliest
    home = last.replace(hour=0, minute=0, second=0, microsecond=0) + MIDDLE + timedelta(hours=length / 2)
    home += timedelta(days=home < last)
    return {
        "from": (home - timedelta(hours=length)).isoformat(timespec="minutes"),
        "to": home.isoformat(timespec="minutes"),
    }


def _check(serial: str) -> str:
    """The rule that the number format names: weights 1, 2, 1, ... with A as 2, B as 3, and so on."""
    values = [int(c) if c.isdigit() else (ord(c) - 3) % 10 for c in serial]
    return str(-sum(value * (1 + i % 2) for i, value in enumerate(values)) % 10)


def _dump(answer: dict[str, object]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()
