"""Acme's words for statuses, read and told."""

from pathlib import Path
from typing import ClassVar

from tracker.sdk import Milestone, Plugin, Vocabulary, hookimpl, load_terms

PLUGIN = Plugin("acme", "Acme Parcels", "0.1.0")


class AcmeVocabulary(Vocabulary):
    id = "acme"
    names: ClassVar = {"en": "Acme Parcels"}
    terms = load_terms(Path(__file__).with_name("terms.toml"))
    # What to tell for milestones that Acme has no word for.
    instead: ClassVar = {Milestone.RETURNED: "RETURN"}


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [AcmeVocabulary()]
