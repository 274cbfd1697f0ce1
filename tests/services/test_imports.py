"""Files of shipments on their way into orders, on both databases."""

import os
import subprocess
import sys
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.portals import KEY, make_order, make_shop, utc
from tracker.domain.csv_problems import BadFile
from tracker.i18n import speak
from tracker.sdk import OrderLine, OrderMilestone
from tracker.services import import_files, imports, shipping, work
from tracker.services.portal import Portal
from tracker.store.audit import load_audit
from tracker.store.imports import Import, claim_import
from tracker.store.notices import load_notices
from tracker.store.orders import Order, find_order
from tracker.store.outbox import Outbox
from tracker.store.shipments import Shipment, load_quantities, load_shipments
from tracker.store.shops import Shop

UPS = "1Z999AA10123456784"
TITLES = "Order number,Tracking number,Courier"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def bring(portal: Portal, shop: Shop, folder: Path, text: str | bytes, silent: bool = False) -> Import:
    path = folder / "file.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return imports.import_file(portal, shop.id, path, actor="staff:1", silent=silent)


def counts(row: Import) -> tuple[int, int, int, int]:
    assert row.rows == row.added + row.changed + row.unchanged + row.refused
    return row.added, row.changed, row.unchanged, row.refused


def reasons(row: Import) -> list[tuple[int, str]]:
    return [(problem["line"], problem["reason"]) for problem in row.problems]


def demo(portal: Portal, seed: int) -> str:
    number: str = portal.registry.carriers["demo"].object.number("delivered", seed)  # type: ignore[attr-defined]
    return number


def fresh(shop: Shop, order: Order) -> Order:
    found = find_order(shop.id, order.id)
    assert found is not None
    return found


def test_000_29_one_file_brings_shipments_of_several_carriers(portal: Portal, shop: Shop, folder: Path) -> None:
    orders = [make_order(portal, shop, number) for number in ("1001", "1002", "1003")]
    text = (
        f"{TITLES},Tracking link\n#1001,{UPS},ups,\n1002,{demo(portal, 1).lower()},데모 택배,\n"
        "1003,HV 31,Hillside Vans,https://hillside.example/HV-31\n"
    )
    row = bring(portal, shop, folder, text)
    assert counts(row) == (3, 0, 0, 0), row.problems
    made = [
        (one.carrier, one.number, one.carrier_name) for order in orders for one in load_shipments(shop.id, order.id)
    ]
    assert made == [("ups", UPS, ""), ("demo", demo(portal, 1), ""), ("manual", "HV 31", "Hillside Vans")]
    assert {fresh(shop, order).milestone for order in orders} == {"completed"}
    assert [len(load_notices(shop.id, order.id)) for order in orders] == [1, 1, 1], "each customer is told"


def test_the_same_file_twice_adds_and_changes_nothing(portal: Portal, shop: Shop, folder: Path) -> None:
    order = make_order(portal, shop)
    text = f"{TITLES},SKU,Qty,Status\n1001,{UPS},UPS,TEA,1,In transit\n1001,{UPS},UPS,CUP,1,In transit\n"
    assert counts(bring(portal, shop, folder, text)) == (2, 0, 0, 0)
    before = fresh(shop, order).version, len(load_audit(shop.id, f"order:{order.id}")), Outbox.select().count()
    assert counts(bring(portal, shop, folder, text)) == (0, 0, 2, 0)
    after = fresh(shop, order).version, len(load_audit(shop.id, f"order:{order.id}")), Outbox.select().count()
    assert before == after


def test_rows_with_sku_and_quantity_make_partial_shipments(portal: Portal, shop: Shop, folder: Path) -> None:
    order = make_order(portal, shop)
    first = bring(portal, shop, folder, f"{TITLES},SKU,Qty\n1001,{UPS},UPS,tea,1\n1001,{UPS},UPS,CUP,1\n")
    assert counts(first) == (2, 0, 0, 0), first.problems
    one = load_shipments(shop.id, order.id)[0]
    assert load_quantities(shop.id, order.id) == {one.id: {"l1": 1, "l2": 1}}
    assert fresh(shop, order).milestone == "confirmed", "one tea is still to be sent"
    second = bring(portal, shop, folder, f"{TITLES},SKU,Qty\n1001,{demo(portal, 2)},Demo carrier,TEA,1\n")
    assert counts(second) == (1, 0, 0, 0)
    assert fresh(shop, order).milestone == "completed", "nothing is left"


def test_a_corrected_quantity_changes_the_shipment(portal: Portal, shop: Shop, folder: Path) -> None:
    order = make_order(portal, shop)
    bring(portal, shop, folder, f"{TITLES},SKU,Qty\n1001,{UPS},UPS,TEA,1\n")
    assert counts(bring(portal, shop, folder, f"{TITLES},SKU,Qty\n1001,{UPS},UPS,TEA,2\n")) == (0, 1, 0, 0)
    assert list(load_quantities(shop.id, order.id).values()) == [{"l1": 2}]


def test_bad_rows_are_told_with_line_value_and_remedy_and_good_ones_go_in(
    portal: Portal, shop: Shop, folder: Path
) -> None:
    for number in ("1001", "1002", "1003", "1004", "1005"):
        make_order(portal, shop, number)
    text = (
        f"{TITLES},SKU\n1001,{UPS},UPS,\n999,{UPS},UPS,\n1002,{UPS[:-1]}5,UPS,\n1003,{UPS},Demmo carrier,\n"
        "1004,직접수령,UPS,\n1005,1Z999,UPS,\n1004,,UPS,\n1005,,,\n"
        f"1001,{UPS},UPS,HAT\n,{UPS},UPS,\n1005,{demo(portal, 5)},,\n"
    )
    row = bring(portal, shop, folder, text)
    assert reasons(row) == [
        (3, "no_order"), (4, "bad_check"), (5, "unknown_carrier"), (6, "word_in_number"), (7, "no_format"),
        (8, "no_number"), (9, "no_number"), (10, "unknown_sku"), (11, "no_order_number"),
    ]  # fmt: skip
    assert counts(row) == (2, 0, 0, 9)
    with speak("en"):
        said = [imports.describe(problem) for problem in row.problems]
    assert "“999”" in said[0]
    assert "should be 4" in said[1]
    assert "Demo carrier" in said[2]
    assert "“직접수령”" in said[3]
    assert [problem["column"] for problem in row.problems][:3] == ["Order number", "Tracking number", "Courier"]
    with speak("ko"):
        assert all(imports.describe(problem) for problem in row.problems)
        assert "should be" not in imports.describe(row.problems[1])
        assert "no known format" not in imports.describe(row.problems[4])


def test_an_unknown_article_costs_its_row_and_not_the_parcel(portal: Portal, shop: Shop, folder: Path) -> None:
    order = make_order(portal, shop)
    row = bring(portal, shop, folder, f"{TITLES},SKU,Qty\n1001,{UPS},UPS,TEA,2\n1001,{UPS},UPS,HAT,1\n")
    assert (counts(row), reasons(row)) == ((1, 0, 0, 1), [(3, "unknown_sku")])
    assert list(load_quantities(shop.id, order.id).values()) == [{"l1": 2}]


def test_s05_rows_never_reach_orders_of_another_shop(portal: Portal, shop: Shop, folder: Path) -> None:
    other = make_shop(portal, "other")
    theirs = make_order(portal, other, "2001")
    row = bring(portal, shop, folder, f"{TITLES}\n2001,{UPS},UPS\nref-2001,{UPS},UPS\n")
    assert reasons(row) == [(2, "no_order"), (3, "no_order")]
    assert load_shipments(other.id, theirs.id) == []
    assert imports.find(portal, other.id, row.id) is None


def test_the_stores_own_order_id_is_an_order_too_where_no_number_fits(portal: Portal, shop: Shop, folder: Path) -> None:
    order = make_order(portal, shop, "A-7", ref="645")
    assert counts(bring(portal, shop, folder, f"order_id,tracking_number,tracking_provider\n645,{UPS},ups\n")) == (
        1,
        0,
        0,
        0,
    )
    assert len(load_shipments(shop.id, order.id)) == 1


def test_two_orders_with_one_number_are_left_to_a_person(portal: Portal, shop: Shop, folder: Path) -> None:
    make_order(portal, shop, "1001", ref="a")
    make_order(portal, shop, "1001", ref="b")
    assert reasons(bring(portal, shop, folder, f"{TITLES}\n1001,{UPS},UPS\n")) == [(2, "many_orders")]


def test_a_cancelled_order_gets_no_shipment_by_file(portal: Portal, shop: Shop, folder: Path) -> None:
    make_order(portal, shop, milestone=OrderMilestone.CANCELLED)
    assert reasons(bring(portal, shop, folder, f"{TITLES}\n1001,{UPS},UPS\n")) == [(2, "order_cancelled")]


def test_a_cancelled_shipment_is_not_brought_back_by_the_old_file(portal: Portal, shop: Shop, folder: Path) -> None:
    order = make_order(portal, shop)
    text = f"{TITLES}\n1001,{UPS},UPS\n"
    bring(portal, shop, folder, text)
    shipping.cancel_shipment(portal, shop.id, load_shipments(shop.id, order.id)[0].id, actor="staff:1")
    assert counts(bring(portal, shop, folder, text)) == (0, 0, 1, 0)
    assert load_shipments(shop.id, order.id)[0].cancelled_at is not None


@pytest.mark.parametrize(("cell", "milestone"), [("", "completed"), ("1", "completed"), ("no", "confirmed")])
def test_000_35_a_mapped_order_is_completed_unless_the_file_says_no(
    portal: Portal, shop: Shop, folder: Path, cell: str, milestone: str
) -> None:
    order = make_order(portal, shop)
    bring(portal, shop, folder, f"{TITLES},Mark order as Completed\n1001,{UPS},UPS,{cell}\n")
    found = fresh(shop, order)
    assert (found.milestone, found.state, found.delivered_at) == (milestone, "not_shipped", None)


def test_000_36_a_silent_import_tells_no_customer(portal: Portal, shop: Shop, folder: Path) -> None:
    order = make_order(portal, shop)
    bring(portal, shop, folder, f"{TITLES},Status\n1001,{UPS},UPS,Delivered\n", silent=True)
    assert {row.state for row in load_notices(shop.id, order.id)} == {"superseded"}
    assert Outbox.select().where(Outbox.topic == "notice").count() == 0


@pytest.mark.parametrize(
    ("word", "milestone"),
    [
        ("In transit", "in_transit"),
        ("배송완료", "delivered"),
        ("label created", "info_received"),
        ("?", "picked_up"),
    ],
)
def test_000_32_a_status_column_is_the_shops_word(
    portal: Portal, shop: Shop, folder: Path, word: str, milestone: str
) -> None:
    order = make_order(portal, shop)
    row = bring(portal, shop, folder, f"{TITLES},Status\n1001,{UPS},UPS,{word}\n")
    shipment = load_shipments(shop.id, order.id)[0]
    assert (shipment.milestone, shipment.state["source"]) == (milestone, "shop")
    assert reasons(row) == ([(2, "unknown_status")] if word == "?" else [])
    assert counts(row) == (1, 0, 0, 0)


def test_a_date_without_time_is_noon_by_the_shops_clock_and_never_later_than_now(
    portal: Portal, shop: Shop, folder: Path, clock: Clock
) -> None:
    Shop.update(zone="Asia/Seoul").execute()
    make_order(portal, shop, "1", placed_at=utc("2026-02-20T00:00"))
    make_order(portal, shop, "2")
    make_order(portal, shop, "3")
    text = (
        f"{TITLES},Date shipped\n1,{demo(portal, 1)},demo,2026-03-01\n2,{demo(portal, 2)},demo,2026-03-02\n"
        f"3,{demo(portal, 3)},demo,2026-03-09\n"
    )
    clock.now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    row = bring(portal, shop, folder, text)
    shipped = [one.shipped_at for one in Shipment.select().order_by(Shipment.id)]
    assert shipped == [utc("2026-03-01T03:00"), utc("2026-03-02T01:00")]
    assert reasons(row) == [(4, "future_date")]


def test_an_upload_is_read_by_the_worker_and_leaves_no_file(portal: Portal, shop: Shop, folder: Path) -> None:
    make_order(portal, shop)
    path = folder / "up.csv"
    path.write_text(f"{TITLES}\n1001,{UPS},UPS\n")
    row = imports.start(portal, shop.id, path, "../../etc/\x00eve<b>.csv", actor="staff:1")
    path.unlink()
    assert row.name == "eve<b>.csv"
    assert Path(row.path).stat().st_mode & 0o777 == 0o600
    assert work.run_imports(portal) == 1
    done = imports.latest(portal, shop.id)[0]
    assert (done.state, counts(done), done.done_bytes) == ("done", (1, 0, 0, 0), done.size)
    assert not Path(done.path).exists()


def test_s23_what_is_no_file_of_shipments_is_refused_at_the_door(portal: Portal, shop: Shop, folder: Path) -> None:
    for raw in (b"PK\x03\x04" + b"\0" * 100, b"", b"a,b\n1,2\n"):
        with pytest.raises(BadFile):
            bring(portal, shop, folder, raw)
    assert list((portal.config.instance / "imports").iterdir()) == []
    assert Import.select().count() == 0


def test_s23_a_file_that_is_too_large_is_refused_before_it_is_read(
    portal: Portal, shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "LARGEST", 1_000)
    with pytest.raises(BadFile, match="larger"):
        bring(portal, shop, folder, f"{TITLES}\n" + "1,A1234567,UPS\n" * 100)


def test_a_staged_file_that_vanished_ends_the_import_with_a_sentence(portal: Portal, shop: Shop, folder: Path) -> None:
    path = folder / "up.csv"
    path.write_text(f"{TITLES}\n1001,{UPS},UPS\n")
    row = imports.start(portal, shop.id, path, "up.csv", actor="staff:1")
    Path(row.path).unlink()
    work.run_imports(portal)
    found = imports.find(portal, shop.id, row.id)
    assert found is not None
    assert (found.state, "Upload it again" in found.error) == ("dead", True)


def test_problems_are_all_counted_and_the_first_hundred_kept(portal: Portal, shop: Shop, folder: Path) -> None:
    row = bring(portal, shop, folder, f"{TITLES}\n" + "9,A12345678,UPS\n" * 250)
    assert (row.refused, len(row.problems)) == (250, 100)


def test_progress_is_told_while_the_file_is_read(portal: Portal, shop: Shop, folder: Path) -> None:
    path = folder / "up.csv"
    path.write_text(f"{TITLES}\n" + "".join(f"9,A{n:08d},UPS\n" for n in range(250)))
    seen: list[tuple[int, int]] = []
    imports.import_file(
        portal, shop.id, path, actor="cli", progress=lambda row: seen.append((row.done_bytes, row.rows))
    )
    assert seen == sorted(seen)
    assert [rows for _, rows in seen] == [100, 200, 250]
    assert seen[-1][0] == path.stat().st_size


def test_s23_memory_does_not_grow_with_the_file(portal: Portal, shop: Shop, folder: Path) -> None:
    def peak(count: int) -> int:
        path = folder / "long.csv"
        with path.open("w", encoding="utf-8") as stream:
            stream.write(f"{TITLES},Note\n")
            stream.writelines(f"N{n},A{n:08d},UPS,{'note ' * 20}\n" for n in range(count))
        tracemalloc.start()
        row = imports.import_file(portal, shop.id, path, actor="cli")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (row.rows, row.refused) == (count, count)
        return found

    many = 24_000 if portal.database.kind == "sqlite" else 6_000
    peak(500)
    assert peak(many) < peak(2_000) + 250_000, f"the file has {many * 130:,} bytes"


def test_a_long_file_lets_others_write_between_batches(portal: Portal, shop: Shop, folder: Path) -> None:
    make_order(portal, shop, lines=(OrderLine("l1", "Green tea", 900, sku="TEA"),))
    rows = "".join(f"1001,{demo(portal, n)},demo,TEA,1\n" for n in range(30))
    free: list[bool] = []
    path = folder / "up.csv"
    path.write_text(f"{TITLES},SKU,Qty\n{rows}")
    imports.import_file(
        portal, shop.id, path, actor="cli", progress=lambda _: free.append(not portal.database.in_transaction())
    )
    assert free == [True]
    assert Shipment.select().count() == 30


SCRIPT = """
import sys
from pathlib import Path
from tracker.config import load_config
from tracker.services import imports
from tracker.services.portal import open_portal
portal = open_portal(load_config())
imports.import_file(portal, int(sys.argv[1]), Path(sys.argv[2]), actor="cli")
"""


@pytest.mark.parametrize("at", ["import-row:1", "import-row:100", "import-batch:1", "import-batch:2"])
def test_r17_a_killed_import_goes_on_where_it_was_and_adds_nothing_twice(
    portal: Portal, shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock, at: str
) -> None:
    for order in range(12):
        make_order(portal, shop, str(order), lines=(OrderLine("l1", "Green tea", 900, sku="TEA"),))
    path = folder / "up.csv"
    rows = "".join(
        f"{n // 20},{demo(portal, n // 2)},demo,TEA,1\n" if n % 9 else "99,A12345678,UPS,,\n" for n in range(240)
    )
    path.write_text(f"{TITLES},SKU,Qty\n{rows}")
    settings = {"URL": "http://localhost:8000", "KEYS": KEY, "DATABASE": portal.database.url, "CRASH_AT": at}
    settings["INSTANCE"] = str(portal.config.instance)
    env = {**os.environ, **{f"TRACKER_{name}": value for name, value in settings.items()}, "TRACKER_CONFIG": ""}
    command = [sys.executable, "-c", SCRIPT, str(shop.id), str(path)]
    killed = subprocess.run(command, check=False, env=env, capture_output=True, timeout=60)
    assert killed.returncode == -9, killed.stderr.decode()
    row = Import.get()
    assert row.state == "waiting"
    assert claim_import(shop.id, row.id, portal.now(), 5) is None, "its lease protects it"
    monkeypatch.setattr("tracker.store.leases.monotonic", lambda: time.monotonic() + 300)
    clock.now = datetime.now(UTC) + timedelta(minutes=10)
    assert work.run_imports(portal) == 1
    done = Import.get()
    assert (done.state, done.rows, done.refused) == ("done", 240, 27)
    shipments = Shipment.select().count()
    assert shipments == len({n // 2 for n in range(240) if n % 9})
    again = bring(portal, shop, folder, path.read_bytes())
    assert (again.added, again.refused, Shipment.select().count()) == (0, 27, shipments)
