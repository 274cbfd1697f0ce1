"""Scans: lines of a timeline, by the wall clock of the place where each was made."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple

from tracker.domain.tiers import ALL, Grant, Sight
from tracker.i18n import current_locale, formats

from . import phrases, words
from .wording import NONE, CustomWord, CustomWords, custom_of

Json = Mapping[str, Any]


class Scan(NamedTuple):
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
    milestone, by_shop, words_too = event["milestone"], event["source"] == "shop", Grant.WORDS in sight
    custom = custom_of(event["code"], customs) if customs and words_too and by_shop else None
    said = event["text"] if words_too else ""
    reason = event.get("reason", "") if words_too else ""
    label, meaning, lang = _read_words(milestone, reason, said, current_locale())
    # A shop often tells a day alone (a file, a hand-over): a clock time would be one that nobody said.
    exact = not by_shop and Grant.HOURS in sight
    when, machine = _read_time(event["local"], event["offset"], exact, current_locale())
    place = event["place"] if Grant.PLACES in sight else ""
    return Scan(custom.label if custom else label, when, machine, place, said, by_shop, custom, meaning, lang)


# A page is drawn whole, as a fragment and as a widget, and carriers say the same few things at the same hours.
@lru_cache(maxsize=4096)
def _read_words(milestone: str, reason: str, said: str, _locale: str) -> tuple[str, str, str]:
    """What a line is called, what it means beyond that, and the language of what the carrier said."""
    meaning = "" if words.is_finer(milestone, reason) else phrases.say(said, milestone)
    lang = phrases.find_language(said)
    return words.scan_label(milestone, reason), words.explain(milestone, reason) or meaning, lang


@lru_cache(maxsize=4096)
def _read_time(told: str | None, minutes: int | None, exact: bool, _locale: str) -> tuple[str, str]:
    """When it happened, for people and for machines; two empty texts where nobody said."""
    if told is None:
        return "", ""
    local = datetime.fromisoformat(told)
    if not exact:
        return formats.format_short(local), local.date().isoformat()
    offset = None if minutes is None else timezone(timedelta(minutes=minutes))
    return formats.format_scan(local), local.replace(tzinfo=offset).isoformat(timespec="minutes")


def isolate(text: str) -> str:
    """Foreign text for use inside a sentence of ours: whatever its direction, it turns nothing around it."""
    return text if text.isascii() else f"\u2068{text}\u2069"
