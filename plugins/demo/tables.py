"""The scripts, places and codes of `scripts.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.sdk import Milestone, Status

_TABLE = tomllib.loads((Path(__file__).parent / "scripts.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Step:
    """One scan of a script: the scripted hour, its code, and where."""

    hour: float
    code: str
    place: str


@dataclass(frozen=True, slots=True)
class Script:
    """What happens to a parcel, what happens to its twin (odd seeds), and which windows are told from which hour on."""

    name: str
    code: str
    steps: tuple[Step, ...]
    twin: tuple[Step, ...]
    windows: tuple[tuple[float, float, float], ...]


def _status(entry: str) -> Status:
    words = [word for word in entry.split() if not word.startswith("+")]
    return Status(Milestone(words[0]), "".join(words[1:]), "+delayed" in entry, "+action" in entry)


PLACES = {key: (name, ZoneInfo(zone)) for key, (name, zone) in _TABLE["places"].items()}
STATUSES = {code: _status(entry) for code, (entry, _) in _TABLE["codes"].items()}
TEXTS = {code: text for code, (_, text) in _TABLE["codes"].items()}
SCRIPTS = {
    name: Script(
        name,
        row["code"],
        tuple(Step(*step) for step in row["steps"]),
        tuple(Step(*step) for step in row.get("twin", row["steps"])),
        tuple((told, earliest, latest) for told, earliest, latest in row["window"]),
    )
    for name, row in _TABLE["scripts"].items()
}
ANSWERS = {kind: tuple((hour, code) for hour, code in steps) for kind, steps in _TABLE["answers"].items()}
