"""Dokan: the four words it has for how far an order has been delivered. They are derived, never stored."""

from pathlib import Path
from typing import ClassVar

from tracker.sdk import Plugin, Vocabulary, hookimpl, load_terms

PLUGIN = Plugin("dokan", "Dokan", "1.0.0")


class Dokan(Vocabulary):
    id = "dokan"
    names: ClassVar = {"en": "Dokan"}
    terms = load_terms(Path(__file__).parent / "terms.toml")


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [Dokan()]
