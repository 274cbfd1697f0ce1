"""Mail: composed safely, sent only over a verified connection, and its fate told."""

import re
import smtplib
import time
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from tracker.host.mail import PortalMail, make_message_id, split_sender, wire_address
from tracker.host.smtp import SmtpServer, SmtpTransport
from tracker.sdk import AuthFailed, BadRequest, Message, Upstream

from .servers import serving
from .sink import mail_sink, make_certificate

MESSAGE = Message("key-1", "kim@shop.example", "Your parcel left", "It left.\n", "<p>It left.</p>")
SENDER = "Hanbok House <mail@shop.example>"
EXPECTED = {
    "content-type", "mime-version", "subject", "from", "to", "date", "message-id", "reply-to", "auto-submitted",
}  # fmt: skip


def mail_to(port, **options):
    server = SmtpServer(**{"host": "127.0.0.1", "port": port, "security": "none", "timeout": 3, **options})
    return PortalMail(SmtpTransport(server), SENDER)


@pytest.fixture
def sink():
    with mail_sink() as sink:
        yield sink


def only(sink):
    ((recipients, raw),) = sink.mails
    return recipients, message_from_bytes(raw, policy=policy.default)


# --- what arrives ----------------------------------------------------------------------------------------------------


def test_a_mail_arrives_with_both_parts_and_its_headers(sink):
    message = replace(MESSAGE, subject="배송이 시작되었습니다", text="출발했어요", reply_to="Help <help@shop.example>")
    receipt = mail_to(sink.port).send(message)
    recipients, mail = only(sink)
    assert receipt.accepted
    assert receipt.provider_id == mail["Message-ID"]
    assert recipients == ["kim@shop.example"]
    assert mail["Subject"] == "배송이 시작되었습니다"
    assert mail["From"] == "Hanbok House <mail@shop.example>"
    assert mail["Reply-To"] == "Help <help@shop.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body(("plain",)).get_content().strip() == "출발했어요"
    assert mail.get_body(("html",)).get_content().strip() == "<p>It left.</p>"


def test_a_mail_without_html_is_plain_text(sink):
    mail_to(sink.port).send(replace(MESSAGE, html=""))
    assert only(sink)[1].get_content_type() == "text/plain"


def test_r16_the_same_key_has_the_same_message_id(sink):
    mailer = mail_to(sink.port)
    ids = [mailer.send(message).provider_id for message in (MESSAGE, MESSAGE, replace(MESSAGE, key="key-2"))]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0] == make_message_id("key-1", "mail@shop.example")
    assert ids[0].endswith("@shop.example>")


NAMES = ["Müller, Söhne & Co.", 'The "Best" Shop', "한복" * 30, "a.b", "x" * 500, "@home", "I <3 <pets>", "a\\"]


@pytest.mark.parametrize("name", NAMES)
def test_any_shops_name_can_send(sink, name):
    mail_to(sink.port).send(replace(MESSAGE, sender=f"{name} <mail@shop.example>"))
    # Python 3.11's new parser puts a space between two encoded words; the old one reads them as mail programs do.
    coded, address = parseaddr(message_from_bytes(sink.mails[0][1])["From"])
    shown = str(make_header(decode_header(coded)))
    assert address == "mail@shop.example"
    assert shown == re.sub(r'[<>"\\]', "", name)[:60]


def test_lines_that_begin_with_a_dot_arrive_whole(sink):
    mail_to(sink.port).send(replace(MESSAGE, text="one\n.\n.two\nMAIL FROM:<x@y>\n", html=""))
    assert only(sink)[1].get_content().splitlines() == ["one", ".", ".two", "MAIL FROM:<x@y>"]


# --- S-13 ------------------------------------------------------------------------------------------------------------

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)] + ["\r\n", "\n\n", "\r\n "]


def test_s13_no_control_character_in_any_field_makes_a_header_or_a_recipient(sink):
    mailer = mail_to(sink.port)
    for control in CONTROLS:
        evil = f"a{control}Bcc: evil@evil.example{control}{control}<script>"
        for fields in (
            {"subject": evil},
            {"sender": f"{evil.replace('<', '')} <mail@shop.example>"},
            {"reply_to": f"Help{control}Bcc: evil@evil.example <help@shop.example>"},
            {"reply_to": f"help@shop.example{control}Bcc: evil@evil.example"},
            {"key": evil},
        ):
            mailer.send(replace(MESSAGE, **fields))
    assert len(sink.mails) == 5 * len(CONTROLS)
    for recipients, raw in sink.mails:
        mail = message_from_bytes(raw, policy=policy.default)
        names = [name.lower() for name in mail.keys()]  # noqa: SIM118
        assert recipients == ["kim@shop.example"]
        assert set(names) <= EXPECTED
        assert len(names) == len(set(names))
        assert not mail.defects
        assert mail.get_body(("plain",)).get_content().strip() == "It left."


@pytest.mark.parametrize(
    "recipient",
    [
        "a@b.example,c@d.example", "a@b.example, c@d.example", "a@b.example;c@d.example", "a@b.example c@d.example",
        "A <a@b.example>", "<a@b.example>", "a@b@c.example", "a", "@b.example", "a@", "", "a b@c.example",
        '"a,b"@c.example', "a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example\n", "a@b.example>", "a\x00@b.example",
        "a\u2028@b.example", "a@b..example", ".a@b.example", "a@-b.example.", "x" * 65 + "@b.example",
        "a@" + "b" * 300 + ".example", "(comment)a@b.example", "a@[127.0.0.1]", "group:a@b.example;",
    ],
)  # fmt: skip
def test_s13_what_is_not_exactly_one_address_is_a_permanent_refusal(sink, recipient):
    receipt = mail_to(sink.port).send(replace(MESSAGE, recipient=recipient))
    assert (receipt.accepted, receipt.permanent) == (False, True)
    assert sink.mails == []


@pytest.mark.parametrize(
    "sender", ["nobody", "a@b.example, c@d.example", "X <a@b.example, c@d.example>", "X <>", "한@b.example"]
)
def test_a_sender_that_is_no_address_is_told_to_the_operator(sink, sender):
    with pytest.raises(BadRequest, match="sender"):
        mail_to(sink.port).send(replace(MESSAGE, sender=sender))


def test_addresses_on_the_wire():
    assert wire_address("kim@한복.example") == "kim@" + "한복.example".encode("idna").decode()
    assert wire_address("o'hara+x@shop.example") == "o'hara+x@shop.example"
    assert split_sender("mail@shop.example") == ("", "mail@shop.example")


# --- the server says no ----------------------------------------------------------------------------------------------


def test_a_refused_recipient_is_seen_with_the_servers_words(sink):
    sink.replies["kim@shop.example"] = "550 5.1.1 no such user"
    receipt = mail_to(sink.port).send(MESSAGE)
    assert (receipt.accepted, receipt.permanent, receipt.reply) == (False, True, "550 5.1.1 no such user")


def test_a_recipient_that_is_put_off_is_worth_another_try(sink):
    sink.replies["kim@shop.example"] = "450 4.2.2 mailbox full"
    with pytest.raises(Upstream, match=r"450 4\.2\.2 mailbox full"):
        mail_to(sink.port).send(MESSAGE)


@pytest.mark.parametrize(("final", "permanent"), [("554 5.7.1 spam", True), ("451 4.3.0 later", False)])
def test_a_mail_refused_after_it_was_read_is_seen(sink, final, permanent):
    sink.final = final
    if permanent:
        assert mail_to(sink.port).send(MESSAGE).permanent
    else:
        with pytest.raises(Upstream, match=final):
            mail_to(sink.port).send(MESSAGE)


def test_an_accepted_mail_stays_accepted_when_the_goodbye_fails(sink, monkeypatch):
    def quit_(_):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(smtplib.SMTP, "quit", quit_)
    assert mail_to(sink.port).send(MESSAGE).accepted


def test_an_address_in_another_script_needs_a_server_that_can_write_it(sink):
    receipt = mail_to(sink.port).send(replace(MESSAGE, recipient="홍길동@shop.example"))
    assert receipt.accepted
    recipients, mail = only(sink)
    assert recipients == ["홍길동@shop.example"]
    assert mail["To"] == "홍길동@shop.example"
    with mail_sink(utf8=False) as old:
        receipt = mail_to(old.port).send(replace(MESSAGE, recipient="홍길동@shop.example"))
        assert (receipt.accepted, receipt.permanent) == (False, True)
        assert "SMTPUTF8" in receipt.reply
        assert old.mails == []


# --- the connection --------------------------------------------------------------------------------------------------


def test_a_self_signed_certificate_of_another_host_is_refused(tmp_path):
    with mail_sink(make_certificate(tmp_path, "evil.example")) as sink:
        with pytest.raises(Upstream, match="certificate"):
            mail_to(sink.port, security="starttls").send(MESSAGE)
        assert sink.mails == []


def test_a_trusted_certificate_of_another_host_is_refused(tmp_path):
    file = make_certificate(tmp_path, "evil.example")
    with mail_sink(file) as sink, pytest.raises(Upstream, match="certificate"):
        mail_to(sink.port, security="starttls", ca_file=file).send(MESSAGE)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_trusted_certificate_of_the_right_host_is_taken(tmp_path, security):
    file = make_certificate(tmp_path, "127.0.0.1")
    with mail_sink(file, tls=security == "tls") as sink:
        assert mail_to(sink.port, security=security, ca_file=file).send(MESSAGE).accepted
        assert len(sink.mails) == 1


def test_a_server_without_starttls_gets_no_mail(sink):
    with pytest.raises(Upstream, match="STARTTLS"):
        mail_to(sink.port, security="starttls").send(MESSAGE)
    assert sink.mails == []


def test_no_encryption_is_for_this_machine_alone():
    with pytest.raises(ValueError, match="starttls"):
        SmtpServer("mail.shop.example", security="none")
    with pytest.raises(ValueError, match="starttls"):
        SmtpServer("localhost.evil.example", security="none")
    assert SmtpServer("localhost", security="none").host == "localhost"


def test_a_silent_server_times_out():
    with serving(lambda _: time.sleep(20)) as port:
        started = time.monotonic()
        with pytest.raises(Upstream, match="no connection"):
            mail_to(port, timeout=0.5).send(MESSAGE)
        assert time.monotonic() - started < 3


def test_a_server_that_is_not_there_is_worth_another_try():
    with serving(lambda _: None) as port:
        pass
    with pytest.raises(Upstream, match="no connection"):
        mail_to(port).send(MESSAGE)


def test_a_wrong_password_is_told_to_the_operator():
    def talk(connection):
        replies = {b"EHLO": b"250-me\r\n250 AUTH PLAIN\r\n", b"AUTH": b"535 5.7.8 bad\r\n"}
        lines = connection.makefile("rwb", buffering=0)
        lines.write(b"220 hi\r\n")
        for line in lines:
            lines.write(replies.get(line[:4].upper(), b"250 ok\r\n"))

    with serving(talk) as port, pytest.raises(AuthFailed, match="535"):
        mail_to(port, user="me", password="hush").send(MESSAGE)
    assert "hush" not in repr(SmtpServer("localhost", password="hush"))


def test_check_connects_and_sends_nothing(sink):
    SmtpTransport(SmtpServer("127.0.0.1", sink.port, "none")).check()
    assert sink.mails == []
