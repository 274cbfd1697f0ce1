"""The form of a plugin's settings: drawn from its model, with secrets that never go back to the browser."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from tracker.i18n import current_locale
from tracker.services import settings
from tracker.services.settings import Filled

from . import forms
from .current import portal

PREFIX = "set-"
FORGET = "forget-"
MAKE = "make"
"""The button that has a secret made up; its value names the field."""


@dataclass(frozen=True, slots=True)
class SettingField:
    """One input. A `secret` that is `kept` may be left empty; one that is `makeable` can be made up by us."""

    input: forms.Field
    secret: bool = False
    kept: bool = False
    makeable: bool = False
    forget: str = ""
    make: str = ""
    """What the box to remove it, and the button to make it up, are called in the form."""


def draw(
    plugin: str, filled: Filled, typed: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> list[SettingField]:
    """The inputs of a plugin's settings: what was typed, else what is kept. Secrets are empty either way."""
    model = settings.model_of(portal(), plugin)
    translate = settings.translate(portal(), plugin, current_locale())
    values = filled.values if typed is None else typed
    fields = forms.draw(model, values, errors, prefix=PREFIX, translate=translate)
    return [_dress(plugin, filled, field) for field in fields]


def read(plugin: str) -> tuple[dict[str, Any], set[str]]:
    """What was typed into the form that was sent, and which secrets are to be removed."""
    model = settings.model_of(portal(), plugin)
    typed = forms.read_typed(model, request.form, prefix=PREFIX)
    hidden = {name for name in typed if settings.is_secret(portal(), plugin, name)}
    # What is copied from a carrier's site often brings a blank along.
    typed |= {name: str(typed[name]).strip() for name in hidden}
    return typed, {name for name in hidden if FORGET + name in request.form}


def find_makeable(plugin: str) -> str:
    """The secret that the pressed button has made up, or an empty text."""
    name = request.form.get(MAKE, "")
    return name if name in settings.MADE and name in settings.model_of(portal(), plugin).model_fields else ""


def _dress(plugin: str, filled: Filled, field: forms.Field) -> SettingField:
    name = field.name.removeprefix(PREFIX)
    if not settings.is_secret(portal(), plugin, name):
        return SettingField(field)
    kept, makeable = name in filled.secrets, name in settings.MADE
    required = field.required and not kept
    shown = replace(field, kind="password", value="", choices=(), required=required)
    return SettingField(shown, True, kept, makeable, FORGET + name if kept and not field.required else "", name)
