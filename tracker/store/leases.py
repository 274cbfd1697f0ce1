"""Work that is claimed with a lease: what a dead worker held comes back by itself.

Rows are handed out by due time, then id. That is all the order there is: events are folded by what they say and not by
when they arrived, so nothing has to wait for an older row of the same number.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import peewee

from .base import Row
from .database import bound, transaction
from .errors import StoreError
from .fields import UTCDateTimeField


class Leased(Row):
    """Columns of a table that is also a queue. `state` is `waiting`, `done` or `dead`.

    While a row is claimed, `due` is the end of its lease. `lease` is boot, end on the machine's steady clock, and a
    random part, all in hex: so a wall clock that jumps neither ends a lease early nor keeps it for ever. (What waits
    without a lease goes by the wall clock: when that is set back an hour, it waits the hour.)
    """

    state = peewee.CharField(10, default="waiting")
    due = UTCDateTimeField()
    lease = peewee.CharField(32, default="")
    attempts = peewee.IntegerField(default=0)
    error = peewee.CharField(500, default="")
    created_at = UTCDateTimeField()
    done_at = UTCDateTimeField(null=True)


class LeaseLost(StoreError):
    """The row belongs to somebody else by now. Raise it to undo what was done for the row in the same transaction."""


T = TypeVar("T", bound=Leased)


def _boot() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
    return secrets.token_hex(4)


_BOOT = _boot()


def claim(
    model: type[T], now: datetime, limit: int, lease_seconds: float, where: peewee.Expression | None = None
) -> list[T]:
    """Up to `limit` rows that are due and now belong to the caller for `lease_seconds`, in order of their ids.

    Each has one attempt more. A row nobody finishes in time is handed out again. Must be called outside of a
    transaction, so that the claim is seen by others before the work begins.
    """
    if bound().in_transaction():
        raise RuntimeError("claim outside of a transaction: a lease that is not committed protects nothing")
    wanted = _is_due(model, now) if where is None else _is_due(model, now) & where
    # On SQLite even an update of nothing takes the write lock; a worker without work shall not.
    if not model.select(model.id).where(wanted).limit(1).exists():
        return []
    rows = model.select(model.id).where(wanted).order_by(model.due, model.id).limit(limit)
    if bound().kind == "postgres":
        rows = rows.for_update("FOR UPDATE SKIP LOCKED")  # type: ignore[arg-type]
    update = model.update(
        lease=_new_lease(lease_seconds), due=now + timedelta(seconds=lease_seconds), attempts=model.attempts + 1
    )
    with transaction():
        claimed = list(update.where(model.id.in_(rows)).returning(model).execute())
    return sorted(claimed, key=lambda row: int(row.id))


def finish(row: Leased, now: datetime) -> bool:
    """Marks the row as done; False when its lease was lost, and then nothing is changed.

    In the transaction that holds the row's effects, so that both come together: `if not finish(...): raise LeaseLost`.
    """
    return _settle(row, state="done", done_at=now, error="")


def retry(row: Leased, due: datetime, error: str) -> bool:
    """Gives the row back until `due`; False when its lease was lost."""
    return _settle(row, due=due, error=_short(row, error))


def bury(row: Leased, error: str, now: datetime) -> bool:
    """Gives the row up; somebody has to look at it. False when its lease was lost."""
    return _settle(row, state="dead", done_at=now, error=_short(row, error))


def extend(row: Leased, now: datetime, lease_seconds: float) -> bool:
    """Holds the row for `lease_seconds` from now on; False when its lease was lost."""
    lease, due = _new_lease(lease_seconds), now + timedelta(seconds=lease_seconds)
    held = _update(row, lease=lease, due=due)
    if held:
        row.lease, row.due = lease, due
    return held


def holds(row: Leased) -> bool:
    """Whether the row still belongs to the caller."""
    model = type(row)
    return bool(model.select(model.id).where(*_mine(row)).exists())


def revive(model: type[Leased], now: datetime) -> int:
    """Lets all dead rows begin anew; the number of rows that did."""
    update = model.update(state="waiting", due=now, lease="", attempts=0, error="", done_at=None)
    with transaction():
        return int(update.where(model.state == "dead").execute())


def waiting(model: type[Leased], where: peewee.Expression | None = None) -> int:
    """How many rows are not done."""
    return _count(model, "waiting", where)


def dead(model: type[Leased], where: peewee.Expression | None = None) -> int:
    """How many rows were given up."""
    return _count(model, "dead", where)


def oldest(model: type[Leased], now: datetime) -> float:
    """Seconds that the most overdue row has been waiting, 0 when none is due."""
    due = model.select(model.due).where(model.state == "waiting").order_by(model.due).limit(1).scalar()
    return max(0.0, (now - due).total_seconds()) if due else 0.0


def purge(model: type[Leased], before: datetime, limit: int = 500, states: Sequence[str] = ("done",)) -> int:
    """Deletes up to `limit` rows settled before an instant; call again until it answers less than `limit`."""
    settled = (model.state.in_(list(states))) & (model.done_at < before)
    old = model.select(model.id).where(settled).order_by(model.id).limit(limit)
    if not old.exists():
        return 0
    with transaction():
        return int(model.delete().where(model.id.in_(old)).execute())


def _is_due(model: type[Leased], now: datetime) -> peewee.Expression:
    end = peewee.fn.SUBSTR(model.lease, 9, 8)
    here = peewee.fn.SUBSTR(model.lease, 1, 8) == _BOOT
    free = (model.lease == "") & (model.due <= now)
    ran_out_here = here & (end <= _steady())
    ran_out_elsewhere = (model.lease != "") & ~here & (model.due <= now)
    due: peewee.Expression = free | ran_out_here | ran_out_elsewhere
    return (model.state == "waiting") & due


def _steady(ahead: float = 0) -> str:
    return f"{int(monotonic() + ahead):08x}"


def _new_lease(seconds: float) -> str:
    return _BOOT + _steady(seconds + 1) + secrets.token_hex(8)


def _settle(row: Leased, **values: Any) -> bool:
    return _update(row, lease="", **values)


def _update(row: Leased, **values: Any) -> bool:
    with transaction():
        return int(type(row).update(**values).where(*_mine(row)).execute()) == 1


def _mine(row: Leased) -> tuple[Any, ...]:
    model = type(row)
    return model.id == row.id, model.lease == row.lease, model.lease != "", model.state == "waiting"


def _count(model: type[Leased], state: str, where: peewee.Expression | None) -> int:
    query = model.select().where(model.state == state)
    return int((query if where is None else query.where(where)).count())


def _short(row: Leased, error: str) -> str:
    # No back end keeps halves of characters, and PostgreSQL no NUL either: a server may answer with both.
    whole = error.encode(errors="replace").decode().replace("\0", "")
    return whole[: type(row).error.max_length]


def next_due(model: type[Leased]) -> datetime | None:
    """When the next row is due."""
    due: datetime | None = model.select(model.due).where(model.state == "waiting").order_by(model.due).limit(1).scalar()
    return due
