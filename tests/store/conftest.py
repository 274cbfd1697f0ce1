"""What only the store's tests need."""

import time
from dataclasses import dataclass

import pytest

from tracker.store.shops import Shop


@dataclass
class Steady:
    """The machine's steady clock, as far as the store reads it."""

    shift: float = 0.0

    def advance(self, seconds: float) -> None:
        self.shift += seconds


@pytest.fixture
def steady(monkeypatch):
    steady, real = Steady(), time.monotonic
    monkeypatch.setattr("tracker.store.leases.monotonic", lambda: real() + steady.shift)
    return steady


@pytest.fixture
def shop(database, clock):
    return Shop.create(slug="demo", name="Demo", created_at=clock())
