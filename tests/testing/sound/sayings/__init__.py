"""A vocabulary that keeps every promise."""

from pathlib import Path

from tracker.sdk import Meaning, Plugin, Vocabulary, hookimpl, load_terms

PLUGIN = Plugin("sayings", "Sayings", "1.0.0")
FILE = Path(__file__).with_name("terms.toml")


class Sayings(Vocabulary):
    id = "sayings"
    names = {"en": "Sayings"}
    terms = load_terms(FILE)

    def import_(self, code: str, parent: str = "") -> Meaning | None:
        return super().import_(code, parent)

    def export(self, status: Meaning, parent: str | None = None) -> str | None:
        return super().export(status, parent)


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [Sayings()]
