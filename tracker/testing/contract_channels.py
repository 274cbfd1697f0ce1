"""What a channel promises that carries notices to customers."""

from dataclasses import replace

from tracker.host.results import check_receipt
from tracker.sdk import Message, Receipt, Upstream

from .faults import REFUSALS, MadeUpHttp, answers, complaints, kind_of, odd_answers
from .made_up import MadeUpMail
from .subjects import Ended, Subject

__all__ = [
    "test_a_message_arrives_whole_and_its_receipt_says_so",
    "test_a_provider_that_fails_is_told_and_nothing_is_called_sent",
    "test_odd_recipients_and_texts_break_nothing",
    "test_the_same_key_twice_is_the_same_message",
]

KEY = "notice-4107-delivered-7d1f"
ODD = ("", "x", "a@b.example\r\nBcc: all@b.example", "+82 10\n", "\ud800", "한국@예시.example", "y" * 5000, "<b>&\"'")
SENT = b'{"id": "made-up-id", "status": "queued"}'


def test_a_message_arrives_whole_and_its_receipt_says_so(channel: Subject) -> None:
    """The recipient and the text leave by mail or HTTP, and the answer is a `Receipt`."""
    mail, http = MadeUpMail(), answers(SENT)
    ended = _send(channel, "sending", _message(channel), mail, http)
    assert mail.sent or http.asked, (
        f"{channel.id}: nothing left ({ended.error!r:.200}): send with ctx.mail.send(message) or ctx.worker_http()"
    )
    said = _said(mail, http)
    for what, text in (("recipient", _message(channel).recipient), ("text", _message(channel).text)):
        assert any(text in one for one in said) or any(asked.holds(text) for asked in http.asked), (
            f"{channel.id}: the {what} did not leave as it is"
        )


def test_the_same_key_twice_is_the_same_message(channel: Subject) -> None:
    """A worker that was stopped sends again: the provider can only tell by the key."""
    mail, http = MadeUpMail(), answers(SENT)
    for time in ("first", "second"):
        _send(channel, f"sending for the {time} time", _message(channel), mail, http)
    for message in mail.sent:
        assert message.key == KEY, f"{channel.id}: sends mail under the key {message.key!r}: hand message.key on"
    told = [asked.holds(KEY) for asked in http.asked]
    half = len(told) // 2
    assert told[:half] == told[half:], f"{channel.id}: tells the key to the provider once only: send message.key always"
    written = [(asked.method, asked.url, asked.body, asked.json, asked.form) for asked in http.asked]
    assert not any(told) or written[:half] == written[half:], (
        f"{channel.id}: the same key leaves with another body the second time: make it from the message alone"
    )


def test_a_provider_that_fails_is_told_and_nothing_is_called_sent(channel: Subject) -> None:
    """Errors of the SDK ask for another try, a permanent receipt ends it; a customer who waits for nothing is worse."""
    for fault in (*REFUSALS, *odd_answers(SENT)[1:2]):
        mail = MadeUpMail(Upstream("the mail server cannot be reached"))
        http = MadeUpHttp(fault.answer)
        ended = _send(channel, f"with {fault.name}", _message(channel), mail, http)
        where = f"{channel.id}, with {'a mail server that is down' if mail.sent else fault.name}"
        receipt = ended.value
        assert not (receipt and receipt.accepted), f"{where}: called it sent. Let check(...) raise."
        passing = {"rate_limit", "upstream"} if mail.sent else fault.kinds - {"auth"}
        for_good = receipt and receipt.permanent and passing
        assert not for_good, f"{where}: gave up for good; raise Upstream or RateLimited"
        if passing and ended.error and not mail.sent:
            assert kind_of(ended.error) in passing, f"{where}: told {kind_of(ended.error)}: check(answer) knows better"
    refused = MadeUpMail(Receipt(False, "550 no such mailbox", permanent=True))
    ended = _send(channel, "with a mailbox that is not there", _message(channel), refused, answers(SENT))
    if refused.sent:
        assert ended.error or (ended.value and not ended.value.accepted), (
            f"{channel.id}: called a mail sent that the server refused: hand the receipt of ctx.mail.send on"
        )


def test_odd_recipients_and_texts_break_nothing(channel: Subject) -> None:
    """Names, addresses and phone numbers are typed by strangers."""
    plain = _message(channel)
    for text in ODD:
        for message in (replace(plain, recipient=text), replace(plain, subject=text, text=text)):
            http = answers(SENT)
            _send(channel, f"sending {text[:40]!r}", message, MadeUpMail(), http)
            wrong = [complaint for asked in http.asked for complaint in complaints(asked)]
            assert not wrong, f"{channel.id}, sending {text[:40]!r}: {'; '.join(wrong)}"


def _send(channel: Subject, doing: str, message: Message, mail: MadeUpMail, http: MadeUpHttp) -> Ended[Receipt]:
    ctx = channel.context(mail=mail, http=http)
    return channel.run(doing, lambda: check_receipt(channel.object.send(message, ctx)))


def _message(channel: Subject) -> Message:
    recipient = "jun@customer.example" if channel.object.address == "email" else "+821055501234"
    return Message(KEY, recipient, "Your parcel has arrived", "It is at your door.", "<p>It is at your door.</p>")


def _said(mail: MadeUpMail, http: MadeUpHttp) -> list[str]:
    return [f"{one.recipient}\n{one.text}" for one in mail.sent] + [repr(asked) for asked in http.asked]
