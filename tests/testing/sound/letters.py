"""A channel that keeps every promise: it speaks to a provider by HTTP and tells what became of each message."""

from urllib.parse import quote

from pydantic import BaseModel, SecretStr

from tracker.sdk import Channel, Context, Message, Plugin, Receipt, check, hookimpl, read_json, word


class Settings(BaseModel):
    api_key: SecretStr


PLUGIN = Plugin("letters", "Letters", "1.0.0", settings=Settings)


class Letters(Channel):
    id = "letters"
    names = {"en": "Letters"}
    address = "phone"

    def send(self, message: Message, ctx: Context) -> Receipt:
        answer = ctx.worker_http().request(
            "PUT",
            f"https://api.letters.example/messages/{quote(message.key, safe='')}",
            headers={"Authorization": f"Bearer {ctx.settings.api_key.get_secret_value()}"},
            json={"to": message.recipient, "text": message.text},
        )
        told = read_json(check(answer).body)
        return Receipt(bool(word(told, "id")), word(told, "status"), word(told, "id"))


@hookimpl
def tracker_register_channels() -> list[Channel]:
    return [Letters()]
