from tests.conftest import Clock
from tracker.services import doctor, heartbeat
from tracker.services.portal import Portal


def test_nobody_is_alive_before_the_first_beat(portal: Portal) -> None:
    assert heartbeat.last_beat(portal) is None
    assert not heartbeat.is_alive(portal)


def test_a_beat_is_seen_by_others_until_it_is_too_long_ago(portal: Portal, clock: Clock) -> None:
    heartbeat.beat(portal)
    clock.advance(seconds=59)
    assert heartbeat.is_alive(portal)
    clock.advance(seconds=1)
    assert not heartbeat.is_alive(portal)
    assert heartbeat.last_beat(portal) is not None
    heartbeat.beat(portal)
    assert heartbeat.is_alive(portal)


def test_doctor_tells_when_the_worker_was_last_seen(portal: Portal, clock: Clock) -> None:
    assert "never seen" in doctor.look_at_worker(portal).said
    heartbeat.beat(portal)
    assert doctor.look_at_worker(portal).ok
    clock.advance(hours=1)
    assert "2026-03-02 09:00 UTC" in doctor.look_at_worker(portal).said
