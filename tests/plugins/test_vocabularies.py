"""The bundled vocabularies: fifteen systems, each word read, told again where we can, and never more than was said."""

import itertools

import pytest

from tracker.host.loader import load
from tracker.sdk import UNKNOWN, Milestone, OrderMilestone, OrderState, Status, load_vocabulary
from tracker.services.vocabularies import find_losses

from .conftest import PLUGINS

BUNDLED = load([PLUGINS], installed=False).vocabularies
WORDS = {id: provider.object for id, provider in BUNDLED.items()}
BIG = ("aftership", "shippo", "easypost", "karrio", "17track", "delivery_tracker")


def test_the_vocabularies_of_fifteen_systems_are_there():
    assert sorted(WORDS) == [
        "17track", "aftership", "clickpost", "delivery_tracker", "dokan", "easypost", "karrio", "malomo", "parcelpanel",
        "shipbob", "shippo", "shopify", "trackingmore", "trackship", "wonderment",
    ]  # fmt: skip


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_no_word_stands_twice_in_one_place(words):
    places = [(term.parent, term.code.casefold()) for term in words.terms]
    assert len(set(places)) == len(places)
    mains = {term.code for term in words.terms if not term.parent}
    assert {term.parent for term in words.terms} - {"", "*"} <= mains, "each finer word stands below a main one"


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_each_word_comes_back_where_it_stands_unless_it_is_listed_as_lost(words):
    lost = {(loss.term.parent, loss.term.code) for loss in find_losses(words) if not loss.beside}
    for term in words.terms:
        assert words.import_(term.code, term.parent or "") == term.means
        back = words.export(term.means)
        beside = term.parent in (back, "*") and words.export(term.means, term.parent)
        assert ((term.parent, term.code) in lost) == (term.code not in (back, beside))


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_what_is_told_claims_nothing_that_was_not_said(words):
    reasons = {term.means.reason for term in words.terms if isinstance(term.means, Status)} | {"", "made_up"}
    for milestone, reason, delayed in itertools.product(Milestone, sorted(reasons), (False, True)):
        status = Status(milestone, reason, delayed)
        told = words.tell(status)
        if told is None or told.means == UNKNOWN or told.code == words.instead.get(milestone):
            continue
        assert told.means.milestone is milestone
        assert told.means.reason in ("", "other", reason)
        assert told.means.delayed <= delayed
        assert words.import_(told.code) == told.means, "told alone it is read as it was meant"


@pytest.mark.parametrize("id", BIG)
def test_the_big_vocabularies_have_a_word_for_every_milestone(id):
    assert [milestone for milestone in Milestone if WORDS[id].export(Status(milestone)) is None] == []


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_the_word_instead_is_needed_and_there(words):
    for milestone, code in words.instead.items():
        assert all(term.means != Status(milestone) for term in words.terms), f"{milestone} has a word of its own"
        assert words.export(Status(milestone)) == code


def test_a_finer_word_of_a_vendor_leads_to_its_main_word():
    told = WORDS["aftership"].tell(Status(Milestone.IN_TRANSIT, "weather", delayed=True))
    assert (told.parent, told.code) == ("Exception", "Exception_017")
    assert WORDS["aftership"].export(Status(Milestone.PICKED_UP), "") == "InTransit"
    assert WORDS["17track"].export(Status(Milestone.RETURNED), "") == "Exception"


def test_dokan_speaks_of_orders_alone():
    dokan = WORDS["dokan"]
    assert [dokan.import_(word) for word in ("-", "not_shipped", "partially_shipped", "shipped")] == list(OrderState)
    assert [dokan.export(state) for state in OrderState] == ["-", "not_shipped", "partially_shipped", "shipped"]
    assert dokan.import_("Not-Shipped") is OrderState.NOT_SHIPPED
    assert {dokan.export(Status(milestone)) for milestone in Milestone} == {None}


def test_what_happens_in_a_warehouse_is_about_the_order():
    shipbob = WORDS["shipbob"]
    for word, means in {
        "101": OrderMilestone.PACKED,
        "303": OrderMilestone.PLACED,
        "On Hold": OrderMilestone.PLACED,
    }.items():
        assert shipbob.import_(word) is means
    assert shipbob.import_("203 Delivered", "Completed") == Status(Milestone.DELIVERED)
    assert shipbob.export(OrderMilestone.PLACED) is None, "an order that is placed is neither sold out nor unpaid"
    assert shipbob.export(OrderMilestone.PACKED) == "101 Packed"


def test_words_that_two_lists_share_are_told_apart_by_their_place():
    assert WORDS["easypost"].import_("failure") == Status(Milestone.EXCEPTION)
    assert WORDS["easypost"].import_("failure", "failure") == Status(Milestone.EXCEPTION, "undeliverable")
    assert WORDS["karrio"].import_("unknown") == UNKNOWN
    assert WORDS["karrio"].import_("unknown", "event.reason") == Status(Milestone.EXCEPTION, "other")
    assert WORDS["karrio"].export(Status(Milestone.EXCEPTION, "other")) == "on_hold"


def test_the_file_in_the_documents_is_one(tmp_path):
    text = (PLUGINS.parent / "docs" / "vocabularies.md").read_text("utf-8")
    (tmp_path / "acme.toml").write_text(text.split("```toml\n", 1)[1].split("```", 1)[0], "utf-8")
    acme = load_vocabulary(tmp_path / "acme.toml")
    assert acme.import_("cancelled") == Status(Milestone.CANCELLED)
    assert acme.export(Status(Milestone.RETURNED)) == "Trouble"
    assert acme.export(Status(Milestone.EXCEPTION, "lost"), "") == "Trouble"
