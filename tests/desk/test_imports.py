"""Files of shipments in the desk: taken, watched, and what was refused handed back without formulas."""

import csv
import io

import pytest

from tests.portals import make_order
from tracker.services import imports
from tracker.store.imports import Import, claim_import
from tracker.store.shipments import Shipment
from tracker.web.views.desk_imports import defuse

HEAD = "Order number,Tracking number,Carrier\n"
UPS = "1Z999AA10123456784"


@pytest.fixture
def browser(portal, shop, enter):
    make_order(portal, shop)
    return enter(shop, "staff")


def upload(browser, body, name="shipments.csv", **fields):
    data = {"file": (io.BytesIO(body.encode() if isinstance(body, str) else body), name), "tell": "1", **fields}
    return browser.post("/desk/demo/imports", data, content_type="multipart/form-data")


def work(portal, shop):
    row = claim_import(shop.id, Import.get().id, portal.now(), 60)
    return imports.run(portal, row)


def test_a_file_is_taken_and_the_worker_reads_it(portal, shop, browser, instance):
    response = upload(browser, HEAD + f"1001,{UPS},UPS\n")
    assert response.status_code == 303
    row = Import.get()
    assert (row.name, row.actor, row.silent, row.state) == ("shipments.csv", "staff:1", False, "waiting")
    page = browser.get(response.headers["Location"]).get_data(as_text=True)
    assert 'hx-trigger="every 2s"' in page
    assert "Load again" in page, "it works by reloading, too"
    work(portal, shop)
    page = browser.get(response.headers["Location"]).get_data(as_text=True)
    assert "hx-trigger" not in page.split('id="import_progress"')[1].split(">")[0]
    assert Shipment.get().number == UPS
    assert list((instance / "uploads").iterdir()) == [], "no copy is left behind"


def test_a_file_may_be_silent(shop, browser):
    data = {"file": (io.BytesIO((HEAD + f"1001,{UPS},UPS\n").encode()), "a.csv")}
    browser.post("/desk/demo/imports", data, content_type="multipart/form-data")
    assert Import.get().silent


def test_progress_is_a_fragment_for_htmx(portal, shop, browser):
    path = upload(browser, HEAD + f"1001,{UPS},UPS\n").headers["Location"]
    text = browser.get(path, headers={"HX-Request": "true", "HX-Request-Type": "partial"}).get_data(as_text=True)
    assert text.lstrip().startswith('<div id="import_progress"')
    assert "<html" not in text


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"", "empty.csv", "empty"), (b"PK\x03\x04" + b"x" * 100, "book.xlsx", "not CSV"),
        (b"a,b,c\n1,2,3\n", "odd.csv", "No column"), (b"\x00\x01\x02" * 50, "b.csv", "not a text file"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(browser, body, name, words):
    response = upload(browser, body, name)
    assert response.status_code == 422
    assert words in response.get_data(as_text=True)
    assert Import.select().count() == 0


def test_no_file_at_all_is_told_kindly(browser):
    assert "Choose a file first." in browser.post("/desk/demo/imports").get_data(as_text=True)


def test_s23_a_file_beyond_the_limit_is_stopped_at_the_door(browser):
    assert upload(browser, b"x" * (10 * 1024 * 1024 + 1)).status_code == 413
    assert Import.select().count() == 0


def test_s23_a_name_is_a_label_and_no_path(browser, instance):
    upload(browser, HEAD + f"1001,{UPS},UPS\n", "../../etc/<b>passwd")
    assert Import.get().name == "<b>passwd"
    assert "<b>passwd" not in browser.get("/desk/demo/imports").get_data(as_text=True)


def test_refused_rows_are_listed_with_line_value_and_advice(portal, shop, browser):
    path = upload(browser, HEAD + f"1001,{UPS},UPS\n9999,1Z999AA10123456784,UPS\n").headers["Location"]
    assert work(portal, shop).refused == 1
    text = browser.get(path).get_data(as_text=True)
    assert "No order of this shop has the number “9999”." in text
    assert '<th scope="row">3</th>' in text
    assert "Done" in browser.get("/desk/demo/imports").get_data(as_text=True)


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", "  =1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_s24_no_cell_begins_a_formula(cell):
    assert defuse(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "1Z", "a=b", "12-3", "'=1", "é"])
def test_s24_other_cells_stay_what_they_are(cell):
    assert defuse(cell) == cell


def test_s24_the_download_holds_the_refused_rows_and_no_formula(portal, shop, browser):
    path = upload(browser, HEAD + '"=cmd|x","1Z999AA10123456784",UPS\n').headers["Location"]
    work(portal, shop)
    response = browser.get(f"{path}/refused.csv")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))
    assert rows[0] == ["Line", "Column", "Value", "What to do"]
    assert rows[1][0] == "2"
    assert rows[1][2] == "'=cmd|x"
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r\n"))]
