"""Own statuses: how a shop makes words of its own for the milestones, and what it is advised of."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracker.domain.csv_words import STATUS_WORDS
from tracker.domain.likeness import looks_like
from tracker.domain.wording import LONGEST_KEY, MILESTONES
from tracker.i18n import choose_name, locales, name_of, ngettext, speak
from tracker.i18n import gettext as _
from tracker.sdk import plain
from tracker.store import wording as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.shops import Shop
from tracker.store.wording import CustomStatus

from . import themes, words
from .icons import ICONS
from .portal import Portal
from .staff import Me
from .themes import Problem

__all__ = [
    "LONGEST", "LONGEST_KEY", "CustomStatus", "Draft", "advise", "advise_count", "archive", "change", "check", "create",
    "find_status", "list_statuses", "move", "tidy",
]  # fmt: skip

CHAIN = "shop"
LONGEST = 40
ROOMY = 24
"""Longer words are cut on a phone."""
MANY = 12
"""More statuses than this are not told apart at sight."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A status as typed. `words` maps locales to words; languages without one are left out."""

    stage: str
    milestone: str
    words: Mapping[str, str]
    colour: str
    icon: str


def list_statuses(shop: int) -> list[CustomStatus]:
    """All statuses of a shop in its order, archived ones too."""
    return rows.load_statuses(shop)


def find_status(shop: int, key: str) -> CustomStatus | None:
    """One status of a shop."""
    return rows.find_status(shop, key)


def tidy(draft: Draft) -> Draft:
    """The draft with its words on one line, and without those that are empty."""
    said = {locale: plain(word, 200) for locale, word in draft.words.items() if locale in locales()}
    kept = {locale: word for locale, word in said.items() if word}
    return Draft(draft.stage, draft.milestone, kept, draft.colour.strip().lower(), draft.icon)


def check(shop: Shop, draft: Draft) -> list[Problem]:
    """What keeps a status from being used, by field: `milestone`, `icon`, `colour`, `word-<locale>`."""
    problems = []
    if draft.milestone not in MILESTONES.get(draft.stage, ()):
        problems.append(Problem("milestone", _("Choose one of the list.")))
    main = shop.locale if shop.locale in locales() else locales()[0]
    if not draft.words.get(main):
        sentence = _("Write the word in %(language)s, the language of your shop.")
        problems.append(Problem(f"word-{main}", sentence % {"language": name_of(main)}))
    too_long = [locale for locale, word in draft.words.items() if len(word) > LONGEST]
    problems += [
        Problem(f"word-{one}", _("Write at most %(count)s characters.") % {"count": LONGEST}) for one in too_long
    ]
    if draft.icon not in ICONS:
        problems.append(Problem("icon", _("Choose one of the list.")))
    return problems + _check_colour(draft.colour)


def advise(shop: int, draft: Draft, key: str = "") -> list[str]:
    """What may confuse customers about a status, in sentences: advice that refuses nothing.

    `key` is its own where it exists already.
    """
    others = [row for row in rows.load_statuses(shop) if row.archived_at is None and row.key != key]
    advice = [sentence for word in draft.words.values() for sentence in _advise_word(word, others)]
    twin = next((row for row in others if (row.icon, row.colour) == (draft.icon, draft.colour)), None)
    if twin:
        same = _("It has the same icon and colour as your status “%(word)s”.")
        advice.append(same % {"word": choose_name(twin.words)})
    return list(dict.fromkeys(advice))


def advise_count(count: int) -> list[str]:
    """The advice against more statuses than anybody can tell apart."""
    if count <= MANY:
        return []
    many = ngettext(
        "You have %(num)d status of this kind. Customers tell about %(many)d apart; archive what is seldom said.",
        "You have %(num)d statuses of this kind. Customers tell about %(many)d apart; archive what is seldom said.",
        count,
    )
    return [many % {"num": count, "many": MANY}]


def create(portal: Portal, shop: Shop, draft: Draft, *, me: Me) -> CustomStatus:
    """Keeps a new status. The draft has to be tidy, and `check` has to find nothing."""
    with writing(shop.id):
        key = _make_key(shop, draft)
        row = rows.add_status(
            shop.id, key, portal.now(), stage=draft.stage, milestone=draft.milestone, words=dict(draft.words),
            colour=draft.colour, icon=draft.icon,
        )  # fmt: skip
        _note(portal, shop.id, me, "status-added", {"key": key, **_describe(draft)})
    return row


def change(portal: Portal, shop: Shop, key: str, draft: Draft, *, me: Me) -> None:
    """Gives a status other words, another colour or icon. What it stands for stays: events hold it already."""
    with writing(shop.id):
        rows.write_status(shop.id, key, {"words": dict(draft.words), "colour": draft.colour, "icon": draft.icon})
        _note(portal, shop.id, me, "status-changed", {"key": key, **_describe(draft)})


def archive(portal: Portal, shop: int, key: str, away: bool, *, me: Me) -> None:
    """Takes a status out of what staff can say, or brings it back. What it named goes on being named by it."""
    with writing(shop):
        rows.write_status(shop, key, {"archived_at": portal.now() if away else None})
        _note(portal, shop, me, "status-archived" if away else "status-restored", {"key": key})


def move(portal: Portal, shop: int, key: str, up: bool, *, me: Me) -> None:
    """Moves a status one place up or down among those of its stage that are not archived."""
    with writing(shop):
        every = rows.load_statuses(shop)
        stage = next((row.stage for row in every if row.key == key), "")
        kin = [row.key for row in every if row.stage == stage and row.archived_at is None]
        at = kin.index(key) if key in kin else 0
        to = at - 1 if up else at + 1
        if key not in kin or not 0 <= to < len(kin):
            return
        kin[at], kin[to] = kin[to], kin[at]
        rows.write_order(shop, [*kin, *(row.key for row in every if row.key not in kin)])
        _note(portal, shop, me, "status-moved", {"key": key})


def _note(portal: Portal, shop: int, me: Me, action: str, body: Mapping[str, object]) -> None:
    rows.touch(shop)
    append_audit(shop, CHAIN, portal.now(), me.actor, action, body)


def _describe(draft: Draft) -> Mapping[str, object]:
    return {"milestone": draft.milestone, "words": dict(draft.words), "colour": draft.colour, "icon": draft.icon}


def _check_colour(colour: str) -> list[Problem]:
    if not themes.is_colour(colour):
        return [Problem("colour", _("A colour is written like #0b6b5d."), themes.DEFAULTS["accent"])]
    light, _dark = themes.fit(colour)
    if light == colour:
        return []
    message = _("On a light page this colour is hard to read. %(colour)s is the nearest that can be read.")
    return [Problem("colour", message % {"colour": light}, light)]


def _advise_word(word: str, others: Sequence[CustomStatus]) -> Iterator[str]:
    for row in others:
        if twin := next((other for other in row.words.values() if looks_like(word, other)), ""):
            yield _("“%(word)s” looks like your status “%(other)s”.") % {"word": word, "other": twin}
    if twin := next((other for other in _built_in() if looks_like(word, other)), ""):
        yield _("“%(word)s” looks like “%(other)s”, a word that the portal has already.") % {
            "word": word,
            "other": twin,
        }
    if len(word) > ROOMY:
        yield _("“%(word)s” is long: on a phone it breaks into lines. Two or three short words are read at sight.") % {
            "word": word
        }
    if re.search(r"[0-9_]", word) and not re.search(r"\s", word):
        yield _("“%(word)s” looks like a code. Customers understand plain words.") % {"word": word}


@lru_cache(maxsize=1)
def _built_in() -> tuple[str, ...]:
    """Every word for a milestone that the portal itself says or reads, in all of its languages."""
    said: list[str] = []
    for locale in locales():
        with speak(locale):
            said += [words.label(milestone) for milestone in words.MILESTONES]
            said += [words.step_label(step) for step in words.STEPS]
            said += [words.order_words(milestone)[0] for milestone in words.ORDERS]
    return tuple(dict.fromkeys([*said, *STATUS_WORDS]))


def _make_key(shop: Shop, draft: Draft) -> str:
    word = draft.words.get("en") or draft.words.get(shop.locale, "")
    slug = re.sub(r"[^a-z0-9]+", "-", word.casefold()).strip("-")[: LONGEST_KEY - 8] or f"{draft.stage}-status"
    taken = {row.key for row in rows.load_statuses(shop.id)}
    count = 1
    while (key := slug if count == 1 else f"{slug}-{count}") in taken:
        count += 1
    return key
