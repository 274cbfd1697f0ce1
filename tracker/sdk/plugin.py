"""A plugin's calling card: the module-level `PLUGIN`."""

from dataclasses import dataclass

from pydantic import BaseModel

from .carriers import NoSettings

API = 1
"""The version of this package that plugins are written against; entry points live in the group `tracker.v1`."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """Name, label and version of a plugin, the API it is written for, and the model of its settings per shop.

    Fields of the settings that hold secrets are `pydantic.SecretStr`; they are kept encrypted.
    """

    name: str
    label: str
    version: str
    requires_api: int = API
    settings: type[BaseModel] = NoSettings
