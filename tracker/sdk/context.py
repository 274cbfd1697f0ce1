"""What the portal hands to a plugin's methods: typed settings, its own memory, and the ways out of the process."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An HTTP answer, read whole and capped in size. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Http(Protocol):
    """HTTP out of the worker. Refuses private addresses, follows no redirect, and caps time and size."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> HttpAnswer:
        """The answer, whatever its status. Raises `Upstream` when there is none (time-out, refused, too large)."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """One notice ready to leave for one recipient.

    `key` is the idempotency key: sending the same key twice must reach the recipient once where the channel can do
    that. `html` is empty on channels that carry text alone; on one that writes to phones `text` has at most 300
    characters. `unsubscribe` is the address that ends such notices by one POST, where there is one.
    """

    key: str
    recipient: str
    subject: str
    text: str
    html: str = ""
    sender: str = ""
    reply_to: str = ""
    locale: str = "en"
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. `permanent` tells whether another try is useless."""

    accepted: bool
    reply: str = ""
    provider_id: str = ""
    permanent: bool = False


class Mail(Protocol):
    """The portal's own mail: composed and sent over a verified connection."""

    def send(self, message: Message) -> Receipt:
        """The receipt of one mail to one recipient. Raises `Upstream` when the mail server cannot be reached."""
        ...


class Memory(Protocol):
    """A plugin's own key-value space in one shop. Values are JSON; a value may expire."""

    def get(self, key: str) -> Any: ...

    def set(self, key: str, value: Any, expires: datetime | None = None) -> None: ...

    def delete(self, key: str) -> None: ...

    def token(self, key: str, make: Callable[[], tuple[str, float]]) -> str:
        """A token kept encrypted until it expires; `make` returns a new one and its life in seconds.

        Only one caller at a time runs `make` for a key, whatever the number of processes.
        """
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """Filled per plugin and shop. `http` and `mail` exist in the worker only, so that no page waits on a network."""

    settings: BaseModel
    memory: Memory
    log: logging.Logger
    now: datetime
    gettext: Callable[[str], str]
    locale: str = "en"
    http: Http | None = None
    mail: Mail | None = None

    def settings_as(self, model: type[Model]) -> Model:
        """`settings`, typed. Raises `TypeError` where they are another plugin's."""
        if not isinstance(self.settings, model):
            raise TypeError(f"these are {type(self.settings).__name__}, not {model.__name__}")
        return self.settings

    def worker_http(self) -> Http:
        """`http`, or a clear error where a page tried to use the network."""
        if self.http is None:
            raise RuntimeError("no network here: only the worker may call out")
        return self.http
