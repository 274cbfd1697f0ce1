"""Whether two samples could come from one distribution."""

from collections.abc import Sequence
from itertools import groupby
from math import erfc, sqrt


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided p-value of the rank-sum test: normal approximation, corrected for ties and continuity."""
    count = len(one) + len(other)
    values = sorted([(value, 1) for value in one] + [(value, 0) for value in other])
    ranks, ties, before = 0.0, 0.0, 0
    for _, group in groupby(values, key=lambda pair: pair[0]):
        members = [mine for _, mine in group]
        ranks += sum(members) * (before + (len(members) + 1) / 2)
        ties += len(members) ** 3 - len(members)
        before += len(members)
    pairs = len(one) * len(other)
    away = abs(ranks - len(one) * (len(one) + 1) / 2 - pairs / 2) - 0.5
    spread = sqrt(pairs / 12 * (count + 1 - ties / (count * (count - 1))))
    return min(1.0, erfc(max(away, 0.0) / spread / sqrt(2))) if spread else 1.0
