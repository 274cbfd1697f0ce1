"""What a vocabulary promises: another system's words, read and told without saying more than was said."""

from collections.abc import Iterator
from itertools import islice

from tracker.sdk import Meaning, Milestone, OrderMilestone, OrderState, Status, Vocabulary

from .purity import impurities
from .subjects import Subject

__all__ = [
    "test_a_word_that_is_not_there_means_nothing",
    "test_each_word_is_read_as_its_term_says",
    "test_what_is_told_is_a_word_of_theirs_and_true",
    "test_words_need_neither_clock_nor_files",
]

STRANGE = ("", " ", "no_such_word", "\ud800", "한국", "x" * 10_000, "\x00", "-", "*", "%s", "(")
ANY = "*"


def test_each_word_is_read_as_its_term_says(vocabulary: Subject) -> None:
    """Every term is found again by its code and its parent; no word stands there with two meanings."""
    spoken: Vocabulary = vocabulary.object
    assert spoken.terms, f"{vocabulary.id} has no terms: load them with load_terms(path)"
    for term in spoken.terms:
        parent = "any_main_word" if term.parent == ANY else term.parent
        means = vocabulary.run(f"reading {term.code!r}", spoken.import_, term.code, parent).value
        assert means == term.means, (
            f"{vocabulary.id}: {term.code!r}{f' below {parent!r}' if parent else ''} is read as {means}, its term says "
            f"{term.means}: a word stands there twice, or import_ reads something else than terms"
        )


def test_a_word_that_is_not_there_means_nothing(vocabulary: Subject) -> None:
    """`None` has the word counted and shown to the operator; a guess would move parcels."""
    spoken: Vocabulary = vocabulary.object
    known = {word.casefold() for term in spoken.terms for word in (term.code, *term.also)}
    for word in STRANGE:
        for parent in ("", "no_such_parent"):
            ended = vocabulary.run(f"reading {word[:40]!r}", spoken.import_, word, parent)
            assert ended.error is None, f"{vocabulary.id}: import_ raised {ended.error!r:.200}; answer None"
            assert ended.value is None or word.casefold() in known, (
                f"{vocabulary.id}: {word[:40]!r} is read as {ended.value}: answer None for words that are not there"
            )


def test_what_is_told_is_a_word_of_theirs_and_true(vocabulary: Subject) -> None:
    """What we tell is in their list, is read back as what it said, and is told the same way again."""
    spoken: Vocabulary = vocabulary.object
    codes = {term.code for term in spoken.terms}
    for meaning in _meanings(spoken):
        ended = vocabulary.run(f"telling {meaning}", spoken.export, meaning)
        assert ended.error is None, f"{vocabulary.id}: export raised {ended.error!r:.200}; answer None"
        told = ended.value
        if told is None:
            continue
        assert told in codes, (
            f"{vocabulary.id}: {meaning} is told as {told!r}, which is none of its own words: answer None"
        )
        back = spoken.import_(told)
        assert back is not None, f"{vocabulary.id}: {told!r} is told but not read: its own words must be"
        assert _is_true(spoken, meaning, told, back), (
            f"{vocabulary.id}: {meaning} is told as {told!r}, read as {back}: tell a word that claims no more"
        )
        again = spoken.import_(spoken.export(back) or "")
        assert again == back, f"{vocabulary.id}: {told!r} is read as {back}, and told again it is read as {again}"


def test_words_need_neither_clock_nor_files(vocabulary: Subject) -> None:
    """Both ways are pure: they run while a page is made."""
    spoken: Vocabulary = vocabulary.object

    def talk() -> None:
        for meaning in islice(_meanings(spoken), 40):
            spoken.import_(spoken.export(meaning) or "x")

    found = impurities(talk)
    assert not found, f"{vocabulary.id} reaches for {', '.join(found)}: load the terms when the module is imported"


def _meanings(spoken: Vocabulary) -> Iterator[Meaning]:
    """All that may have to be told: every milestone, with each reason that it knows, and what is about orders."""
    reasons = sorted(
        {term.means.reason for term in spoken.terms if isinstance(term.means, Status)} | {"", "nobody_knows"}
    )
    for milestone in Milestone:
        yield from (Status(milestone, reason) for reason in reasons)
        yield from (Status(milestone, "", delayed, not delayed) for delayed in (True, False))
    yield from dict.fromkeys(term.means for term in spoken.terms)
    yield from OrderMilestone
    yield from OrderState


def _is_true(spoken: Vocabulary, meaning: Meaning, told: str, back: Meaning) -> bool:
    if not isinstance(meaning, Status) or not isinstance(back, Status):
        return type(meaning) is type(back) and meaning == back
    instead = spoken.instead.get(meaning.milestone)
    return back.milestone in (meaning.milestone, Milestone.UNKNOWN) or instead == told
