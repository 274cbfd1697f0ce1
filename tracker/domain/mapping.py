"""Mapping rules: a shop's own reading of a carrier's words. It goes before the plugin's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracker.sdk import Event, Status

FIELDS = ("code", "text")
KINDS = ("equals", "contains")
OWN = "shop: "
"""What the name of every shop's own rule begins with."""
LONGEST = 95
"""Of what a rule looks for: the rule's name has to fit where events keep it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: events whose `field` (`code` or `text`) `equals` or `contains` the value have the status."""

    field: str
    kind: str
    value: str
    status: Status

    @property
    def name(self) -> str:
        """What stands beside each event that it read, in the manner of `tracker.sdk.Rules`."""
        return f"{OWN}{self.field} {'=' if self.kind == 'equals' else 'contains'} {self.value}"

    @property
    def key(self) -> tuple[str, str, str]:
        """What it looks at: two rules with one key would contradict each other."""
        return (self.field, self.kind, fold_words(self.value))

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """The more exactly a rule says what it means, the earlier it is asked; never by when it was written."""
        wanted = fold_words(self.value)
        return (self.field != "code", self.kind != "equals", -len(wanted), wanted)

    def fits(self, event: Event) -> bool:
        """Whether the event is one that it reads. Letter case and the width of gaps do not matter."""
        return self.meets(fold_words(self.value), fold_words(event.code), fold_words(event.text))

    def meets(self, wanted: str, code: str, text: str) -> bool:
        """The same of words that are folded already: the rule's own, and the event's code and text."""
        said = code if self.field == "code" else text
        return said == wanted if self.kind == "equals" else bool(wanted) and wanted in said


def read_events(rules: Iterable[Rule], events: Sequence[Event]) -> Sequence[Event]:
    """The events, with the status and the name of the rule where one fits; the first by `rank` decides."""
    # A shop may have a thousand rules, and an answer ten thousand events: words are folded once each.
    ranked = [(rule, fold_words(rule.value)) for rule in sorted(rules, key=lambda rule: rule.rank)]
    return [_read_event(ranked, event) for event in events] if ranked else events


def find_rule(rules: Iterable[Rule], event: Event) -> Rule | None:
    """The rule that decides about an event."""
    return min((rule for rule in rules if rule.fits(event)), key=lambda rule: rule.rank, default=None)


def fold_words(text: str) -> str:
    """A text as rules compare it."""
    return " ".join(text.casefold().split())


def _read_event(ranked: Sequence[tuple[Rule, str]], event: Event) -> Event:
    code, text = fold_words(event.code), fold_words(event.text)
    rule = next((rule for rule, wanted in ranked if rule.meets(wanted, code, text)), None)
    return replace(event, status=rule.status, rule=rule.name) if rule else event
