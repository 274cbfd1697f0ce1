"""Provider objects are input: each attribute that is wrong is named."""

from datetime import timedelta

import pytest
from pydantic import BaseModel

from tracker.host.checks import complaints, is_public_url
from tracker.sdk import (
    Block,
    Carrier,
    Channel,
    Limits,
    Milestone,
    NumberFormat,
    Parsed,
    Status,
    StoreConnector,
    Term,
    Vocabulary,
)


class Post(Carrier):
    id = "post"
    names = {"en": "Post", "ko": "우편"}
    url = "https://post.example/track?n={number}"
    formats = [NumberFormat("s10", r"[A-Z]{2}(?P<serial>[0-9]{8})(?P<check>[0-9])[A-Z]{2}", check="s10")]

    def parse(self, payload):
        return Parsed()


class Card(BaseModel):
    title: str = ""


class Offer(Block):
    id = "offer"
    names = {"en": "Offer"}
    content = Card
    template = "offer.html"

    def context(self, view, ctx):
        return {}


def with_attribute(base, name, value):
    return type("Changed", (base,), {name: value})()


def test_a_good_carrier_has_no_complaint():
    assert complaints("carrier", Post()) == []


def test_an_id_may_begin_with_a_digit_and_with_nothing_else_than_that_or_a_letter():
    assert complaints("carrier", with_attribute(Post, "id", "17track")) == []
    for wrong in ("-post", "_post", "포스트", "", "p" * 41):
        assert "id" in " ".join(complaints("carrier", with_attribute(Post, "id", wrong)))


def test_a_vocabulary_names_only_words_that_it_has():
    bare = {"id": "acme", "names": {"en": "Acme"}, "terms": (Term("gone", Status(Milestone.RETURNED)),)}
    for instead, told in (({}, ""), ({Milestone.RETURNING: "lost"}, "'lost'"), ("gone", "mapping")):
        found = complaints("vocabulary", type("V", (Vocabulary,), {**bare, "instead": instead})())
        assert told in " ".join(found)
        assert bool(found) is bool(told)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("id", "Post", "id"),
        ("id", "../etc", "id"),
        ("id", "post\n", "id"),
        ("id", None, "id"),
        ("names", {"ko": "우편"}, "names"),
        ("names", "Post", "names"),
        ("names", {"en": "Po\u202est"}, "plain text"),
        ("names", {"en": "x" * 81}, "plain text"),
        ("names", {"en": "Post", "english please": "Post"}, "locale"),
        ("url", "http://post.example/{number}", "https"),
        ("url", "https://post.example/", "{number}"),
        ("url", "https://{number}.example/", "host"),
        ("url", "javascript:alert({number})", "https"),
        ("url", "https://user@post.example/{number}", "https"),
        ("url", "https://post.example/{number}\n", "https"),
        ("formats", "AA", "formats"),
        ("formats", ["AA"], "NumberFormat"),
        ("formats", [NumberFormat("x", "(")], "compile"),
        ("formats", [NumberFormat("x", "a" * 1001)], "longer"),
        ("formats", [NumberFormat("x", "[0-9]+", check="mod10")], "serial"),
        ("formats", [NumberFormat("x", "[0-9]+", countries=("korea",))], "code"),
        ("countries", "KR", "list"),
        ("countries", ["kr"], "code"),
        ("limits", 60, "Limits"),
        ("limits", Limits(requests=0), "limits"),
        ("limits", Limits(per=timedelta(0)), "per"),
        ("quickest", 10, "quickest"),
        ("slowest", timedelta(seconds=5), "slowest"),
        ("polls", 1, "polls"),
        ("polls", True, "fetch"),
        ("proves", 1, "proves"),
        ("proves", True, "proofs"),
        ("id", property(lambda self: 1 / 0), "cannot be read"),
    ],
)
def test_a_carrier_with_a_wrong_attribute_is_told_which(name, value, told):
    assert told in " ".join(complaints("carrier", with_attribute(Post, name, value)))


@pytest.mark.parametrize("template", ["../offer.html", "a/b.html", "/etc/passwd", "", ".hidden", "offer.html\n", None])
def test_s30_a_block_cannot_name_a_template_elsewhere(template, tmp_path):
    assert "plain file name" in " ".join(complaints("block", with_attribute(Offer, "template", template), tmp_path))


def test_a_block_needs_its_template_in_its_own_folder(tmp_path):
    assert "no file" in " ".join(complaints("block", Offer(), tmp_path))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "offer.html").write_text("")
    assert complaints("block", Offer(), tmp_path) == []


def test_blocks_channels_and_stores_must_do_what_they_are_for(tmp_path):
    assert "content" in " ".join(complaints("block", with_attribute(Offer, "content", dict), tmp_path))
    bare = {"id": "x", "names": {"en": "X"}}
    assert complaints("channel", type("C", (Channel,), bare)()) == ["there is no send"]
    assert complaints("store", type("S", (StoreConnector,), bare)()) == ["there is no verify", "there is no parse"]
    assert "address" in complaints("channel", type("C", (Channel,), {**bare, "address": "fax", "send": print})())[0]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "//evil.example", "\\\\evil.example", "https:evil.example", "http://a.example",
        "https://", "https:///x", "https://a.example/\r\nx", "https://a.example\\@evil.example", "https://u:p@a.example/",
        "https://a.example/ x", "https://a.example:99999/", "https://[::1", "HTTPS\t://a.example", "https://a.example/\u202e",
    ],
)  # fmt: skip
def test_s09_a_dangerous_address_is_never_a_link(url):
    assert not is_public_url(url)


def test_s09_a_plain_https_address_is_a_link():
    assert is_public_url("https://post.example/track?n=1Z%20#top")
