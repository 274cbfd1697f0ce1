"""What the contract is made of: spoiled payloads, made-up settings, looked-at requests, watched calls."""

import datetime as dt
import json
import random
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, BaseModel, Field, SecretStr

from tracker.sdk import ApiUrl, Payload, Upstream, read_xml
from tracker.testing.faults import REFUSALS, Fault, MadeUpHttp, complaints
from tracker.testing.made_up import SECRET, NoValue, make_settings
from tracker.testing.purity import impurities
from tracker.testing.spoiling import WRONG_VALUES, small, spoiled, truncations

ROWS = {"number": "1", "rows": [{"a": 1}, {"a": 2}, {"a": 3, "b": {"c": None}}, {"a": 4}]}
XML = b"<?xml version='1.0'?><r xmlns='urn:x'><n>1</n><row><a k='v'>1</a></row><row><a>2</a></row><row><b/></row></r>"


def test_a_list_is_made_small_without_losing_a_kind_of_field() -> None:
    assert small(ROWS) == {"number": "1", "rows": [{"a": 1}, {"a": 3, "b": {"c": None}}]}


def test_each_kind_of_field_is_spoiled_once_with_every_wrong_value() -> None:
    seen: set[tuple[str | int, ...]] = set()
    changes = list(spoiled(Payload(json.dumps(ROWS).encode()), seen))
    shapes = {("number",), ("rows",), ("rows", "*"), ("rows", "*", "a"), ("rows", "*", "b"), ("rows", "*", "b", "c")}
    assert seen == shapes
    assert len(changes) == len(shapes) * len(WRONG_VALUES)
    spoilt = {change: json.loads(payload.body) for change, payload in changes}
    assert spoilt["rows.1.b.c = True"]["rows"] == [{"a": 1}, {"a": 3, "b": {"c": True}}]
    assert spoilt["rows = 'x'"] == {"number": "1", "rows": "x"}
    assert not list(spoiled(Payload(json.dumps(ROWS).encode()), seen)), "what was spoiled is not spoiled again"


def test_xml_is_spoiled_like_json() -> None:
    changes = {change: read_xml(payload.body)["r"] for change, payload in spoiled(Payload(XML))}
    assert changes["n = 'x'"]["n"] == "x"
    assert "n" not in changes["n left out"]
    assert changes["n twice"]["n"] == ["1", "1"]
    assert changes["row.a with an element in it"]["row"][0]["a"]["x"] == {"@y": "z"}
    assert {change.partition(" ")[0] for change in changes} == {"n", "row", "row.a", "row.b"}


def test_what_is_neither_json_nor_xml_is_left_alone() -> None:
    for body in (b"", b"plain", b"<a", b"\xff"):
        assert not list(spoiled(Payload(body)))
    assert len(list(truncations(b"x" * 1000))) <= 25


class Colour(StrEnum):
    RED = "red"


class Inner(BaseModel):
    name: str
    key: SecretStr


class Odd(BaseModel):
    plain: str
    short: str = Field(max_length=3)
    long: str = Field(min_length=40)
    key: SecretStr = Field(min_length=5)
    hexadecimal: Annotated[SecretStr, AfterValidator(lambda value: SecretStr(hex(int(value.get_secret_value(), 16))))]
    link: ApiUrl
    count: int = Field(ge=1)
    share: float
    flag: bool
    choice: Literal["x", "y"]
    colour: Colour
    optional: str | None
    inner: Inner
    names: list[str]
    country: str = Field(pattern="^[A-Z]{2}$")
    push_secret: SecretStr = SecretStr("")
    left: str = "as it is"


def test_settings_are_made_up_for_every_usual_type() -> None:
    made = make_settings(Odd, {"plain": "given"})
    assert (made.plain, made.left, made.choice, made.colour) == ("given", "as it is", "x", Colour.RED)
    assert (len(made.short), len(made.long)) == (3, 40)
    assert made.push_secret.get_secret_value() == SECRET
    assert len(SECRET) == 32
    bare = make_settings(Odd, {}, secrets=False)
    assert bare.push_secret.get_secret_value() == ""
    assert bare.key.get_secret_value() != "", "what must not be empty is not"


def test_a_setting_for_which_nothing_can_be_made_up_is_named() -> None:
    def refuse(_: str) -> str:
        raise ValueError("never")

    class Fussy(BaseModel):
        region: Annotated[str, AfterValidator(refuse)]

    with pytest.raises(NoValue, match=r"setting region.*PLUGIN_SETTINGS"):
        make_settings(Fussy, {})


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"url": "http://api.example/x"}, "https://"),
        ({"url": "https://api.example/a b"}, "https://"),
        ({"url": "https://api.example/a/%2e%2e/b"}, "leaves its folder"),
        ({"url": "https://api.example/", "headers": {"X-A": "b\r\nX-C: d"}}, "control character"),
        ({"url": "https://api.example/", "params": {"n": 7}}, "no text"),
        ({"url": "https://api.example/", "body": b"<a>&</a>"}, "XML that cannot be read"),
        ({"url": "https://api.example/", "body": b'{"a": "b"c"}'}, "JSON that cannot be read"),
        ({"url": "https://api.example/", "json": {1, 2}}, "JSON that cannot be written"),
        ({"url": "https://api.example/%2F..%2F", "body": b'{"a": 1}', "params": {"n": "7"}}, ""),
    ],
)
def test_requests_are_looked_at_as_the_other_side_would(request_: dict[str, object], said: str) -> None:
    http = MadeUpHttp(Fault("", 200).answer)
    http.request("POST", **request_)  # type: ignore[arg-type]
    found = complaints(http.asked[0])
    assert bool(found) == bool(said), found
    assert said in "".join(found)


def test_a_fault_answers_or_does_not() -> None:
    for fault in REFUSALS:
        if fault.status:
            assert fault.answer("https://api.example/").status == fault.status
        else:
            with pytest.raises(Upstream):
                fault.answer("https://api.example/")


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (time.time, ["the clock"]),
        (lambda: dt.datetime.now(dt.UTC), ["the clock"]),
        (dt.date.today, ["the clock"]),
        (random.random, ["chance"]),
        (Path(__file__).read_bytes, ["a file"]),
        (lambda: dt.datetime.fromisoformat("2026-03-02").time(), []),
        (lambda: json.loads("[]"), []),
    ],
)
def test_what_a_call_reaches_for_is_seen(function: Callable[[], object], found: list[str]) -> None:
    assert [one.partition(" (")[0] for one in impurities(function)] == found
