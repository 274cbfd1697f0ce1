"""E-mail: notices over the mail server that the portal is set up with."""

from typing import ClassVar

from tracker.sdk import Channel, Context, Message, Plugin, Receipt, hookimpl

PLUGIN = Plugin("email", "E-mail", "1.0.0")


class Email(Channel):
    id = "email"
    names: ClassVar = {"en": "E-mail", "ko": "이메일", "de": "E-Mail", "ar": "البريد الإلكتروني"}

    def send(self, message: Message, ctx: Context) -> Receipt:
        if ctx.mail is None:
            raise RuntimeError("mail leaves from the worker only")
        return ctx.mail.send(message)


@hookimpl
def tracker_register_channels() -> list[Channel]:
    return [Email()]
