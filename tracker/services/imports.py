"""Imports: files of shipments, from the upload to the last row."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO

from tracker import crash
from tracker.domain.csv_problems import SENTENCES, BadFile, Problem
from tracker.domain.csv_rows import Header, Row, Words, read_header, read_row
from tracker.domain.csv_text import read_records
from tracker.i18n import gettext
from tracker.sdk import plain
from tracker.store import imports as store
from tracker.store import leases
from tracker.store.audit import append_audit
from tracker.store.database import after_commit, transaction, writing
from tracker.store.imports import Import
from tracker.store.leases import LeaseLost

from .import_files import count_lines, discard, stage
from .import_rows import Outcome, Rows
from .portal import Portal
from .status_words import StatusWords

__all__ = ["BadFile", "Import", "describe", "describe_file", "find", "import_file", "latest", "run", "start"]

BATCH = 100
LOCKED = 0.1
"""Seconds for which rows are written before others may write too."""
LEASE = 120.0
MOST_PROBLEMS = 100
"""Refused rows that are kept with their reason; all are counted."""
Progress = Callable[[Import], object]


def start(portal: Portal, shop: int, path: Path, name: str, *, actor: str, silent: bool = False) -> Import:
    """A file that the worker will read. It is copied, so that `path` may go. Raises `BadFile`, `OSError`.

    With `silent` no customer is written to about what it says.
    """
    return _start(portal, shop, path, name, actor, silent, portal.now())


def _start(portal: Portal, shop: int, path: Path, name: str, actor: str, silent: bool, due: datetime) -> Import:
    staged, header = stage(portal, path)
    base = name.replace("\\", "/").rpartition("/")[2]
    fields = {"name": plain(base, 200) or "shipments.csv", "path": str(staged), "size": staged.stat().st_size}
    fields["done_bytes"] = header.end
    try:
        with transaction():
            row = store.create_import(shop, portal.now(), due=due, silent=silent, actor=actor[:80], **fields)
            after_commit(lambda: portal.queue.wake("imports", due))
    except BaseException:
        discard(staged)
        raise
    return row


def import_file(
    portal: Portal, shop: int, path: Path, *, actor: str, silent: bool = False, progress: Progress | None = None
) -> Import:
    """Reads a file here and now; the finished import. Raises `BadFile`, `OSError`.

    When this process dies on the way, the worker goes on with it.
    """
    # Due a little later, so that a worker does not take it away before it is claimed here.
    due = portal.now() + timedelta(seconds=LEASE)
    started = _start(portal, shop, path, path.name, actor, silent, due)
    row = store.claim_import(shop, started.id, due, LEASE)
    if row is not None:
        with suppress(LeaseLost):
            run(portal, row, progress)
    return store.find_import(shop, started.id) or started


def run(portal: Portal, row: Import, progress: Progress | None = None) -> Import:
    """Reads a claimed import to its end, from where it was left; the same row, brought up to date.

    Each batch of rows and the mark of how far it came are one transaction, so that nothing is read twice or skipped
    when a process dies. Raises `LeaseLost` when somebody else has the import by now.
    """
    try:
        with Path(row.path).open("rb") as stream:
            header = read_header(stream)
            reading = _Reading(portal, row, Rows(portal, row.shop_id, header, row.actor, row.silent))
            words = StatusWords(portal, row.shop_id, header.layout)
            for batch in _batches(row, header, stream, words.read):
                reading.write(batch)
                if progress is not None:
                    progress(row)
    except FileNotFoundError:
        leases.bury(row, SENTENCES["gone"], portal.now())
        return row
    except BadFile as error:
        leases.bury(row, str(error), portal.now())
        discard(Path(row.path))
        return row
    _finish(portal, row)
    return row


def find(portal: Portal, shop: int, import_id: int) -> Import | None:  # noqa: ARG001 - every service takes it
    """One of the shop's imports."""
    return store.find_import(shop, import_id)


def latest(portal: Portal, shop: int, limit: int = 20) -> list[Import]:  # noqa: ARG001
    """A shop's imports, newest first."""
    return store.load_imports(shop, limit)


def describe(problem: Mapping[str, Any]) -> str:
    """What is wrong and what to do, in the locale in force, of one of an import's `problems`."""
    details = dict(problem["details"])
    rule = details.get("rule")
    if rule:
        details["hint"] = gettext(rule) % details
    return gettext(SENTENCES[problem["reason"]]) % {**details, "value": problem["value"]}


def describe_file(error: BadFile) -> str:
    """What is wrong with a whole file and what to do, in the locale in force."""
    return gettext(SENTENCES[error.reason]) % dict(error.details)


Item = tuple[int, Row | Problem]
"""A row and the offset at which it ends."""


def _batches(row: Import, header: Header, stream: BinaryIO, words: Words) -> Iterator[list[Item]]:
    """Rows in batches that keep the rows of one parcel together."""
    offset = max(row.done_bytes, header.end)
    batch: list[Item] = []
    for record in read_records(stream, header.delimiter, offset, count_lines(Path(row.path), offset)):
        item = read_row(header, record, words)
        if len(batch) >= BATCH and not (len(batch) < 10 * BATCH and _is_same_parcel(batch[-1][1], item)):
            yield batch
            batch = []
        batch.append((record.end, item))
    if batch:
        yield batch


def _is_same_parcel(one: Row | Problem, other: Row | Problem) -> bool:
    return isinstance(one, Row) and isinstance(other, Row) and one.parcel == other.parcel


class _Reading:
    """One import while it is read."""

    def __init__(self, portal: Portal, row: Import, rows: Rows) -> None:
        self._portal, self._row, self._rows = portal, row, rows

    def write(self, batch: list[Item]) -> None:
        """Writes a batch in as many transactions as its time calls for."""
        self._rows.prepare([item for _, item in batch if isinstance(item, Row)])
        groups = list(_groups(batch))
        while groups:
            until, done = monotonic() + LOCKED, 0
            with writing(self._row.shop_id):
                outcomes = []
                while done < len(groups) and (not done or monotonic() < until):
                    outcomes.append(self._put(groups[done]))
                    crash.point("import-row")
                    done += 1
                fields = self._count(outcomes, groups[done - 1][-1][0])
                store.save_progress(self._row.shop_id, self._row, self._portal.now(), LEASE, fields)
            for name, value in fields.items():
                setattr(self._row, name, value)
            del groups[:done]
            crash.point("import-batch")

    def _put(self, group: list[Item]) -> tuple[int, Outcome]:
        items = [item for _, item in group]
        rows = [item for item in items if isinstance(item, Row)]
        refused = [item for item in items if isinstance(item, Problem)]
        return len(items), self._rows.put(rows) if rows else Outcome("refused", tuple(refused))

    def _count(self, outcomes: list[tuple[int, Outcome]], end: int) -> dict[str, Any]:
        row = self._row
        counts = {name: getattr(row, name) for name in ("rows", "added", "changed", "unchanged", "refused")}
        problems = list(row.problems)
        for count, outcome in outcomes:
            counts["rows"] += count
            counts[outcome.kind] += count - outcome.refused
            counts["refused"] += outcome.refused
            room = max(MOST_PROBLEMS - len(problems), 0)
            problems += [problem.as_json() for problem in outcome.problems[:room]]
        return {**counts, "problems": problems, "done_bytes": end}


def _groups(batch: list[Item]) -> Iterator[list[Item]]:
    """Runs of rows about one parcel; a row that is refused stands alone."""
    group: list[Item] = []
    for item in batch:
        if group and not _is_same_parcel(group[-1][1], item[1]):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _finish(portal: Portal, row: Import) -> None:
    with writing(row.shop_id):
        if not leases.finish(row, portal.now()):
            raise LeaseLost
        counts = {name: getattr(row, name) for name in ("rows", "added", "changed", "unchanged", "refused")}
        body = {**counts, "name": row.name, "silent": row.silent}
        append_audit(row.shop_id, f"import:{row.id}", portal.now(), row.actor or "import", "imported", body)
    row.state = "done"
    discard(Path(row.path))
