"""UPS's codes, types and words as statuses. The table itself is `statuses.toml`."""

import tomllib
from pathlib import Path

from tracker.sdk import Milestone, Status


def _status(entry: str) -> Status:
    words = entry.split()
    flags = {word for word in words if word.startswith("+")}
    plain = [word for word in words if word not in flags]
    if flags - {"+delayed", "+action"} or not 1 <= len(plain) <= 2:
        raise ValueError(f"statuses.toml: {entry!r} is not: milestone [reason] [+delayed] [+action]")
    return Status(Milestone(plain[0]), "".join(plain[1:]), "+delayed" in flags, "+action" in flags)


_TABLE = tomllib.loads((Path(__file__).parent / "statuses.toml").read_text(encoding="utf-8"))
CODES, DETAILS, TYPES = ({key: _status(e) for key, e in _TABLE[part].items()} for part in ("codes", "details", "types"))
WORDS = [(word, _status(row["status"])) for row in _TABLE["words"] for word in row["any"]]


def read_status(code: str, detail: str, kind: str, text: str) -> Status | None:
    """What the activity means, or `None` where UPS used no word that we know."""
    known = CODES.get(code.upper()) or DETAILS.get(detail.zfill(3)) or TYPES.get(kind.upper())
    if known:
        return known
    low = text.lower()
    return next((status for word, status in WORDS if word in low), None)
