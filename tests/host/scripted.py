"""A provider that does what a test says."""

from pydantic import BaseModel, SecretStr

from tracker.host.registry import Provider
from tracker.sdk import Block, Carrier, Channel, Payload, StoreConnector

PAYLOAD = Payload(b"{}")


class Keys(BaseModel):
    key: SecretStr = SecretStr("hush-hush-canary")


class Scripted(Carrier, Channel, StoreConnector, Block):
    """A provider whose every method does what the test says."""

    id = "post"
    names = {"en": "Post"}

    def __init__(self, act):
        self.act = act

    def parse(self, *args):
        return self.act(*args)

    fetch = public_url = send = verify = orders_since = push_fulfilment = context = parse


def provider(act, kind="carrier"):
    return Provider(kind, "post", "plugin_x", Scripted(act))


def raising(error):
    def act(*_):
        raise error

    return act
