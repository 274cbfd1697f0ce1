"""Shipment files as shops and spreadsheets write them, and as attackers do."""

import io
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.csv_dates import Ambiguous, read_date
from tracker.domain.csv_problems import SENTENCES, BadFile, Problem
from tracker.domain.csv_rows import Header, Row, read_header, read_row
from tracker.domain.csv_text import LONGEST_RECORD, check_kind, detect_encoding, read_records, transcode
from tracker.sdk import Milestone

FILES = Path(__file__).parent.parent / "fixtures" / "csv"


def read(text: str | bytes) -> tuple[Header, list[Row | Problem]]:
    raw = text if isinstance(text, bytes) else text.encode()
    encoding = detect_encoding([raw])
    stream = io.BytesIO(b"".join(transcode([raw], encoding)))
    header = read_header(stream)
    return header, [read_row(header, one) for one in read_records(stream, header.delimiter, header.end, 2)]


def one(text: str | bytes) -> Row | Problem:
    return read(text)[1][0]


def row(cells: str, titles: str = "Order number,Tracking number,Courier") -> Row | Problem:
    return one(f"{titles}\n{cells}\n")


def reason(found: Row | Problem) -> str:
    assert isinstance(found, Problem), found
    assert SENTENCES[found.reason]
    return found.reason


@pytest.mark.parametrize(
    ("name", "layout", "rows"),
    [
        ("parcelpanel.csv", "ParcelPanel", 4),
        ("ast.csv", "AST", 3),
        ("aftership.csv", "AfterShip", 2),
        ("korean.csv", "", 3),
    ],
)
def test_files_of_other_systems_are_read_as_they_are(name: str, layout: str, rows: int) -> None:
    header, found = read((FILES / name).read_bytes())
    assert header.layout == layout
    assert [type(one) for one in found] == [Row] * rows, found


def test_parcelpanel_rows_carry_sku_quantity_date_and_completion() -> None:
    _, found = read((FILES / "parcelpanel.csv").read_bytes())
    first = found[0]
    assert isinstance(first, Row)
    assert (first.order, first.number, first.carrier) == ("1001", "1Z999AA10123456784", "UPS")
    assert (first.sku, first.quantity, first.shipped_at, first.completed) == ("TEA", 1, date(2026, 3, 1), True)
    assert isinstance(found[3], Row)
    assert found[3].completed is False


def test_ast_says_with_a_2_that_only_a_part_was_shipped() -> None:
    _, found = read((FILES / "ast.csv").read_bytes())
    assert [one.completed for one in found if isinstance(one, Row)] == [True, False, None]


def test_korean_titles_statuses_and_dates_are_read() -> None:
    _, found = read((FILES / "korean.csv").read_bytes())
    first = found[0]
    assert isinstance(first, Row)
    assert (first.order, first.carrier, first.shipped_at) == ("1001", "CJ대한통운", date(2026, 3, 4))
    assert first.status is not None
    assert first.status.milestone is Milestone.DELIVERED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_s23_encodings_delimiters_and_line_ends_make_no_difference(encoding: str, delimiter: str, end: str) -> None:
    text = (
        delimiter.join(("주문번호", "송장번호", "택배사"))
        + end
        + delimiter.join(("7", "A12345678", "기타 택배사"))
        + end
    )
    found = one(text.encode(encoding))
    assert isinstance(found, Row)
    assert (found.line, found.order, found.number, found.carrier) == (2, "7", "A12345678", "기타 택배사")


def test_s23_western_text_is_not_taken_for_korean() -> None:
    found = one("Order number;Tracking number;Courier\n7;A12345678;Österreichische Post für Süd\n".encode("cp1252"))
    assert isinstance(found, Row)
    assert found.carrier == "Österreichische Post für Süd"


@pytest.mark.parametrize("piece", [1, 2, 3, 7])
def test_encodings_are_found_whatever_the_size_of_the_pieces(piece: int) -> None:
    raw = ("주문번호,송장번호\n" + "1001,한글A1234567\n" * 40).encode("cp949")
    pieces = [raw[at : at + piece] for at in range(0, len(raw), piece)]
    assert detect_encoding(pieces) == "cp949"
    assert b"".join(transcode(pieces, "cp949")).decode().count("한글") == 40


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"", "empty"), (b"\xef\xbb\xbf \r\n", "empty"), (b"PK\x03\x04rest", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "spreadsheet"), (b"\x1f\x8b\x08", "spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 9, "binary"), (b"a,b\n" + b"\0\0\0\0" * 9, "binary"),
    ],
)  # fmt: skip
def test_s23_what_is_no_text_is_refused_with_a_sentence(head: bytes, why: str) -> None:
    with pytest.raises(BadFile) as refused:
        check_kind(head)
    assert refused.value.reason == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Order number,Courier\n1,UPS\n", "no_column"),
        ("1001,1Z999AA10123456784,UPS\n", "no_column"),
        ("Order number,Tracking number,Tracking number\n1,2,3\n", "column_twice"),
        ("Order number,Tracking number," + ",".join(f"c{n}" for n in range(300)) + "\n", "many_columns"),
        (",".join(f"c{n}" for n in range(100_000)) + "\n", "many_columns"),
        ("\n\n", "empty"),
    ],
)
def test_s23_a_header_that_cannot_be_used_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(BadFile) as refused:
        read(text)
    assert refused.value.reason == why
    assert str(refused.value)


def test_the_separator_line_of_spreadsheets_is_no_header() -> None:
    header, found = read("sep=;\nOrder number;Tracking number\n7;A12345678\n")
    assert (header.delimiter, header.line) == (";", 2)
    assert isinstance(found[0], Row)


def test_an_order_number_counts_more_than_an_order_id() -> None:
    found = row("88,A12345678,1001", "order_id,tracking_number,order_number")
    assert isinstance(found, Row)
    assert found.order == "1001"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (",A12345678,UPS", "no_order_number"), ("1,,UPS", "no_number"), ("1,직접수령,", "word_in_number"),
        ("1,Delivered,UPS", "word_in_number"), ("1,memo of the day,UPS", "not_a_number"),
        ("1,1.23457E+11,UPS", "shortened"), ('1,"A12345678, B12345678",UPS', "several_numbers"),
        ("1,=HYPERLINK(1),UPS", "not_a_number"), ("1,A1234\0005678,UPS", "control"),
        ("1,A12345678,UPS,x", "many_cells"), ('1,"A12345678"x,UPS', "open_quote"),
    ],
)  # fmt: skip
def test_a_bad_row_says_where_and_what(cells: str, why: str) -> None:
    found = row(cells)
    assert reason(found) == why
    assert isinstance(found, Problem)
    assert found.line == 2


def test_a_status_word_in_the_number_cell_is_kept_and_shown() -> None:
    found = row("1,재고소진,UPS")
    assert isinstance(found, Problem)
    assert (found.column, found.value) == ("Tracking number", "재고소진")


def test_a_number_protected_from_the_spreadsheet_is_read_plain() -> None:
    found = row('1,"=""001234567890""",UPS')
    assert isinstance(found, Row)
    assert found.number == "001234567890"


def test_what_is_wrong_beside_the_parcel_costs_only_itself() -> None:
    titles = "Order number,Tracking number,Courier,Status,Link,Completed,Qty"
    found = row("1,A12345678,UPS,gone fishing,javascript:alert(1),maybe,3", titles)
    assert isinstance(found, Row)
    assert [problem.reason for problem in found.problems] == [
        "bad_link", "lone_quantity", "unknown_status", "unknown_yes_no",
    ]  # fmt: skip
    assert all(problem.kept for problem in found.problems)
    assert (found.url, found.status, found.completed) == ("", None, False)


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "１", "many", "1e9", "99999999"])
def test_odd_quantities_are_refused(quantity: str) -> None:
    assert (
        reason(row(f"1,A12345678,UPS,TEA,{quantity}", "Order number,Tracking number,Courier,SKU,Qty")) == "bad_quantity"
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-04", date(2026, 3, 4)), ("2026/3/4", date(2026, 3, 4)), ("20260304", date(2026, 3, 4)),
        ("04.03.2026", date(2026, 3, 4)), ("2026. 3. 4", date(2026, 3, 4)), ("2026년 3월 4일", date(2026, 3, 4)),
        ("25/12/2026", date(2026, 12, 25)), ("12/25/2026", date(2026, 12, 25)), ("04/04/2026", date(2026, 4, 4)),
        ("2026-03-04 17:05", datetime(2026, 3, 4, 17, 5)), ("2026-03-04T17:05:09", datetime(2026, 3, 4, 17, 5, 9)),
        ("2026-03-04T17:05:09Z", datetime(2026, 3, 4, 17, 5, 9, tzinfo=UTC)), ("2026-02-30", None), ("46084", None),
        ("1926-03-04", None), ("2026-03-04 25:00", None), ("yesterday", None), ("２０２６-03-04", None),
    ],
)  # fmt: skip
def test_dates_are_read_where_they_can_mean_one_day_only(text: str, value: date | None) -> None:
    if value is None:
        with pytest.raises(ValueError, match=r".*"):
            read_date(text)
    else:
        assert read_date(text) == value


def test_a_date_that_can_be_two_is_asked_for_again() -> None:
    with pytest.raises(Ambiguous):
        read_date("03/04/2026")
    assert (
        reason(row("1,A12345678,UPS,03/04/2026", "Order number,Tracking number,Courier,Date shipped"))
        == "ambiguous_date"
    )


def test_an_offset_in_a_date_is_kept() -> None:
    found = read_date("2026-03-04 17:05:00+09:00")
    assert isinstance(found, datetime)
    assert found.utcoffset() == timedelta(hours=9)


def test_s23_a_quote_that_never_closes_costs_its_line_alone() -> None:
    _, found = read('Order number,Tracking number\n1,"A12345678\n' + "2,B12345678\n" * 200)
    assert [reason(found[0]), found[0].line] == ["open_quote", 2]
    assert [type(one) for one in found[1:]] == [Row] * 200
    assert found[-1].line == 202


def test_s23_a_line_without_end_costs_itself_alone_and_no_memory() -> None:
    text = b"Order number,Tracking number\n1," + b"A" * (LONGEST_RECORD * 40) + b"\n2,B12345678\n"
    stream = io.BytesIO(text)
    header = read_header(stream)
    tracemalloc.start()
    found = [read_row(header, one) for one in read_records(stream, ",", header.end, 2)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [reason(found[0]), type(found[1])] == ["long_line", Row]
    assert found[1].line == 3
    assert peak < LONGEST_RECORD * 6


def test_texts_with_line_ends_inside_quotation_marks_keep_the_count_of_lines() -> None:
    _, found = read('Order number,Tracking number,Note\n1,A12345678,"two\nlines"\n2,B12345678,x\n')
    assert [one.line for one in found] == [2, 4]


@given(st.binary(max_size=300))
def test_s23_any_bytes_give_rows_problems_or_one_refusal(noise: bytes) -> None:
    for raw in (noise, b"Order number,Tracking number\n" + noise):
        try:
            check_kind(raw)
            _, found = read(raw)
        except BadFile:
            continue
        assert all(isinstance(one, Row | Problem) for one in found)


@given(st.lists(st.text(alphabet='ab1,"\n;\t', max_size=12), max_size=8))
def test_reading_on_from_any_record_gives_the_same_rest(lines: list[str]) -> None:
    stream = io.BytesIO(("Order number,Tracking number\n" + "\n".join(lines)).encode())
    records = list(read_records(stream, ","))
    for index, record in enumerate(records):
        line = stream.getvalue()[: record.end].count(b"\n") + 1
        assert list(read_records(stream, ",", record.end, line)) == records[index + 1 :]
