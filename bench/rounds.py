"""Rounds: the portal and its peers in turns, so that whatever else the machine does falls on all of them alike."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rounds a side of some seconds each, process starts a side, repeats of a pure function."""

    rounds: int = 7
    seconds: float = 0.5
    starts: int = 5
    repeats: int = 300


@dataclass(frozen=True, slots=True)
class Figures:
    """What the rounds of one side gave."""

    values: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def span(self) -> tuple[float, float]:
        return min(self.values), max(self.values)


def take_turns(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, Figures]:
    """Each side's figures by name. One round of each comes before the first that counts."""
    values: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, run in sides.items():
            figure = run()
            if turn:
                values[name].append(figure)
    return {name: Figures(found) for name, found in values.items()}


def ratio(ours: Figures, floor: Figures, inverse: bool = False) -> Figures:
    """Round by round, ours over the floor's; with `inverse` the floor's over ours, for figures that should be small."""
    pairs = zip(ours.values, floor.values, strict=True)
    return Figures([(theirs / mine if inverse else mine / theirs) for mine, theirs in pairs])
