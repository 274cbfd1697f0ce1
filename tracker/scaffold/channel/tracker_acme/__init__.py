"""Acme Messages: text messages by an HTTP provider."""

from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadPayload,
    Channel,
    Context,
    Message,
    Plugin,
    Receipt,
    check,
    hookimpl,
    read_json,
    word,
)


class AcmeSettings(BaseModel):
    """What a shop fills in to have its notices sent."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    base_url: ApiUrl = Field(default="https://api.acme.example", title="Address of the API")


PLUGIN = Plugin("acme", "Acme Parcels", "0.1.0", settings=AcmeSettings)


class AcmeChannel(Channel):
    id = "acme"
    names: ClassVar = {"en": "Acme Parcels"}
    address = "phone"

    def send(self, message: Message, ctx: Context) -> Receipt:
        """The key goes along: what is sent again after a crash must reach the customer once."""
        settings = ctx.settings
        assert isinstance(settings, AcmeSettings)
        answer = ctx.worker_http().request(
            "POST",
            f"{settings.base_url.rstrip('/')}/v1/messages",
            headers={
                "Authorization": f"Bearer {settings.api_key.get_secret_value()}",
                "Idempotency-Key": message.key,
            },
            json={"to": message.recipient, "text": message.text},
        )
        if answer.status == 422:  # Acme's word for a number that cannot be reached, now or later
            return Receipt(False, word(read_json(answer.body), "message"), permanent=True)
        told = read_json(check(answer).body)
        if not word(told, "id"):
            raise BadPayload("Acme answered without the id of a message")
        return Receipt(True, word(told, "status"), word(told, "id"))


@hookimpl
def tracker_register_channels() -> list[Channel]:
    return [AcmeChannel()]
