"""Checks a delivery report against the head that stands in the mail about the delivery.

    python verify_report.py REPORT HEAD

Needs Python 3.9, nothing else. Ends with 0 where the report holds, 1 where not, 2 when called in another way.
"""

import hashlib
import json
import sys

HASHED = ("position", "at", "actor", "action", "body", "previous")


def digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check(data: bytes, head: str) -> tuple[bool, str]:  # noqa: PLR0911 - a list of reasons
    """Whether the report holds, and a sentence."""
    if len(data) > 5_000_000:
        return False, "This is no delivery report: it is larger than 5 MB."
    report = json.loads(data.decode())
    # There is one way to spell a report, so that what has no meaning cannot be changed either.
    spelt = json.dumps(report, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if spelt.encode() != data:
        return False, "The report was changed: it is not spelt as the portal spells it."
    if not isinstance(report, dict) or sorted(report) != ["chain", "entries", "format", "shop"]:
        return False, "This is no delivery report that this check knows."
    names, entries, found = [report["shop"], report["chain"]], report["entries"], None
    bound = report["format"] == "tracker-delivery-report/1"
    old = report["format"] == "tracker-delivery-report/0" and names == ["", ""]
    if not (bound or old) or not isinstance(entries, list) or not entries:
        return False, "This is no delivery report that this check knows."
    before = digest(["tracker-chain/1", *names]) if bound else ""
    for position, entry in enumerate(entries):
        fits = isinstance(entry, dict) and sorted(entry) == sorted([*HASHED, "hash"])
        fits = fits and entry["position"] == position and entry["previous"] == before
        if not fits or entry["hash"] != digest([entry[name] for name in HASHED]):
            return False, f"The report was changed: entry {position + 1} of {len(entries)} does not fit."
        before = entry["hash"]
        found = position if before == head else found
    if found is None:
        return False, "The report fits together, but no entry has this head: the head speaks of another."
    said = f"The report holds. The head is that of entry {found + 1} of {len(entries)}, written {entries[found]['at']}."
    later = len(entries) - found - 1
    return True, said + (f" It does not speak for the {later} after it." if later else "")


if __name__ == "__main__":
    head = "".join("".join(sys.argv[2:]).split()).lower()
    if len(head) != 64 or set(head) - set("0123456789abcdef"):
        sys.exit(print(__doc__, "HEAD is 64 digits of 0-9 and a-f.", sep="\n", file=sys.stderr) or 2)
    try:
        with open(sys.argv[1], "rb") as file:
            holds, said = check(file.read(5_000_001), head)
    except (OSError, ValueError, RecursionError):
        holds, said = False, "This is no delivery report: it cannot be read."
    sys.exit(print(said) or (0 if holds else 1))
