"""The smallest plugins: other carrier and e-mail. And all of them as the host loads them."""

import pytest
from tracker_plugins.email import Email
from tracker_plugins.manual import Manual

from tracker.host.loader import load
from tracker.sdk import BadPayload, Message, NoSettings, Payload, Receipt

from .conftest import PLUGINS


class Mailbox:
    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)
        return Receipt(True, provider_id=message.key)


def test_every_bundled_plugin_loads():
    registry = load([PLUGINS], installed=False)
    assert [str(failure) for failure in registry.failures] == []
    assert {"demo", "manual", "ups"} < set(registry.carriers)
    assert sorted(registry.channels) == ["email", "twilio"]
    assert sorted(registry.blocks) == ["offer", "products"]
    assert sorted(registry.recommenders) == ["feed"]
    assert sorted(registry.stores) == ["woocommerce"]


def test_another_carrier_is_never_asked_and_claims_no_number():
    assert not Manual.polls
    assert Manual.formats == ()
    assert Manual().public_url("123") is None


def test_another_carrier_reads_nothing_and_says_what_to_do():
    with pytest.raises(BadPayload, match="in the desk"):
        Manual().parse(Payload(b"{}"))


def test_a_message_goes_out_by_the_portals_mail_with_its_key(make_context):
    box = Mailbox()
    message = Message("n1", "kim@shop.example", "Shipped", "On its way")
    receipt = Email().send(message, make_context(NoSettings(), mail=box))
    assert (receipt.accepted, receipt.provider_id, box.sent) == (True, "n1", [message])


def test_no_page_can_send_mail(make_context):
    with pytest.raises(RuntimeError, match="worker"):
        Email().send(Message("n1", "a@b.example", "", ""), make_context(NoSettings()))
