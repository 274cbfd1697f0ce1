"""Rules and formats as data: what they say, and what a slip of the pen costs."""

import pytest

from tracker.sdk import UNKNOWN, Milestone, NumberFormat, Rules, Status, load_formats, read_status

TABLE = """
[code]
DL = "delivered"
x1 = "exception customs +delayed +action"

[[text]]
starts = ["out for"]
status = "out_for_delivery"

[[text]]
any = ["customs", "zoll"]
status = "in_transit customs +delayed"

[[text]]
matches = ['\\b(no|nobody)\\b.*home']
status = "attempt_failed absent"

[[text]]
equals = ["delivered"]
status = "delivered"
"""


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "statuses.toml").write_text(TABLE)
    return Rules.load(tmp_path / "statuses.toml")


@pytest.mark.parametrize(
    ("fields", "status", "rule"),
    [
        ({"code": "DL"}, Status(Milestone.DELIVERED), "code = DL"),
        ({"code": "dl", "text": "Held at customs"}, Status(Milestone.DELIVERED), "code = DL"),
        ({"code": "X1"}, Status(Milestone.EXCEPTION, "customs", True, True), "code = x1"),
        ({"text": "OUT FOR delivery"}, Status(Milestone.OUT_FOR_DELIVERY), "text starts out for"),
        ({"text": "Is out for delivery"}, UNKNOWN, ""),
        ({"code": "??", "text": "Beim ZOLL"}, Status(Milestone.IN_TRANSIT, "customs", True), "text any zoll"),
        (
            {"text": "There was Nobody at home"},
            Status(Milestone.ATTEMPT_FAILED, "absent"),
            r"text matches \b(no|nobody)\b.*home",
        ),
        ({"text": "Delivered"}, Status(Milestone.DELIVERED), "text equals delivered"),
        ({"text": "Delivered?"}, UNKNOWN, ""),
        ({"code": "", "text": ""}, UNKNOWN, ""),
        ({"other": "DL"}, UNKNOWN, ""),
        ({}, UNKNOWN, ""),
    ],
)
def test_the_first_rule_that_fits_answers_and_is_named(rules, fields, status, rule):
    assert rules.read(**fields) == (status, rule)
    assert rules.read(**fields) == (status, rule), "and so it does when it is asked again"


def test_texts_of_strangers_do_not_fill_the_memory(rules, monkeypatch):
    monkeypatch.setattr("tracker.sdk.rules.MOST_KNOWN", 10)
    for number in range(100):
        rules.read(text=str(number))
    assert len(rules._known) <= 10


@pytest.mark.parametrize(
    ("entry", "status"),
    [("delivered", Status(Milestone.DELIVERED)), (" exception  lost ", Status(Milestone.EXCEPTION, "lost")),
     ("in_transit +delayed", Status(Milestone.IN_TRANSIT, "", True)),
     ("+action exception", Status(Milestone.EXCEPTION, "", False, True))],
)  # fmt: skip
def test_a_status_is_a_milestone_with_a_reason_and_flags(entry, status):
    assert read_status(entry) == status


@pytest.mark.parametrize(
    "entry", ["", "gone", "delivered at home", "delivered +soon", "+delayed", 7, None, ["delivered"]]
)
def test_an_entry_that_is_no_status_is_refused(entry):
    with pytest.raises(ValueError, match=r"milestone|Milestone"):
        read_status(entry)


@pytest.mark.parametrize(
    "table",
    ["[code]\nA = 'gone'", "[code]\nA = 7", "code = 'delivered'", "[[text]]\nany = ['a']",
     "[[text]]\nstatus = 'delivered'", "[[text]]\nany = 'abc'\nstatus = 'delivered'",
     "[[text]]\nany = ['']\nstatus = 'delivered'", "[[text]]\nany = [7]\nstatus = 'delivered'",
     "[[text]]\nany = ['a']\nequals = ['b']\nstatus = 'delivered'", "[[text]]\nlike = ['a']\nstatus = 'delivered'",
     "[[text]]\nmatches = ['(']\nstatus = 'delivered'", "text = ['delivered']", "[code"],
)  # fmt: skip
def test_a_rule_that_is_none_is_refused_when_it_is_loaded(tmp_path, table):
    """A lone text would be read letter by letter, and an empty one would fit everything."""
    (tmp_path / "statuses.toml").write_text(table)
    with pytest.raises(ValueError, match=r".{10}"):
        Rules.load(tmp_path / "statuses.toml")


def test_formats_are_read_from_their_file(tmp_path):
    (tmp_path / "formats.toml").write_text(
        """
        [[format]]
        name = "1Z"
        pattern = '1Z(?P<serial>[0-9A-Z]{15})(?P<check>[0-9])'
        check = "mod10"
        options = {weights = [1, 2]}
        prefix = true
        countries = ["US", "CA"]
        """
    )
    (shape,) = load_formats(tmp_path / "formats.toml")
    assert shape == NumberFormat(
        "1Z", "1Z(?P<serial>[0-9A-Z]{15})(?P<check>[0-9])", "mod10", {"weights": [1, 2]}, True, ("US", "CA")
    )


@pytest.mark.parametrize(
    "text", ["[[format]]\nname = 'x'", "[[format]]\nname='x'\npattern='y'\ncolour='z'", "format = [7]"]
)
def test_a_format_that_is_none_is_refused_with_the_file_and_the_key(tmp_path, text):
    (tmp_path / "formats.toml").write_text(text)
    with pytest.raises(ValueError, match=r"formats\.toml"):
        load_formats(tmp_path / "formats.toml")
