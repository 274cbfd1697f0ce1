"""All number formats of all carriers at once, made ready so that a number is walked through once.

The places of all shapes of one length form an automaton that is built as numbers come by: a state is the set of shapes
that still fit. Where it ends, the shapes that fit are known, each distinct check is worked out once, and which of them
hold names an answer that was weighed before. Nothing is remembered of a number itself.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import count
from operator import getitem
from typing import Any

from tracker.sdk import NumberFormat

from .checks_fast import Holds, make_check
from .numbers_confidence import RARE, Candidate, Fit, measure_rarity, weigh
from .numbers_patterns import holds
from .numbers_shapes import ANY, DIGITS, LONGEST, Places, Shape, read_shapes

MOST_STATES = 50_000
MOST_VIEWS = 500
"""Combinations of countries and carriers in use whose answers are kept."""
Ranker = Callable[[str], tuple[Candidate, ...]]


@dataclass(frozen=True, slots=True)
class CarrierFormats:
    """A carrier's id, its countries and its number formats, as the host collects them from the plugins."""

    carrier: str
    formats: Sequence[NumberFormat]
    countries: Sequence[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One shape of one format of one carrier. `test` is `None` where the places say it all."""

    places: Places
    fit: Fit
    test: Holds | None


class Index:
    """The formats of many carriers, ready to be asked."""

    def __init__(self, carriers: Iterable[CarrierFormats]) -> None:
        tests: dict[object, Holds] = {}
        lengths: list[list[Entry]] = [[] for _ in range(LONGEST + 1)]
        for carrier in carriers:
            for one in carrier.formats:
                for entry in _make_entries(carrier, one, tests):
                    lengths[len(entry.places)].append(entry)
        self._automaton = _Automaton([tuple(entries) for entries in lengths])
        self._views: dict[tuple[tuple[str, ...], tuple[str, ...]], Ranker] = {}

    def ranker(self, countries: Collection[str] = (), enabled: Collection[str] = ()) -> Ranker:
        """A function that names the carriers whose formats a tidied number fits, best first, each once.

        `countries` are those on the parcel's way (codes), `enabled` the carriers that the shop uses.
        """
        asked = tuple(countries), tuple(enabled)
        if asked not in self._views:
            if len(self._views) >= MOST_VIEWS:  # strangers may ask for any of them
                self._views.clear()
            self._views[asked] = self._make_ranker(frozenset(countries), frozenset(enabled))
        return self._views[asked]

    def _make_ranker(self, countries: frozenset[str], enabled: frozenset[str]) -> Ranker:
        answers: dict[tuple[int, int], tuple[Candidate, ...]] = {}
        starts = self._automaton.starts

        def rank(number: str) -> tuple[Candidate, ...]:
            raw = number.encode("ascii", "replace")
            end: Any = reduce(getitem, raw, starts[len(raw)]) if len(raw) <= LONGEST else starts[0]
            held = 0
            for bit, test in end.tests:
                if test(raw):
                    held |= bit
            key = (end.key, held)
            if key not in answers:
                if len(answers) >= MOST_STATES:
                    answers.clear()
                answers[key] = weigh(_sort(end, held, True), _sort(end, held, False), countries, enabled)
            return answers[key]

        return rank

    def mistyped(self, number: str) -> list[str]:
        """Carriers whose numbers look just so, but for a check character that does not hold; the surest first."""
        raw = number.encode("ascii", "replace")
        if len(raw) > LONGEST:
            return []
        end: Any = reduce(getitem, raw, self._automaton.starts[len(raw)])
        held = sum(bit for bit, test in end.tests if test(raw))
        right = {fit.carrier for fit in _sort(end, held, True)}
        wrong = sorted(_sort(end, held, False), key=lambda fit: (-fit.rarity, fit.breadth, fit.carrier))
        return [one for one in dict.fromkeys(fit.carrier for fit in wrong) if one not in right]


class _State(dict[int, "_State"]):
    """Where a number stands after some of its characters; the next state by character.

    At the end of the number `tests` are to be made, each with a bit, and `needs` has the bit that each entry asks for.
    """

    __slots__ = ("_automaton", "_place", "entries", "key", "needs", "tests")

    def __init__(self, automaton: "_Automaton", entries: tuple[Entry, ...], place: int, key: int) -> None:
        super().__init__()
        self._automaton, self._place = automaton, place
        self.entries, self.key = entries, key
        self.tests: tuple[tuple[int, Holds], ...] = ()
        self.needs: tuple[int, ...] = ()
        if entries and place == len(entries[0].places):
            self._end()

    def _end(self) -> None:
        entries = self.entries
        distinct = list(dict.fromkeys(entry.test for entry in entries if entry.test))
        self.tests = tuple((1 << position, test) for position, test in enumerate(distinct))
        bits = {test: bit for bit, test in self.tests}
        self.needs = tuple(bits[entry.test] if entry.test else 0 for entry in entries)

    def __missing__(self, code: int) -> "_State":
        place = self._place
        left = tuple(entry for entry in self.entries if code in entry.places[place])
        state = self[code] = self._automaton.find_state(left, place + 1)
        return state


class _Automaton:
    """The states so far. `starts` has the first state for each length."""

    def __init__(self, lengths: Sequence[tuple[Entry, ...]]) -> None:
        self._lengths, self._keys = lengths, count()
        self._states: dict[object, _State] = {}
        self.starts: list[_State] = []
        self._begin()

    def find_state(self, entries: tuple[Entry, ...], place: int) -> _State:
        """The state in which these entries are left."""
        known = self._states.get((entries, place))
        if known is None:
            if len(self._states) >= MOST_STATES:  # formats of strangers must not fill the memory
                self._begin()
            known = self._states[entries, place] = _State(self, entries, place, next(self._keys))
        return known

    def _begin(self) -> None:
        self._states.clear()
        self.starts[:] = [_State(self, entries, 0, next(self._keys)) for entries in self._lengths]


def _sort(end: _State, held: int, right: bool) -> list[Fit]:
    """What fits at an end, or what would but for its check character."""
    pairs = zip(end.entries, end.needs, strict=True)
    return [entry.fit for entry, need in pairs if (need & held == need) == right and (right or entry.fit.checked)]


def _make_entries(carrier: CarrierFormats, one: NumberFormat, tests: dict[object, Holds]) -> Iterator[Entry]:
    shapes = read_shapes(one.pattern)
    if shapes is None:
        yield from _make_slow(carrier, one)
        return
    for shape in shapes:
        groups = {name: (begin, end) for name, begin, end in shape.groups}
        test = _find_test(one, groups, tests)
        for places in _place_countries(one, shape, groups):
            rarity = measure_rarity(places) * (len(places[groups["check"][0]]) if test else 1)
            digits = all(place <= DIGITS for place in places)
            fit = Fit(
                carrier.carrier, one, rarity, test is not None, len(places), digits, tuple(carrier.countries),
                len(carrier.formats),
            )  # fmt: skip
            yield Entry(places, fit, test)


def _find_test(one: NumberFormat, groups: dict[str, tuple[int, int]], tests: dict[object, Holds]) -> Holds | None:
    """The check of a shape; the same one for all formats that ask for the same."""
    if not one.check or "serial" not in groups or "check" not in groups:
        return None
    key = (one.check, repr(sorted(one.options.items())), groups["serial"], groups["check"])
    if key not in tests:
        tests[key] = make_check(one.check, one.options, *groups["serial"], groups["check"][0])
    return tests[key]


def _place_countries(one: NumberFormat, shape: Shape, groups: dict[str, tuple[int, int]]) -> Iterator[Places]:
    """The places of a shape, once for each of the format's countries where it has a place for them."""
    if "country" not in groups or not one.countries:
        yield shape.places
        return
    begin, end = groups["country"]
    for code in one.countries:
        letters = tuple(frozenset((letter,)) for letter in code.encode())
        yield (*shape.places[:begin], *letters, *shape.places[end:])


def _make_slow(carrier: CarrierFormats, one: NumberFormat) -> Iterator[Entry]:
    """Entries of every length for a pattern that could not be taken apart, tested by the regular expression."""
    rarity = RARE if one.prefix else 1.0
    breadth = len(carrier.formats)
    for size in range(1, LONGEST + 1):
        fit = Fit(carrier.carrier, one, rarity, bool(one.check), size, False, tuple(carrier.countries), breadth)
        yield Entry((ANY,) * size, fit, partial(_holds, one))


def _holds(one: NumberFormat, raw: bytes) -> bool:
    return holds(one, raw.decode())
