from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.portals import make_config
from tracker.services import mailbox
from tracker.services.portal import Portal
from tracker.web import create_app

NAME = "1795297266162-75af1e53"
MAIL = """\
X-Envelope-To: ada@example.com
From: Shop <shop@example.com>
To: ada@example.com
Subject: =?utf-8?b?7KO866y4?= <script>1</script>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/plain; charset=utf-8

Plain words
--x
Content-Type: text/html; charset=utf-8

<p style="color:red">Rich words</p><script>alert(1)</script>
--x--
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    box = tmp_path / "box"
    box.mkdir()
    (box / f"{NAME}.eml").write_text(MAIL, encoding="utf-8")
    return box


@pytest.fixture
def client(portal: Portal, folder: Path) -> FlaskClient:
    """A browser on this machine, at a portal with a mailbox."""
    portal.config = portal.config.model_copy(update={"mailbox": str(folder)})
    return create_app(portal).test_client()


def test_the_list_names_each_mail_and_links_to_it(client: FlaskClient) -> None:
    page = client.get("/dev/mailbox").get_data(as_text=True)
    assert f"/dev/mailbox/{NAME}" in page
    assert "주문 &lt;script&gt;" in page
    assert "ada@example.com" in page


def test_a_mail_is_shown_in_a_frame_that_can_do_nothing(client: FlaskClient) -> None:
    page = client.get(f"/dev/mailbox/{NAME}").get_data(as_text=True)
    assert "Plain words" in page
    assert "<script>alert" not in page
    assert 'sandbox="allow-popups' in page
    frame = client.get(f"/dev/mailbox/{NAME}/html")
    assert "Rich words" in frame.get_data(as_text=True)
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("name", ["1795297266162-00000000", "..%2f..%2fsecrets", "x", NAME + "x", f"{NAME}%00"])
def test_a_name_that_is_none_finds_nothing(client: FlaskClient, name: str) -> None:
    for tail in ("", "/html"):
        assert client.get(f"/dev/mailbox/{name}{tail}").status_code == 404


def test_nobody_else_reads_it(client: FlaskClient) -> None:
    for address in ("192.0.2.7", "10.0.0.1", "2001:db8::1", ""):
        answer = client.get("/dev/mailbox", environ_overrides={"REMOTE_ADDR": address})
        assert answer.status_code == 404, address
    assert client.get("/dev/mailbox", environ_overrides={"REMOTE_ADDR": "::1"}).status_code == 200


def test_a_portal_without_a_sink_or_with_a_public_address_has_no_mailbox(portal: Portal, folder: Path) -> None:
    assert mailbox.folder(portal) is None
    config = make_config(portal.config.database, folder, MAILBOX=str(folder), URL="https://track.example.com")
    portal.config = config
    assert mailbox.folder(portal) is None


def test_an_empty_mailbox_says_so(client: FlaskClient, folder: Path) -> None:
    (folder / f"{NAME}.eml").unlink()
    assert "Nothing yet" in client.get("/dev/mailbox").get_data(as_text=True)
