"""Health: what plugins bring to a shop, whether they are at work there, and how they fare."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tracker.host.registry import Failure, Listener, Loaded, Provider
from tracker.i18n import choose_name, current_locale
from tracker.sdk import Carrier, Channel, Plugin, StoreConnector
from tracker.store import plugins as rows
from tracker.store.plugins import Asking
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop

from . import settings
from .askers import find_asker
from .plugins import needs_settings
from .portal import Portal
from .push_doors import address_of

__all__ = ["Failure", "GivenFile", "Limit", "PluginFile", "Shipment", "find_fresh_error", "list_plugins", "open_plugin"]

ON, OFF, WAITING = "on", "off", "waiting"
"""A plugin at work, switched off, or waiting for its settings."""
KINDS = ("carrier", "store", "channel", "block", "recommender", "vocabulary", "listener")
"""What a plugin can give, what counts most first."""
NOTHING = Asking(0, 0, None, None)


@dataclass(frozen=True, slots=True)
class Limit:
    """How often somebody may be asked: `used` of `requests` within `per`, the count beginning anew at `renews`."""

    used: int
    requests: int
    per: timedelta
    renews: datetime | None


@dataclass(frozen=True, slots=True)
class Rest:
    """How often something broke in a row, until when it is left alone for that, and what its last error was."""

    failures: int = 0
    until: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """One thing that a plugin gives, and how it fares in a shop.

    `can` holds what it does: `polls`, `pushes`, `subscribes`, `labels`, `probe`. `address` is its door, if it has one.
    """

    kind: str
    id: str
    name: str
    can: frozenset[str]
    address: str = ""
    rest: Rest = Rest()
    asking: Asking = NOTHING
    limit: Limit | None = None

    @property
    def active(self) -> bool:
        """Whether there is more to tell of it than its name."""
        return self.kind != "carrier" or bool(self.can) or not self.well or self.asking != NOTHING

    @property
    def well(self) -> bool:
        """Whether nothing is wrong with it."""
        return not (self.rest.failures or self.asking.failing)


@dataclass(frozen=True, slots=True)
class PluginFile:
    """A plugin as a shop sees it. `state` is `on`, `off` or `waiting`; `fields` is how many settings it has."""

    name: str
    label: str
    version: str
    origin: str
    state: str
    fields: int
    gives: Sequence[GivenFile] = field(default=())

    @property
    def well(self) -> bool:
        """Whether nothing is wrong with anything that it gives."""
        return all(one.well for one in self.gives)

    @property
    def kind(self) -> str:
        """What it gives above all."""
        given = {one.kind for one in self.gives}
        return next((kind for kind in KINDS if kind in given), "")

    @property
    def testable(self) -> bool:
        """Whether its settings can be tested."""
        return any("probe" in one.can for one in self.gives)


def list_plugins(portal: Portal, shop: Shop) -> list[PluginFile]:
    """All plugins that are loaded, by label."""
    switches = rows.load_switches(shop.id)
    look = _Look(portal, shop)
    files = [_describe(loaded, switches, look) for loaded in portal.registry.plugins.values()]
    return sorted(files, key=lambda one: one.label.casefold())


def open_plugin(portal: Portal, shop: Shop, plugin: str) -> PluginFile | None:
    """One plugin, or `None` where none of this name is loaded."""
    loaded = portal.registry.plugins.get(plugin)
    return _describe(loaded, rows.load_switches(shop.id), _Look(portal, shop)) if loaded else None


def find_fresh_error(portal: Portal, shop: Shop, plugin: str) -> Shipment | None:
    """The parcel about which a carrier of a plugin last answered with an error that still stands."""
    askers = {name: find_asker(portal, shop.id, name) for name in rows.load_askings(shop.id)}
    mine = [name for name, asker in askers.items() if asker and asker.plugin == plugin]
    return rows.find_last_error(shop.id, mine)


class _Look:
    """What is known of all of a shop's providers, read once."""

    def __init__(self, portal: Portal, shop: Shop) -> None:
        self._portal, self._shop = portal, shop
        self._breakers = rows.load_breakers(shop.id)
        self._askings: defaultdict[str, list[Asking]] = defaultdict(list)
        for carrier, asking in rows.load_askings(shop.id).items():
            asker = find_asker(portal, shop.id, carrier) or portal.registry.carriers.get(carrier)
            if asker is not None:
                self._askings[asker.id].append(asking)

    def label(self, plugin: Plugin) -> str:
        """What a plugin is called in the reader's language: by itself, else as what it gives under the same name."""
        said = settings.translate(self._portal, plugin.name, current_locale())(plugin.label)
        given: Iterable[Provider[Any]] = self._portal.registry.providers(plugin.name)
        names = [dict(provider.object.names) for provider in given]
        alike = [each for each in names if each.get("en") == plugin.label]
        return choose_name(alike[0]) if said == plugin.label and alike else said

    def gives(self, plugin: str) -> list[GivenFile]:
        """Everything that one plugin gives, what matters most first."""
        heard = [one for each in self._portal.registry.listeners.values() for one in each if one.plugin == plugin]
        given = [self._file(provider) for provider in self._portal.registry.providers(plugin)]
        return sorted(given + [self._listener(one) for one in heard], key=_rank)

    def _file(self, provider: Provider[Any]) -> GivenFile:
        can = _abilities(provider)
        return GivenFile(
            kind=provider.kind,
            id=provider.id,
            name=choose_name(dict(provider.object.names)),
            can=can,
            address=self._address(provider, can),
            rest=self._rest(provider.key),
            asking=_sum(self._askings[provider.id]) if provider.kind == "carrier" else NOTHING,
            limit=self._limit(provider) if "polls" in can else None,
        )

    def _listener(self, listener: Listener) -> GivenFile:
        return GivenFile("listener", listener.hook, listener.hook, frozenset(), rest=self._rest(listener.key))

    def _rest(self, key: str) -> Rest:
        breaker = self._breakers.get(rows.breaker_name(self._shop.id, key))
        if breaker is None:
            return Rest()
        until = breaker.open_until
        return Rest(breaker.failures, until if until and until > self._portal.now() else None, breaker.error)

    def _address(self, provider: Provider[Any], can: frozenset[str]) -> str:
        if "pushes" not in can:
            return ""
        if provider.kind == "carrier":
            return address_of(self._portal, self._shop, provider.id)
        return f"{self._portal.config.url}/hooks/{self._shop.slug}/stores/{provider.id}"

    def _limit(self, provider: Provider[Carrier]) -> Limit:
        limits = provider.object.limits
        used, since = rows.count_taken(self._shop.id, provider.key, self._portal.now() - limits.per)
        return Limit(used, limits.requests, limits.per, since + limits.per if since else None)


def _describe(loaded: Loaded, switches: Mapping[str, bool], look: _Look) -> PluginFile:
    plugin = loaded.plugin
    wanted = switches.get(plugin.name)
    idle = WAITING if wanted is None and needs_settings(plugin.settings) else OFF
    state = ON if wanted or (wanted is None and idle == OFF) else idle
    return PluginFile(
        plugin.name, look.label(plugin), plugin.version, loaded.origin, state, len(plugin.settings.model_fields),
        look.gives(plugin.name),
    )  # fmt: skip


def _rank(one: GivenFile) -> tuple[bool, bool]:
    """What is in trouble or able to do something comes first: one plugin may give hundreds of names."""
    return one.well, not one.active


def _abilities(provider: Provider[Any]) -> frozenset[str]:
    one = provider.object
    can = set()
    for base in (Carrier, Channel, StoreConnector):
        if isinstance(one, base) and type(one).probe is not base.probe:
            can.add("probe")
    if isinstance(one, StoreConnector):
        can.add("pushes")
    if isinstance(one, Carrier):
        can |= {name for name in ("polls", "subscribes") if getattr(one, name)}
        can |= {"pushes"} if type(one).verify is not Carrier.verify else set()
        can |= {"labels"} if type(one).label is not Carrier.label else set()
    return frozenset(can)


def _sum(parts: Sequence[Asking]) -> Asking:
    last = max((one.last for one in parts if one.last), default=None)
    soon = min((one.next for one in parts if one.next), default=None)
    return Asking(sum(one.waiting for one in parts), sum(one.failing for one in parts), last, soon)
