"""What the demo carrier makes of an answer to a failed delivery, and what happens to the parcel afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tracker.sdk import BadRequest, Instruction, InstructionAnswer, InstructionKind, Memory

from .tables import ANSWERS, PLACES, SCRIPTS

KINDS = (
    InstructionKind.ANOTHER_DAY,
    InstructionKind.AWAY,
    InstructionKind.SAFE_PLACE,
    InstructionKind.NEIGHBOUR,
    InstructionKind.PICKUP_POINT,
    InstructionKind.SEND_BACK,
)
REPLIES: Mapping[str, str] = {
    "another_day": "The driver comes on that day.",
    "away": "We keep it until then.",
    "safe_place": "The driver leaves it there.",
    "neighbour": "The driver rings there first.",
    "pickup_point": "We take it to the nearest shop of ours.",
    "send_back": "It goes back to the sender.",
}
SUNDAY, OUT, HOME = 6, time(8), time(14)


@dataclass(frozen=True, slots=True)
class Turn:
    """How a story goes on from the instant of an answer: scans, each with its instant, and the window told from then.

    `window` holds two wall clocks at the destination.
    """

    at: datetime
    scans: tuple[tuple[datetime, str], ...]
    window: tuple[datetime, datetime] | None


def take(instruction: Instruction, script: str, now: datetime, memory: Memory, seconds_per_hour: float) -> None:
    """Takes an instruction; the same key again changes nothing. Raises `BadRequest` for a Sunday."""
    name = f"answer:{instruction.number}"
    if (memory.get(name) or {}).get("key") == instruction.key:
        return
    if instruction.day and instruction.day.weekday() == SUNDAY:
        raise BadRequest("We do not deliver on Sundays. Please choose another day.")
    day = instruction.day.isoformat() if instruction.day else ""
    at = now.astimezone(UTC).replace(microsecond=0).isoformat()
    kept = {"key": instruction.key, "kind": str(instruction.kind), "at": at, "day": day, "speed": seconds_per_hour}
    memory.set(name, {**kept, "script": script})


def answer(instruction: Instruction) -> InstructionAnswer:
    """What the carrier says to an instruction that it has taken."""
    return InstructionAnswer("accepted", REPLIES[instruction.kind], f"demo-{instruction.key[-12:]}")


def read_turn(number: str, memory: Memory) -> Turn | None:
    """How a parcel's story goes on since somebody answered; `None` where nobody has."""
    kept = memory.get(f"answer:{number}")
    if not kept:
        return None
    at, speed = datetime.fromisoformat(kept["at"]), timedelta(seconds=kept["speed"])
    zone = PLACES[SCRIPTS[kept["script"]].steps[-1].place][1]
    scans = [(at + hour * speed, code) for hour, code in ANSWERS[kept["kind"]]]
    if not kept["day"]:
        return Turn(at, tuple(scans), None)
    # A day was named: the parcel rests until then, however fast the story runs.
    day = date.fromisoformat(kept["day"])
    out, home = (max(_instant(day, clock, zone), at + 2 * speed) for clock in (OUT, HOME))
    window = (datetime.combine(day, time(12)), datetime.combine(day, time(16)))
    return Turn(at, (*scans, (out, "OFD"), (max(home, out + speed), "DLV")), window)


def _instant(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
