"""Parcels as their customer reads them: how far, in whose words, where, and when to expect it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tracker.domain.states import FINAL, PRESUMED
from tracker.domain.tiers import ALL, Grant, Sight
from tracker.i18n import choose_name, formats, gettext
from tracker.sdk import https_url

from . import words
from .answers import Answer, answer_parcel, compare, expect, name_of, read_reason, seen_by_carrier
from .clocks import zone_of
from .hearts import Heart, Known, read_heart
from .scans import Scan, isolate, read_scan
from .steps import Step, read_steps
from .wording import NONE, CustomWord, CustomWords

Json = Mapping[str, Any]


SPEAK_FOR_THEMSELVES = {"available_for_pickup", "attempt_failed"}
"""Milestones whose own sentence says what is to be done."""
TELLS_WHEN = {"moving", "coming", "late", "arrived"}
"""Cases whose heart says when it is expected, or came."""


@dataclass(frozen=True, slots=True)
class Onward:
    """The carrier that a parcel was handed over to: its name, the number there, and its page or an empty text."""

    carrier: str
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A piece's picture at the shop's own place, and what it shows."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of delivery: `kind` is `photo` or `signature`, `path` is below the order's page."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Around:
    """What an order's view tells of all its parcels: the shop's zone, whether it can still be changed, its concerns.

    `images` are the addresses of its lines' pictures, by the line's reference.
    """

    zone: str = "UTC"
    changeable: bool = False
    concerns: Sequence[Json] = ()
    images: Mapping[str, str] = field(default_factory=dict)


ALONE = Around()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel. `tone` is `calm`, `good` or `trouble`; `attribution` says whose word the status is.

    `custom` is there where that word is a status of the shop's own making. `heart` is what stands first about it.
    `silence` says that its carrier does not answer, `report` is where its delivery report is, once it is complete.
    """

    id: int
    milestone: str
    label: str
    sentence: str
    attribution: str
    tone: str
    delayed: bool
    action_required: bool
    carrier: str
    number: str
    url: str
    contents: Sequence[tuple[int, str]]
    steps: Sequence[Step]
    answers: Sequence[Answer]
    scans: Sequence[Scan]
    undated: Sequence[Scan]
    custom: CustomWord | None = None
    onward: Sequence[Onward] = ()
    heart: Heart | None = None
    silence: str = ""
    near: bool = False
    pictures: Sequence[Picture] = ()
    proofs: Sequence[Proof] = ()
    report: str = ""

    @property
    def finer_answers(self) -> Sequence[Answer]:
        """The answers beside a heart that tells when it comes or came: without that one."""
        return self.answers[:-1] if self._heart_tells_when else self.answers

    @property
    def plain_answers(self) -> Sequence[Answer]:
        """The answers beside such a heart: when it comes is a question still, and why is said once."""
        if not self._heart_tells_when:
            return self.answers
        return [*self.answers[:-1], replace(self.answers[-1], note="")]

    @property
    def _heart_tells_when(self) -> bool:
        return self.heart is not None and self.heart.case in TELLS_WHEN

    @property
    def has_words(self) -> bool:
        """Whether the timeline holds anything in the carrier's own words."""
        return any(line.said for line in (*self.scans, *self.undated))


def read_parcel(told: Json, sight: Sight = ALL, customs: CustomWords = NONE, around: Around = ALONE) -> Parcel:
    """A parcel of an order's view, as far as `sight` goes.

    `customs` are the shop's own statuses that the view speaks of.
    """
    milestone, events = str(told.get("milestone", "pending")), list(told.get("events") or ())
    shown = [one for one in events if one["source"] != "portal"]
    carrier = isolate(choose_name(told.get("names") or {}))
    trouble = bool(told.get("trouble"))
    custom = customs.get(str(told.get("custom", ""))) if Grant.WORDS in sight else None
    reason = read_reason(told, sight)
    url = _checked(str(told.get("url", ""))) if Grant.NUMBERS in sight else ""
    return Parcel(
        id=int(told["id"]),
        milestone=milestone,
        label=custom.label if custom else words.label(milestone, reason),
        sentence=_explain(told, milestone, reason),
        attribution=_attribute(told, carrier),
        tone="trouble" if trouble else "good" if milestone == "delivered" and reason != PRESUMED else "calm",
        delayed=bool(told.get("delayed")),
        action_required=bool(told.get("action_required")) and milestone not in SPEAK_FOR_THEMSELVES,
        carrier=carrier,
        number=str(told.get("number", "")) if Grant.NUMBERS in sight else "",
        url=url,
        contents=_read_contents(told) if Grant.PIECES in sight else [],
        steps=_read_steps(milestone, reason, shown),
        answers=answer_parcel(told, milestone, carrier, shown, sight),
        scans=[read_scan(one, sight, customs) for one in reversed(shown)],
        undated=[read_scan(one, sight, customs) for one in _undated(told, sight)],
        custom=custom,
        onward=[_read_onward(each) for each in told.get("onward") or ()] if Grant.NUMBERS in sight else [],
        heart=read_heart(told, _gather(told, carrier, url, shown, sight, around)),
        silence=_tell_silence(told, carrier, sight, around.zone),
        near=bool(told.get("near")),
        pictures=read_pictures(told.get("contents") or (), around) if Grant.PIECES in sight else [],
        proofs=_read_proofs(told, sight),
        report=f"/parcels/{told['id']}/report.json" if Grant.REPORT in sight and milestone in FINAL else "",
    )


def _explain(told: Json, milestone: str, reason: str) -> str:
    """What the status means, without saying more than is known."""
    if told.get("stalled"):
        return gettext("Nobody has scanned it for some days.")
    if milestone == "picked_up" and told.get("source") == "shop":
        return gettext("The shop has handed it over. The carrier has not scanned it yet.")
    return words.sentence(milestone, reason)


def _read_steps(milestone: str, reason: str, shown: Sequence[Json]) -> list[Step]:
    """The five steps; a delivery that nobody saw is no step."""
    if reason != PRESUMED:
        return read_steps(milestone, shown)
    return read_steps("unknown", [one for one in shown if one["reason"] != PRESUMED])


def _gather(told: Json, carrier: str, url: str, shown: Sequence[Json], sight: Sight, around: Around) -> Known:
    found = expect(told, name_of(carrier), bool(seen_by_carrier(shown)), sight)
    when = gettext("It was expected %(time)s.") % {"time": found.when} if found.passed else found.when
    return Known(
        sight,
        carrier=carrier,
        page=url,
        zone=around.zone,
        when=when or gettext("Not known yet"),
        unknown=found.unknown,
        promise=compare(told, str(told.get("milestone", "")), found, sight) if found.when else "",
        passed=found.passed,
        changeable=around.changeable,
        concerns=[one for one in around.concerns if one["shipment"] in (None, told["id"])],
    )


def _tell_silence(told: Json, carrier: str, sight: Sight, zone: str) -> str:
    """That the carrier's system does not answer, and of when what stands here is, by the shop's clock."""
    silence = told.get("silence")
    if not silence:
        return ""
    since, as_of = (_write_instant(silence.get(name), sight, zone) for name in ("since", "as_of"))
    said = gettext("%(carrier)s’s system has not answered since %(time)s.")
    said %= {"carrier": name_of(carrier), "time": since}
    age = gettext("What you see is as of %(time)s.") % {"time": as_of} if as_of else ""
    return f"{said} {age}".rstrip()


def _write_instant(told: str | None, sight: Sight, zone: str) -> str:
    if not told:
        return ""
    local = datetime.fromisoformat(told).astimezone(zone_of(zone))
    return formats.format_scan(local) if Grant.HOURS in sight else formats.format_short(local)


def read_pictures(pieces: Sequence[Json], around: Around) -> list[Picture]:
    """The picture of each of some pieces, where the shop told an https address of one."""
    found = [(_checked(around.images.get(str(one.get("ref", "")), "")), str(one["title"])) for one in pieces]
    return [Picture(url, title) for url, title in found if url]


def _read_proofs(told: Json, sight: Sight) -> list[Proof]:
    grants = {"photo": Grant.PHOTO, "signature": Grant.SIGNATURE}
    shown = [one for one in told.get("proofs") or () if grants.get(one["kind"]) in sight]
    return [Proof(one["kind"], f"/parcels/{told['id']}/proofs/{one['id']}") for one in shown]


def _read_contents(told: Json) -> list[tuple[int, str]]:
    return [(int(one["quantity"]), str(one["title"])) for one in told.get("contents") or ()]


def _undated(told: Json, sight: Sight) -> Sequence[Json]:
    """Without a date, a scan says only what it says in words."""
    return told.get("undated") or () if Grant.WORDS in sight else ()


def _read_onward(told: Json) -> Onward:
    name = isolate(choose_name(told.get("names") or {}))
    return Onward(name, str(told.get("number", "")), _checked(str(told.get("url", ""))))


def _checked(url: str) -> str:
    """The link if it is one that `https_url` would let in today: rows may be older than the rules."""
    try:
        return https_url(url) if url else ""
    except ValueError:
        return ""


def _attribute(told: Json, carrier: str) -> str:
    if not told.get("since"):
        return ""
    if told.get("source") == "carrier":
        return gettext("%(carrier)s says") % {"carrier": carrier} if carrier else gettext("The carrier says")
    return gettext("The shop says")
