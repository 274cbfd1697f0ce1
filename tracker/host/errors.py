"""What a call into a plugin may raise besides the errors of `tracker.sdk`."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from tracker.sdk import AuthFailed, BadRequest, Upstream


class PluginBug(Exception):
    """A plugin raised what it may not raise, or returned what it may not return. Another try is not worth much."""

    kind: ClassVar[str] = "bug"

    def __init__(self, plugin: str, provider: str, method: str, detail: str) -> None:
        super().__init__(f"{provider} of plugin {plugin} broke in {method}: {detail}")
        self.plugin, self.provider, self.method, self.detail = plugin, provider, method, detail


class Barred(BadRequest):
    """An address that plugins may not call was to be called; nobody was asked."""


class Resting(Upstream):
    """A provider that broke several times in a row is left alone until `until`."""

    def __init__(self, provider: str, until: datetime | None) -> None:
        super().__init__(f"{provider} rests after unexpected errors in a row")
        self.provider, self.until = provider, until


class SettingsMissing(AuthFailed):
    """What staff filled in for a plugin is not complete. `fields` names what to correct; values are never told."""

    def __init__(self, plugin: str, fields: Sequence[str]) -> None:
        super().__init__(f"the settings of {plugin} need correcting: {', '.join(fields) or 'all of them'}")
        self.plugin, self.fields = plugin, tuple(fields)
