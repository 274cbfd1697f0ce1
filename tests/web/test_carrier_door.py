"""The door for carriers: keeps what proves itself, says what a handshake waits for, and opens to nobody else."""

import pytest
from flask.testing import FlaskClient

from tests.services.vendor import Mute, Vendor, bring
from tracker.services import push_doors
from tracker.services.portal import Portal
from tracker.store.inbox import Inbox
from tracker.store.shops import Shop

PATH = "/hooks/demo/carriers/vendor"
BODY = b'{"number": "M1"}'


@pytest.fixture
def door(portal: Portal, shop: Shop) -> str:
    bring(portal, Mute(), Vendor())
    return push_doors.address_of(portal, shop, "vendor").removeprefix(portal.config.url)


def test_a_message_through_the_right_address_is_kept_once(client: FlaskClient, door: str) -> None:
    for _ in range(2):
        assert client.post(door, data=BODY).status_code == 202
    assert [(row.source, bytes(row.body), row.mode) for row in Inbox.select()] == [("carrier:vendor", BODY, "push")]


def test_a_handshake_is_answered_and_not_kept(client: FlaskClient, door: str) -> None:
    response = client.post(door, data=b"hello")
    assert (response.status_code, response.text, response.mimetype) == (200, "hello back", "text/plain")
    assert Inbox.select().count() == 0


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("path", [PATH, f"{PATH}?key=", f"{PATH}?key=0123456789abcdef0123456789abcdef"])
def test_s06_a_message_that_proves_nothing_leaves_no_row(client: FlaskClient, path: str) -> None:
    assert client.post(path, data=BODY).status_code == 401
    assert Inbox.select().count() == 0


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("path", ["mute", "nobody", "ups%00", "manual"])
def test_there_is_no_door_for_who_sends_nothing(client: FlaskClient, path: str) -> None:
    assert client.post(f"/hooks/demo/carriers/{path}", data=BODY).status_code == 404


def test_looking_at_the_door_does_nothing(client: FlaskClient, door: str) -> None:
    assert client.get(door).status_code == 405
