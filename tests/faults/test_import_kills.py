"""kill -9 of whoever reads a file: the worker goes on with it, and the file again adds nothing (R-17)."""

import random
import time

import pytest

from tests.portals import make_order
from tracker.sdk import OrderLine
from tracker.store.imports import Import
from tracker.store.shipments import Shipment, ShipmentLine

from .harness import SMALL_ON_SQLITE, count, integrity
from .installation import LEASE, Installation, installed, wait_until

# One after the other: each of them wants the machine for itself.
pytestmark = pytest.mark.xdist_group("faults")

ROWS = count(120, 2_400)
PARCELS = ROWS // 2


def _write_file(running: Installation) -> str:
    """A file of two rows a parcel, each for one piece of one of two SKUs."""
    lines = (OrderLine("l1", "Tea", ROWS, sku="A"), OrderLine("l2", "Cup", ROWS, sku="B"))
    for n in range(ROWS // 12):
        make_order(running.portal, running.shop, str(1000 + n), lines=lines)
    number = running.portal.registry.carriers["demo"].object.number
    rows = [f"{1000 + n // 12},{number('delivered', n // 2)},demo,{'AB'[n % 2]},1\n" for n in range(ROWS)]
    path = running.folder / "shipments.csv"
    path.write_text("Order number,Tracking number,Courier,SKU,Qty\n" + "".join(rows))
    return str(path)


def _finish(running: Installation) -> None:
    """Lets the leases of the dead end, and the worker read what is left."""
    time.sleep(LEASE + 1.5)
    running.start_worker()
    wait_until(
        lambda: not Import.select().where(Import.state == "waiting").count(), 90, lambda: running.log("worker")[-3000:]
    )


@pytest.mark.timeout(1800)
@SMALL_ON_SQLITE
def test_r17_a_file_whose_readers_are_killed_is_read_once_and_in_full(database_url, instance):
    rng = random.Random(20260302)
    with installed(database_url, instance) as running:
        path, found = _write_file(running), 0
        for _ in range(count(2, 25)):
            process = running.start_command("import-csv", path, "--shop", running.shop.slug)
            wait_until(lambda n=found: Import.select().count() > n, 30, lambda: running.log("command")[-2000:], 0.01)
            found += 1
            time.sleep(rng.uniform(0, 0.8))
            running.kill_command(process)
        _finish(running)
        assert Shipment.select().count() == PARCELS
        assert ShipmentLine.select().count() == ROWS
        assert {row.quantity for row in ShipmentLine.select()} == {1}
        read = [(row.state, row.rows, row.refused) for row in Import.select()]
        assert read == [("done", ROWS, 0)] * found
        assert sum(row.added for row in Import.select()) == ROWS
        if running.portal.database.path:
            assert integrity(running.portal.database.path) == "ok"
        print(f"{running.portal.database.kind}: {running.kills} kills while reading {ROWS} rows, none twice, none lost")
