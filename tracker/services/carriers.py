"""Carriers to choose from: those that a shop uses, its own, and all others; found again by name or id."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from tracker.domain.names import ALIASES, fold_known, fold_name
from tracker.i18n import choose_name
from tracker.i18n import gettext as _
from tracker.store.own_carriers import OwnCarrier
from tracker.store.shipments import list_used

from . import own_carriers, plugins
from .portal import Portal
from .refusals import Refused
from .shipping import MANUAL

NEAR = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A carrier to choose: what to write for it, and whether the shop uses it or made it."""

    written: str
    used: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen: a carrier by its id, or one of the shop's own, whose parcels are kept as `manual`."""

    carrier: str
    own: OwnCarrier | None = None


def list_choices(portal: Portal, shop: int, own: bool = True) -> list[Choice]:
    """What can be chosen in a shop: what it uses, its own (unless `own` is false), then all others, each by name."""
    written = _write_names(portal, shop)
    used = [id for id in list_used(shop) if id in written and id != MANUAL]
    rest = [id for id in written if id not in used and id != MANUAL]
    mine = [Choice(row.name, own=True) for row in own_carriers.list_own(shop)] if own else []
    others = [Choice(written[id]) for id in sorted(rest, key=lambda id: written[id].casefold())]
    first = [Choice(written[id], used=True) for id in sorted(used, key=lambda id: written[id].casefold())]
    return [*first, *mine, *others, *([Choice(written[MANUAL])] if own and MANUAL in written else [])]


def write_choice(portal: Portal, shop: int, carrier: str) -> str:
    """What to write for a carrier, so that `find` finds it again."""
    return _write_names(portal, shop, carrier).get(carrier, carrier)


def find(portal: Portal, shop: int, typed: str, kept: str = "", own: bool = True) -> Chosen:
    """The carrier that somebody wrote by name or id. Raises `Refused` with the nearest names.

    Those that the shop has switched off are not found, but for the one that is `kept`; its own are not where `own` is
    false.
    """
    written = _write_names(portal, shop, kept)
    if typed in written:
        return Chosen(typed)
    if own and (mine := own_carriers.find_by_name(shop, typed)):
        return Chosen(MANUAL, mine)
    wanted = fold_name(typed)
    named = {id: _fold_names(portal, id) | {fold_known(name)} for id, name in written.items()}
    found = [id for id, names in named.items() if wanted and wanted in names]
    if len(found) == 1:
        return Chosen(found[0])
    if found:
        said = _("Several carriers are called so. Write one of: %(names)s.")
        raise Refused(said % {"names": ", ".join(written[id] for id in found[:10])}, "carrier")
    raise Refused(_not_found(typed, written, own), "carrier")


def _not_found(typed: str, written: Mapping[str, str], own: bool) -> str:
    names = {name.casefold(): name for name in written.values()}
    begun = [name for low, name in names.items() if low.startswith(typed.casefold())][:NEAR]
    near = begun or [names[low] for low in get_close_matches(typed.casefold(), list(names), n=NEAR, cutoff=0.6)]
    if near:
        said = _("There is no carrier “%(typed)s”. Do you mean: %(names)s?")
        return said % {"typed": typed[:80], "names": ", ".join(near)}
    none = _("There is no carrier “%(typed)s”. Choose one of the list.")
    other = _("There is no carrier “%(typed)s”. Leave this empty and fill in “Only for another carrier”.")
    return (other if own else none) % {"typed": typed[:80]}


def _write_names(portal: Portal, shop: int, kept: str = "") -> dict[str, str]:
    """Each carrier's name, with its id behind it where several have that name."""
    refused = plugins.list_refused(portal, shop)
    shown = {
        id: choose_name(dict(one.object.names))
        for id, one in portal.registry.carriers.items()
        if id == kept or one.plugin not in refused
    }
    often = Counter(fold_known(name) for name in shown.values())
    return {id: name if often[fold_known(name)] == 1 else f"{name} ({id})" for id, name in shown.items()}


def _fold_names(portal: Portal, carrier: str) -> set[str]:
    known = portal.registry.carriers[carrier].object
    names = (carrier, *known.names.values(), *known.aliases, *ALIASES.get(carrier, ()))
    return {fold_known(name) for name in names}
