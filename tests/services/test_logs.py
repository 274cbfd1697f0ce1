import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from tracker.services import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the process logs from now on; logging is put back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("worker", stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_both_ways_of_logging_make_the_same_kind_of_line(written: io.StringIO) -> None:
    logging.getLogger("tracker.here").warning("it is %s", "late", extra={"row": 7})
    structlog.get_logger("tracker.there").info("request", status=200)
    one, other = lines(written)
    assert (one["event"], one["row"], one["level"], one["process"]) == ("it is late", 7, "warning", "worker")
    assert (other["event"], other["status"], other["logger"]) == ("request", 200, "tracker.there")
    assert one["at"].endswith("Z")


def test_people_do_not_come_into_the_log(written: io.StringIO) -> None:
    log = logging.getLogger("tracker.here")
    log.info("sent to %s", "ada@example.com", extra={"phone": "+82 10-1234-5678"})
    try:
        raise ValueError("no such buyer: mina@customer.example")
    except ValueError:
        log.exception("work failed")
    text = written.getvalue()
    assert "@" not in text
    assert "1234-5678" not in text
    assert "[e-mail]" in text
    assert "Traceback" in lines(written)[1]["exception"]


def test_a_line_stays_one_line_whatever_is_in_it(written: io.StringIO) -> None:
    logging.getLogger("tracker").info("first\nsecond 하루", extra={"odd": object()})
    assert len(written.getvalue().splitlines()) == 1
    assert lines(written)[0]["event"] == "first\nsecond 하루"


def test_a_note_is_a_line_like_any_other(written: io.StringIO) -> None:
    structlog.get_logger("tracker.web").info("request", id="abcdefgh", status=200, ms=0.5)
    logs.note("tracker.web", "request", id="abcdefgh", status=200, ms=0.5)
    one, other = lines(written)
    assert other.pop("at").endswith("Z")
    del one["at"]
    assert one == other


def test_a_note_names_no_person_either(written: io.StringIO) -> None:
    logs.note("tracker.web", "request", id="ada@example.com", phone="010-1234-5678")
    assert "@" not in written.getvalue()
    assert "1234" not in written.getvalue()


def test_a_note_below_the_level_is_not_written(written: io.StringIO) -> None:
    logging.getLogger().setLevel(logging.WARNING)
    logs.note("tracker.web", "request")
    assert not written.getvalue()
