"""Vocabularies: words read below their main words, and told so that they never claim more than a status says."""

import pytest

from tracker.sdk import (
    UNKNOWN,
    Milestone,
    OrderMilestone,
    OrderState,
    Status,
    Term,
    Vocabulary,
    load_terms,
    load_vocabulary,
)

ACME = """
names = {en = "Acme"}

[instead]
returned = "Trouble"
picked_up = "Moving_1"
cancelled = "Waiting"

[also]
Halted = "Stuck"

[terms]
Waiting = "pending"
Moving = "in_transit"
"Brought home" = "delivered"
Trouble = "exception"
Nothing = "unknown"
"7 PACKED" = "order:packed"
Unpaid = "order:placed payment"
Done = "state:shipped"

[finer.Moving]
Moving_1 = "picked_up accepted"
Moving_2 = "in_transit"
Moving_3 = "in_transit weather +delayed"
Mixed = "in_transit missorted"

[finer.Trouble]
Stuck = "exception held"
Lost = "exception lost"
Lost_too = "exception lost"
Mixed = "exception other"

[finer."*"]
update = "in_transit other"
trouble = "exception damaged"
nothing = "unknown"
"""


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    path = tmp_path_factory.mktemp("words") / "acme.toml"
    path.write_text(ACME, "utf-8")
    return load_vocabulary(path)


def moving(reason="", delayed=False):
    return Status(Milestone.IN_TRANSIT, reason, delayed)


def trouble(reason="", action=False):
    return Status(Milestone.EXCEPTION, reason, action_required=action)


def test_a_vocabulary_is_a_file(acme):
    assert (acme.id, acme.names["en"], len(acme.terms)) == ("acme", "Acme", 19)


@pytest.mark.parametrize(
    ("code", "parent", "means"),
    [
        ("Moving", "", moving()),
        ("moving_3", "MOVING", moving("weather", True)),
        ("Moving 3", "no such parent", moving("weather", True)),
        ("brought-home", "", Status(Milestone.DELIVERED)),
        ("halted", "", trouble("held")),
        ("Mixed", "", moving("missorted")),
        ("Mixed", "Trouble", trouble("other")),
        ("trouble", "", trouble()),
        ("trouble", "Moving", trouble("damaged")),
        ("7 PACKED", "", OrderMilestone.PACKED),
        ("7", "", OrderMilestone.PACKED),
        ("packed", "", OrderMilestone.PACKED),
        ("Unpaid", "", OrderMilestone.PLACED),
        ("Done", "", OrderState.SHIPPED),
        ("", "", None),
        ("-", "", None),
        ("elsewhere", "Moving", None),
    ],
)
def test_a_word_is_read_where_it_stands(acme, code, parent, means):
    assert acme.import_(code, parent) == means


@pytest.mark.parametrize(
    ("status", "parent", "code"),
    [
        (moving(), None, "Moving"),
        (moving(), "Moving", "Moving_2"),
        (moving("weather", True), None, "Moving_3"),
        (moving("weather", True), "", "Moving"),
        (moving("weather"), None, "Moving"),
        (moving("customs", True), None, "Moving"),
        (trouble("lost"), None, "Lost"),
        (trouble("damaged"), None, "Trouble"),
        (trouble("damaged"), "Moving", "trouble"),
        (trouble("held", action=True), None, "Stuck"),
        (Status(Milestone.PICKED_UP), None, "Moving_1"),
        (Status(Milestone.PICKED_UP), "", "Moving"),
        (Status(Milestone.RETURNED), None, "Trouble"),
        (Status(Milestone.EXPIRED), None, "Nothing"),
        (UNKNOWN, None, "Nothing"),
        (OrderMilestone.PACKED, None, "7 PACKED"),
        (OrderMilestone.PLACED, None, None),
        (OrderState.SHIPPED, None, "Done"),
        (OrderState.NOT_SHIPPED, None, None),
    ],
)
def test_the_nearest_word_that_is_true_is_told(acme, status, parent, code):
    assert acme.export(status, parent) == code


def test_no_word_is_told_that_would_be_read_as_another(acme):
    """`Mixed` stands in two places, so that alone it tells neither; below its main word it does."""
    assert acme.export(moving("missorted")) == "Mixed"
    assert acme.export(trouble("other")) == "Trouble"
    assert acme.export(trouble("other"), "Trouble") == "Mixed"


def test_without_a_word_that_is_true_none_is_told():
    class Curt(Vocabulary):
        id, names = "curt", {"en": "Curt"}
        terms = (Term("late", Status(Milestone.IN_TRANSIT, delayed=True)), Term("lost", trouble("lost")))

    assert Curt().export(moving()) is None
    assert Curt().export(trouble()) is None
    assert Curt().export(Status(Milestone.IN_TRANSIT, "weather", delayed=True)) == "late"
    assert Curt().export(UNKNOWN) is None


@pytest.mark.parametrize(
    ("word", "finer", "status", "rule"),
    [
        ("Moving", "Moving_3", moving("weather", True), "acme: Moving_3"),
        ("moving", "", moving(), "acme: Moving"),
        ("Moving", "Lost", moving(), "acme: Moving"),
        ("Moving", "update", moving("other"), "acme: update"),
        ("Waiting", "update", Status(Milestone.PENDING), "acme: Waiting"),
        ("Moving", "nothing", moving(), "acme: Moving"),
        ("Trouble", "trouble", trouble("damaged"), "acme: trouble"),
        ("brand new", "Lost", trouble("lost"), "acme: Lost"),
        ("brand new", "update", UNKNOWN, ""),
        ("", "update", moving("other"), "acme: update"),
        ("brand new", "brand new", UNKNOWN, ""),
        ("", "", UNKNOWN, ""),
        ("7 PACKED", "", UNKNOWN, ""),
    ],
)
def test_a_carrier_that_speaks_the_words_is_read_by_the_same_table(acme, word, finer, status, rule):
    assert acme.read(word, finer) == acme.read(word, finer) == (status, rule)


def test_words_of_strangers_do_not_fill_the_memory(acme):
    for number in range(6000):
        acme.read("Moving", str(number))
    assert len(acme._known) <= 5000


@pytest.mark.parametrize("entry", ["moved", "in_transit +soon", "order:sent", "state:gone", "parcel:packed", "a b c"])
def test_an_entry_that_is_none_is_told(tmp_path, entry):
    (tmp_path / "acme.toml").write_text(f'[terms]\nA = "{entry}"\n', "utf-8")
    with pytest.raises(ValueError, match=r"moved|soon|sent|gone|parcel|a b c"):
        load_terms(tmp_path / "acme.toml")
