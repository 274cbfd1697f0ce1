"""Making the `Context` that a plugin's methods get: one per plugin, shop and call."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from tracker.sdk import Context, Http, Mail

from .catalogues import translator
from .errors import SettingsMissing
from .ports import Ports
from .redact import plugin_logger, secrets_of
from .registry import Registry

LONGEST_KEY = 120
LARGEST_VALUE = 65_536
LONGEST_LIFE = 366 * 86_400.0
MOST_KNOWN = 1000


@dataclass(frozen=True, slots=True)
class PluginMemory:
    """`tracker.sdk.Memory` of one plugin in one shop."""

    ports: Ports
    shop: int
    plugin: str
    clock: Callable[[], datetime]

    def get(self, key: str) -> Any:
        text = self.ports.memory.get(self.shop, self.plugin, _key(key), self.clock())
        return None if text is None else json.loads(text)

    def set(self, key: str, value: Any, expires: datetime | None = None) -> None:
        text = json.dumps(value, separators=(",", ":"), allow_nan=False)
        if len(text) > LARGEST_VALUE:
            raise ValueError(f"a plugin's memory holds values of up to {LARGEST_VALUE} characters")
        self.ports.memory.set(self.shop, self.plugin, _key(key), text, expires)

    def delete(self, key: str) -> None:
        self.ports.memory.delete(self.shop, self.plugin, _key(key))

    def token(self, key: str, make: Callable[[], tuple[str, float]]) -> str:
        def made() -> tuple[str, float]:
            token, life = make()
            # Some say that a token lives for ever by a number that no calendar has.
            return token, max(0.0, min(float(life), LONGEST_LIFE))

        return self.ports.tokens.token(self.shop, self.plugin, _key(key), self.clock(), made)


@dataclass(frozen=True, slots=True)
class _Known:
    """A plugin's settings in one shop as they are kept, in its model, and a logger that hides their secrets."""

    values: Mapping[str, Any]
    settings: BaseModel
    log: logging.Logger


@dataclass(frozen=True, slots=True)
class ContextMaker:
    """Makes contexts. `http` and `mail` make the ways out of the process, each time anew for one call's budget."""

    registry: Registry
    ports: Ports
    http: Callable[[], Http] | None = None
    mail: Callable[[], Mail] | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _known: dict[tuple[int, str], _Known] = field(default_factory=dict, repr=False, compare=False)

    def make(
        self,
        shop: int,
        plugin: str,
        *,
        locale: str = "en",
        worker: bool = False,
        values: Mapping[str, Any] | None = None,
    ) -> Context:
        """The context of one plugin in one shop; `worker` opens the network. Raises `SettingsMissing`.

        `values` are the plugin's settings in the shop where the caller has just read them.
        """
        known = self._know(shop, plugin, self.ports.settings.load(shop, plugin) if values is None else values)
        return Context(
            # A copy: what a plugin writes into its settings is gone with its call.
            settings=known.settings.model_copy(),
            memory=PluginMemory(self.ports, shop, plugin, self.clock),
            log=known.log,
            now=self.clock(),
            gettext=translator(self.registry.folder(plugin, "translations"), locale),
            locale=locale,
            http=self.http() if worker and self.http else None,
            mail=self.mail() if worker and self.mail else None,
        )

    def make_with(self, plugin: str, settings: BaseModel) -> Context:
        """A context outside of any shop with settings that nobody has checked: for trying out what came by hand."""
        log = plugin_logger(plugin, secrets_of(settings))
        return Context(settings, PluginMemory(self.ports, 0, plugin, self.clock), log, self.clock(), str)

    def settings(self, shop: int, plugin: str) -> BaseModel:
        """A plugin's settings in a shop, in its own model. Raises `SettingsMissing`, which names the fields."""
        return self._know(shop, plugin, self.ports.settings.load(shop, plugin)).settings.model_copy()

    def _know(self, shop: int, plugin: str, values: Mapping[str, Any]) -> _Known:
        """What was made of these settings before, as long as they are the same."""
        known = self._known.get((shop, plugin))
        if known is None or known.values != values:
            settings = validate(self.registry, plugin, values)
            known = _Known(dict(values), settings, plugin_logger(plugin, secrets_of(settings)))
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[shop, plugin] = known
        return known


def validate(registry: Registry, plugin: str, values: Any) -> BaseModel:
    """These values in the plugin's model of settings. Raises `SettingsMissing`, which tells no value."""
    model = registry.plugins[plugin].plugin.settings
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        fields = [".".join(map(str, problem["loc"])) or "the whole" for problem in problems]
        raise SettingsMissing(plugin, list(dict.fromkeys(fields))) from None


def _key(key: str) -> str:
    if not isinstance(key, str) or not 1 <= len(key) <= LONGEST_KEY:
        raise ValueError(f"a key of a plugin's memory is a text of 1 to {LONGEST_KEY} characters")
    return key
