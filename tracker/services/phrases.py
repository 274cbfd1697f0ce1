"""Phrases: what carriers commonly write, said again in the reader's language. Unknown phrases stay as they are.

Which words mean what is a table of its own (`phrases.toml`).
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tracker.i18n import gettext, mark
from tracker.sdk import Milestone

MOST = 200
"""Characters of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a carrier's text means: a key of `SENTENCES`, and the language of the text."""

    key: str
    lang: str


SENTENCES: Mapping[str, str] = {
    "announced": mark("The sender has announced the parcel."),
    "label": mark("The label was made."),
    "awaited": mark("The carrier waits for the parcel."),
    "picked_up": mark("Fetched from the sender."),
    "accepted": mark("Handed in at the carrier."),
    "arrived": mark("It came to a depot."),
    "departed": mark("It left a depot."),
    "sorted": mark("It is being sorted."),
    "under_way": mark("It is travelling on."),
    "local": mark("It came to the depot that delivers it."),
    "abroad": mark("It left the country it comes from."),
    "arrived_country": mark("It came to the country it is sent to."),
    "customs": mark("Customs are looking at it."),
    "cleared": mark("Customs have let it through."),
    "flight": mark("It is on an aircraft."),
    "loaded": mark("It was put on the vehicle that brings it."),
    "out": mark("It is on the way to the door."),
    "tried": mark("It could not be handed over."),
    "absent": mark("Nobody was there to take it."),
    "note": mark("A note was left."),
    "collect": mark("It can be collected."),
    "delivered": mark("It was handed over."),
    "mailbox": mark("It was put in the letter box."),
    "neighbour": mark("A neighbour took it."),
    "safe_place": mark("It was left at a safe place."),
    "returning": mark("It is going back to the sender."),
    "returned": mark("It is back with the sender."),
    "weather": mark("The weather holds it up."),
    "late": mark("It takes longer than planned."),
    "rescheduled": mark("Another day was set for it."),
    "address": mark("The address is not complete or not right."),
    "held": mark("The carrier keeps it for now."),
    "handed_on": mark("Another carrier takes it further."),
}

ENDS: Mapping[str, Milestone] = dict.fromkeys(
    ("delivered", "mailbox", "neighbour", "safe_place"), Milestone.DELIVERED
) | {"returned": Milestone.RETURNED}
"""Sentences that say that a way has ended: they are believed only where the carrier's status says so too."""

SAME: Mapping[str, Milestone] = {
    "announced": Milestone.INFO_RECEIVED,
    "picked_up": Milestone.PICKED_UP,
    "accepted": Milestone.PICKED_UP,
    "loaded": Milestone.OUT_FOR_DELIVERY,
    "out": Milestone.OUT_FOR_DELIVERY,
    "tried": Milestone.ATTEMPT_FAILED,
    "collect": Milestone.AVAILABLE_FOR_PICKUP,
    "delivered": Milestone.DELIVERED,
    "returning": Milestone.RETURNING,
    "returned": Milestone.RETURNED,
}
"""Sentences that say no more than a milestone does."""

SCRIPTS = (("ko", "HANGUL"), ("ja", "HIRAGANA"), ("ja", "KATAKANA"), ("th", "THAI"), ("el", "GREEK"), ("he", "HEBREW"))
"""Scripts that only one language is written in, by the names that Unicode gives their letters."""
_BETWEEN = re.compile(r"[\W_]+")


def find_phrase(text: str) -> Phrase | None:
    """What a carrier's text means where it begins as one of the table does; else `None`."""
    return _find(text[:MOST]) if text else None


def say(text: str, milestone: str) -> str:
    """What a carrier's text means, in the locale in force.

    Empty where nobody knows, and where the `milestone` says as much already or denies it.
    """
    phrase = find_phrase(text)
    if phrase is None or ENDS.get(phrase.key, milestone) != milestone or SAME.get(phrase.key) == milestone:
        return ""
    return gettext(SENTENCES[phrase.key])


def find_language(text: str) -> str:
    """The language of a carrier's text where it can be told, as for `lang`; else an empty text."""
    phrase = find_phrase(text)
    return phrase.lang if phrase else _read_script(text[:MOST])


@lru_cache(maxsize=4096)
def _find(text: str) -> Phrase | None:
    words = _normalize(text).split(" ")
    # The longest beginning says the most: "delivered to neighbor" before "delivered".
    for count in range(min(len(words), _LONGEST), 0, -1):
        found = _TABLE.get(" ".join(words[:count]))
        if found is not None:
            return found
    return None


@lru_cache(maxsize=4096)
def _read_script(text: str) -> str:
    names = [unicodedata.name(sign, "") for sign in text if sign.isalpha()]
    return next((lang for lang, script in SCRIPTS if any(name.startswith(script) for name in names)), "")


def _normalize(text: str) -> str:
    return _BETWEEN.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _spread() -> Iterator[tuple[str, Phrase]]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    for lang, rows in table.items():
        for key, beginnings in rows.items():
            for beginning in beginnings:
                yield _normalize(beginning), Phrase(key, lang)


_TABLE: Mapping[str, Phrase] = dict(_spread())
_LONGEST = max(beginning.count(" ") + 1 for beginning in _TABLE)
