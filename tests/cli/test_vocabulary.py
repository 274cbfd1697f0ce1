"""`tracker vocabulary`: lists, words, one word there and back, and the losses as the documents have them."""

import json
from pathlib import Path

from .conftest import Run

DOCS = (Path(__file__).parents[2] / "docs" / "vocabularies.md").read_text("utf-8")


def test_all_vocabularies_are_listed_with_what_gets_lost(tracker: Run) -> None:
    told = {one["id"]: one for one in json.loads(tracker("vocabulary", "--json").stdout)}
    assert len(told) == 15
    assert told["dokan"] == {"id": "dokan", "name": "Dokan", "words": 4, "lost": 0}
    assert "17TRACK" in tracker("vocabulary").stdout


def test_the_words_of_one_are_listed_with_their_meaning(tracker: Run) -> None:
    words = {one["word"]: one for one in json.loads(tracker("vocabulary", "clickpost", "--json").stdout)}
    assert words["14 RTO_DELIVERED"]["means"] == "returned"
    assert "in_transit other +delayed" in tracker("vocabulary", "clickpost").stdout
    assert "there are: " in tracker("vocabulary", "elsewhere").stderr


def test_one_word_is_read_and_told_again(tracker: Run) -> None:
    assert tracker("vocabulary", "aftership", "exception 004").stdout.splitlines() == [
        "Exception_004 means in_transit customs +delayed", "told again it is Exception_004",
    ]  # fmt: skip
    told = json.loads(tracker("vocabulary", "karrio", "unknown", "--parent", "event.reason", "--json").stdout)
    assert (told["means"], told["told"]) == ("exception other", {"word": "on_hold", "parent": "", "below": "unknown"})
    assert "no word that is true" in tracker("vocabulary", "shipbob", "303").stdout
    refused = tracker("vocabulary", "shipbob", "999")
    assert (refused.returncode, "has no word '999'" in refused.stderr) == (1, True)


def test_the_losses_in_the_documents_are_those_of_the_code(tracker: Run) -> None:
    table = tracker("vocabulary", "--losses").stdout.strip()
    assert table in DOCS, "run `tracker vocabulary --losses` and put its table into docs/vocabularies.md"
    lost = json.loads(tracker("vocabulary", "--losses", "--json").stdout)
    assert len([one for one in lost if not one["beside"]]) == len(table.splitlines()) - 2
