"""Scans: lines of a timeline, by the wall clock of the place where each was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from tracker.domain.tiers import ALL, Grant, Sight
from tracker.i18n import formats

from . import phrases, words
from .wording import NONE, CustomWord, CustomWords, custom_of

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scan:
    """A line of the timeline. `by_shop` says that it is the shop's word, `custom` is the shop's own status.

    `label` and `meaning` are ours, in the reader's language; `said` is the carrier's own text, `lang` the language of
    that where it can be told. `machine` is for `<time datetime>`: with its distance from UTC only where known.
    """

    label: str
    when: str = ""
    machine: str = ""
    place: str = ""
    said: str = ""
    by_shop: bool = False
    custom: CustomWord | None = None
    meaning: str = ""
    lang: str = ""


def read_scan(event: Json, sight: Sight = ALL, customs: CustomWords = NONE) -> Scan:
    """A statement as a line of the timeline, by the wall clock of its place. `sight` is who reads it."""
    milestone, words_too = event["milestone"], Grant.WORDS in sight
    own = customs and words_too and event["source"] == "shop"
    custom = custom_of(event["code"], customs) if own else None
    reason = event.get("reason", "") if words_too else ""
    label = custom.label if custom else words.scan_label(milestone, reason)
    place = event["place"] if Grant.PLACES in sight else ""
    said = event["text"] if words_too else ""
    meaning = "" if words.is_finer(milestone, reason) else phrases.say(said, milestone)
    when, machine = _read_time(event, sight)
    lang = phrases.find_language(said)
    meaning = words.explain(milestone, reason) or meaning
    return Scan(label, when, machine, place, said, event["source"] == "shop", custom, meaning, lang)


def _read_time(event: Json, sight: Sight) -> tuple[str, str]:
    """When it happened, for people and for machines; two empty texts where nobody said."""
    if event["local"] is None:
        return "", ""
    local = datetime.fromisoformat(event["local"])
    # A shop often tells a day alone (a file, a hand-over): a clock time would be one that nobody said.
    if event["source"] == "shop" or Grant.HOURS not in sight:
        return formats.format_short(local), local.date().isoformat()
    offset = None if event["offset"] is None else timezone(timedelta(minutes=event["offset"]))
    return formats.format_scan(local), local.replace(tzinfo=offset).isoformat(timespec="minutes")


def isolate(text: str) -> str:
    """Foreign text for use inside a sentence of ours: whatever its direction, it turns nothing around it."""
    return text if text.isascii() else f"\u2068{text}\u2069"
