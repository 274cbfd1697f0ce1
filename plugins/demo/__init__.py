"""Demo: a carrier whose parcels move along a script while one looks. Also the example for authors of carriers.

`fetch` plays the carrier's server: it works out from the clock which scans have happened and answers JSON.
`parse` knows nothing of the scripts; it reads that JSON as any plugin reads its carrier's.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, Field

from tracker.sdk import (
    BadPayload,
    Carrier,
    Context,
    Instruction,
    InstructionAnswer,
    InvalidNumber,
    Limits,
    NumberFormat,
    Parsed,
    Payload,
    Plugin,
    Problem,
    Query,
    TrackingResult,
    hookimpl,
    plain,
    read_json,
    read_proof,
)

from .answering import KINDS, answer, take
from .reading import read_pickup, read_scan, read_window
from .theatre import PATTERN, demo_number, play, script_of


class DemoSettings(BaseModel):
    """How fast scripted time runs."""

    seconds_per_hour: float = Field(default=2.0, ge=0.01, le=3600, title="Seconds for each scripted hour")


PLUGIN = Plugin("demo", "Demo carrier", "1.0.0", settings=DemoSettings)


class Demo(Carrier):
    id = "demo"
    names: ClassVar[Mapping[str, str]] = {
        "en": "Demo carrier", "ko": "데모 택배", "de": "Demo-Paketdienst", "ar": "شركة الشحن التجريبية"
    }  # fmt: skip
    formats = (NumberFormat("demo", PATTERN, "mod10", {"weights": (1, 2)}, prefix=True),)
    polls = True
    instructs = KINDS
    limits = Limits(requests=600, batch=20)
    quickest = slowest = timedelta(seconds=5)

    def parse(self, payload: Payload) -> Parsed:
        told = read_json(payload.body)
        if not isinstance(told, dict) or not plain(told.get("number")):
            raise BadPayload("the demo carrier's answer names no number")
        number = plain(told["number"], 64)
        if told.get("error"):
            kind = "invalid_number" if told["error"] == "invalid_number" else "upstream"
            return Parsed(errors=(Problem(kind, f"the demo carrier says: {plain(told['error'], 40)}", number),))
        warnings: list[str] = []
        events = tuple(read_scan(scan, warnings) for scan in _dicts(told.get("scans")))
        window, photo = read_window(told.get("window"), warnings), read_proof("photo", told.get("photo"))
        proofs, pickup = (photo,) if photo else (), read_pickup(told.get("waits_at"))
        return Parsed((TrackingResult(number, events, window, proofs=proofs, pickup=pickup),), (), tuple(warnings))

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            body = play(query.number, ctx.now, ctx.memory, _speed(ctx))
            yield Payload(body, numbers=(query.number,))

    def instruct(self, instruction: Instruction, ctx: Context) -> InstructionAnswer:
        try:
            script = script_of(instruction.number)
        except KeyError:
            raise InvalidNumber("the demo carrier has no such parcel") from None
        take(instruction, script, ctx.now, ctx.memory, _speed(ctx))
        return answer(instruction)

    def number(self, script: str, seed: int) -> str:
        """The number of a parcel that follows a script (`delayed`, ...), tidied, with its check digit."""
        return demo_number(script, seed)


def _speed(ctx: Context) -> float:
    return ctx.settings.seconds_per_hour if isinstance(ctx.settings, DemoSettings) else 2.0


def _dicts(value: object) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Demo()]
