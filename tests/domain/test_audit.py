"""The audit chain: no link changes unseen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracker.domain.audit import Entry, chain, find_break

START = datetime(2026, 3, 2, tzinfo=UTC)


def make_chain(length: int = 4) -> list[Entry]:
    entries: list[Entry] = []
    for count in range(length):
        at = START + timedelta(hours=count)
        entries.append(chain(entries[-1] if entries else None, at, ("staff:1", "said", {"count": count, "낱말": "값"})))
    return entries


def test_an_untouched_chain_holds() -> None:
    assert find_break(make_chain()) is None


@pytest.mark.parametrize(
    "change",
    [{"actor": "staff:2"}, {"action": "x"}, {"body": {"count": 9}}, {"at": START}, {"hash": "0"}, {"previous": "0"}],
)
def test_a_changed_link_is_found(change: dict[str, Any]) -> None:
    entries = make_chain()
    entries[2] = replace(entries[2], **change)
    assert find_break(entries) == 2


def test_a_missing_or_swapped_link_is_found() -> None:
    entries = make_chain()
    assert find_break(entries[1:]) == 0
    assert find_break([entries[0], entries[2], entries[1]]) == 1
