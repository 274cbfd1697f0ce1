"""`tracker record` at a terminal, against a carrier's server on this machine."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.testing.planted import grow

from .conftest import Run, run_tracker

NUMBER, OTHER = "PA12345678", "PA00000001"
SECRET = "a-secret-of-24-characters"
ANSWER = {
    "number": NUMBER,
    "recipient": {"name": "Jun Example", "phone": "+1 208 555 0134"},
    "scans": [
        {"at": "2026-03-02T10:15:00+01:00", "code": "PU", "text": "Picked up", "place": "Lyon, FR"},
        {"at": "2026-03-03T05:40:00", "code": "DL", "text": f"Ask jun@home.example, {SECRET}", "signedBy": "EXAMPLE"},
    ],
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, make_httpserver: HTTPServer) -> Path:
    """A folder where `tracker init` was run, with a plugin of its own and its settings, to copy."""
    folder = tmp_path_factory.mktemp("installed")
    (folder / "mine").mkdir()
    grow("parcels", "acme", folder / "mine")
    init = ("init", "--url", "http://localhost:8000", "--shop", "tea-house", "--owner", "me@example.com")
    assert run_tracker(folder, *init).returncode == 0
    address = make_httpserver.url_for("").rstrip("/")
    settings = f"client_id=shop-77\nclient_secret={SECRET}\nbase_url={address}\n"
    command = ("settings", "acme", "--shop", "tea-house", "--stdin")
    done = run_tracker(folder, *command, input=settings, env={"TRACKER_PLUGINS": "mine"})
    assert done.returncode == 0, done.stderr
    return folder


class Door:
    """The carrier: a token, and one answer for every parcel."""

    def __init__(self) -> None:
        self.reply, self.asked = Response(json.dumps(ANSWER), 200), []

    def __call__(self, request: Request) -> Response:
        if request.path == "/token":
            return Response('{"access_token": "t0ken-of-the-shop", "expires_in": 3600}')
        self.asked.append((request.path, request.headers["Authorization"]))
        return self.reply


@pytest.fixture
def door(httpserver: HTTPServer) -> Door:
    made = Door()
    for path in ("/token", f"/parcels/{NUMBER}"):
        httpserver.expect_request(path).respond_with_handler(made)
    return made


@pytest.fixture
def record(template: Path, tracker: Run, tmp_path: Path, make_httpserver: HTTPServer) -> Run:
    """`record(*args)`: the command in such a folder, with a way to the server."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    allowed = make_httpserver.url_for("").removeprefix("http://").rstrip("/")
    return partial(tracker, "record", env={"TRACKER_PLUGINS": "mine", "TRACKER_HTTP_ALLOW": allowed})


def test_an_answer_becomes_a_sample_with_its_reading_and_without_its_people(
    record: Run, door: Door, tmp_path: Path
) -> None:
    done = record("acme", "pa-1234 5678", "--shop", "tea-house", "--into", "mine/acme/samples", "--number-as", OTHER)
    assert done.returncode == 0, done.stderr
    assert door.asked == [(f"/parcels/{NUMBER}", "Bearer t0ken-of-the-shop")]
    sample = tmp_path / "mine/acme/samples/delivered.json"
    text = sample.read_text("utf-8")
    for gone in (NUMBER, "Jun", "555", "jun@", SECRET, "EXAMPLE"):
        assert gone not in text, gone
        assert gone not in done.stdout, gone
    reading = json.loads(sample.with_name("delivered.expected.json").read_text("utf-8"))
    assert reading["numbers"] == [OTHER]
    assert reading["results"][0]["number"] == OTHER
    assert [event["status"] for event in reading["results"][0]["events"]] == ["picked_up", "delivered"]
    assert "blanked recipient.name (person)" in done.stdout
    assert "blanked recipient.phone (phone)" in done.stdout
    assert "blanked scans.text (secret)" in done.stdout
    assert "blanked scans.signedBy (name)" in done.stdout
    again = record("acme", NUMBER, "--into", "mine/acme/samples")
    assert again.returncode == 0, again.stderr
    assert "delivered_2.json" in again.stdout
    assert "--number-as puts a made-up one in its place" in again.stdout
    assert sample.read_text("utf-8") == text, "nobody's sample is written over"


def test_an_answer_that_nobody_can_read_is_kept_without_a_reading(record: Run, door: Door, tmp_path: Path) -> None:
    door.reply = Response('{"message": "something else"}')
    done = record("acme", NUMBER)
    assert done.returncode == 0, done.stderr
    assert "cannot be read yet" in done.stderr
    assert [path.name for path in (tmp_path / "samples").iterdir()] == ["unreadable.json"]


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("acme", NUMBER), 401, "answered HTTP 401"),
        (("acme", NUMBER), 200, "the body is not XML"),
        (("acme", NUMBER, "--number-as", "PA1"), 200, "does not look like"),
        (("acme", NUMBER, "--name", "../x"), 200, "lower-case letters"),
        (("nowhere", NUMBER), 200, "there is no carrier 'nowhere'"),
        (("ups", "1Z999AA10123456784"), 200, "settings of ups need correcting: client_id"),
    ],
)
def test_what_goes_wrong_is_told_by_a_sentence_and_nothing_is_written(
    record: Run, door: Door, tmp_path: Path, args: tuple[str, ...], status: int, said: str
) -> None:
    door.reply = Response("<html><br>Sorry</html>", status)
    done = record(*args)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stderr
    assert not (tmp_path / "samples").exists()
