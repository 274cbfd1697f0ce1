"""A recorded answer without the people and the secrets in it."""

import base64
import json

import pytest

from tracker.sdk import BadPayload, read_xml
from tracker.services.blanking import BLANK, Blanker, same_shape

NUMBER, OTHER = "1Z999AA10123456784", "1Z000BB20987654321"
PICTURE = base64.b64encode(b"\x89PNG" + bytes(200)).decode()
ANSWER = {
    "trackingNumber": NUMBER,
    "invoiceNo": "1z 999 aa1 01 2345 6784",
    "note": f"Parcel {NUMBER.lower()} for order",
    "account": {"accountNumber": "W1234567", "access_token": "eyJhbGciOi", "language": "en_US"},
    "shipper": {"name": "Tea House", "city": "Seoul", "countryCode": "KR"},
    "recipient": {"name": "Jun Example", "address": {"city": "Boise", "zip": "83702"}, "phones": ["208-555-0134"]},
    "delivery": {"receivedBy": "J. EXAMPLE", "signatureImage": PICTURE, "signatureRequired": True, "pod": PICTURE},
    "references": [{"type": "ORDER", "referenceNumber": "A-4107"}],
    "link": "https://acme.example/pod?key=secret-of-the-shop",
    "scans": [
        {"at": "2026-03-02T10:15:00+01:00", "code": "PU", "city": "Lyon", "postalCode": "69001", "lat": 45.76404},
        {"at": "20260303 0540", "code": "DL", "text": "Left with Mr Kim, 010-1234-5678, kim@home.example"},
        {"at": 1772442307, "code": "TR", "text": "Signed for by EXAMPLE", "latitude": "47.5596", "weight": 1.25},
    ],
    "wrapped": json.dumps({"driverName": "Kim", "state": "ok"}),
}


def blank(answer: object, **more: object) -> tuple[dict, dict[str, str]]:
    blanker = Blanker(**{"numbers": {NUMBER: NUMBER}, **more})
    body, kind = blanker.blank(json.dumps(answer).encode())
    assert kind == "json"
    return json.loads(body), blanker.found


def test_s32_people_and_secrets_are_blanked_and_events_are_not() -> None:
    told, _ = blank(ANSWER, secrets=["secret-of-the-shop"], private=["Mr Kim"])
    text = json.dumps(told, ensure_ascii=False)
    for gone in ("W1234567", "eyJ", "Tea House", "Jun", "208-555", "J. EXAMPLE", "iVBOR", "A-4107", "secret-of", "Kim",
                 "1234-5678", "kim@", "69001", "83702", "45.764"):  # fmt: skip
        assert gone not in text, gone
    assert told["trackingNumber"] == NUMBER
    assert told["invoiceNo"] == ANSWER["invoiceNo"], "the number itself, whatever the field is called"
    assert [scan["at"] for scan in told["scans"]] == [scan["at"] for scan in ANSWER["scans"]]
    assert [scan["code"] for scan in told["scans"]] == ["PU", "DL", "TR"]
    assert told["scans"][0]["city"] == "Lyon"
    assert (told["scans"][0]["lat"], told["scans"][2]["latitude"]) == (45.8, "47.6")
    assert told["scans"][1]["text"] == f"Left with {BLANK}, [phone], [e-mail]"
    assert told["account"]["language"] == "en_US"
    assert told["shipper"] == {"name": BLANK, "city": BLANK, "countryCode": "KR"}
    assert told["delivery"]["signatureRequired"] is True
    assert told["scans"][2]["weight"] == 1.25
    assert json.loads(told["wrapped"]) == {"driverName": BLANK, "state": "ok"}


def test_the_author_is_told_where_something_was_and_never_what() -> None:
    _, found = blank(ANSWER, secrets=["secret-of-the-shop"], private=["Mr Kim"])
    assert found["account.access_token"] == "secret"
    assert found["delivery.receivedBy"] == "name"
    assert found["recipient.address.city"] == "person"
    assert found["scans[].text"] == "private text"
    assert not [what for what in found.values() if "Kim" in what]


def test_the_number_is_replaced_however_it_is_written() -> None:
    told, _ = blank(ANSWER, numbers={NUMBER: OTHER})
    assert told["trackingNumber"] == OTHER
    assert told["invoiceNo"] == "1z 000 bb2 09 8765 4321"
    assert told["note"] == f"Parcel {OTHER.lower()} for order"
    told, _ = blank({"number": 123456789, "key": {"123456789": 1}}, numbers={"123456789": "987654321"})
    assert told == {"number": 987654321, "key": {"987654321": 1}}
    told, _ = blank({"number": 123456789}, numbers={"123456789": "087654321"})
    assert told == {"number": "087654321"}, "JSON has no number that begins with 0"


def test_xml_keeps_its_shape_its_names_and_its_texts() -> None:
    body = f"""<?xml version="1.0" encoding="ISO-8859-1"?>
    <s:Envelope xmlns:s="urn:soap" xmlns="urn:acme"><!-- made by Jun --><s:Body><Parcel number="{NUMBER}" token="t0ken">
      <Receiver><Name>Jürgen Example</Name><Country>DE</Country></Receiver>
      <Scan><Code>DL</Code><Text><![CDATA[Left with Jürgen <now>]]></Text><SignedBy>J. Example</SignedBy></Scan>
    </Parcel></s:Body></s:Envelope>""".encode("latin-1")
    blanker = Blanker(private=["Jürgen"], numbers={NUMBER: OTHER})
    blanked, kind = blanker.blank(body)
    assert kind == "xml"
    assert b"<s:Envelope" in blanked
    assert b"Jun" not in blanked
    parcel = read_xml(blanked)["Envelope"]["Body"]["Parcel"]
    assert parcel == {
        "@number": OTHER,
        "@token": BLANK,
        "Receiver": {"Name": BLANK, "Country": "DE"},
        "Scan": {"Code": "DL", "Text": f"Left with {BLANK} <now>", "SignedBy": BLANK},
    }
    assert blanker.found["Envelope.Body.Parcel.Receiver.Name"] == "person"


def test_korean_xml_and_korean_names_are_blanked() -> None:
    body = '<?xml version="1.0" encoding="euc-kr"?><a><manName>홍길동</manName><state>배달완료</state></a>'.encode(
        "euc-kr"
    )
    blanked, _ = Blanker().blank(body)
    assert read_xml(blanked) == {"a": {"manName": BLANK, "state": "배달완료"}}


@pytest.mark.parametrize("body", [b"", b"<html>", b"plain", b"\xff", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_is_neither_json_nor_xml_is_not_recorded(body: bytes) -> None:
    with pytest.raises(BadPayload):
        Blanker().blank(body)


def test_s32_nothing_is_recorded_where_a_secret_would_stay_in_it() -> None:
    """What cannot be taken out, as it is a word of the format itself, keeps the whole answer back."""
    with pytest.raises(BadPayload, match="still in the answer"):
        Blanker(secrets=["true"]).blank(b'{"ok": true}')


def test_plain_answers_are_left_as_they_are() -> None:
    scan = {"text": "Sorted", "mailClass": "First", "code": "0112345678", "signatureExists": "false"}
    answer = {"status": "ok", "scans": [scan], "carrierFullName": "Acme Parcels Ltd", "empty": "", "no": None}
    told, found = blank(answer)
    assert told == answer
    assert not found


@pytest.mark.parametrize(
    ("other", "same"),
    [("1Z000BB20987654321", True), ("1z000BB20987654321", False), ("1Z000BB2098765432", False),
     ("1ZA00BB20987654321", False), ("", False)],
)  # fmt: skip
def test_a_made_up_number_has_the_shape_of_the_real_one(other: str, same: bool) -> None:
    assert same_shape(NUMBER, other) is same
