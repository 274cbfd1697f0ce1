"""Walking through what strangers send, and XML as safe as JSON."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.sdk import BadPayload, part, pick, read_json, read_xml, rows, word
from tracker.sdk.reading import MOST_OBJECTS, MOST_ROWS, MOST_TAGS

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><l>&j;</l>"
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"<", b"<a>", b"{}", b"<a/><b/>", b"<a>\x00</a>", b"\xff\xfe<\x00a\x00/\x00>\x00", b"<a>\xff</a>",
     "<a/>".encode("utf-16"), b"<a>&lol;</a>", b'<?xml version="1.0" encoding="utf-7"?><a/>', b"<!DOCTYPE html><html/>",
     b'<?xml version="1.0" encoding="idna"?><a/>', LAUGHS, OUTSIDE, b"<a b='1' b='2'/>", b"<x:a/>",
     b"<!doctype html><html><body>Down</body></html>"],
)  # fmt: skip
def test_s27_hostile_xml_is_a_bad_payload_and_nothing_else(body):
    started = time.thread_time()
    with pytest.raises(BadPayload):
        read_xml(body)
    assert time.thread_time() - started < 0.5


def test_s27_xml_that_is_nested_too_deeply_is_a_bad_payload():
    with pytest.raises(BadPayload, match="not XML"):
        read_xml(b"<a>" * 20_000 + b"</a>" * 20_000)


def test_r25_a_body_of_more_things_than_parcels_have_is_not_read():
    with pytest.raises(BadPayload, match="objects"):
        read_json(b"[" + b",".join([b"{}"] * (MOST_OBJECTS + 1)) + b"]")
    with pytest.raises(BadPayload, match="tags"):
        read_xml(b"<a>" + b"<b/>" * MOST_TAGS + b"</a>")


@given(st.binary(max_size=80) | st.text(alphabet="<>/a b='\"&;!?x:", max_size=40).map(str.encode))
def test_s27_no_bytes_make_the_reading_of_xml_raise_anything_else(body):
    try:
        read = read_xml(body)
    except BadPayload:
        return
    assert isinstance(read, dict)


def test_xml_is_read_like_json():
    body = b"""
    <?xml version="1.0" encoding="UTF-8"?>
    <t:reply xmlns:t="urn:x"><!-- a comment --><t:parcel t:id="7" state="ok">
      <number> AC1 </number><scan>one</scan><scan at="9">two</scan><scan/><note>a<![CDATA[ <b> ]]></note>
    </t:parcel></t:reply>"""
    assert read_xml(body) == {
        "reply": {
            "parcel": {
                "@id": "7",
                "@state": "ok",
                "number": "AC1",
                "scan": ["one", {"@at": "9", "#text": "two"}, ""],
                "note": "a <b>",
            }
        }
    }


@pytest.mark.parametrize(
    ("declared", "coding"),
    [("utf-8", "utf-8"), ("UTF8", "utf-8"), ("utf-8", "utf-8-sig"), ("ISO-8859-1", "latin-1"),
     ("windows-1252", "cp1252"), ("iso-8859-15", "iso-8859-15")],
)  # fmt: skip
def test_xml_is_read_in_the_encoding_that_it_declares(declared, coding):
    assert read_xml(f"<?xml version='1.0' encoding='{declared}'?><a>Zürich</a>".encode(coding)) == {"a": "Zürich"}


def test_korean_xml_is_read():
    assert read_xml('<?xml version="1.0" encoding="euc-kr"?><a>배달완료</a>'.encode("euc-kr")) == {"a": "배달완료"}


TREE = {"a": [{"b": " x "}, {"b": 7}, "text"], "one": {"b": True}, "none": None}


@pytest.mark.parametrize(
    ("path", "seen"),
    [(("a", 0, "b"), " x "), (("a", -1), "text"), (("a", 9), None), (("a", "b"), None), (("one", 0), None),
     (("none", "x"), None), (("a", 2, 0), None), ((), TREE)],
)  # fmt: skip
def test_a_path_that_breaks_off_leads_to_nothing(path, seen):
    assert pick(TREE, *path) == seen


def test_words_parts_and_rows_are_what_they_say_whatever_is_there():
    assert [word(TREE, "a", n, "b") for n in range(4)] == ["x", "7", "", ""]
    assert word(TREE, "one", "b") == word(TREE, "none") == word(TREE) == word([]) == ""
    assert word("x" * 300) == "x" * 200
    assert word({"t": "x" * 300}, "t", limit=5) == "xxxxx"
    assert part(TREE, "one") == {"b": True}
    assert part(TREE, "a") == part(TREE, "a", 2) == part(None) == {}
    assert rows(TREE, "a") == TREE["a"][:2]
    assert rows(TREE, "one") == [{"b": True}]
    assert rows(TREE, "none") == rows("x") == rows(7) == []


def test_r26_no_list_is_so_long_that_it_is_read_whole():
    assert len(rows([{}] * (MOST_ROWS + 1))) == MOST_ROWS
