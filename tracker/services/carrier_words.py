"""Words of carriers: what nobody understood so far, and the rules that read them: the shop's and the plugins'."""

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.mapping import FIELDS, KINDS, LONGEST, Rule, find_rule
from tracker.i18n import choose_name
from tracker.i18n import gettext as _
from tracker.sdk import Event, Rules, Status, plain
from tracker.sdk import Rule as BundledRule
from tracker.store import mapping as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.mapping import MappingRule

from .portal import Portal
from .refusals import Refused
from .staff import Me
from .words import REASONS

CHAIN = "shop"
MOST = 1000
"""Rules of one shop: each is asked about every scan."""
LISTED = 100
STATUSES = "statuses.toml"


@dataclass(frozen=True, slots=True)
class Unread:
    """Words of a carrier that nothing made sense of: one example of them, how often, and when last."""

    carrier: str
    name: str
    code: str
    text: str
    times: int
    last: datetime


def list_unread(portal: Portal, shop: int) -> list[Unread]:
    """What no rule understood so far, the most frequent first; without what a rule of the shop reads by now."""
    known: dict[str, list[Rule]] = {}
    for row in rows.list_rules(shop):
        known.setdefault(row.carrier, []).append(row.rule)
    return [
        Unread(one.carrier, name_carrier(portal, one.carrier), one.code, one.text, one.times, one.last)
        for one in rows.list_unread(shop, LISTED)
        if find_rule(known.get(one.carrier, ()), Event(None, code=one.code, text=one.text)) is None
    ]


def name_carrier(portal: Portal, carrier: str) -> str:
    """What a carrier is called; an empty text for an empty id."""
    return choose_name(dict(portal.carrier_names(carrier))) if carrier else ""


def list_rules(shop: int) -> list[MappingRule]:
    """The rules of a shop, by carrier, the newest first."""
    return rows.list_rules(shop)


def list_bundled(portal: Portal, carrier: str) -> tuple[BundledRule, ...]:
    """The rules that a carrier's plugin brings, in the order in which they are asked; none where it shows none.

    A vendor that speaks its own vocabulary is read by that.
    """
    provider = portal.registry.carriers.get(carrier)
    words = portal.registry.vocabularies.get(carrier)
    if provider and words and words.plugin == provider.plugin:
        terms = [(term.code, term.means) for term in words.object.terms]
        return tuple(BundledRule("code", "equals", word, means) for word, means in terms if isinstance(means, Status))
    loaded = portal.registry.plugins.get(provider.plugin) if provider else None
    path = loaded.folder / STATUSES if loaded and loaded.folder else None
    if path is None or not path.is_file():
        return ()
    try:
        return Rules.load(path).describe()
    except (ValueError, TypeError, KeyError, AttributeError):  # a plugin may keep something else under that name
        return ()


def add_rule(portal: Portal, shop: int, carrier: str, rule: Rule, *, me: Me) -> Rule:
    """Keeps a rule, in place of the one that looks for the same. It reads what is recorded from now on.

    Raises `Refused`.
    """
    rule = Rule(rule.field, rule.kind, plain(rule.value, LONGEST + 1), rule.status)
    _check(portal, carrier, rule)
    with writing(shop):
        if rows.count_rules(shop) >= MOST:
            raise Refused(_("There are %(most)d rules already. Remove some that nothing needs.") % {"most": MOST})
        rows.write_rule(shop, carrier, rule, me.actor, portal.now())
        append_audit(shop, CHAIN, portal.now(), me.actor, "rule-added", _describe(carrier, rule))
    return rule


def remove_rule(portal: Portal, shop: int, number: int, *, me: Me) -> bool:
    """Forgets a rule; False when there was none. What it read stays as it was read."""
    with writing(shop):
        row = rows.find_rule(shop, number)
        if row is None:
            return False
        rows.delete_rule(shop, number)
        append_audit(shop, CHAIN, portal.now(), me.actor, "rule-removed", _describe(row.carrier, row.rule))
        return True


def _check(portal: Portal, carrier: str, rule: Rule) -> None:
    if carrier not in portal.registry.carriers:
        raise Refused(_("Choose one of the list."), "carrier")
    if rule.field not in FIELDS or rule.kind not in KINDS:
        raise Refused(_("Choose one of the list."), "match")
    if not rule.value:
        raise Refused(_("Write the code or the words that the rule looks for."), "value")
    if len(rule.value) > LONGEST:
        raise Refused(_("Write at most %(count)s characters.") % {"count": LONGEST}, "value")
    if rule.status.reason and rule.status.reason not in REASONS:
        raise Refused(_("Choose one of the list."), "reason")


def _describe(carrier: str, rule: Rule) -> dict[str, object]:
    status: Status = rule.status
    return {
        "carrier": carrier, "rule": rule.name, "milestone": str(status.milestone), "reason": status.reason,
        "delayed": status.delayed, "action_required": status.action_required,
    }  # fmt: skip
