"""kill -9 of web and worker while orders and scans come in: nothing acknowledged is lost, nobody is left untold."""

import random
import time
from collections import Counter

import pytest

from .checks import check_mails, check_state, drain
from .harness import count
from .installation import Installation, installed
from .traffic import Traffic

# One after the other: each of them wants the machine for itself.
pytestmark = pytest.mark.xdist_group("faults")

WEB_POINTS = ("received", "acknowledged")
WORKER_POINTS = ("claimed", "recorded", "handled", "mail-sent")


def _strike(running: Installation, rng: random.Random) -> str:
    """Kills something once and has it running again; what was killed."""
    kind = rng.choice(["web", "web process", "web point", "worker", "worker point", "worker point"])
    if kind == "web process":
        time.sleep(rng.uniform(0, 0.5))
        running.kill_one_web_process(rng.randrange(2))
        return kind
    crash_at = ""
    if kind.endswith("point"):
        point = rng.choice(WEB_POINTS if kind.startswith("web") else WORKER_POINTS)
        crash_at, kind = f"{point}:{rng.randint(1, 6)}", f"{kind} {point}"
    if kind.startswith("web"):
        _strike_web(running, rng, crash_at)
    else:
        _strike_worker(running, rng, crash_at)
    return kind


def _strike_web(running: Installation, rng: random.Random, crash_at: str) -> None:
    if not crash_at:
        time.sleep(rng.uniform(0, 0.5))
        running.kill_web()
        running.start_web()
        running.wait_for_web()
        return
    running.kill_web()
    running.start_web(crash_at)
    # Each of gunicorn's processes dies at the point by itself, the first deliveries see to that.
    time.sleep(rng.uniform(1.5, 2.5))
    running.kill_web()
    running.start_web()
    running.wait_for_web()


def _strike_worker(running: Installation, rng: random.Random, crash_at: str) -> None:
    if not crash_at:
        time.sleep(rng.uniform(0, 1))
    running.kill_worker()
    running.start_worker(crash_at)
    if not crash_at:
        return
    end = time.monotonic() + 6
    while running.worker.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    running.kill_worker()
    running.start_worker()


@pytest.mark.timeout(3600)
def test_r15_r16_kills_lose_no_order_and_no_notice(database_url, instance):
    kills, rng = count(4, 200), random.Random(20260302)
    with installed(database_url, instance) as running:
        running.start_web()
        running.start_worker()
        running.wait_for_web()
        traffic = Traffic(running)
        traffic.start()
        kinds: Counter[str] = Counter()
        while running.kills < kills:
            kinds[_strike(running, rng)] += 1
        traffic.stop()
        drain(running, len(traffic.acknowledged))
        check_state(running, set(traffic.acknowledged))
        mails, twice = check_mails(running)
        assert twice <= running.kills
        print(
            f"{running.portal.database.kind}: {running.kills} kills {dict(kinds)}; {len(traffic.acknowledged)} orders "
            f"acknowledged in {traffic.tries} tries, {len(traffic.pushed) * 4} scans pushed; 0 lost; {mails} mails, "
            f"{twice} of them for a second time; answers other than 2xx: {Counter(s for _, s in traffic.refused)}"
        )
