"""The rules by which a shop reads its carriers' words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import peewee

from tracker.domain.mapping import Rule
from tracker.sdk import Milestone, Status

from .base import Row
from .events import Event
from .fields import UTCDateTimeField
from .prepared import Prepared, param
from .shops import Shop


class MappingRule(Row):
    """One rule of one carrier. `folded` is the value as rules compare it: two rules never look for the same."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    carrier = peewee.CharField(40)
    field = peewee.CharField(10)
    kind = peewee.CharField(10)
    value = peewee.CharField(100)
    folded = peewee.CharField(200)
    milestone = peewee.CharField(24)
    reason = peewee.CharField(40, default="")
    delayed = peewee.BooleanField(default=False)
    action_required = peewee.BooleanField(default=False)
    by = peewee.CharField(80)
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "field", "kind", "folded"), True),)

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        status = Status(Milestone(self.milestone), self.reason, self.delayed, self.action_required)
        return Rule(self.field, self.kind, self.value, status)


_OF_CARRIER = Prepared(
    lambda: MappingRule.select().where(MappingRule.shop == param("shop"), MappingRule.carrier == param("carrier"))
)


def load_rules(shop: int, carrier: str) -> list[Rule]:
    """A shop's rules for one carrier's words."""
    return [row.rule for row in _OF_CARRIER.models(MappingRule, shop=shop, carrier=carrier)]


def list_rules(shop: int) -> list[MappingRule]:
    """All rules of a shop, by carrier, the newest first."""
    query = MappingRule.select().where(MappingRule.shop == shop)
    return list(query.order_by(MappingRule.carrier, MappingRule.id.desc()))


def count_rules(shop: int) -> int:
    """How many rules a shop has."""
    return int(MappingRule.select().where(MappingRule.shop == shop).count())


def write_rule(shop: int, carrier: str, rule: Rule, by: str, now: datetime) -> None:
    """Keeps a rule, in place of the one that looks for the same."""
    field, kind, folded = rule.key
    status = rule.status
    row = {
        "shop": shop, "carrier": carrier, "field": field, "kind": kind, "folded": folded, "value": rule.value,
        "milestone": str(status.milestone), "reason": status.reason, "delayed": status.delayed,
        "action_required": status.action_required, "by": by, "created_at": now,
    }  # fmt: skip
    same = (MappingRule.shop, MappingRule.carrier, MappingRule.field, MappingRule.kind, MappingRule.folded)
    news = (
        MappingRule.value, MappingRule.milestone, MappingRule.reason, MappingRule.delayed, MappingRule.action_required,
        MappingRule.by, MappingRule.created_at,
    )  # fmt: skip
    MappingRule.insert(row).on_conflict(conflict_target=same, preserve=news).execute()


def find_rule(shop: int, rule: int) -> MappingRule | None:
    """The rule with this id, if it is this shop's."""
    return MappingRule.get_or_none((MappingRule.shop == shop) & (MappingRule.id == rule))


def delete_rule(shop: int, rule: int) -> None:
    """Forgets a rule."""
    MappingRule.delete().where((MappingRule.shop == shop) & (MappingRule.id == rule)).execute()


@dataclass(frozen=True, slots=True)
class Unread:
    """What a carrier said that nothing made sense of: its code, one of its texts, how often, and when last."""

    carrier: str
    code: str
    text: str
    times: int
    last: datetime


def list_unread(shop: int, limit: int) -> list[Unread]:
    """What no rule understood, the most frequent first. Words without a code are told apart by their text."""
    count, said = peewee.fn.COUNT(Event.id), peewee.Case(None, [(Event.code == "", Event.text)], "")
    query = (
        Event.select(Event.carrier, Event.code, peewee.fn.MAX(Event.text), count, peewee.fn.MAX(Event.recorded_at))
        # Written out, so that both databases see that the index of these rows alone will do.
        .where((Event.shop == shop) & peewee.SQL("milestone = 'unknown'") & (Event.source == "carrier"))
        .group_by(Event.carrier, Event.code, said)
        .order_by(count.desc(), Event.carrier, Event.code)
        .limit(limit)
    )
    rows: Any = query.tuples()
    return [Unread(*row) for row in rows]


def load_events(shop: int, carrier: str, number: str) -> list[Event]:
    """Everything ever said about a number of a carrier, with where it came from."""
    where = (Event.shop == shop) & (Event.carrier == carrier) & (Event.number == number)
    return list(Event.select().where(where).order_by(Event.id))
