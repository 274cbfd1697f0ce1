"""The small tools that `tracker.sdk` gives to plugins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tracker.sdk import (
    AuthFailed,
    BadPayload,
    BadRequest,
    BaseUrl,
    Context,
    HttpAnswer,
    NoSettings,
    NotFound,
    RateLimited,
    Rules,
    Upstream,
    check,
    https_url,
    plain,
    read_json,
    retry_after,
)
from tracker.sdk.urls import api_url


def answer(status, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpAnswer(status, names, b"secret body", "https://api.example/x?key=secret")


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AuthFailed), (403, AuthFailed), (404, NotFound), (410, NotFound), (422, BadRequest), (400, BadRequest),
     (429, RateLimited), (408, Upstream), (500, Upstream), (503, Upstream), (301, Upstream), (304, Upstream)],
)  # fmt: skip
def test_each_http_status_has_its_error_and_the_message_holds_no_secret(status, error):
    with pytest.raises(error) as caught:
        check(answer(status))
    assert str(caught.value) == f"api.example answered HTTP {status}"


def test_an_answer_that_went_well_is_handed_back():
    assert check(answer(201)).status == 201


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120), ("0", 0), ("1e9", None), ("-5", None), ("999999999999999", 86400), ("soon", None), ("", None),
        ("\u0661", None), ("Mon, 02 Mar 2026 09:00:30 GMT", 30), ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
    ],
)  # fmt: skip
def test_r27_retry_after_is_read_in_every_spelling_and_clamped(text, seconds):
    assert retry_after(answer(429, retry_after=text, date="Mon, 02 Mar 2026 09:00:00 GMT")) == seconds


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 100_000, b'{"a":NaN}', b"[Infinity]", "{}".encode("utf-16"), b"\xff", b"9" * 5000, b"{}x"],
)
def test_s27_hostile_json_is_a_bad_payload_and_nothing_else(body):
    with pytest.raises(BadPayload):
        read_json(body)


def test_json_with_a_byte_order_mark_is_read():
    assert read_json(b'\xef\xbb\xbf{"a": 9223372036854775808}') == {"a": 2**63}


@given(st.binary(max_size=200))
def test_s27_no_bytes_raise_anything_but_bad_payload(body):
    try:
        read = read_json(body)
    except BadPayload:
        return
    assert read is None or isinstance(read, bool | int | float | str | list | dict)


@given(st.text(max_size=300))
def test_plain_text_is_one_line_without_controls(text):
    line = plain(text, 50)
    assert len(line) <= 50
    assert line == plain(line, 50)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in line)


def test_plain_text_of_other_things():
    assert plain("a\r\nb\u2028c\x00d\ud800e\u202ef") == "a b c def"
    assert [plain(value) for value in (7, True, None, 1.5, ["x"], 10**400)] == ["7", "", "", "", "", ""]


ODD = [
    "javascript:alert(1)", "data:text/html,x", "//evil.example", "\\\\evil.example", "https:evil.example", "https://",
    "https:///x", "https://a b.example", "https://x.example\n", "https://user@x.example", "https://x.example/\"onload=",
    "ftp://x.example", "http://x.example", "https://x.example:99999", "https://[", "", "https://x.example\\@evil.example",
    "https://\u0445.example", "https://x.example/\u202e", "https://x.example/\u00a0",
    "java\tscript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("address", ODD)
def test_s09_only_complete_https_addresses_pass(address):
    for rule in (https_url, api_url):
        with pytest.raises(ValueError, match="https://"):
            rule(address)


def test_an_api_on_this_machine_may_use_plain_http():
    assert api_url("http://127.0.0.1:8123/x") == "http://127.0.0.1:8123/x"
    assert https_url("https://x.example/\uc591\ub9d0") == "https://x.example/\uc591\ub9d0"
    assert https_url("https://x.example:8443/a?b=%20c#d") == "https://x.example:8443/a?b=%20c#d"
    with pytest.raises(ValueError, match="https://"):
        https_url("http://127.0.0.1")


class Settings(BaseModel):
    base_url: BaseUrl


def test_a_path_can_follow_the_address_of_an_api():
    for typed in ("https://api.example/v1", "https://api.example/v1/", "https://api.example/v1//"):
        assert Settings(base_url=typed).base_url == "https://api.example/v1"
    with pytest.raises(ValueError, match="https://"):
        Settings(base_url="http://api.example")


def test_settings_are_the_plugins_own_or_a_bug():
    ctx = Context(Settings(base_url="https://api.example"), None, None, None, str)
    assert ctx.settings_as(Settings).base_url == "https://api.example"
    with pytest.raises(TypeError, match="Settings, not NoSettings"):
        ctx.settings_as(NoSettings)


RULES = """
[code]
DL = "delivered"
[[text]]
any = ["held at customs", "customs delay"]
status = "in_transit customs +delayed"
[[text]]
matches = ["^back to [a-z]+"]
status = "returning"
"""


def test_rules_answer_with_the_first_that_fits_and_can_be_read_as_a_list(tmp_path):
    file = tmp_path / "statuses.toml"
    file.write_text(RULES)
    rules = Rules.load(file)
    asked = [{"code": "dl", "text": "held at customs"}, {"code": "", "text": "Customs  delay"}, {"text": "back to us"}]
    assert [rules.read(**one)[1] for one in asked] == ["code = DL", "", "text matches ^back to [a-z]+"]
    listed = [(one.field, one.kind, one.word, str(one.status.milestone)) for one in rules.describe()]
    assert listed == [
        ("code", "equals", "DL", "delivered"),
        ("text", "any", "held at customs", "in_transit"),
        ("text", "any", "customs delay", "in_transit"),
        ("text", "matches", "^back to [a-z]+", "returning"),
    ]
    assert rules.describe()[1].status == rules.read(text="long held at customs")[0]
