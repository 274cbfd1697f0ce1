"""Whether the time of an answer tells that an order exists (S-02). That the answers are equal stands in tests/web."""

import random
import statistics
import time
from datetime import UTC, datetime

import pytest

from tests.portals import make_order, make_shop
from tracker.services import lookups
from tracker.web import create_app

from .harness import count
from .ranks import mann_whitney

SAMPLES = count(50, 2_000)


def test_the_rank_test_finds_what_differs_and_nothing_else():
    assert mann_whitney([19, 22, 16, 29, 24], [20, 11, 17, 12]) == pytest.approx(0.111347, abs=1e-5)
    rng = random.Random(1)
    one, other = ([rng.gauss(0, 1) for _ in range(2_000)] for _ in range(2))
    assert mann_whitney(one, other) > 0.01
    assert mann_whitney(one, [value + 0.15 for value in other]) < 0.001
    assert mann_whitney([1, 1, 1], [1, 1, 1]) == 1


def _measure(client, rng: random.Random) -> dict[str, list[float]]:
    """Milliseconds of each kind of question, asked in turns, each turn in another order."""
    taken: dict[str, list[float]] = {"right": [], "wrong": [], "unknown": []}
    for n in range(SAMPLES):
        stranger = "".join(rng.choice("abcdefgh") for _ in range(3))
        asked = {"right": ("1001", "ada@example.com"), "wrong": ("1001", f"{stranger}@example.com")}
        asked["unknown"] = (str(2_000 + n % 8_000), "ada@example.com")
        for kind in rng.sample(list(asked), 3):
            number, proof = asked[kind]
            begin = time.perf_counter()
            answer = client.post("/s/demo/find", data={"number": number, "proof": proof})
            taken[kind].append((time.perf_counter() - begin) * 1000)
            assert answer.status_code == 200
    return taken


@pytest.mark.faults
@pytest.mark.timeout(1200)
def test_s02_the_time_of_an_answer_tells_nothing(portal, shop, monkeypatch):
    monkeypatch.setattr(lookups, "PER_ADDRESS", 1_000_000)
    monkeypatch.setattr(lookups, "PER_SHOP", 1_000_000)
    portal.clock = lambda: datetime.now(UTC)
    make_order(portal, shop)
    make_order(portal, make_shop(portal, "other"), "5005")
    client, rng = create_app(portal).test_client(), random.Random(20260302)
    # One run in a hundred differs by chance alone; twice in a row is no chance.
    for _ in range(2):
        taken = _measure(client, rng)
        chances = [mann_whitney(taken["right"], taken[kind]) for kind in ("wrong", "unknown")]
        middles = {kind: f"{statistics.median(values):.3f} ms" for kind, values in taken.items()}
        print(f"{portal.database.kind}: {SAMPLES} of each, medians {middles}, p {[f'{p:.3f}' for p in chances]}")
        if min(chances) > 0.01:
            break
    assert min(chances) > 0.01, f"the time of an answer tells right from wrong: p {chances}"
