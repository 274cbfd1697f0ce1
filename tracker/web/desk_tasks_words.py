"""What the desk's screens need to show tasks: how many wait, those of one order, and what their states are called."""

from collections.abc import Mapping
from typing import Any

from tracker.i18n import gettext, mark
from tracker.services import instructions_words, tasks

from .current import portal

STATES: Mapping[str, str] = {
    "approval": mark("Wants your yes"),
    "task": mark("To be done by hand"),
    "sending": mark("On its way to the carrier"),
    "sent": mark("The carrier has it"),
    "accepted": mark("The carrier will do it"),
    "refused": mark("Refused"),
    "done": mark("Done"),
    "expired": mark("Lapsed"),
}


def words_for_tasks() -> dict[str, Any]:
    """For templates: `count_tasks(shop)`, `tasks_of(order)`, `task_word(state)` and `asked(row)`."""
    return {
        "count_tasks": tasks.count_waiting,
        "tasks_of": lambda order: tasks.list_of_order(portal(), order.shop_id, order.id),
        "task_word": lambda state: gettext(STATES.get(state, state)),
        "asked": lambda row: instructions_words.label(row.kind, "" if row.shipment_id else "before"),
    }
